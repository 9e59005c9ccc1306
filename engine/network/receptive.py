"""Receptive fields: which cells of the network's input one cell of a layer can see.

Along one axis, with span k, stride s and first window at −p of each layer in turn:

    size ← size + (k − 1) · jump        start ← start − p · jump        jump ← jump · s

A transposed convolution's windows have fractions, which are kept until the whole cells are counted.

Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill (2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from engine.functional.shapes import Window
from engine.layers.base import Layer, Shape
from engine.network.blocks import Block, Residual, output_shapes


@dataclass(frozen=True)
class Axis:
    """What the cells of a layer see of the network's input along one axis.

    span: input cells that one cell sees, padding counted in. jump: input cells between what one cell sees and what the
    next sees (the effective stride). begin: the first input cell that cell 0 sees; negative where it begins in the
    padding. After a transposed convolution all three may be fractions; `size` and `start` are the whole cells in them.
    """

    span: int | Fraction = 1
    jump: int | Fraction = 1
    begin: int | Fraction = 0

    @property
    def size(self) -> int:
        """The most input cells that one cell sees."""
        return floor(self.span)

    @property
    def start(self) -> int:
        """The first input cell that cell 0 sees."""
        return ceil(self.begin)

    def after(self, window: Window) -> "Axis":
        """Return the axis after a layer whose cells read these windows."""
        return Axis(
            _whole(self.span + (window.span - 1) * self.jump),
            _whole(self.jump * window.stride),
            _whole(self.begin + window.start * self.jump),
        )


Field = tuple[Axis, Axis]
"""Down and across."""
WHOLE = None
"""The field of a cell that sees the whole input, or that has no place on a grid."""


def fields(layers: Sequence[Layer], input_shape: Shape, before: Field | None = (Axis(), Axis())) -> list[Field | None]:
    """Return what one cell of each layer's output sees of the network's input, down and across.

    None from the first layer on that reads all of its input (flatten, fully connected, global pooling). Of two
    branches the field is the union; where windows are shared out unevenly (adaptive pooling) it is an upper bound.
    """
    if len(input_shape) < 3:
        before = WHOLE
    axes, shapes = [], [tuple(input_shape), *output_shapes(layers, input_shape)]
    for layer, shape in zip(layers, shapes, strict=False):
        before = after(layer, shape, before)
        axes.append(before)
    return axes


def after(layer: Layer, input_shape: Shape, before: Field | None) -> Field | None:
    """Return the field after a layer, given the one before it."""
    if before is None:
        return None
    if isinstance(layer, Block):
        ends = [[before, *fields(layers, input_shape, before)][-1] for layers in layer.branches.values()]
        return ends[0] if not isinstance(layer, Residual) else union(*ends)
    windows = layer.window(input_shape)
    if windows is None:
        return None
    return tuple(axis.after(window) for axis, window in zip(before, windows, strict=True))


def union(one: Field | None, other: Field | None) -> Field | None:
    """Return the smallest field that holds both of two branches."""
    if one is None or other is None:
        return None
    return tuple(_union(a, b) for a, b in zip(one, other, strict=True))


def _union(a: Axis, b: Axis) -> Axis:
    if a.jump != b.jump:
        raise ValueError(f"two branches with jumps {a.jump} and {b.jump} have no common field")
    begin, end = min(a.begin, b.begin), max(a.begin + a.span, b.begin + b.span)
    return Axis(_whole(end - begin), a.jump, begin)


def _whole(number: int | Fraction) -> int | Fraction:
    return int(number) if number == int(number) else number
