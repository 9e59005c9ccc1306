"""Convolution, as PyTorch's nn.Conv2d."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine import functional as F
from engine.functional import shapes
from engine.functional.padding import check_sides
from engine.layers.axes import channel_names
from engine.layers.base import EVERYWHERE, Shape, register, setting
from engine.layers.kerneled import Filtered, Pair
from engine.layers.windows import Windows, sliding, tex_place
from engine.trace import NONE, Trace

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
WHERE = "Filter {filter}, output row {row}, column {column}: window at input rows {rows}, columns {columns}."
SAY = WHERE + " {sum}."


@register
@dataclass(frozen=True)
class Conv2d(Filtered):
    r"""Slide each filter over the padded input and add up the products in its window.

    $$y_{o,i,j} = b_o + \sum_c \sum_u \sum_v w_{o,c,u,v}\; \tilde x_{c,\; i s_h + u d_h,\; j s_w + v d_w}$$

    $\tilde x$ is the padded input, $s$ the stride and $d$ the dilation; $c$ runs over the filter's own group of
    input channels. (Texts on signal processing call this cross-correlation: the kernel is not flipped.)

    - Input: (C, H, W) or (N, C, H, W). All sizes are in cells.
    - Output: (out_channels, H_out, W_out), with N in front where the input has it,
      $H_{out} = \lfloor (H + 2p - d(k - 1) - 1) / s \rfloor + 1$.
    - weight: (out_channels, in_channels / groups, kernel height, kernel width). bias: (out_channels,).
    - Raises ValueError where a setting or a shape is impossible, with the numbers.

    Source: PyTorch documentation, torch.nn.Conv2d; Dumoulin and Visin, "A guide to convolution arithmetic
    for deep learning" (2016).
    """

    summary: ClassVar[str] = "Slide a kernel over the input; multiply, add, write one cell."
    rules: ClassVar[dict[str, str]] = {
        "weight": "over all positions, the pixel below it × the incoming gradient, added up",
        "bias": EVERYWHERE,
        "input": "over all windows with this cell, weight × incoming gradient, added up",
    }
    fresh: ClassVar[dict[str, int]] = {"kernel_size": 3, "padding": 1}
    family: ClassVar[str] = "convolution"

    in_channels: int = setting(
        help="Channels of the input (C): 1 for grey, 3 for R, G, B.", minimum=1, maximum=4, arriving=-3
    )
    out_channels: int = setting(help="Number of filters; each makes one output channel.", minimum=1, maximum=8)
    kernel_size: Pair = setting(help="Height and width of the kernel.", minimum=1, maximum=7, pair=True)
    stride: Pair = setting(1, help="Cells between one window and the next.", minimum=1, maximum=8, pair=True)
    padding: Pair | Literal["same", "valid"] = setting(
        0, help="Cells added on every side before sliding.", minimum=0, maximum=7, pair=True
    )
    dilation: Pair = setting(1, help="Distance between a kernel's cells on the input.", minimum=1, maximum=6, pair=True)
    groups: int = setting(
        1, help="Channel groups: each filter sees only its own group's input channels.", minimum=1, maximum=4
    )
    bias: bool = setting(True, help="Add one number per filter to every output cell.")
    padding_mode: str = setting("zeros", help="What the added cells hold.", choices=PADDING_MODES)

    def __post_init__(self):
        super().__post_init__()
        if self.padding_mode not in PADDING_MODES:
            raise ValueError(f"padding_mode {self.padding_mode!r} is none of {', '.join(PADDING_MODES)}")
        _ = self.pads

    @property
    def paddings(self) -> tuple[int | str, int | str]:
        """Padding down and across: whole numbers, or "same" or "valid" twice."""
        if isinstance(self.padding, str):
            return self.padding, self.padding
        return shapes.pair(self.padding, "padding", 0)

    @property
    def pads(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Cells added ((above, below), (left, right))."""
        axes = zip(self.paddings, self.kernel, self.strides, self.dilations, strict=True)
        rows, columns = (shapes.padding_sides(p, k, s, d) for p, k, s, d in axes)
        return rows, columns

    def parameter_shapes(self) -> dict[str, Shape]:
        weight = (self.out_channels, self.in_channels // self.groups, *self.kernel)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def multiply_adds(self, input_shape: Shape) -> int:
        """Multiply-adds for one picture of this shape."""
        size = self.output_shape(input_shape)[-2:]
        return shapes.conv2d_multiply_adds(self.in_channels, self.out_channels, self.kernel, size, self.groups)

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window]:
        axes = zip(self.extent, self.strides, self.pads, strict=True)
        rows, columns = (shapes.Window(span, stride, -before) for span, stride, (before, _) in axes)
        return rows, columns

    def working(self, input_shape: Shape) -> tuple[shapes.Working, shapes.Working]:
        """The output's height and width, each with its arithmetic written out."""
        sizes = zip(input_shape[-2:], self.kernel, self.strides, self.paddings, self.dilations, "HW", strict=True)
        down, across = (shapes.conv_working(*axis) for axis in sizes)
        return down, across

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_input(input_shape)
        size = input_shape[-2:]
        axes = zip(size, self.kernel, self.strides, self.paddings, self.dilations, strict=True)
        sizes = [shapes.conv_size(*axis) for axis in axes]
        if self.padding_mode != "zeros":
            for axis, (length, sides) in enumerate(zip(size, self.pads, strict=True), start=-2):
                check_sides(self.padding_mode, length, *sides, axis)
        return (*input_shape[:-3], self.out_channels, *sizes)

    def windows(self, input_shape: Shape, around: tuple[int, int] | None = None) -> Windows:
        """Where the windows lie on an input; `around` keeps to those near one output row and column."""
        sizes, places = self.output_shape(input_shape)[-2:], around or (None, None)
        axes = zip(input_shape[-2:], sizes, self.kernel, self.strides, self.dilations, self.pads, places, strict=True)
        rows, columns = (sliding(*axis) for axis in axes)
        return Windows(rows, columns)

    def pad(self, input: np.ndarray) -> np.ndarray:
        """Return the padded input x̃."""
        (top, bottom), (left, right) = self.pads
        if self.padding_mode == "zeros":
            return F.pad(input, (left, right, top, bottom))
        return F.pad(input, (left, right, top, bottom), mode=self.padding_mode)

    def forward(self, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        self.output_shape(input.shape)
        return F.conv2d(self.pad(input), weight, bias, stride=self.stride, dilation=self.dilation, groups=self.groups)

    def backward(
        self, grad_output: np.ndarray, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        padded = self.pad(input)
        grad, grad_weight, grad_bias = F.conv2d_backward(
            grad_output, padded, weight, stride=self.stride, dilation=self.dilation, groups=self.groups
        )
        (top, bottom), (left, right) = self.pads
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        grads = {"input": F.pad_backward(grad, input, (left, right, top, bottom), mode), "weight": grad_weight}
        return grads if bias is None else {**grads, "bias": grad_bias}

    def trace(
        self,
        input: np.ndarray,
        *,
        weight: np.ndarray,
        bias: np.ndarray | None = None,
        around: tuple[int, int, int] | None = None,
    ) -> Trace:
        """Trace the layer on one picture (C, H, W), filter by filter, row by row."""
        windows = self.windows(input.shape, around and around[1:])
        padded, names = self.pad(input), channel_names(self.in_channels)
        output = self.forward(input, weight=weight, bias=bias)
        boards = (
            windows.input_board(padded, names, source=_source(self, input, padded) if around is None else None),
            *self.filter_boards(weight, bias),
            windows.output_board(output, (f"filter {o + 1}" for o in range(self.out_channels))),
        )
        phases = (self.filter_phase("convolution", boards, windows, SAY, WHERE),)
        return Trace(self, self.summary, boards, phases, _formula(self), page_name="filter")


def _source(layer: Conv2d, input: np.ndarray, padded: np.ndarray) -> np.ndarray:
    """Return, for each cell of padding that repeats another, the flat index of that cell; −1 for all others."""
    (top, _), (left, _) = layer.pads
    cells = np.arange(padded.size).reshape(padded.shape)
    copied = layer.pad(cells[:, top : top + input.shape[1], left : left + input.shape[2]]).astype(np.int64)
    return np.where((copied != cells) & (layer.padding_mode != "zeros"), copied, NONE)


def _formula(layer: Conv2d) -> str:
    rows, columns = zip("ij", layer.strides, "uv", layer.dilations, strict=True)
    kh, kw = layer.kernel
    channels = layer.in_channels // layer.groups
    bias = "b_{o} + " if layer.bias else ""
    channel = "c" if layer.groups == 1 else "g(o)+c"
    return (
        rf"y_{{o,i,j}} = {bias}\sum_{{c=0}}^{{{channels - 1}}}\sum_{{u=0}}^{{{kh - 1}}}\sum_{{v=0}}^{{{kw - 1}}}"
        rf" w_{{o,c,u,v}}\;\tilde x_{{{channel},\;{tex_place(*rows)},\;{tex_place(*columns)}}}"
    )
