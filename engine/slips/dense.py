"""Slips in flattening and in a neuron."""

from collections.abc import Iterator

import numpy as np

from engine.slips.at import At
from engine.slips.form import Slip, chain, text, total

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
    yield Slip("flatten-channel-forgotten", i * width + j, f"left out the {c} channels before it",
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
                   f"Row {o} of the weights holds neuron {o}'s: {chain(w, ',').replace(' ,', ',')}.")  # fmt: skip
    for other in (o - 1, o + 1):
        if 0 <= other < len(weights):
            yield Slip("wrong-neuron", float(x @ weights[other]) + bias, f"took the weights of neuron {other}",
                       f"This is neuron {o}: neurons count from 0.")  # fmt: skip
    yield Slip("weights-summed", w.sum() + bias, "added the weights alone", "Multiply each weight by its input first.")
    yield Slip("inputs-summed", x.sum() + bias, "added the inputs alone", "Multiply each input by its weight first.")
    yield Slip("added", (x + w).sum() + bias, "added each weight to its input",
               "Multiply input and weight; add up the products.")  # fmt: skip
    yield Slip("sign", np.abs(at.terms).sum() + bias, "left the signs of the products out",
               f"The products are {chain(at.terms)}.")  # fmt: skip
    if 1 < len(x) <= 9 and (at.terms != 0).all():
        yield Slip("products-multiplied", float(np.prod(at.terms)) + bias, "multiplied the products with one another",
                   f"Add them: {chain(at.terms)}.")  # fmt: skip
