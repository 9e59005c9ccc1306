"""Convolution, as PyTorch's nn.Conv2d and nn.Conv1d: of pictures, and of sequences as the case of height 1."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine import functional as F
from engine.cached import cached_property
from engine.functional import shapes
from engine.functional.padding import check_sides
from engine.functional.working import Working, conv_working
from engine.layers.base import EVERYWHERE, Shape, register
from engine.layers.kerneled import Filtered, Pair
from engine.layers.steps.windows import tex_place
from engine.trace import NONE
from engine.writing.setting import setting

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
WHERE = "Filter {filter}, output row {row}, column {column}: window at input {rows}, {columns}."


@dataclass(frozen=True)
class Convolution(Filtered):
    """What convolutions share: filters that slide over a padded input, in PyTorch's order of settings."""

    rules: ClassVar[dict[str, str]] = {
        "weight": "over all positions, the pixel below it × the incoming gradient, added up",
        "bias": EVERYWHERE,
        "input": "over all windows with this cell, weight × incoming gradient, added up",
    }
    say: ClassVar[str] = WHERE + " {sum}."
    where: ClassVar[str] = WHERE
    fresh: ClassVar[dict[str, int]] = {"kernel_size": 3, "padding": 1}

    in_channels: int = setting(
        help="Channels of the input (C): 1 for grey, 3 for R, G, B.", minimum=1, maximum=4, arriving=-3
    )
    out_channels: int = setting(help="Number of filters; each makes one output channel.", minimum=1, maximum=8)
    kernel_size: Pair = setting(help="Height and width of the kernel.", minimum=1, maximum=7, pair=True)
    stride: Pair = setting(1, help="Cells between one window and the next.", minimum=1, maximum=8, pair=True)
    padding: Pair | Literal["same", "valid"] = setting(
        0, help="Cells added on every side before sliding.", minimum=0, maximum=7, pair=True
    )
    dilation: Pair = setting(
        1, help="Distance between a kernel's cells on the input.", minimum=1, maximum=6, pair=True, more=True
    )
    groups: int = setting(
        1, help="Channel groups: each filter sees only its own group's input channels.", minimum=1, maximum=4, more=True
    )
    bias: bool = setting(True, help="Add one number per filter to every output cell.", more=True)
    padding_mode: str = setting("zeros", help="What the added cells hold.", choices=PADDING_MODES, more=True)

    def __post_init__(self):
        super().__post_init__()
        if self.padding_mode not in PADDING_MODES:
            raise ValueError(f"padding_mode {self.padding_mode!r} is none of {', '.join(PADDING_MODES)}")
        _ = self.pads

    def filters(self, weight: np.ndarray) -> np.ndarray:
        """Return the weight as (out_channels, in_channels / groups, kernel height, kernel width)."""
        return weight.reshape(*weight.shape[:2], *self.kernel)

    @cached_property
    def paddings(self) -> tuple[int | str, int | str]:
        """Padding down and across: whole numbers, or "same" or "valid" twice."""
        return (self.padding, self.padding) if isinstance(self.padding, str) else super().paddings

    @cached_property
    def pads(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Cells added ((above, below), (left, right))."""
        axes = zip(self.paddings, self.kernel, self.strides, self.dilations, strict=True)
        return tuple(shapes.padding_sides(p, k, s, d) for p, k, s, d in axes)

    def parameter_shapes(self) -> dict[str, Shape]:
        weight = (self.out_channels, self.in_channels // self.groups, *self.kernel)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def multiply_adds(self, input_shape: Shape) -> int:
        """Multiply-adds for one picture of this shape."""
        size = self.output_shape(input_shape)[-2:]
        return shapes.conv2d_multiply_adds(self.in_channels, self.out_channels, self.kernel, size, self.groups)

    def working(self, input_shape: Shape) -> tuple[Working, Working]:
        """The output's height and width, each with its arithmetic written out."""
        sizes = zip(input_shape[-2:], self.kernel, self.strides, self.paddings, self.dilations, "HW", strict=True)
        return tuple(conv_working(*axis) for axis in sizes)

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape, "in_channels")
        size = input_shape[-2:]
        axes = zip(size, self.kernel, self.strides, self.paddings, self.dilations, strict=True)
        sizes = [shapes.conv_size(*axis) for axis in axes]
        if self.padding_mode != "zeros":
            for axis, (length, sides) in enumerate(zip(size, self.pads, strict=True), start=-2):
                check_sides(self.padding_mode, length, *sides, axis)
        return (*input_shape[:-3], self.out_channels, *sizes)

    def pad(self, input: np.ndarray) -> np.ndarray:
        """Return the padded input x̃."""
        (top, bottom), (left, right) = self.pads
        if self.padding_mode == "zeros":
            return F.pad(input, (left, right, top, bottom))
        return F.pad(input, (left, right, top, bottom), mode=self.padding_mode)

    def forward(self, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        self.output_shape(input.shape)
        return F.conv2d(
            self.pad(input),
            self.filters(weight),
            bias,
            stride=self.strides,
            dilation=self.dilations,
            groups=self.groups,
        )

    def backward(
        self, grad_output: np.ndarray, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        padded = self.pad(input)
        grad, grad_weight, grad_bias = F.conv2d_backward(
            grad_output, padded, self.filters(weight), stride=self.strides, dilation=self.dilations, groups=self.groups
        )
        (top, bottom), (left, right) = self.pads
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        grads = {
            "input": F.pad_backward(grad, input, (left, right, top, bottom), mode),
            "weight": grad_weight.reshape(weight.shape),
        }
        return grads if bias is None else {**grads, "bias": grad_bias}

    def copies(self, input: np.ndarray) -> np.ndarray | None:
        if self.padding_mode == "zeros":
            return None
        (top, _), (left, _) = self.pads
        cells = np.arange(self.pad(input).size).reshape(self.pad(input).shape)
        inside = cells[:, top : top + input.shape[1], left : left + input.shape[2]]
        copied = self.pad(inside).astype(np.int64)
        return np.where(copied != cells, copied, NONE)

    def formula(self) -> str:
        """LaTeX of one output cell, with the settings put in."""
        rows, columns = zip("ij", self.strides, "uv", self.dilations, strict=True)
        height, width = self.kernel
        channel, channels = self.tex_channel
        bias = "b_{o} + " if self.bias else ""
        sums = rf"\sum_{{c=0}}^{{{channels - 1}}}\sum_{{u=0}}^{{{height - 1}}}\sum_{{v=0}}^{{{width - 1}}}"
        place = rf"\tilde x_{{{channel},\;{tex_place(*rows)},\;{tex_place(*columns)}}}"
        return rf"y_{{o,i,j}} = {bias}{sums} w_{{o,c,u,v}}\;{place}"


@register
@dataclass(frozen=True)
class Conv2d(Convolution):
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
    family: ClassVar[str] = "convolution"


@register
@dataclass(frozen=True)
class Conv1d(Convolution):
    r"""Slide each filter along the padded sequence and add up the products in its window.

    $$y_{o,j} = b_o + \sum_c \sum_v w_{o,c,v}\; \tilde x_{c,\; j s + v d}$$

    $\tilde x$ is the padded input, $s$ the stride and $d$ the dilation; $c$ runs over the filter's own group of input
    channels. It is Conv2d of a picture of height 1 with a kernel of height 1.

    - Input: a sequence (C, L), held as a picture of height 1: (C, 1, L) or (N, C, 1, L). In PyTorch's code it is
      (C, L) or (N, C, L).
    - Output: (out_channels, 1, L_out), with N in front where the input has it,
      $L_{out} = \lfloor (L + 2p - d(k - 1) - 1) / s \rfloor + 1$.
    - weight: (out_channels, in_channels / groups, kernel_size). bias: (out_channels,).
    - In a stack it makes the whole stack one of sequences. With it go the layers whose PyTorch modules take (N, C, L)
      too: activations, GroupNorm, Dropout, Flatten, pooling with a window of height 1 such as MaxPool2d((1, 2)), and
      AdaptiveAvgPool2d((None, 2)). Layers of pictures are refused: Conv2d, ConvTranspose2d, BatchNorm2d.
    - Raises ValueError where a setting or a shape is impossible, with the numbers, and where the height is not 1.

    Source: PyTorch documentation, torch.nn.Conv1d; Waibel et al., "Phoneme recognition using time-delay neural
    networks" (1989), for kernels that slide along time.
    """

    summary: ClassVar[str] = "Slide a kernel along a sequence; multiply, add, write one cell."
    sequences: ClassVar[bool] = True
    where: ClassVar[str] = "Filter {filter}, output place {column}: window at input {columns}."
    say: ClassVar[str] = where + " {sum}."

    in_channels: int = setting(help="Channels of the sequence (C).", minimum=1, maximum=4, arriving=-3)
    kernel_size: int = setting(help="Length of the kernel.", minimum=1, maximum=7)
    stride: int = setting(1, help="Cells between one window and the next.", minimum=1, maximum=8)
    padding: int | Literal["same", "valid"] = setting(
        0, help="Cells added at both ends before sliding.", minimum=0, maximum=7
    )
    dilation: int = setting(1, help="Distance between a kernel's cells on the input.", minimum=1, maximum=6, more=True)

    @cached_property
    def kernel(self) -> tuple[int, int]:
        return 1, shapes.whole(self.kernel_size, "kernel_size", 1)

    @cached_property
    def strides(self) -> tuple[int, int]:
        return 1, shapes.whole(self.stride, "stride", 1)

    @cached_property
    def dilations(self) -> tuple[int, int]:
        return 1, shapes.whole(self.dilation, "dilation", 1)

    @cached_property
    def paddings(self) -> tuple[int, int | str]:
        return 0, self.padding

    def working(self, input_shape: Shape) -> tuple[Working, Working]:
        """The output's height, which is 1, and its length, each with its arithmetic written out."""
        length = input_shape[-1], self.kernel_size, self.stride, self.padding, self.dilation
        return conv_working(1, 1), conv_working(*length, "L")

    def parameter_shapes(self) -> dict[str, Shape]:
        names = super().parameter_shapes()
        return names | {"weight": (*names["weight"][:2], self.kernel_size)}

    def parameter_cell(self, name: str, index: tuple[int, ...]) -> tuple[int, ...]:
        """Return the index in a parameter: the board of the weight has a height of 1, the parameter has none.

        What lies beside that one row is no cell: −1.
        """
        if name != "weight":
            return index
        o, c, row, column = index
        return o, c, column if row == 0 else -1

    def check_maps(self, input_shape: Shape, setting: str = "") -> None:
        if len(input_shape) not in (3, 4) or input_shape[-2] != 1:
            raise ValueError(
                f"Conv1d takes a sequence (C, L), here of height 1: (C, 1, L) or (N, C, 1, L), got {tuple(input_shape)}"
            )
        super().check_maps(input_shape, setting)

    def formula(self) -> str:
        channel, channels = self.tex_channel
        bias = "b_{o} + " if self.bias else ""
        place = tex_place("j", self.strides[1], "v", self.dilations[1])
        sums = rf"\sum_{{c=0}}^{{{channels - 1}}}\sum_{{v=0}}^{{{self.kernel_size - 1}}}"
        return rf"y_{{o,j}} = {bias}{sums} w_{{o,c,v}}\;\tilde x_{{{channel},\;{place}}}"
