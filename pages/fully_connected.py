"""The Fully connected lesson: maps into a vector, the vector into neurons."""

from pages.states.registry import KINDS
from pages.states.sheet.parts import Try
from pages.ui.lesson.page import lesson_page

lesson_page(
    KINDS["fully_connected"],
    "How do maps become one vector, and a vector the numbers of a few neurons?",
    links={"Output and loss: what comes after": "output_loss"},
    tries=(
        Try(
            "Three maps: at which place does the second map begin?", {"example": "flatten-three-channels", "step": "6"}
        ),
        Try("A plus against two templates: edit it into a ×. Which neuron answers now?", {"example": "template"}),
        Try(
            "A bias of −20 with ReLU: which numbers of the input can still bring neuron 0 to life?",
            {
                "layer": "Linear",
                "x": "4_15_8_20_5",
                "weight": "3x4_0.5_0.8_0.1_0.1_0.2_0.5_0.1_0.6_0.1_0.2_0.1_0.2",
                "b": "3_-20_0.1_0.3",
                "relu": "1",
            },
        ),
    ),
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
