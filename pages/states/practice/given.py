"""What an exercise gives, on a sheet: arrays as boards, and their shapes in C, H, W; the rest as a line of facts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.writing.display import number_text
from pages.states.sheet import Sheet, grids
from pages.states.sheet.writing import plain

AXES = {2: "rows × columns", 3: "C × H × W", 4: "filters × C × H × W"}
COLOURS = ("R", "G", "B")
FINEST = 4  # decimals of a number that is given by itself


def put(page: Sheet, data: Mapping[str, Any]) -> None:
    """Add what is given, by name."""
    boards, shapes, facts = [], [], []
    for name, value in data.items():
        array = np.asarray(value, dtype=np.float64) if isinstance(value, (list, np.ndarray)) else None
        if array is None or array.size == 1:
            facts.append(f"{plain(name)} **{plain(_text(value))}**")
        else:
            boards += _boards(name, array)
            shapes.append(f"{plain(name)}: {_shape(array)}")
    if boards:
        page.html(grids.row(*boards))
    if facts:
        page.text(" · ".join(facts))
    if shapes:
        page.caption("  \n".join(shapes))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return number_text(float(np.ravel(value)[0]), FINEST)


def _shape(array: np.ndarray) -> str:
    shape = " × ".join(map(str, array.shape))
    return f"{shape} ({AXES[array.ndim]})" if array.ndim > 1 else f"{shape} numbers"


def _boards(name: str, array: np.ndarray) -> list[grids.Grid]:
    """Return a board for each map of an array."""
    maps = array.reshape(-1, *array.shape[-2:]) if array.ndim > 1 else array.reshape(1, 1, -1)
    if len(maps) == 1:
        return [grids.Grid(name, maps[0], spoken=True)]
    return [grids.Grid(f"{name} {_of(array.shape, k)}", one, spoken=True) for k, one in enumerate(maps)]


def _of(shape: tuple[int, ...], k: int) -> str:
    """Return which map of an array one is: its channel, and before that its filter where there are several."""
    filters, channels = (1, *shape)[-4], shape[-3]
    channel = COLOURS[k % channels] if channels == len(COLOURS) else f"c{k % channels}"
    if channels == 1:
        return f"of filter {k}"
    return f"of filter {k // channels}, {channel}" if filters > 1 else channel
