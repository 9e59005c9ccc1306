"""Slips in one output cell of a convolution, and in a channel's sum and a product on the way to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.layers.conv import Convolution
from engine.slips import places
from engine.slips.at import At
from engine.slips.dense import listed
from engine.slips.form import Slip, chain, text, total

FLIP = "The kernel is not turned in the forward pass: its top left weight meets the window's top left cell."
EACH = "Each filter has one kernel for each input channel"


@dataclass(frozen=True)
class Variant:
    """The channels' sums, (K,), that a slip inside the window gives."""

    name: str
    sums: np.ndarray
    did: str
    look: str


def result(at: At) -> Iterator[Slip]:
    """Yield the slips of an output cell."""
    sums, bias = at.sums, at.single or 0.0
    count, names = len(sums), at.phase.group_names
    if bias:
        yield _without_bias(sums, bias)
        if count > 1:
            yield Slip(
                "bias-per-channel", sums.sum() + count * bias,
                f"added the bias {text(bias)} once for each of the {count} channels",
                "A filter has one bias: add it once, after the channels' sums.",
            )  # fmt: skip
    if count > 1:
        if count > 2:
            yield from _without_channels(at, EACH)
        for k in range(count):
            rest = [sums[k], *([bias] if bias else [])]
            yield Slip(
                "one-channel", sum(rest), f"counted channel {names[k]} alone: {total(rest)}",
                f"{EACH}; add the sums of all {count} channels: {chain(sums)}.",
            )  # fmt: skip
    for variant in variants(at, at.terms):
        yield Slip(variant.name, variant.sums.sum() + bias, variant.did, variant.look)
    if len(at.terms) <= 9 and (at.terms != 0).all():
        yield Slip(
            "products-multiplied", float(np.prod(at.terms)) + bias, "multiplied the products together",
            f"Add them: {chain(at.terms)}.",
        )  # fmt: skip


def _without_bias(sums: np.ndarray, bias: float) -> Slip:
    given = total(sums) if len(sums) > 1 else f"the products give {total(sums)}"
    return Slip("bias-forgotten", sums.sum(), f"left out the bias: {given}", f"Add the bias {text(bias)} once.")


def _without_channels(at: At, rule: str) -> Iterator[Slip]:
    """Yield the slips of one channel's sum left out, each in turn."""
    for k, name in enumerate(at.phase.group_names):
        rest = [*np.delete(at.sums, k), *([at.single] if at.single else [])]
        yield Slip("channel-forgotten", sum(rest), f"left out channel {name}: {total(rest)}",
                   f"{rule}; add {name}'s {text(at.sums[k])}.")  # fmt: skip


def channel(at: At, k: int) -> Iterator[Slip]:
    """Yield the slips of one channel's sum."""
    own, sums, bias = at.groups == k, at.sums, at.single or 0.0
    for variant in variants(at, at.terms[own]):
        yield Slip(variant.name, variant.sums[k], variant.did, variant.look)
    if bias:
        after = "the channels' sums" if len(sums) > 1 else "this sum"
        yield Slip("bias-per-channel", sums[k] + bias, f"added the bias {text(bias)} already",
                   f"The bias comes once, after {after}.")  # fmt: skip
    x, w = at.factor(0), at.factor(1)
    for other in range(len(sums)):
        if other != k and (at.groups == other).sum() == own.sum():
            yield Slip(
                "wrong-kernel", float(x[own] @ w[at.groups == other]), "took another channel's kernel",
                f"{EACH}: take this channel's own.",
            )  # fmt: skip


def term(at: At, t: int) -> Iterator[Slip]:
    """Yield the slips of one product."""
    x, w = at.factor(0), at.factor(1)
    a, b = x[t], w[t]
    yield Slip("added", a + b, f"added {text(a)} and {text(b)}", f"Multiply them: {chain([a, b], '×')}.")
    rule = "Two signs alike give plus, two unlike give minus"
    yield Slip("sign", -a * b, f"lost a sign: {chain([a, b], '×')}", f"{rule}.")
    own = np.flatnonzero(at.groups == at.groups[t])
    if len(own) > 1 and at.forward and isinstance(at.layer, Convolution):
        turned = w[own[::-1][np.searchsorted(own, t)]]
        yield Slip("kernel-flipped", a * turned, f"took the weight {text(turned)} of the turned kernel", FLIP)


