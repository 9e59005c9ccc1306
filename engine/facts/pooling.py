"""Facts about pooling: which cells it misses, when H / F is the output's size, what a shift of the picture changes."""

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from engine import functional as F
from engine.functional.working import Line
from engine.layers.base import Shape
from engine.layers.pooling import Pool2d, Pooling
from engine.writing.display import ROUNDED_DECIMALS, number_text


@dataclass(frozen=True)
class Missed:
    """Rows and columns of the input that no window has a cell on.

    cells: how many numbers of a channel these are, of how many. ceil_mode: whether rounding up would reach them all.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    cells: int
    of: int
    ceil_mode: bool


def missed(layer: Pooling, input_shape: Shape) -> Missed:
    """Return which cells of an input of this shape a pooling never reads."""
    windows = layer.windows(input_shape)
    rows, columns = (
        tuple(int(k) - axis.padding[0] for k in np.flatnonzero(~axis.reached & ~axis.is_padding))
        for axis in (windows.rows, windows.columns)
    )
    height, width = input_shape[-2:]
    cells = height * width - (height - len(rows)) * (width - len(columns))
    helps = cells > 0 and isinstance(layer, Pool2d) and not layer.ceil_mode
    helps = helps and missed(replace(layer, ceil_mode=True), input_shape).cells == 0
    return Missed(rows, columns, cells, height * width, helps)


def numbers(layer: Pooling, input_shape: Shape) -> tuple[int, int]:
    """Return how many numbers go in and how many come out."""
    return prod(input_shape), prod(layer.output_shape(input_shape))


@dataclass(frozen=True)
class Short:
    """The short formula along one axis: H / F with its numbers, the true size, and why the two need not agree."""

    line: Line
    size: int
    agrees: bool
    reasons: tuple[str, ...]


def short(layer: Pool2d, input_shape: Shape) -> tuple[Short, Short]:
    """Return what H / F gives for the height and the width.

    It is the output's size where the stride is the window, nothing is padded or dilated, and F divides H.
    """
    axes = zip(
        input_shape[-2:], layer.output_shape(input_shape)[-2:],
        layer.kernel, layer.strides, layer.paddings, layer.dilations, "HW", strict=True,
    )  # fmt: skip
    return tuple(_short(*axis) for axis in axes)


def _short(length: int, size: int, kernel: int, stride: int, padding: int, dilation: int, letter: str) -> Short:
    reasons = []
    if stride != kernel:
        reasons.append(f"the stride {stride} is not the window's {kernel}")
    if padding:
        reasons.append(f"the padding is {padding}")
    if dilation != 1:
        reasons.append(f"the dilation is {dilation}")
    if length % kernel:
        reasons.append(f"{kernel} does not divide {length}")
    quotient, ends = length / kernel, length * 10**ROUNDED_DECIMALS % kernel == 0
    text = number_text(quotient, ROUNDED_DECIMALS)
    plain, tex = ("=", "=") if ends else ("≈", r"\approx")
    line = Line(
        f"{letter} / F = {length} / {kernel} {plain} {text}",
        rf"\frac{{{letter}}}{{F}} = \frac{{{length}}}{{{kernel}}} {tex} {text}",
    )
    return Short(line, size, quotient == size, tuple(reasons))


@dataclass(frozen=True)
class Shift:
    """A picture, the same moved right by one cell, and what pooling makes of each; True where they differ."""

    before: np.ndarray
    after: np.ndarray
    pooled_before: np.ndarray
    pooled_after: np.ndarray

    @property
    def changed(self) -> np.ndarray:
        return self.before != self.after

    @property
    def pooled_changed(self) -> np.ndarray:
        return self.pooled_before != self.pooled_after

    def counts(self, channel: int) -> tuple[int, int, int, int]:
        """Return how many of a channel's numbers changed, of how many, and the same of the pooled ones."""
        moved, pooled = self.changed[channel], self.pooled_changed[channel]
        return int(moved.sum()), moved.size, int(pooled.sum()), pooled.size


def shift(layer: Pooling, input: np.ndarray, pooled: np.ndarray) -> Shift:
    """Move a picture (C, H, W) one cell to the right, zeros coming in at the left; pooled: what the layer makes of it
    before."""
    moved = F.pad(input, (1, -1, 0, 0))
    return Shift(input, moved, pooled, layer.forward(moved))
