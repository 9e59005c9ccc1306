"""Slips in flattening, in a neuron, and in any sum of products on the way to a number."""

from collections.abc import Iterator, Sequence

import numpy as np

from engine.slips.at import At
from engine.slips.form import Slip, chain, text, total

MOST = 9  # terms that a sentence writes out
ORDER = "Channel by channel, each row by row"


def flattened(at: At) -> Iterator[Slip]:
    """Yield the slips of the number that a place of the vector gets."""
    maps = at.board("input").values.astype(np.float64)
    for name, value, did, look in _orders(maps, at.writes):
        yield Slip(name, value, did, look)


def _orders(maps: np.ndarray, place: int) -> Iterator[tuple]:
    look = f"{ORDER}, counted from 0."
    yield "flatten-columns", maps.swapaxes(1, 2).ravel()[place], "read column by column", look
    yield "flatten-channels-last", np.moveaxis(maps, 0, -1).ravel()[place], "read all channels of a cell first", look
    if place:
        yield "count-from-1", maps.ravel()[place - 1], "counted from 1", look


def place(shape: tuple[int, int, int], cell: tuple[int, int, int]) -> Iterator[Slip]:
    """Yield the slips of the place that a cell of maps gets in the vector."""
    (channels, height, width), (c, i, j) = shape, cell
    work = f"({c} × {height} + {i}) × {width} + {j}"
    right = (c * height + i) * width + j
    yield Slip("flatten-columns", (c * width + j) * height + i, "read column by column", f"{ORDER}: {work}.")
    yield Slip("flatten-channels-last", (i * width + j) * channels + c, "read all channels of a cell first",
               f"{ORDER}: {work}.")  # fmt: skip
    before = "channel" if c == 1 else f"{c} channels"
    yield Slip("flatten-channel-forgotten", i * width + j, f"left out the {before} before it",
               f"Each channel before it has {height * width} cells: {work}.")  # fmt: skip
    yield Slip("flatten-side", (c * height + i) * height + j, "counted rows for columns in a row",
               f"A row has {width} cells: {work}.")  # fmt: skip
    yield Slip("count-from-1", right + 1, "counted from 1", f"Channels, rows, columns and places count from 0: {work}.")


def neuron(at: At) -> Iterator[Slip]:
    """Yield the slips of a neuron's number; with a ReLU behind it, of that number before it."""
    x, w, bias = at.factor(0), at.factor(1), at.single or 0.0
    weights, o = at.board("weight").values.astype(np.float64), int(at.phase.page[at.s])
    sums = float(at.terms.sum())
    if bias:
        yield Slip("bias-forgotten", sums, f"left out the bias: {total(at.terms)}", f"Add the bias {text(bias)}.")
        yield Slip("bias-per-input", sums + bias * len(x), f"added the bias once for each of the {len(x)} inputs",
                   f"A neuron has one bias: add {text(bias)} once.")  # fmt: skip
    if len(weights) == len(x) > 1:
        yield Slip("row-for-column", float(x @ weights[:, o]) + bias, f"took column {o} of the weights",
                   f"Row {o} of the weights holds neuron {o}'s: {', '.join(map(text, w))}.")  # fmt: skip
    for other in (o - 1, o + 1):
        if 0 <= other < len(weights):
            yield Slip("wrong-neuron", float(x @ weights[other]) + bias, f"took the weights of neuron {other}",
                       f"This is neuron {o}: neurons count from 0.")  # fmt: skip
    yield Slip("weights-summed", w.sum() + bias, "added the weights alone", "Multiply each weight by its input first.")
    yield Slip("inputs-summed", x.sum() + bias, "added the inputs alone", "Multiply each input by its weight first.")
    yield Slip("added", (x + w).sum() + bias, "added each weight to its input",
               "Multiply input and weight; add up the products.")  # fmt: skip
    yield Slip("sign", np.abs(at.terms).sum() + bias, "left the signs of the products out",
               f"The products are {listed(at.terms)}.")  # fmt: skip
    if 1 < len(x) <= 9 and (at.terms != 0).all():
        yield Slip("products-multiplied", float(np.prod(at.terms)) + bias, "multiplied the products together",
                   f"Add them: {chain(at.terms)}.")  # fmt: skip


def listed(terms: Sequence[float]) -> str:
    """Return a sum's terms for a sentence, the first nine of them."""
    if not len(terms):
        return "none, so it is 0"
    return chain(terms) if len(terms) <= MOST else f"{chain(terms[:MOST])} + … ({len(terms)} numbers)"


def added_up(terms: Sequence[float], look: str = "") -> Iterator[Slip]:
    """Yield the slips of a sum of several numbers. look: where to look, if not at the numbers."""
    terms = np.asarray(terms, dtype=np.float64)
    look = look or f"Add all of them: {listed(terms)}."
    if len(terms) < 2:
        return
    for value in terms[:MOST][terms[:MOST] != 0]:
        yield Slip("term-forgotten", terms.sum() - value, f"left out {text(value)}", look)
    yield Slip("sign", np.abs(terms).sum(), "left the minus signs out", look)
    yield Slip("mean-for-sum", terms.mean(), f"took the mean of the {len(terms)} numbers", look)
    if len(terms) <= MOST and (terms != 0).all():
        yield Slip("products-multiplied", float(np.prod(terms)), "multiplied the numbers together", look)


def group(at: At, k: int) -> Iterator[Slip]:
    """Yield the slips of the k-th group's sum, of products or of numbers that are only read."""
    if at.phase.reduce == "max":
        return
    own = at.groups == k
    yield from added_up(at.terms[own])
    boards = [factor.board for factor in at.phase.factors]
    if len(boards) != 2 or at.phase.operation != "×":
        return
    first, second = at.factor(0)[own], at.factor(1)[own]
    look = f"Multiply first, then add: {listed(at.terms[own])}."
    for board, other in zip(boards, (second, first), strict=True):
        yield Slip(*_without(at, board, other.sum()), look)
    yield Slip("added", (first + second).sum(), "added instead of multiplying", look)


def _without(at: At, board: str, value: float) -> tuple[str, float, str]:
    """Return a slip's name, number and what was done, where the numbers of a board were left out of the products."""
    if board in ("incoming", "local"):
        return "incoming-forgotten", value, "left out the gradient that arrives"
    if not at.forward:
        return "factor-forgotten", value, f"left out {'the weights' if board == 'weight' else 'the other factor'}"
    if board == "weight":
        return "inputs-summed", value, "added the inputs without their weights"
    return "weights-summed", value, "added the weights without the inputs"
