"""What layers with a kernel share: its size, and where it lies; and what convolutions share, their filters' steps."""

from dataclasses import replace

import numpy as np

from engine.functional import shapes
from engine.layers.base import Layer, Shape
from engine.layers.steps.windows import Windows, sliding
from engine.trace import NONE, Board, Phase
from engine.trace.build import phase, written
from engine.writing.display import channel_names, shared_decimals

Pair = int | tuple[int, int]


class Kerneled(Layer):
    """A layer of windows, whose settings (but ceil_mode and the like) are one int or (rows, columns)."""

    @property
    def kernel(self) -> tuple[int, int]:
        """Kernel height and width."""
        return shapes.pair(self.kernel_size, "kernel_size", 1)

    @property
    def strides(self) -> tuple[int, int]:
        """Stride down and across."""
        return shapes.pair(self.stride, "stride", 1)

    @property
    def dilations(self) -> tuple[int, int]:
        """Dilation down and across; 1 where the layer has none."""
        return shapes.pair(getattr(self, "dilation", 1), "dilation", 1)

    @property
    def extent(self) -> tuple[int, int]:
        """Cells that the kernel spans, down and across, dilation counted in."""
        rows, columns = zip(self.kernel, self.dilations, strict=True)
        return shapes.effective_kernel(*rows), shapes.effective_kernel(*columns)

    @property
    def paddings(self) -> tuple[int, int]:
        """Padding down and across."""
        return shapes.pair(self.padding, "padding", 0)

    @property
    def pads(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Cells added ((above, below), (left, right))."""
        down, across = self.paddings
        return (down, down), (across, across)

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window]:
        axes = zip(self.extent, self.strides, self.pads, strict=True)
        return tuple(shapes.Window(span, stride, -before) for span, stride, (before, _) in axes)

    def windows(self, input_shape: Shape, around: tuple[int, int] | None = None) -> Windows:
        """Where the windows lie on an input; `around` keeps to those near one output row and column."""
        sizes, places = self.output_shape(input_shape)[-2:], around or (None, None)
        axes = zip(input_shape[-2:], sizes, self.kernel, self.strides, self.dilations, self.pads, places, strict=True)
        rows, columns = (sliding(*axis) for axis in axes)
        return Windows(rows, columns)


class Filtered(Kerneled):
    """A layer of filters, each over its own group of input channels: what the convolutions share."""

    def __post_init__(self):
        for name in ("in_channels", "out_channels", "groups"):
            shapes.whole(getattr(self, name), name, 1)
        shapes.check_groups(self.in_channels, self.out_channels, self.groups)

    def with_arriving(self, in_channels: int) -> "Filtered":
        """Return the layer for other channels; a depthwise one (groups = in_channels) stays so."""
        changes = {"in_channels": in_channels}
        if self.groups == self.in_channels > 1:
            changes |= {"groups": in_channels, "out_channels": self.out_channels // self.in_channels * in_channels}
        return replace(self, **changes)

    @property
    def tex_channel(self) -> tuple[str, int]:
        """LaTeX of the input channel that a term reads, and how many of them a filter sums over."""
        return "c" if self.groups == 1 else "g(o)+c", self.in_channels // self.groups

    def on_sequence(self) -> bool:
        return self.sequences

    def filter_boards(self, filters: np.ndarray, bias: np.ndarray | None) -> list[Board]:
        """Return the boards of the weight, as (out_channels, in_channels / groups, height, width), and of the bias."""
        panes = ("",) * filters.shape[1] if self.groups > 1 else channel_names(self.in_channels)
        axes = ("O", "C", "H", "W")
        boards = [Board("weight", "weight", filters, axes, "kernel", panes=panes, paged=True, editable=True)]
        if bias is not None:
            boards.append(Board("bias", "bias", bias, ("O",), "bias", editable=True))
        return boards

    def filter_phase(self, name: str, boards: tuple[Board, ...], windows: Windows, say: str, where: str) -> Phase:
        """Return a step for each output cell, filter by filter: the cells that its window reads times the filter's.

        say, where: with the fields filter, row, column, rows and columns (where the window lies) and sum.
        """
        by_name = {board.name: board for board in boards}
        x, w = by_name["input"].values, by_name["weight"].values
        filters, channels, *kernel = w.shape
        filter = np.repeat(np.arange(filters), len(windows))
        # A filter's terms: its group's channels one after another, each with the window's cells row by row.
        channel = (filter // (filters // self.groups) * channels)[:, None] + np.arange(channels)
        cells = np.tile(windows.reads(), (filters, 1))[:, None, :]
        x_index = np.where(cells == NONE, NONE, channel[:, :, None] * x[0].size + cells).reshape(len(filter), -1)
        w_index = np.where(x_index == NONE, NONE, filter[:, None] * w[0].size + np.arange(w[0].size))
        new = phase(
            by_name,
            name,
            (("input", x_index), ("weight", w_index)),
            "output",
            operation="×",
            group_names=channel_names(channels) if self.groups == 1 else tuple(f"c{k}" for k in range(channels)),
            grid=tuple(kernel),
            singles=(("bias", "bias", filter),) if "bias" in by_name else (),
            page=filter,
            say=say,
            where=where,
        )
        fields = {"filter": tuple(map(str, filter.tolist())), "sum": _said_sums(self, new)}
        return replace(new, fields={**fields, **windows.texts(filters)})


def _said_sums(layer: Filtered, phase: Phase) -> tuple[str, ...]:
    """Return each step's sum as a text: "R 2, G 6, bias 2: the total is 10"."""
    decimals, exact = shared_decimals(phase.results, *(p.values for p in phase.partials))
    equals = "is" if exact else "is about"
    columns = [written(p.values, decimals) for p in phase.partials]
    channels = channel_names(layer.in_channels)
    per_group, filters = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    sums = []
    totals = written(phase.results, decimals)
    for o, values, total in zip(phase.page.tolist(), zip(*columns, strict=True), totals, strict=True):
        first = o // filters * per_group
        names = [p.name if p.group is None else channels[first + p.group] or p.name for p in phase.partials]
        parts = [f"{name} {value}" for name, value in zip(names, values, strict=True)]
        sums.append(f"{', '.join(parts)}: the total {equals} {total}")
    return tuple(sums)
