"""Where a gradient stands: its place and its rule, their texts in a link, and the board that it is drawn on.

A place is (number, name, flat), the gradient of the loss for one number. Numbers count as on the forward page: 0 is
the input, k is layer k counted from 1, one more than the layers is the loss. name: "" for a value, else the parameter
of layer `number`. flat: the cell in C order. A rule is a place without its cell.
"""

import re

import numpy as np

from engine import limits
from engine.layers import Conv2d, Layer
from engine.trace import Trace
from engine.writing.display import shown
from pages.states.fields import Field
from pages.states.network.walk import MAX_PATH

Place = tuple[int, str, int]
Rule = tuple[int, str]
WHOLE_STEPS = 1000  # above this, a trace keeps to the neighbourhood of one cell
_PLACE = re.compile(r"([0-9]{1,2})\.(?:([a-z_]{1,20})\.)?([0-9]{1,6})")


def place_text(place: Place) -> str:
    """Return a place's text in a link: 7.2 for a value's gradient, 5.weight.3 for a parameter's."""
    number, name, flat = place
    return f"{number}.{name}.{flat}" if name else f"{number}.{flat}"


def _read_path(text: str) -> tuple[Place, ...]:
    places = [_PLACE.fullmatch(part) for part in text.split("~")[: MAX_PATH + 1]]
    if len(places) > MAX_PATH or not all(places):
        raise ValueError(f"at {shown(text)} is not a path such as 5.weight.1~5.1")
    return tuple((int(place[1]), place[2] or "", int(place[3])) for place in places)


AT = Field("at", _read_path, lambda path: "~".join(map(place_text, path)))


def parameter_cell(board: str, index: tuple[int, ...]) -> tuple[int, ...]:
    """Return where a cell is kept: a weight's board is turned, with the input's channel first."""
    return (index[1], index[0], *index[2:]) if board == "weight" else index


def board_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a gradient's board: a kernel's filters and channels are its panes."""
    return (shape[0] * shape[1], *shape[2:]) if len(shape) == 4 else shape


def flat_in(index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Return the cell of a value or parameter that a board's index means; a paged map has an axis more."""
    shape = board_shape(shape)
    if len(index) > len(shape):
        index = (index[0], *index[-2:])
    return int(np.ravel_multi_index(index, shape)) if shape else 0


def plain(layer: Layer) -> bool:
    return isinstance(layer, Conv2d) and layer.groups == 1


def is_large(trace: Trace) -> bool:
    """Whether all steps of a gradient at once are too many to see."""
    shapes = [board.values.shape for board in trace.boards]
    sides = [side for shape in shapes if len(shape) > 1 for side in shape[-2:]]
    longest = max((shape[0] for shape in shapes if len(shape) == 1), default=0)
    terms = sum(phase.terms.size for phase in trace.phases)
    wide = max(sides, default=0) > limits.WHOLE_SIDE or longest > 2 * limits.WHOLE_SIDE
    return wide or terms > limits.WHOLE_TERMS or len(trace.steps) > WHOLE_STEPS
