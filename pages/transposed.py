"""The Transposed convolution lesson."""

from pages.states.registry import KINDS
from pages.states.sheet.parts import Try
from pages.ui.lesson.page import lesson_page

lesson_page(
    KINDS["transposed"],
    "How can a small map become a larger one, with weights that are learned?",
    tries=(
        Try(
            "A flat input, kernel 3, stride 2: where does the checkerboard come from?",
            {"example": "checkerboard"},
        ),
        Try("The same with kernel 4: the pattern is gone. What is left at the edges?", {"example": "even"}),
        Try(
            "Set output_padding from 1 to 0: which row and column disappear, and what was in them?",
            {"example": "output-padding"},
        ),
    ),
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
