"""Transposed convolution, as PyTorch's nn.ConvTranspose2d."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine import shapes
from engine.layers.base import Layer, Shape, register, setting

Pair = int | tuple[int, int]


@register
@dataclass(frozen=True)
class ConvTranspose2d(Layer):
    summary: ClassVar[str] = "Stamp the kernel onto the output once for each input cell, as strongly as that cell says."

    in_channels: int = setting(help="Channels of the input (C).", minimum=1, maximum=4)
    out_channels: int = setting(help="Channels of the output.", minimum=1, maximum=8)
    kernel_size: Pair = setting(help="Height and width of the kernel.", minimum=1, maximum=7, pair=True)
    stride: Pair = setting(1, help="Cells between one stamp and the next.", minimum=1, maximum=4, pair=True)
    padding: Pair = setting(0, help="Cells cut off on every side of the output.", minimum=0, maximum=6, pair=True)
    output_padding: Pair = setting(0, help="Cells added below and to the right.", minimum=0, maximum=3, pair=True)
    groups: int = setting(1, help="Channel groups.", minimum=1, maximum=4)
    bias: bool = setting(True, help="Add one number per output channel.")
    dilation: Pair = setting(
        1, help="Distance between a kernel's cells on the output.", minimum=1, maximum=4, pair=True
    )

    def __post_init__(self):
        for name in ("in_channels", "out_channels", "groups"):
            shapes.whole(getattr(self, name), name, 1)
        shapes.check_groups(self.in_channels, self.out_channels, self.groups)

    def _axes(self, input_shape: Shape):
        pairs = [
            shapes.pair(getattr(self, name), name, least)
            for name, least in (
                ("kernel_size", 1), ("stride", 1), ("padding", 0), ("output_padding", 0), ("dilation", 1),
            )
        ]  # fmt: skip
        return zip(input_shape[-2:], *pairs, strict=True)

    def parameter_shapes(self) -> dict[str, Shape]:
        kernel = shapes.pair(self.kernel_size, "kernel_size", 1)
        weight = (self.in_channels, self.out_channels // self.groups, *kernel)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def output_shape(self, input_shape: Shape) -> Shape:
        *batch, channels, height, width = input_shape
        if channels != self.in_channels:
            raise ValueError(f"in_channels is {self.in_channels}, but the input has {channels} channels")
        return (*batch, self.out_channels, *(shapes.conv_transpose_size(*a) for a in self._axes((height, width))))

    def multiply_adds(self, input_shape: Shape) -> int:
        height, width = shapes.pair(self.kernel_size, "kernel_size", 1)
        return int(np.prod(input_shape[-3:])) * self.out_channels // self.groups * height * width

    def working(self, input_shape: Shape) -> tuple[shapes.Working, shapes.Working]:
        axes = zip(self._axes(input_shape), "HW", strict=True)
        down, across = (shapes.conv_transpose_working(*axis, letter) for axis, letter in axes)
        return down, across

    def forward(self, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        self.output_shape(input.shape)
        return F.conv_transpose2d(
            input, weight, bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation
        )