def variants(at: At, products: np.ndarray) -> Iterator[Variant]:
    """Yield what slips inside the window make of the channels' sums: kernels turned, windows off, factors left out.

    products: those that the sum which is asked for has.
    """
    count, (height, width) = len(at.sums), at.phase.grid
    if len(at.terms) != count * height * width:
        return
    x, w = at.factor(0).reshape(count, height, width), at.factor(1).reshape(count, height, width)

    def made(name: str, cells: np.ndarray, weights: np.ndarray, did: str, look: str) -> Variant:
        return Variant(name, (cells * weights).sum(axis=(1, 2)), did, look)

    one = np.ones_like(x)
    if height * width > 1:
        yield made("kernel-flipped", x, w[:, ::-1, ::-1], "turned the kernel by half a turn", FLIP)
    if height == width > 1:
        swapped = "Row by row: the weight at row 0, column 1 meets the window's cell at row 0, column 1."
        yield made("kernel-transposed", x, w.swapaxes(1, 2), "swapped the kernel's rows and columns", swapped)
    yield made("weights-summed", one, w, "added the weights alone", "Multiply each weight by the cell below it first.")
    yield made("inputs-summed", x, one, "added the cells of the window alone",
               "Multiply each cell by its weight first.")  # fmt: skip
    yield Variant("added", (x + w).sum(axis=(1, 2)), "added each weight to its cell",
                  "Multiply cell and weight; add up the products.")  # fmt: skip
    yield Variant("sign", np.abs(x * w).sum(axis=(1, 2)), "left the signs of the products out",
                  f"The products are {listed(products)}.")  # fmt: skip
    yield from _shifted(at, x, w)


def _shifted(at: At, x: np.ndarray, w: np.ndarray) -> Iterator[Variant]:
    """Yield what windows elsewhere, and cells side by side, would give."""
    for name, down, across, did, look in places.moves(at):
        cells = places.moved(at, down, across)
        if cells is not None:
            yield Variant(name, (cells.reshape(x.shape) * w).sum(axis=(1, 2)), did, look)
    dilations = at.layer.dilations
    if dilations != (1, 1):
        board = at.board("input")
        channels, rows, columns = np.unravel_index(at.index(0), board.values.shape)
        u, v = (k.ravel() for k in np.indices(x.shape)[1:])
        close = board.values[channels, rows - u * (dilations[0] - 1), columns - v * (dilations[1] - 1)]
        did = "took cells that stand side by side"
        look = f"Dilation {places.each(*dilations)}: the kernel's cells lie that far apart on the input."
        yield Variant("dilation-ignored", (close.reshape(x.shape) * w).sum(axis=(1, 2)), did, look)


# Transposed convolution: the output cell is what all stamps leave there.


def stamped(at: At) -> Iterator[Slip]:
    """Yield the slips of an output cell of a transposed convolution."""
    sums, bias = at.sums, at.single or 0.0
    count, terms = len(sums), at.terms
    if bias:
        yield _without_bias(sums, bias)
    if count > 1:
        yield from _without_channels(at, "Every input channel stamps its own kernel")
    elif len(terms) > 1:
        for t, which in ((-1, "last"), (0, "first")):
            yield Slip(
                "overlap-overwritten", terms[t] + bias, f"kept the {which} stamp alone: {text(terms[t])}",
                f"Where stamps overlap they are added: {chain(terms)}.",
            )  # fmt: skip
    if len(terms):
        x, w = at.factor(0), at.factor(1)
        yield Slip("weights-summed", w.sum() + bias, "added the weights alone",
                   "Each stamp is the kernel times its input cell.")  # fmt: skip
        yield Slip("inputs-summed", x.sum() + bias, "added the input cells alone",
                   "Each stamp is the kernel times its input cell.")  # fmt: skip
        yield Slip("kernel-flipped", float(x @ at.turned()) + bias, "turned the kernel by half a turn",
                   "A stamp is the kernel as it stands, times the input cell.")  # fmt: skip
    else:
        look = "No stamp reaches it, but the bias is added everywhere."
        yield Slip("gap-filled", 0.0, "took the cell for empty", look)
