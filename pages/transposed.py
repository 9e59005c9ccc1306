"""The Transposed convolution lesson."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["transposed"],
    "How can a small map become a larger one, with weights that are learned?",
    beliefs=(
        (
            "It undoes a convolution (“deconvolution”).",
            "It gives back the shape, not the numbers. It is the convolution's gradient with respect to its input.",
        ),
        (
            "padding adds cells.",
            "Here it cuts cells off the output: it is the padding of the convolution that this layer reverses.",
        ),
        ("output_padding adds zeros.", "It makes the output larger below and on the right; stamps reach there too."),
        (
            "The weight has Conv2d's shape.",
            "Its first axis is in_channels: (in_channels, out_channels / groups, kernel height, kernel width).",
        ),
        ("A larger stride gives a smaller output.", "A larger one: the stamps lie further apart."),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
