"""What layers with a kernel share: its size, and where it lies; and what convolutions share, their filters' steps."""

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import ClassVar

import numpy as np

from engine.cached import cached_property
from engine.functional import shapes
from engine.layers.base import Layer, Shape
from engine.layers.steps.axes import reach_of
from engine.layers.steps.windows import Axis, Windows, sliding
from engine.limits import Cost
from engine.trace import NONE, Board, Phase, Trace
from engine.trace.build import phase, said_sums
from engine.writing.display import channel_names

Pair = int | tuple[int, int]


class Kerneled(Layer):
    """A layer of windows, whose settings (but ceil_mode and the like) are one int or (rows, columns)."""

    lie: ClassVar[Callable[..., Axis]] = staticmethod(sliding)
    """How windows lie along an axis."""

    @cached_property
    def kernel(self) -> tuple[int, int]:
        """Kernel height and width."""
        return shapes.pair(self.kernel_size, "kernel_size", 1)

    @cached_property
    def strides(self) -> tuple[int, int]:
        """Stride down and across."""
        return shapes.pair(self.stride, "stride", 1)

    @cached_property
    def dilations(self) -> tuple[int, int]:
        """Dilation down and across; 1 where the layer has none."""
        return shapes.pair(getattr(self, "dilation", 1), "dilation", 1)

    @cached_property
    def extent(self) -> tuple[int, int]:
        """Cells that the kernel spans, down and across, dilation counted in."""
        rows, columns = zip(self.kernel, self.dilations, strict=True)
        return shapes.effective_kernel(*rows), shapes.effective_kernel(*columns)

    @cached_property
    def paddings(self) -> tuple[int, int]:
        """Padding down and across."""
        return shapes.pair(self.padding, "padding", 0)

    @cached_property
    def pads(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Cells added ((above, below), (left, right))."""
        down, across = self.paddings
        return (down, down), (across, across)

    @property
    def read_channels(self) -> int:
        """How many channels of the input one output reads."""
        return 1

    def cost(self, input_shape: Shape) -> Cost:
        *_, height, width = input_shape
        output = self.output_shape(input_shape)
        (top, bottom), (left, right) = self.pads
        rows, columns = self.extent
        padded = input_shape[-3] * max(top + height + bottom, rows) * max(left + width + right, columns)
        window = self.read_channels * prod(self.kernel)
        cells = prod(output)
        # A convolution gathers the windows of a row of outputs, of all groups, before it multiplies.
        gathered = input_shape[-3] * prod(self.kernel) * output[-1]
        return Cost(max(padded, gathered, cells), window, cells, cells * window, cells * window)

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window]:
        axes = zip(self.extent, self.strides, self.pads, strict=True)
        return tuple(shapes.Window(span, stride, -before) for span, stride, (before, _) in axes)

    def windows(self, input_shape: Shape, around: tuple[int, int] | None = None) -> Windows:
        """Where the windows lie on an input; `around` keeps to those near one output row and column."""
        sizes, places = self.output_shape(input_shape)[-2:], around or (None, None)
        reach = reach_of(prod(self.kernel))
        axes = zip(input_shape[-2:], sizes, self.kernel, self.strides, self.dilations, self.pads, places, strict=True)
        return Windows(*(self.lie(*axis, reach) for axis in axes))


class Filtered(Kerneled):
    """A layer of filters, each over its own group of input channels: what the convolutions share.

    action: what its steps do. page_name: what a page of them is called. say, where: a step's sentence, with the fields
    filter, row, column, rows and columns (where the window lies) and sum.
    """

    action: ClassVar[str] = "convolution"
    page_name: ClassVar[str] = "filter"
    say: ClassVar[str] = ""
    where: ClassVar[str] = ""

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
    def read_channels(self) -> int:
        return self.in_channels // self.groups

    @property
    def tex_channel(self) -> tuple[str, int]:
        """LaTeX of the input channel that a term reads, and how many of them a filter sums over."""
        return "c" if self.groups == 1 else "g(o)+c", self.read_channels

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

    def pad(self, input: np.ndarray) -> np.ndarray:
        """Return the padded input x̃."""
        return input

    def copies(self, input: np.ndarray) -> np.ndarray | None:
        """Return, for each cell of padding that repeats another, the flat index of that cell; None where none does."""
        return None

    def trace(
        self,
        input: np.ndarray,
        *,
        weight: np.ndarray,
        bias: np.ndarray | None = None,
        around: tuple[int, int, int] | None = None,
    ) -> Trace:
        """Trace the layer on one picture (C, H, W), output channel by output channel, row by row."""
        windows, names = self.windows(input.shape, around and around[1:]), channel_names(self.in_channels)
        output, source = self.forward(input, weight=weight, bias=bias), self.copies(input) if around is None else None
        boards = (
            windows.input_board(self.pad(input), names, source=source),
            *self.filter_boards(self.filters(weight), bias),
            windows.output_board(output, (f"{self.page_name} {o}" for o in range(self.out_channels))),
        )
        phases = (self.filter_phase(boards, windows),)
        formula, shape = self.formula(), tuple(input.shape)
        return Trace(self, self.summary, boards, phases, formula, page_name=self.page_name, input_shape=shape)

    def filter_phase(self, boards: tuple[Board, ...], windows: Windows) -> Phase:
        """Return a step for each output cell, filter by filter: the cells that its window reads times the filter's."""
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
            self.action,
            (("input", x_index), ("weight", w_index)),
            "output",
            operation="×",
            group_names=channel_names(channels) if self.groups == 1 else tuple(f"c{k}" for k in range(channels)),
            grid=tuple(kernel),
            singles=(("bias", "bias", filter),) if "bias" in by_name else (),
            page=filter,
            say=self.say,
            where=self.where,
        )
        channels, first = channel_names(self.in_channels), channel[:, 0].tolist()
        names = [[p.name if p.group is None else channels[c + p.group] or "Sum" for p in new.partials] for c in first]
        fields = {"filter": tuple(map(str, filter.tolist())), "sum": said_sums(new.partials, new.results, names)}
        return replace(new, fields={**fields, **windows.texts(filters, "place" if self.sequences else "column")})
