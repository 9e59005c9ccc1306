"""The Batch norm lesson, with group norm as its second layer."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["batch_norm"],
    "What is left of a channel when its mean and its spread are removed?",
    beliefs=(
        (
            "Batch norm normalises each picture.",
            "It normalises each channel, over all pictures of the batch together (N, H and W).",
        ),
        (
            "In evaluation it uses the batch.",
            "In evaluation it uses the running statistics. Forgetting `model.eval()` is a common bug.",
        ),
        (
            "γ and β undo it, so it is useless.",
            "They can, where training finds that useful. But then the mean and the spread are two numbers that are "
            "learned, and do not depend on all the weights before.",
        ),
        (
            "Group norm is batch norm with fewer channels at a time.",
            "Batch norm mixes pictures and keeps channels apart; group norm mixes the channels of a group and keeps "
            "pictures apart.",
        ),
        ("It makes the numbers normally distributed.", "It shifts and scales: the shape of the distribution stays."),
        ("A convolution before it needs a bias.", "The mean is subtracted, and the bias with it. β does its work."),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
