"""A network's parameters as small grids; the learner can choose a number (assets/grids/grids.js)."""

from collections.abc import Callable, Mapping
from math import prod

import numpy as np

from engine.network import Network
from engine.writing.display import decimals_needed, texts
from pages.states.sheet.png import steady_size

MOST = 60  # at most so many numbers of a parameter are drawn
DECIMALS, WIDEST = 4, 8


def is_cropped(shape: tuple[int, ...]) -> bool:
    """Whether a parameter of a shape is drawn in part."""
    return prod(shape) > MOST or (len(shape) > 1 and shape[-1] > WIDEST and shape[0] > 1)


def sign(text: str) -> dict:
    """Return a sign that stands between two grids."""
    return {"sign": text}


def grid(
    name: str, values: np.ndarray, title: str, *, kind: str = "", note: str = "", near: int = 0,
    decimals: int | None = None, column: bool = False, dot: int = 0, scale: float | None = None, chars: int = 1,
) -> dict:  # fmt: skip
    """Return one grid: a parameter of any shape, its last axis across; of a large one the numbers around `near`.

    A row of more than WIDEST numbers, such as a neuron's weights, stands alone, in shorter lines. decimals: by default
    as many as are needed, at most four. column: a vector stands upright. dot: the cells' side in pixels, without
    numbers. scale: the size that gets the strongest colour, by default the largest, rounded up. chars: that each cell
    has room for at least, so that no later number moves the others.
    """
    shape = values.shape
    row = 1 if column else shape[-1] if len(shape) > 1 else min(shape[0], WIDEST)
    width = row if row <= WIDEST or dot else next((k for k in range(WIDEST, 3, -1) if row % k == 0), WIDEST)
    count = values.size
    first = 0
    if WIDEST < row <= MOST and not dot:
        first, count = near // row * row, row
    elif count > MOST:
        lines = MOST // width
        first = max(0, min(near // width - lines // 2, count // width - lines)) * width
        count = min(lines * width, count - first)
    flat = values.ravel()[first : first + count]
    if decimals is None:
        needed = decimals_needed(flat)
        decimals = DECIMALS if needed is None else min(needed, DECIMALS)
    if scale is None and np.isfinite(values).all():
        scale = steady_size(values)
    written = texts(flat, decimals, scale=scale)
    words = [written.pool[k] for k in written.index.ravel()]
    levels = [int(written.level[k]) for k in written.index.ravel()]
    places = [np.unravel_index(first + k, shape) for k in range(count)]
    called = f"{name} {kind}" if kind else title
    if count < values.size:
        note = f"{note} numbers {first:,} to {first + count - 1:,} of {values.size:,}".strip()
    return {
        "name": name,
        "kind": kind,
        "title": title,
        "note": note,
        "width": width,
        "first": first,
        "dot": dot,
        "side": dot or max(28, round(6.5 * max(chars, *map(len, words))) + 7),
        "texts": [""] * count if dot else words,
        "tones": [f"l{level}" for level in levels],
        "labels": [
            f"{called}, {', '.join(str(int(k)) for k in place)}: {word}"
            for place, word in zip(places, words, strict=True)
        ],
    }


def parameter_lines(
    arrays: Mapping[str, np.ndarray],
    names: tuple[str, ...],
    chosen: tuple[str, int],
    make: Callable[[str, np.ndarray, int, bool], list[dict]],
) -> list[list[dict]]:
    """Return a line for each layer with parameters; `make` draws each of these: its grids stay side by side."""
    lines: dict[str, list[dict]] = {}
    for name in names:
        layer = name.partition(".")[0]
        near = chosen[1] if name == chosen[0] else 0
        upright = arrays[name].ndim == 1 and arrays[name].size <= 8
        lines.setdefault(layer, []).append({"group": make(name, arrays[name], near, upright)})
    return list(lines.values())


def title_of(network: Network, name: str) -> str:
    """Return what a parameter is called: "4.weight, Linear"."""
    return f"{name}, {type(network.layers[int(name.partition('.')[0])]).__name__}"
