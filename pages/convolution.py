"""The Convolution lesson."""

from pages.states.registry import KINDS
from pages.states.sheet.parts import Try
from pages.ui.lesson.page import lesson_page

lesson_page(
    KINDS["convolution"],
    "Where does one number of a feature map come from?",
    tries=(
        Try(
            "Sobel x on a drawn digit: where is the output positive, where negative, and why?",
            {"x": "pic.digit.grey.12.0-9", "w": "1x1x3x3_-1_0_1_-2_0_2_-1_0_1", "b": "1_0"},
        ),
        Try(
            "Stride 2 and padding 1: which input cells does no window ever reach?",
            {"example": "stride-2", "stride": "2", "padding": "0"},
        ),
        Try(
            "Two groups of two channels: which channels does filter 1 never see?",
            {
                "x": "4x5x5_1_0_2_1_0_0_1_0_2_1_2_0_1_0_1_1_2_0_1_0_0_1_1_0_2_2_1_0_0_1_1_0_1_2_0_0_2_1_0_1_1_0_"
                "2_1_0_0_1_0_1_2_0_1_2_0_1_1_0_1_1_0_2_1_0_0_1_0_2_1_1_0_1_0_0_2_1_1_1_0_0_2_0_1_1_2_0_1_0_2_0_1_"
                "0_1_0_1_1_2_0_1_0_0",
                "w": "2x2x3x3_1_0_-1_1_0_-1_1_0_-1_0_1_0_1_-1_0_0_1_0_1_1_1_0_0_0_-1_-1_-1_0_0_1_0_1_0_1_0_0",
                "b": "2_0_1",
                "groups": "2",
            },
        ),
    ),
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
