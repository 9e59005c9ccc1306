"""The Fully connected lesson: maps into a vector, the vector into neurons."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["fully_connected"],
    "How do maps become one vector, and a vector the numbers of a few neurons?",
    links={"Output and loss: what comes after": "output_loss"},
    beliefs=(
        (
            "Flatten loses the positions.",
            "Each cell has its own place, always the same one. But the next layer does not know which places were "
            "neighbours: it has to learn that.",
        ),
        (
            "The weights are shared, as in a convolution.",
            "No weight is used twice: each belongs to one input and one neuron. That is why older networks have most "
            "of their parameters in these layers.",
        ),
        (
            "The order is a matter of taste.",
            "PyTorch flattens C, H, W; some frameworks H, W, C. Weights trained for one order do not fit the other.",
        ),
        (
            "Dropout takes neurons out of the network.",
            "Only for one training step at a time, by chance; when the network is used, every neuron works.",
        ),
        ("A neuron's output is a probability.", "It can be any number. Softmax makes the last ones probabilities."),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
