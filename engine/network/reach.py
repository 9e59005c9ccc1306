"""Which cells of each layer's output one cell of the network's input reaches, along each axis.

A window of span k, stride s and first cell −p that reads the cells a … b belongs to the outputs

    ⌈(a + p − k + 1) / s⌉ … ⌊(b + p) / s⌋, as far as there are any

so the reach is a range for each axis, from layer to layer. Where windows have gaps (dilation), the range holds some
cells that are not reached.
"""

from collections.abc import Sequence
from math import ceil, floor

from engine.layers.base import Layer, Shape
from engine.network.blocks import output_shapes

Range = tuple[int, int] | None
"""The first cell and the one after the last; None where no cell is reached."""


def reached(layers: Sequence[Layer], input_shape: Shape) -> list[tuple[list[Range], list[Range]] | None]:
    """Return for each layer what every row and what every column of the input reaches.

    input_shape: (C, H, W). None for a layer that has no places on a grid, and for all after it: each of their cells is
    reached. Raises ValueError for layers that do not fit.
    """
    shapes = [tuple(input_shape), *output_shapes(layers, input_shape)]
    axes: tuple[list[Range], list[Range]] | None = tuple([(k, k + 1) for k in range(side)] for side in input_shape[1:])
    made = []
    for layer, before, after in zip(layers, shapes, shapes[1:], strict=False):
        windows = layer.window(before) if axes is not None else None
        if windows is None:
            axes = None
        else:
            rows, columns = (
                [_through(window, one, side) for one in ranges]
                for window, ranges, side in zip(windows, axes, after[1:], strict=True)
            )
            axes = rows, columns
        made.append(axes)
    return made


def _through(window, cells: Range, side: int) -> Range:
    if cells is None:
        return None
    if not window.stride:  # all outputs read the same window
        return (0, side)
    first = max(0, ceil((cells[0] - window.start - window.span + 1) / window.stride))
    last = min(side - 1, floor((cells[1] - 1 - window.start) / window.stride))
    return (first, last + 1) if first <= last else None
