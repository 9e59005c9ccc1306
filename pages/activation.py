"""The Activation lesson."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["activation"],
    "What does an activation do to each number, and what does it let back through?",
    beliefs=(
        ("ReLU removes pixels.", "It keeps the map's size: a number below zero becomes 0, and its cell stays."),
        (
            "Hard tanh clips to 0…1.",
            "It clips to −1…1 unless min_val and max_val say otherwise; some texts have this wrong.",
        ),
        (
            "Sigmoid outputs are class probabilities.",
            "Each lies between 0 and 1 on its own; several of them need not add up to 1. Softmax makes "
            "probabilities of classes that exclude one another.",
        ),
        (
            "Many linear layers can do more than one.",
            "Without activations between them they are one linear layer: the product of two matrices is one matrix.",
        ),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
