"""Learning: a gradient checked, a step taken, a kernel that learns, and a small network trained in NumPy."""

from dataclasses import dataclass

from pages.states import tries
from pages.states.sheet import Frame, Page, Sheet, parts
from pages.ui.sheet import draw


@dataclass(frozen=True)
class Part:
    """One part: its question and misunderstandings. All between them: pages/states/learning/view.py."""

    question: str
    beliefs: tuple[tuple[str, str], ...]


CHECK = Part(
    "Is the gradient right? Nudge a weight.",
    (
        (
            "The smaller h, the better the check.",
            "Only until rounding takes over: near 1e−5 for float64 the central difference is at its best.",
        ),
        (
            "One could train with differences instead of backpropagation.",
            "A difference costs two forward passes for each weight; backpropagation gives every gradient for about "
            "the cost of two passes in all.",
        ),
        (
            "A gradient of 0 means that the weight is right.",
            "It means that a small change of it does not move the loss: the neuron behind it may be "
            "switched off by ReLU.",
        ),
    ),
)
STEP = Part(
    "What does one step change?",
    (
        (
            "A step against the gradient always lowers the loss.",
            "Only a step that is short enough. The gradient is the slope at one point, and says nothing about points "
            "further away.",
        ),
        (
            "A bias that is 0 has no gradient.",
            "Its gradient is the sum of what arrives at the outputs that it is added to, whatever its own value is.",
        ),
        (
            "Every weight learns at every step.",
            "A weight whose effect ends at a switched-off ReLU, or at a maximum that another number wins, has "
            "gradient 0 for this picture, and stays as it is.",
        ),
        (
            "Two pictures give two steps.",
            "Their gradients are joined into one (here: their mean), and one step is taken. Turn on two pictures to "
            "see it.",
        ),
    ),
)
KERNEL = Part(
    "Can a kernel be found from its output?",
    (
        (
            "Somebody must tell the network which kernel is right.",
            "It only sees an input and what should come out. This is how trained networks get their edge detectors.",
        ),
        (
            "The right output means the right kernel.",
            "Where the input has no variety, several kernels give nearly the same output. Noise tells all nine numbers "
            "apart quickly; a picture with flat areas slowly.",
        ),
        (
            "The gradient is the error of the kernel.",
            "It is the slope of the loss: each output's error times the input that the weight met there, added up. The "
            "player below shows every product.",
        ),
    ),
)
TRAIN = Part(
    "Can NumPy learn to tell shapes apart?",
    (
        (
            "Training needs a GPU and a framework.",
            "They make it fast. What happens is what the other parts of this page show: forward, backward, one "
            "update, and again.",
        ),
        (
            "The accuracy on the training pictures says how good it is.",
            "It may know them by heart. Only pictures that it has never seen can tell.",
        ),
        (
            "An epoch is a step.",
            "An epoch goes once through all pictures: as many steps as there are batches.",
        ),
    ),
)
LESSONS = {"check": CHECK, "step": STEP, "kernel": KERNEL, "train": TRAIN}


def frame(name: str, part: Part) -> Frame:
    """Return what stands above and below a part: its question and the way to the other parts; things to try."""
    head, row = parts.head(part.question)
    row.slot("menus")
    foot = Sheet()
    parts.tries_and_beliefs(foot, tries.links(tries.LEARNING, part=name), part.beliefs)
    return head, foot


PAGE = Page(
    "learning",
    {name: frame(name, part) for name, part in LESSONS.items()},
    script="learning/learning.js",
    styles=("grids/grids.css", "learning/learning.css"),
)

if __name__ == "__main__":
    draw(PAGE)
