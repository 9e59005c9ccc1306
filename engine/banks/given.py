"""What an exercise gives, taken apart: boards of numbers, their shapes in C, H, W, and single facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.writing.display import MAX_DECIMALS, decimals_needed, number_text

AXES = {2: "rows × columns", 3: "C × H × W", 4: "filters × C × H × W"}
COLOURS = ("R", "G", "B")
FINEST = 4  # decimals of a number that is given by itself


@dataclass(frozen=True)
class Board:
    """One map of an array: rows × columns, with its name."""

    title: str
    values: np.ndarray

    @property
    def rows(self) -> list[list[str]]:
        """The numbers as they are written, all with as many decimals as they need."""
        needed = decimals_needed(self.values)
        decimals = MAX_DECIMALS if needed is None else needed
        return [[number_text(float(value), decimals) for value in row] for row in self.values]


@dataclass(frozen=True)
class Given:
    """boards: in the order shown. facts: name and text of single numbers and words. shapes: of the arrays."""

    boards: tuple[Board, ...]
    facts: tuple[tuple[str, str], ...]
    shapes: tuple[tuple[str, str], ...]


def given(data: Mapping[str, Any]) -> Given:
    """Take apart what an exercise gives, by name."""
    boards, facts, shapes = [], [], []
    for name, value in data.items():
        array = np.asarray(value, dtype=np.float64) if isinstance(value, (list, np.ndarray)) else None
        if array is None or array.size == 1:
            facts.append((name, _text(value)))
        else:
            boards += _boards(name, array)
            shapes.append((name, _shape(array)))
    return Given(tuple(boards), tuple(facts), tuple(shapes))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else number_text(float(np.ravel(value)[0]), FINEST)


def _shape(array: np.ndarray) -> str:
    shape = " × ".join(map(str, array.shape))
    return f"{shape} ({AXES[array.ndim]})" if array.ndim > 1 else f"{shape} numbers"


def _boards(name: str, array: np.ndarray) -> list[Board]:
    """Return a board for each map of an array."""
    maps = array.reshape(-1, *array.shape[-2:]) if array.ndim > 1 else array.reshape(1, 1, -1)
    if len(maps) == 1:
        return [Board(name, maps[0])]
    return [Board(f"{name} {_of(array.shape, k)}", one) for k, one in enumerate(maps)]


def _of(shape: tuple[int, ...], k: int) -> str:
    """Return which map of an array one is: its channel, and before that its filter where there are several."""
    filters, channels = (1, *shape)[-4], shape[-3]
    channel = COLOURS[k % channels] if channels == len(COLOURS) else f"c{k % channels}"
    if channels == 1:
        return f"of filter {k}"
    return f"of filter {k // channels}, {channel}" if filters > 1 else channel
