"""Things to try on the lessons in which a window, or a stamp, moves over a map."""

from dataclasses import replace

import numpy as np

from engine.facts import pooling
from pages.states.tries.asked import Try

BRIGHTER, DARKER, SAME = "It gets brighter to the right", "It gets darker to the right", "It stays the same"
CHANNELS = "Channels 0 and 1", "Channels 2 and 3", "None of them"


def _brightening(state) -> str:
    """Return what the picture does, from left to right, in the windows that give a positive number."""
    windows = np.lib.stride_tricks.sliding_window_view(state.input[0], state.layer.kernel)
    rise = (windows[..., -1] - windows[..., 0]).sum(axis=-1)[state.output[0] > 0].sum()
    return BRIGHTER if rise > 0 else DARKER if rise < 0 else SAME


def _rows_missed(state) -> np.ndarray:
    """Return the rows of the input that no window reaches."""
    dropped = state.trace.boards[0].dropped
    return np.flatnonzero(dropped[0].all(axis=-1))


def _why_missed(state) -> str:
    cells = int(state.trace.boards[0].dropped.sum())
    kernel, stride = state.layer.kernel[0], state.layer.strides[0]
    last = (state.output_shape[1] - 1) * stride
    return (
        f"Windows begin at rows 0 to {last}, {stride} apart, and the last one ends at row {last + kernel - 1}. "
        f"The last "
        f"column is left out as well: {cells} cells never count. With padding 1 a window would reach them."
    )


def _never_seen(state) -> str:
    """Return the channels that filter 1 does not see."""
    channels, groups = state.layer.in_channels, state.layer.groups
    group = 1 * groups // state.layer.out_channels
    seen = range(group * channels // groups, (group + 1) * channels // groups)
    missed = [c for c in range(channels) if c not in seen]
    return CHANNELS[0] if missed == [0, 1] else CHANNELS[1] if missed == [2, 3] else CHANNELS[2]


_FOUR_CHANNELS = (
    "4x5x5_1_0_2_1_0_0_1_0_2_1_2_0_1_0_1_1_2_0_1_0_0_1_1_0_2_2_1_0_0_1_1_0_1_2_0_0_2_1_0_1_1_0_2_1_0_0_1_0_1_2_0_1_"
    "2_0_1_1_0_1_1_0_2_1_0_0_1_0_2_1_1_0_1_0_0_2_1_1_1_0_0_2_0_1_1_2_0_1_0_2_0_1_0_1_0_1_1_2_0_1_0_0"
)
CONVOLUTION = (
    Try(
        "Sobel x on a drawn digit: what does the picture do where the output is positive (blue)?",
        {"x": "pic.digit.grey.12.0-9", "w": "1x1x3x3_-1_0_1_-2_0_2_-1_0_1", "b": "1_0"},
        _brightening,
        "Point at a blue pixel of the output, and look at the left and the right column of its window.",
        "The right column counts with +1, +2, +1 and the left one with −1, −2, −1: what comes out is right less left.",
        (BRIGHTER, DARKER, SAME),
    ),
    Try(
        "Stride 2, kernel 3, no padding: which row of the input, counted from 0, does no window ever reach?",
        {"example": "one-channel", "stride": "2"},
        lambda state: int(_rows_missed(state)[0]),
        "Step through all windows and look at the lowest row of each; a cell that none reaches is crossed out.",
        _why_missed,
    ),
    Try(
        "Two groups of two channels: which channels does filter 1 never see?",
        {
            "x": _FOUR_CHANNELS,
            "w": "2x2x3x3_1_0_-1_1_0_-1_1_0_-1_0_1_0_1_-1_0_0_1_0_1_1_1_0_0_0_-1_-1_-1_0_0_1_0_1_0_1_0_0",
            "b": "2_0_1",
            "groups": "2",
        },
        _never_seen,
        "Go to filter 1 and see which of the four boards of the input have a window.",
        "Each filter sees the channels of its own group only: it has two kernels here, not four.",
        CHANNELS,
    ),
)


def _moved(state) -> int:
    """Return the most numbers of the output that change where the 20 changes places with a cell of its window."""
    place = np.unravel_index(state.input.argmax(), state.input.shape)
    (height, width), most = state.layer.kernel, 0
    top, left = place[1] // height * height, place[2] // width * width
    for i in range(top, top + height):
        for j in range(left, left + width):
            moved = state.input.copy()
            moved[place], moved[0, i, j] = moved[0, i, j], moved[place]
            most = max(most, int((state.layer.forward(moved) != state.output).sum()))
    return most


def _noticing(state) -> int:
    return pooling.shift(state.layer, state.input, state.output).counts(0)[2]


def _uncounted(state) -> int:
    """Return how many averages change where padding is not counted."""
    other = replace(state.layer, count_include_pad=not state.layer.count_include_pad)
    return int((~np.isclose(other.forward(state.input), state.output)).sum())


POOLING = (
    Try(
        "Let the 20 change places with another cell of its window (double-click): how many numbers of the "
        "output change?",
        {"example": "max", "step": "2"},
        _moved,
        "Edit the two cells, and compare the output before and after.",
        "The window keeps its largest number, wherever in the window it stands. That place is lost to the next layer.",
    ),
    Try(
        "The digit moves one cell to the right: how many of the pooled numbers change?",
        {"x": "pic.digit.grey.12.0-9", "layer": "MaxPool2d"},
        _noticing,
        "Below the player, “What pooling forgets” draws both pictures and marks the pooled numbers that differ.",
        lambda state: (
            f"Of the {state.output.size} pooled numbers, those change whose window lost its largest number or got a "
            "larger one. A move inside a window goes unnoticed."
        ),
    ),
    Try(
        "An average at the edge: how many numbers of the output change when “count padding” (behind More) is off?",
        {"example": "average", "kernel_size": "3", "stride": "2", "padding": "1"},
        _uncounted,
        "Which windows lie on padding? Turn the switch off and compare.",
        "Each window that lies on padding is divided by fewer cells. A window that lies on the picture alone stays.",
    ),
)


def _lost(state) -> int:
    """Return how many cells the output loses without output padding."""
    return state.output.size - replace(state.layer, output_padding=0).forward(state.input, **state.parameters).size


TRANSPOSED = (
    Try(
        "A flat input, kernel 3, stride 2: what is the largest number of stamps that lie on one output cell?",
        {"example": "checkerboard"},
        lambda state: int(state.output.max()),
        "Every input and every weight is 1: so each output cell counts its stamps.",
        "Stamps are 3 wide and begin 2 apart, so they overlap by one row and one column. Where both meet, four "
        "lie on one "
        "cell, beside it two or one: the checkerboard.",
    ),
    Try(
        "The same with kernel 4 and padding 1: inside, the pattern is gone. Which number stands in the corners?",
        {"example": "even"},
        lambda state: float(state.output[0, 0, 0]),
        "Step to the first output cell, and count the stamps that reach it.",
        "Kernel 4 is a multiple of stride 2: inside, four stamps lie on each cell. At the edges fewer stamps reach.",
    ),
    Try(
        "Set output_padding (behind More) from 1 to 0: how many cells does the output lose?",
        {"example": "output-padding"},
        _lost,
        "Compare the shape of the output before and after.",
        "The last row and the last column go. They were no zeros: stamps reach them, too.",
    ),
)
