"""Pooling: one number for each window of each channel."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine import shapes
from engine.layers.base import Layer, Shape, register, setting

Pair = int | tuple[int, int]


@dataclass(frozen=True)
class Pool2d(Layer):
    """What max and average pooling share: a window that slides over each channel on its own."""

    @property
    def kernel(self) -> tuple[int, int]:
        """Window height and width."""
        return shapes.pair(self.kernel_size, "kernel_size", 1)

    @property
    def strides(self) -> tuple[int, int]:
        """Stride down and across; the window's own size where none is given."""
        return self.kernel if self.stride is None else shapes.pair(self.stride, "stride", 1)

    @property
    def paddings(self) -> tuple[int, int]:
        """Padding down and across."""
        return shapes.pair(self.padding, "padding", 0)

    @property
    def dilations(self) -> tuple[int, int]:
        """Dilation down and across."""
        return 1, 1

    @property
    def extent(self) -> tuple[int, int]:
        """Cells that the window spans on the input, down and across, dilation counted in."""
        rows, columns = zip(self.kernel, self.dilations, strict=True)
        return shapes.effective_kernel(*rows), shapes.effective_kernel(*columns)

    def _axes(self, input_shape: Shape):
        return zip(input_shape[-2:], self.kernel, self.strides, self.paddings, self.dilations, strict=True)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) not in (3, 4):
            raise ValueError(f"{type(self).__name__} takes (C, H, W) or (N, C, H, W), got {tuple(input_shape)}")
        return (*input_shape[:-2], *(shapes.pool_size(*axis, self.ceil_mode) for axis in self._axes(input_shape)))

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window]:
        axes = zip(self.extent, self.strides, self.paddings, strict=True)
        rows, columns = (shapes.Window(span, stride, -padding) for span, stride, padding in axes)
        return rows, columns

    def working(self, input_shape: Shape) -> tuple[shapes.Working, shapes.Working]:
        axes = zip(self._axes(input_shape), "HW", strict=True)
        down, across = (shapes.pool_working(*axis, self.ceil_mode, letter) for axis, letter in axes)
        return down, across


@register
@dataclass(frozen=True)
class MaxPool2d(Pool2d):
    summary: ClassVar[str] = "Keep the largest number of each window."

    kernel_size: Pair = setting(help="Height and width of the window.", minimum=1, maximum=7, pair=True)
    stride: Pair | None = setting(
        None,
        help="Cells between one window and the next; the window's size if not set.",
        minimum=1,
        maximum=8,
        pair=True,
    )
    padding: Pair = setting(0, help="Cells added on every side; they never win.", minimum=0, maximum=3, pair=True)
    dilation: Pair = setting(1, help="Distance between a window's cells.", minimum=1, maximum=6, pair=True)
    ceil_mode: bool = setting(False, help="Round the output size up, not down.")

    @property
    def dilations(self) -> tuple[int, int]:
        return shapes.pair(self.dilation, "dilation", 1)

    def forward(self, input: np.ndarray) -> np.ndarray:
        self.output_shape(input.shape)
        return F.max_pool2d(input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


@register
@dataclass(frozen=True)
class AvgPool2d(Pool2d):
    summary: ClassVar[str] = "Take the mean of each window."

    kernel_size: Pair = setting(help="Height and width of the window.", minimum=1, maximum=7, pair=True)
    stride: Pair | None = setting(
        None,
        help="Cells between one window and the next; the window's size if not set.",
        minimum=1,
        maximum=8,
        pair=True,
    )
    padding: Pair = setting(0, help="Zeros added on every side.", minimum=0, maximum=3, pair=True)
    ceil_mode: bool = setting(False, help="Round the output size up, not down.")
    count_include_pad: bool = setting(True, help="Count the padding's cells in the number that is divided by.")

    def forward(self, input: np.ndarray) -> np.ndarray:
        self.output_shape(input.shape)
        return F.avg_pool2d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


@register
@dataclass(frozen=True)
class AdaptiveAvgPool2d(Layer):
    summary: ClassVar[str] = "Take means so that the output has a given size; size 1 is global average pooling."

    output_size: Pair = setting(1, help="Height and width of the output.", minimum=1, maximum=16, pair=True)

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) not in (3, 4):
            raise ValueError(f"AdaptiveAvgPool2d takes (C, H, W) or (N, C, H, W), got {tuple(input_shape)}")
        return (*input_shape[:-2], *shapes.pair(self.output_size, "output_size", 1))

    def forward(self, input: np.ndarray) -> np.ndarray:
        return F.adaptive_avg_pool2d(input, self.output_size)

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window] | None:
        sizes = shapes.pair(self.output_size, "output_size", 1)
        if sizes == (1, 1):
            return None
        pairs = zip(input_shape[-2:], sizes, strict=True)
        rows, columns = (shapes.Window(-(-n // size) + (n % size > 0), max(1, n // size)) for n, size in pairs)
        return rows, columns
