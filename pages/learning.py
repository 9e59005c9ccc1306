"""Learning: a gradient checked, a step taken, a kernel that learns, and a small network trained in NumPy."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from engine.data import drawings
from engine.learning import fit, gradient_check, kernel, optim
from engine.learning import passes as learning
from pages.states.learning import state as learning_state
from pages.states.learning.state import PARTS, LearningState
from pages.states.network.presets import PRESETS
from pages.ui.learning import check as learning_check
from pages.ui.learning import kernel as learning_kernel
from pages.ui.learning import step as learning_step
from pages.ui.learning import train as learning_train
from pages.ui.learning.parts import PAGE, bound
from pages.ui.lesson import parts as lesson
from pages.ui.session import Link


@dataclass(frozen=True)
class Part:
    """One part: its question, what draws it, things to try, misunderstandings and the engine's code."""

    question: str
    draw: Callable[[Link], Callable[[], None] | None]
    tries: tuple[lesson.Try, ...]
    beliefs: tuple[tuple[str, str], ...]
    source: tuple


CHECK = Part(
    "Is the gradient right? Nudge one weight, and see what the loss does.",
    learning_check.draw,
    (
        lesson.Try("A very large h: why is the secant so far from the tangent?", {"part": "check", "h": "1e-0"}),
        lesson.Try("A tiny h: where have the digits gone?", {"part": "check", "h": "1e-13"}),
        lesson.Try(
            "A bias of the convolution: does backpropagation agree?", {"part": "check", "w": "0.bias.0", "h": "1e-5"}
        ),
    ),
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
    (gradient_check.check, learning.nudges, learning.both_ways),
)
STEP = Part(
    "How does a gradient change a weight, and the loss with it?",
    learning_step.draw,
    (
        lesson.Try("Take 100 steps on the worked network: which numbers move most?", {"part": "step", "count": "100"}),
        lesson.Try(
            "Two pictures that want different things, and a learning rate of 0.1: the loss rises. Why?",
            {"part": "step", "two": "1", "lr": "0.1", "count": "2"},
        ),
        lesson.Try(
            "Weight decay of 25 at this rate: every step overshoots 0 by more",
            {"part": "step", "lr": "0.1", "decay": "25", "count": "100"},
        ),
    ),
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
    (learning.take_step, optim.SGD, optim.Adam),
)
KERNEL = Part(
    "Can a kernel be found from nothing but an input and the output that it should give?",
    learning_kernel.draw,
    (
        lesson.Try("200 steps towards Sobel x: how near does it get?", {"part": "kernel", "count": "200"}),
        lesson.Try(
            "From a picture of a digit: the output soon fits, the kernel does not. Why?",
            {"part": "kernel", "source": "digit", "count": "100"},
        ),
        lesson.Try("A learning rate of 2: what happens?", {"part": "kernel", "lr": "2", "count": "100"}),
    ),
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
    (kernel.KernelLesson, kernel.kernel_lesson),
)
TRAIN = Part(
    "Can the same few lines of NumPy learn to tell shapes apart?",
    learning_train.draw,
    (
        lesson.Try(
            "Ten shapes, 12×12: how good is it after 20 epochs?",
            {"part": "train", "classes": "_".join(drawings.CLASSES), "size": "12", "count": "400", "epochs": "20"},
        ),
        lesson.Try("A learning rate of 1: what happens to the loss?", {"part": "train", "lr": "1"}),
        lesson.Try("Only 20 pictures: why is the test worse?", {"part": "train", "count": "20", "epochs": "40"}),
    ),
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
    (fit.fit, fit.small_network),
)
link = Link("learning")
LESSONS = {"check": CHECK, "step": STEP, "kernel": KERNEL, "train": TRAIN}


def networks(head, state: LearningState) -> None:
    """Draw the networks to choose from, and the ways to the present one on the other pages."""
    with head.popover("Network", icon=":material/account_tree:"):
        for name, preset in PRESETS.items():
            query = {"part": state.part, "example": name}
            st.page_link(PAGE, label=preset.title, query_params=query, icon=":material/grid_on:")
        st.caption("The present one, with its numbers:")
        query = state.network.opened().query()
        for file, title in (("forward.py", "Forward pass"), ("backward.py", "Backpropagation")):
            st.page_link(file, label=title, query_params=query, icon=":material/open_in_new:")


@st.fragment
def page() -> None:
    """Draw the page; a change draws it again without the navigation around it."""
    link.sync(learning_state.read)
    state: LearningState = link.state
    part = LESSONS[state.part]
    head = st.container(horizontal=True, vertical_alignment="center")
    with head.container(width="stretch"):
        lesson.question(part.question)
    if state.part in ("check", "step"):
        networks(head, state)
    head.segmented_control(
        "Part", list(LESSONS), format_func=PARTS.get, required=True, label_visibility="collapsed",
        **bound(link, "page", "part", state.part, lambda s, name: replace(s, part=name, before=())),
    )  # fmt: skip
    lesson.problems(link.problems)
    if link.message:
        st.warning(link.message)
    later = part.draw(link)
    tries, beliefs = st.columns(2, gap="large")
    with tries:
        lesson.things_to_try(PAGE, part.tries)
    with beliefs:
        lesson.misunderstandings(part.beliefs)
    lesson.source_code(lambda: part.source, title="The engine's own code for this part")
    if later:
        # What draws itself again and again comes last: its next run would break off a page that is not yet drawn.
        later()


page()
