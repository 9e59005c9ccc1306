"""Slips in pooling: which number of a window is kept, what its sum is divided by."""

from collections.abc import Iterator

import numpy as np

from engine.slips import places
from engine.slips.at import At
from engine.slips.form import Slip, text, total


def result(at: At) -> Iterator[Slip]:
    """Yield the slips of an output cell of max or average pooling."""
    terms, largest = at.terms[np.isfinite(at.terms)], at.phase.reduce == "max"
    if not len(terms):
        return
    divisor = 1 if largest else int(at.phase.fields["divisor"][at.s])
    listed = ", ".join(map(text, terms))
    if largest:
        yield Slip("average-for-max", terms.mean(), f"took the mean of {listed}", "Max pooling keeps the largest.")
        yield Slip("smallest", terms.min(), f"kept the smallest of {listed}", "Max pooling keeps the largest.")
        size = terms[np.abs(terms).argmax()]
        yield Slip("size-for-value", size, "kept the number of the largest size",
                   "A negative number is smaller than any positive one.")  # fmt: skip
        yield Slip("sum-for-max", terms.sum(), f"added the window up: {total(terms)}", "Max pooling keeps one number.")
    else:
        yield Slip("max-for-average", terms.max(), f"kept the largest of {listed}", "Average pooling takes the mean.")
        yield Slip("sum-undivided", terms.sum(), f"did not divide: {total(terms)}", f"Divide by {divisor}.")
        yield from _divisors(at, divisor)
    yield from _windows(at, largest, divisor)
    board = at.board("input")
    if len(board.values) > 1:
        _, rows, columns = np.unravel_index(at.index(0), board.values.shape)
        every = board.values[:, rows, columns].astype(np.float64)
        mixed = every.max() if largest else every.sum() / (divisor * len(every))
        yield Slip("channels-mixed", float(mixed), "pooled over all channels",
                   f"Each channel is pooled by itself: {listed}.")  # fmt: skip


def _divisors(at: At, divisor: int) -> Iterator[Slip]:
    board, terms = at.board("input"), at.terms
    if board.padding is not None:
        inside = int((~board.padding.ravel()[at.index(0)]).sum())
        full = int(np.prod(at.phase.grid))
        for other, which in ((inside, "the cells that are no padding"), (full, "the padding's cells too")):
            if 0 < other != divisor:
                counts = "counts" if divisor > other else "does not count"
                yield Slip("divisor-padding", terms.sum() / other, f"divided by {other}, {which}",
                           f"This layer {counts} padding: {text(terms.sum())} ÷ {divisor}.")  # fmt: skip
    full = at.phase.grid[0]
    if full != divisor and full > 1:
        yield Slip("divisor-side", terms.sum() / full, f"divided by the window's side, {full}",
                   f"The window has {divisor} cells: divide by {divisor}.")  # fmt: skip


def _windows(at: At, largest: bool, divisor: int) -> Iterator[Slip]:
    """Yield the slips of windows that lie elsewhere or have another size."""
    board, index = at.board("input"), at.index(0)

    def kept(values: np.ndarray, by: int) -> float:
        values = values[np.isfinite(values)]
        return float(values.max() if largest else values.sum() / by) if len(values) else np.nan

    for name, down, across, did, look in places.moves(at):
        cells = places.moved(at, down, across)
        if cells is not None:
            yield Slip(name, kept(cells, divisor), did, look)
    rows, columns = at.phase.fields["rows"][at.s], at.phase.fields["columns"][at.s]
    look = f"The window lies on input {rows}, {columns}."
    channels, high, wide = np.unravel_index(index, board.values.shape)
    top, left, size = high.min(), wide.min(), (np.ptp(high) + 1, np.ptp(wide) + 1)
    for more, word in ((1, "larger"), (-1, "smaller")):
        height, width = size[0] + more, size[1] + more
        part = board.values[channels[0], top : top + height, left : left + width].astype(np.float64)
        if min(height, width) > 0 and part.shape == (height, width):
            yield Slip("window-size", kept(part, part.size), f"took a window one row and one column {word}", look)
