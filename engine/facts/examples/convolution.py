"""Convolutions to step through."""

from engine.facts.examples import seven
from engine.facts.examples.example import Example, typed
from engine.layers import Conv1d, Conv2d
from engine.network.zoo import array_of

_RED = """
    1 0 2 3 1 0
    0 1 3 2 0 1
    2 1 0 1 2 0
    1 3 1 0 1 2
    0 2 2 1 3 1
    1 0 1 2 0 1"""
_GREEN = """
    0 2 1 0 1 1
    1 0 2 1 0 2
    3 1 0 2 1 0
    0 1 2 3 0 1
    2 0 1 1 2 0
    1 2 0 0 1 3"""
_BLUE = """
    2 1 0 1 0 2
    0 3 1 0 2 1
    1 0 2 1 1 0
    2 1 0 0 3 1
    0 1 2 1 0 2
    1 0 1 3 1 0"""
EDGE = "1 0 -1  1 0 -1  1 0 -1"
_TOP = "1 1 1  0 0 0  -1 -1 -1"
_CENTRE = "0 1 0  1 -2 1  0 1 0"
GREY = array_of(_RED, 1, 6, 6)
COLOUR = array_of(_RED + _GREEN + _BLUE, 3, 6, 6)
_FILTER = EDGE + " " + " 0 1 0  1 -1 0  0 0 1 " + " 0 -1 1  0 1 0  1 0 -1 "
_SECOND = _TOP + " " + " 1 0 0  0 -1 0  0 1 0 " + " 0 0 1  -1 0 1  0 0 0 "
_THIRD = _CENTRE + " " + " -1 0 1  0 1 0  1 0 -1 " + " 1 0 0  0 1 0  -1 0 0 "
_FOUR = "1 0 -1 0  0 1 0 -1  -1 0 1 0  0 -1 0 1"


def _size(title: str, stride: int, padding: int) -> Example:
    return typed(title, Conv2d(1, 1, 4, stride=stride, padding=padding), GREY, weight=_FOUR, bias="0")


CONVOLUTION = {
    seven.KEY: seven.CONVOLUTION,
    "three-channels": typed("Three channels, one number", Conv2d(3, 1, 3), COLOUR, weight=_FILTER, bias="2"),
    "three-channels-three-filters": typed(
        "Three filters, three maps", Conv2d(3, 3, 3), COLOUR, weight=_FILTER + _SECOND + _THIRD, bias="2 1 3"
    ),
    "one-channel": typed("Small enough for paper and pencil", Conv2d(1, 1, 3), GREY, weight=EDGE, bias="2"),
    "one-channel-three-filters": typed(
        "Three filters, one channel",
        Conv2d(1, 3, 3),
        GREY,
        weight=f"{EDGE} {_TOP} {_CENTRE}",
        bias="2 3 1",
    ),
    "stride-1": _size("Stride 1: a large filter stops at every place", 1, 0),
    "stride-2": _size("Stride 2: every second place is skipped", 2, 0),
    "stride-2-padding-1": _size("Padding: the filter reaches over the edge", 2, 1),
}

_RISING = array_of("1 1 2 5 5 4 4 4", 1, 1, 8)

SEQUENCE = {
    "difference": typed("Where does a sequence rise?", Conv1d(1, 1, 2), _RISING, weight="-1 1", bias="0"),
    "smoothing": typed(
        "Smooth a sequence",
        Conv1d(1, 1, 3, padding=1, padding_mode="replicate", bias=False),
        array_of("3 0 6 3 9 6 3 0", 1, 1, 8),
        weight="0.25 0.5 0.25",
    ),
    "two-channels": typed(
        "A sequence of two channels",
        Conv1d(2, 2, 2),
        array_of("1 0 2 3 1 0  0 1 1 2 0 1", 2, 1, 6),
        weight="1 -1 0 1  0 2 1 0",
        bias="0 1",
    ),
}
