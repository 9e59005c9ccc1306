"""The Convolution lesson."""

from pages.states.lesson.page import lesson_page
from pages.states.registry import KINDS
from pages.ui.sheet import draw

PAGE = lesson_page(
    KINDS["convolution"],
    "Where does one number of a feature map come from?",
    beliefs=(
        (
            "A filter is a 2-D kernel.",
            "A filter has one kernel for each input channel of its group; together they make one map.",
        ),
        (
            "Each channel gives an output channel.",
            "The channels' sums are added up; the number of filters sets the output channels.",
        ),
        (
            "Conv1d is for one channel.",
            "It is for sequences: its kernel slides along one axis only, but has weights for every input channel.",
        ),
        ("The kernel is flipped.", "Not in deep learning: conv2d is what mathematics calls cross-correlation."),
        ("The bias belongs to a cell.", "One bias for each filter is added to every cell of its map."),
    ),
)

if __name__ == "__main__":
    draw(PAGE)
