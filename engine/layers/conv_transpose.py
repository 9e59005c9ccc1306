"""Transposed convolution, as PyTorch's nn.ConvTranspose2d."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.functional import shapes
from engine.functional.working import Working, conv_transpose_working
from engine.layers.base import EVERYWHERE, Shape, register
from engine.layers.kerneled import Filtered, Pair
from engine.layers.steps.stamps import reaching, tex_stamped
from engine.layers.steps.windows import Axis, Windows
from engine.limits import Cost
from engine.trace import Board, Phase
from engine.writing.setting import setting

WHERE = "Output channel {filter}, row {row}, column {column}: {reached}."


@register
@dataclass(frozen=True)
class ConvTranspose2d(Filtered):
    r"""Stamp the kernel onto the output once for each input cell, times that cell; where stamps overlap, add them up.

    $$y_{o,i,j} = b_o + \sum_c \sum_u \sum_v w_{c,o,u,v}\;
    x_{c,\; (i + p_h - u d_h) / s_h,\; (j + p_w - v d_w) / s_w}$$

    over those $u$ and $v$ for which both places are whole numbers and lie on the input; $s$ is the stride, $p$ the
    padding and $d$ the dilation, and $c$ runs over the output channel's own group of input channels. It is the
    gradient of Conv2d with respect to its input: it gives back that input's shape, not its numbers.

    - Input: (C, H, W) or (N, C, H, W). All sizes are in cells.
    - Output: (out_channels, H_out, W_out), with N in front where the input has it,
      $H_{out} = (H - 1) s - 2p + d(k - 1) + 1 + \text{output\_padding}$.
    - weight: (in_channels, out_channels / groups, kernel height, kernel width), input channels first.
      bias: (out_channels,).
    - padding cuts cells off the output; output_padding adds rows below and columns on the right, which hold what
      padding had cut off there, or the bias alone.
    - Raises ValueError where a setting or a shape is impossible, with the numbers.

    Source: PyTorch documentation, torch.nn.ConvTranspose2d; Dumoulin and Visin, "A guide to convolution arithmetic
    for deep learning" (2016).
    """

    summary: ClassVar[str] = "Stamp the kernel onto the output once for each input cell, times that cell."
    rules: ClassVar[dict[str, str]] = {
        "weight": "over all stamps, the input × the incoming gradient that it met, added up",
        "bias": EVERYWHERE,
        "input": "over its stamp, weight × incoming gradient, added up",
    }
    action: ClassVar[str] = "transposed convolution"
    page_name: ClassVar[str] = "channel"
    say: ClassVar[str] = WHERE + " {sum}."
    where: ClassVar[str] = WHERE
    lie: ClassVar[Callable[..., Axis]] = staticmethod(reaching)
    fixed: ClassVar[dict[str, tuple]] = {"padding_mode": ("zeros",)}
    fresh: ClassVar[dict[str, int]] = {"kernel_size": 2, "stride": 2}
    family: ClassVar[str] = "convolution"

    in_channels: int = setting(help="Channels of the input (C).", minimum=1, maximum=4, arriving=-3)
    out_channels: int = setting(help="Channels of the output.", minimum=1, maximum=8)
    kernel_size: Pair = setting(help="Height and width of the kernel.", minimum=1, maximum=7, pair=True)
    stride: Pair = setting(1, help="Cells between one stamp and the next.", minimum=1, maximum=4, pair=True)
    padding: Pair = setting(0, help="Cells cut off on every side of the output.", minimum=0, maximum=6, pair=True)
    output_padding: Pair = setting(
        0, help="Cells added below and to the right.", minimum=0, maximum=3, pair=True, more=True
    )
    groups: int = setting(1, help="Channel groups.", minimum=1, maximum=4, more=True)
    bias: bool = setting(True, help="Add one number per output channel.", more=True)
    dilation: Pair = setting(
        1, help="Distance between a kernel's cells on the output.", minimum=1, maximum=4, pair=True, more=True
    )

    def __post_init__(self):
        super().__post_init__()
        _ = self.kernel, self.paddings
        for extra, stride, dilation in zip(self.output_paddings, self.strides, self.dilations, strict=True):
            shapes.check_output_padding(extra, stride, dilation)

    @property
    def output_paddings(self) -> tuple[int, int]:
        """Cells added below, and on the right."""
        return shapes.pair(self.output_padding, "output_padding", 0)

    def _axes(self, input_shape: Shape):
        pairs = (self.kernel, self.strides, self.paddings, self.output_paddings, self.dilations)
        return zip(input_shape[-2:], *pairs, strict=True)

    def parameter_shapes(self) -> dict[str, Shape]:
        weight = (self.in_channels, self.out_channels // self.groups, *self.kernel)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape, "in_channels")
        sizes = (shapes.conv_transpose_size(*axis) for axis in self._axes(input_shape))
        return (*input_shape[:-3], self.out_channels, *sizes)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Multiply-adds for one picture of this shape: every stamp in full, what padding cuts off included."""
        return prod(input_shape[-3:]) * self.out_channels // self.groups * prod(self.kernel)

    def cost(self, input_shape: Shape) -> Cost:
        output, work, (down, across) = self.output_shape(input_shape), self.multiply_adds(input_shape), self.paddings
        cells, (rows, columns) = prod(output), output[-2:]
        stamped = self.out_channels * (rows + 2 * down) * (columns + 2 * across)
        window = self.read_channels * prod(self.kernel)
        # All stamps are made before they are laid down.
        stamps = work // self.read_channels
        held = max(stamped, stamps, prod(input_shape[-3:]))
        return Cost(held, window, cells, max(work, held), cells * window)

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window]:
        """What one output cell reads of the input, down and across, as numbers that may have fractions.

        An output cell i reads the input from (i + p − (F − 1)) / s to (i + p) / s, F being the stamp's extent: from
        one cell to the next the window moves on by 1 / s. Where a window ends between cells, what lies inside counts:
        round span down and start up.
        """
        axes = zip(self.extent, self.strides, self.paddings, strict=True)
        return tuple(
            shapes.Window(1 + Fraction(span - 1, s), Fraction(1, s), Fraction(p - span + 1, s)) for span, s, p in axes
        )

    def working(self, input_shape: Shape) -> tuple[Working, Working]:
        axes = zip(self._axes(input_shape), "HW", strict=True)
        return tuple(conv_transpose_working(*axis, letter) for axis, letter in axes)

    def backward(
        self, grad_output: np.ndarray, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        settings = (self.stride, self.padding, self.output_padding, self.groups, self.dilation)
        grad, grad_weight, grad_bias = F.conv_transpose2d_backward(grad_output, input, weight, *settings)
        grads = {"input": grad, "weight": grad_weight}
        return grads if bias is None else {**grads, "bias": grad_bias}

    def parameter_cell(self, name: str, index: tuple[int, ...]) -> tuple[int, ...]:
        """Return the index in a parameter: the board of the weight has output channels first, the parameter last."""
        if name != "weight":
            return index
        o, c, *place = index
        group, filter = divmod(o, self.out_channels // self.groups)
        return (group * (self.in_channels // self.groups) + c, filter, *place)

    def filters(self, weight: np.ndarray) -> np.ndarray:
        """Return the weight as (out_channels, in_channels / groups, kernel height, kernel width)."""
        per_group, each = self.in_channels // self.groups, self.out_channels // self.groups
        grouped = weight.reshape(self.groups, per_group, each, *self.kernel)
        return np.ascontiguousarray(grouped.swapaxes(1, 2)).reshape(self.out_channels, per_group, *self.kernel)

    def forward(self, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        self.output_shape(input.shape)
        return F.conv_transpose2d(
            input, weight, bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation
        )

    def filter_phase(self, boards: tuple[Board, ...], windows: Windows) -> Phase:
        phase = super().filter_phase(boards, windows)
        reached = tuple(map(_reached, phase.fields["rows"], phase.fields["columns"]))
        return replace(phase, fields={**phase.fields, "reached": reached})

    def formula(self) -> str:
        """LaTeX of one output cell, with the settings put in."""
        kh, kw = self.kernel
        rows, columns = (
            tex_stamped(*axis) for axis in zip("ij", self.paddings, "uv", self.dilations, self.strides, strict=True)
        )
        bias = "b_{o} + " if self.bias else ""
        channel, channels = self.tex_channel
        return (
            rf"y_{{o,i,j}} = {bias}\sum_{{c=0}}^{{{channels - 1}}}\sum_{{u=0}}^{{{kh - 1}}}\sum_{{v=0}}^{{{kw - 1}}}"
            rf" w_{{{channel},o,u,v}}\;x_{{{channel},\;{rows},\;{columns}}}"
        )


def _reached(rows: str, columns: str) -> str:
    if not rows or not columns:
        return "no stamp reaches it"
    return f"reached from input {rows}, {columns}"
