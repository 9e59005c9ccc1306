"""Slips in the gradient of a weight, a bias or an input cell, through a function and through max pooling."""

from collections.abc import Iterator

import numpy as np

from engine.layers import MaxPool2d
from engine.slips.at import At
from engine.slips.dense import MOST, listed
from engine.slips.form import Slip, chain, text, total
from engine.trace import NONE

CHAIN = "A gradient is what arrives from behind times the slope on the way"


def result(at: At) -> Iterator[Slip]:
    """Yield the slips of a step of a gradient's trace (engine/trace/gradient.py)."""
    boards = [factor.board for factor in at.phase.factors]
    if "slope" in boards:
        yield from _through(at)
    elif isinstance(at.layer, MaxPool2d):
        yield from _max_pooling(at)
    else:
        yield from _sum(at, boards)


def _through(at: At) -> Iterator[Slip]:
    incoming, slope = at.factor(0)[0], at.factor(1)[0]
    look = f"{CHAIN}: {chain([incoming, slope], '×')}."
    if slope == 0:
        yield Slip("slope-kept", incoming, "let the gradient through where the slope is 0",
                   f"The number was below zero there, so the slope is 0. {look}")  # fmt: skip
        yield Slip("incoming-forgotten", 1.0, "gave 1, the slope above zero", look)
    else:
        yield Slip("slope-forgotten", incoming, "left out the function's slope", look)
        yield Slip("blocked", 0.0, "let nothing through", f"The slope is not 0 there. {look}")
        yield Slip("added", incoming + slope, "added the two", look)
    yield Slip("incoming-forgotten", slope, "left out the gradient that arrives", look)
    yield Slip("sign", -incoming * slope, "lost a sign", look)
    if slope not in (0, 1):
        yield Slip("slope-divided", incoming / slope, "divided by the slope", look)


def _sum(at: At, boards: list[str]) -> Iterator[Slip]:
    terms = at.terms
    look = f"Add up, over all places where it was used, {_what(boards)}: {listed(terms)}."
    if len(terms) > 1:
        for value in terms[:MOST][terms[:MOST] != 0]:
            yield Slip("one-position", value, f"counted one place alone: {text(value)}",
                       f"It was used in {len(terms)} places: {listed(terms)}.")  # fmt: skip
        yield Slip("mean-for-sum", terms.mean(), f"took the mean over the {len(terms)} places",
                   f"They are added, not averaged: {listed(terms)}.")  # fmt: skip
    if len(at.sums) > 1:
        names = at.phase.group_names
        for k in range(len(at.sums)):
            rest = np.delete(at.sums, k)
            yield Slip("filter-forgotten", rest.sum(), f"left out {names[k]}: {total(rest)}",
                       f"The cell went into every filter; add {names[k]}'s {text(at.sums[k])}.")  # fmt: skip
    if len(boards) == 2:
        yield from _products(at, boards, look)
    elif len(terms):
        yield Slip("incoming-forgotten", float(len(terms)), "counted the places alone", look)
        yield from _all_filters(at)
    yield Slip("sign", -at.result, "lost a sign", look)


def _what(boards: list[str]) -> str:
    others = {"weight": "weight × the gradient that arrives", "input": "input × the gradient that arrives"}
    return next((others[board] for board in boards if board in others), "the gradient that arrives")


def _products(at: At, boards: list[str], look: str) -> Iterator[Slip]:
    arriving = boards.index("incoming") if "incoming" in boards else boards.index("local") if "local" in boards else 1
    gradient, other = at.factor(arriving), at.factor(1 - arriving)
    name = {"weight": "weight", "input": "input"}.get(boards[1 - arriving], "other factor")
    yield Slip("incoming-forgotten", other.sum(), "left out the gradient that arrives", look)
    yield Slip("factor-forgotten", gradient.sum(), f"left out the {name}", look)
    if name == "weight" and at.board("weight").values.ndim == 4:
        yield Slip("kernel-unturned", float(at.turned(1 - arriving) @ gradient), "slid the kernel as it stands",
                   "Seen from the input the kernel is turned: the output above left saw this cell with its last "
                   "weight.")  # fmt: skip
    if len(at.terms) > 1:
        yield Slip("added", (gradient + other).sum(), "added instead of multiplying", look)


def _all_filters(at: At) -> Iterator[Slip]:
    incoming = at.board(at.phase.factors[0].board)
    if incoming.values.ndim == 3 and len(incoming.values) > 1:
        yield Slip("all-filters", incoming.values.sum(), "added up the gradients of all filters",
                   f"A bias belongs to one filter: {listed(at.terms)}.")  # fmt: skip


def _max_pooling(at: At) -> Iterator[Slip]:
    terms = at.terms
    incoming = at.values(at.phase.factors[0].board)
    covering, size = _covering(at)
    look = "The whole gradient of a window goes to the cell that won it; the others get 0."
    won = set(at.index(0).tolist())
    lost = [w for w in covering if w not in won]
    for window in lost if not won else ():
        yield Slip("wrong-cell", incoming[window], "sent a window's gradient to a cell that lost", look)
    for window in covering:
        yield Slip("shared-evenly", incoming[window] / size, "shared the gradient out, as average pooling does", look)
    if lost and won:
        yield Slip("wrong-cell", incoming[covering].sum(), "counted a window that another cell won", look)
    if len(terms) > 1:
        for value in terms:
            yield Slip("one-position", value, f"counted one window alone: {text(value)}",
                       f"The cell won {len(terms)} windows: add {listed(terms)}.")  # fmt: skip
    if len(terms):
        yield Slip("blocked", 0.0, "let nothing through", f"{look} This cell won.")
        yield Slip("incoming-forgotten", float(len(terms)), "left out the gradient that arrives", look)
        yield Slip("sign", -at.result, "lost a sign", look)


def _covering(at: At) -> tuple[list[int], int]:
    """Return which windows, by flat index of the output, cover a step's cell, and how many cells each has."""
    board, outputs = at.board("grad"), at.board(at.phase.factors[0].board).values
    height, width = (n - 2 * p for n, p in zip(board.values.shape[1:], at.layer.paddings, strict=True))
    windows = at.layer.windows((len(board.values), height, width))
    if len(outputs) != len(board.values) or len(windows) != outputs[0].size:
        return [], 1
    reads = windows.reads()
    channel, cell = divmod(at.writes, board.values[0].size)
    found = np.flatnonzero((reads == cell).any(axis=1))
    return (channel * len(windows) + found).tolist(), int((reads != NONE).sum(axis=1).max())
