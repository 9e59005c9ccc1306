"""Pooling: one number for each window of each channel."""

from dataclasses import astuple, dataclass
from math import prod
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.cached import cached_property
from engine.functional import shapes
from engine.functional.working import Working, pool_working
from engine.layers.base import Layer, Shape, register
from engine.layers.kerneled import Kerneled, Pair
from engine.layers.steps.pooling import steps
from engine.layers.steps.windows import Windows, sharing, sharing_working, tex_place
from engine.limits import Cost
from engine.trace import NONE, Board, Phase, Reduce, Trace
from engine.writing.display import channel_names
from engine.writing.setting import setting

WINDOW = ("kernel_size", "stride", "padding")


@dataclass(frozen=True)
class Pooling(Layer):
    """What every pooling shares: each output cell reads one window of its own channel.

    functional: the function that it is, which takes the layer's settings in their order, as its gradient does.
    """

    reduce: ClassVar[Reduce] = "sum"
    rules: ClassVar[dict[str, str]] = {"input": "each cell of a window takes an equal share of the incoming gradient"}

    def windows(self, input_shape: Shape, around: tuple[int, int] | None = None) -> Windows:
        """Where the windows lie on an input; `around` keeps to those near one output row and column."""
        raise NotImplementedError

    @property
    def reads_padding(self) -> bool:
        """Whether cells of padding are among those that a window reads."""
        return False

    def pad(self, input: np.ndarray) -> np.ndarray:
        """Return the padded input x̃."""
        return input

    def formula(self, input_shape: Shape) -> str:
        """LaTeX of one output cell, with the settings put in."""
        raise NotImplementedError

    def forward(self, input: np.ndarray) -> np.ndarray:
        self.output_shape(input.shape)
        return getattr(F, self.functional)(input, *astuple(self))

    def backward(self, grad_output: np.ndarray, input: np.ndarray) -> dict[str, np.ndarray]:
        return {"input": getattr(F, f"{self.functional}_backward")(grad_output, input, *astuple(self))}

    def share(self, input_shape: Shape) -> str:
        """LaTeX of one over the divisor: its number where all windows have the same, else n_{i,j}."""
        counts = np.unique((self.windows(input_shape).reads(self.reads_padding) != NONE).sum(axis=1))
        return rf"\frac{{1}}{{{counts[0] if len(counts) == 1 else 'n_{i,j}'}}}"

    def slopes(self, forward: Trace) -> np.ndarray | None:
        if self.reduce == "max":
            return None
        return 1 / np.array([float(divisor) for divisor in forward.phases[0].fields["divisor"]])

    def trace(self, input: np.ndarray, *, around: tuple[int, int, int] | None = None) -> Trace:
        """Trace the layer on one picture (C, H, W), channel by channel, row by row."""
        output = self.forward(input)
        names, kept = channel_names(len(input)), slice(0, len(input))
        if around:
            kept = slice(around[0], around[0] + 1)
        windows = self.windows(input.shape, around and around[1:])
        boards = (
            windows.input_board(self.pad(input)[kept], names[kept], kept.start, channels=len(input)),
            windows.output_board(output[kept], names[kept], kept.start, channels=len(input)),
        )
        phases = (self.phase(windows, *boards),)
        formula, shape = self.formula(input.shape), tuple(input.shape)
        return Trace(self, self.summary, boards, phases, formula, page_name="channel", input_shape=shape)

    def phase(self, windows: Windows, input: Board, output: Board) -> Phase:
        """Return a step for each output cell."""
        return steps(self, windows, input, output)


@dataclass(frozen=True)
class Pool2d(Kerneled, Pooling):
    """What max and average pooling share: a window of one size that slides over each channel."""

    fresh: ClassVar[dict[str, int]] = {"kernel_size": 2}
    family: ClassVar[str] = "pooling"

    kernel_size: Pair = setting(help="Height and width of the window.", minimum=1, maximum=7, pair=True)
    stride: Pair | None = setting(
        None,
        help="Cells between one window and the next; the window's size if not set.",
        minimum=1,
        maximum=8,
        pair=True,
    )
    padding: Pair = setting(0, help="Zeros added on every side.", minimum=0, maximum=3, pair=True)

    def __post_init__(self):
        _ = self.strides, self.dilations
        for padding, kernel in zip(self.paddings, self.kernel, strict=True):
            shapes.check_pool_padding(padding, kernel)

    @cached_property
    def strides(self) -> tuple[int, int]:
        """Stride down and across; the window's own size where none is given."""
        return self.kernel if self.stride is None else super().strides

    def on_sequence(self) -> bool:
        return (self.kernel[0], self.strides[0], self.paddings[0]) == (1, 1, 0)

    def _axes(self, input_shape: Shape):
        return zip(input_shape[-2:], self.kernel, self.strides, self.paddings, self.dilations, strict=True)

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape)
        return (*input_shape[:-2], *(shapes.pool_size(*axis, self.ceil_mode) for axis in self._axes(input_shape)))

    def working(self, input_shape: Shape) -> tuple[Working, Working]:
        axes = zip(self._axes(input_shape), "HW", strict=True)
        return tuple(pool_working(*axis, self.ceil_mode, letter) for axis, letter in axes)

    def pad(self, input: np.ndarray) -> np.ndarray:
        down, across = self.paddings
        return F.pad(input, (across, across, down, down), value=-np.inf if self.reduce == "max" else 0.0)

    def _place(self) -> str:
        rows, columns = zip("ij", self.strides, "uv", self.dilations, strict=True)
        return rf"\tilde x_{{c,\;{tex_place(*rows)},\;{tex_place(*columns)}}}"


@register
@dataclass(frozen=True)
class MaxPool2d(Pool2d):
    r"""Keep the largest number of each window, channel by channel.

    $$y_{c,i,j} = \max_{u,\,v}\; \tilde x_{c,\; i s_h + u d_h,\; j s_w + v d_w}$$

    $\tilde x$ is the input with −∞ around it, so that padding never wins; $s$ is the stride and $d$ the dilation.
    Of equal numbers the first, row by row, wins. There is nothing to learn: no parameters.

    - Input: (C, H, W) or (N, C, H, W). All sizes are in cells.
    - Output: (C, H_out, W_out), with N in front where the input has it,
      $H_{out} = \lfloor (H + 2p - d(k - 1) - 1) / s \rfloor + 1$; with ceil_mode rounded up, less a window that would
      start beyond the input and its padding in front.
    - stride: the window's own size if not set. padding: at most half of kernel_size.
    - Raises ValueError where a setting or a shape is impossible, with the numbers.

    Source: PyTorch documentation, torch.nn.MaxPool2d; Scherer, Müller and Behnke, "Evaluation of pooling operations
    in convolutional architectures for object recognition" (2010).
    """

    summary: ClassVar[str] = "Keep the largest number of each window."
    reduce: ClassVar[Reduce] = "max"
    functional: ClassVar[str] = "max_pool2d"
    rules: ClassVar[dict[str, str]] = {"input": "the winner of each window takes the incoming gradient, the others 0"}
    signature: ClassVar[tuple[str, ...]] = (*WINDOW, "dilation", "return_indices", "ceil_mode")
    fixed: ClassVar[dict[str, tuple]] = {"return_indices": (False,)}

    padding: Pair = setting(0, help="Cells added on every side; they never win.", minimum=0, maximum=3, pair=True)
    dilation: Pair = setting(1, help="Distance between a window's cells.", minimum=1, maximum=6, pair=True, more=True)
    ceil_mode: bool = setting(False, help="Round the output size up, not down.", more=True)

    def formula(self, input_shape: Shape) -> str:
        height, width = self.kernel
        return rf"y_{{c,i,j}} = \max_{{0 \le u < {height},\;0 \le v < {width}}}\; {self._place()}"


@register
@dataclass(frozen=True)
class AvgPool2d(Pool2d):
    r"""Take the mean of each window, channel by channel.

    $$y_{c,i,j} = \frac{1}{n_{i,j}} \sum_u \sum_v \tilde x_{c,\; i s_h + u,\; j s_w + v}$$

    $\tilde x$ is the input with zeros around it and $s$ the stride. The divisor $n_{i,j}$ counts the window's cells
    that lie on the padded input, or, without count_include_pad, on the input itself: it is smaller where a window
    hangs over the edge. There is nothing to learn: no parameters.

    - Input: (C, H, W) or (N, C, H, W). All sizes are in cells.
    - Output: (C, H_out, W_out), with N in front where the input has it,
      $H_{out} = \lfloor (H + 2p - k) / s \rfloor + 1$; with ceil_mode rounded up, less a window that would start
      beyond the input and its padding in front.
    - stride: the window's own size if not set. padding: at most half of kernel_size.
    - Raises ValueError where a setting or a shape is impossible, with the numbers.

    Source: PyTorch documentation, torch.nn.AvgPool2d; LeCun, Bottou, Bengio and Haffner, "Gradient-based learning
    applied to document recognition" (1998), for averages between convolutions.
    """

    summary: ClassVar[str] = "Take the mean of each window."
    functional: ClassVar[str] = "avg_pool2d"
    signature: ClassVar[tuple[str, ...]] = (*WINDOW, "ceil_mode", "count_include_pad", "divisor_override")
    fixed: ClassVar[dict[str, tuple]] = {"divisor_override": (None,)}

    ceil_mode: bool = setting(False, help="Round the output size up, not down.", more=True)
    count_include_pad: bool = setting(
        True, help="Count the padding's cells in the number that is divided by.", more=True
    )

    @property
    def reads_padding(self) -> bool:
        return self.count_include_pad

    def formula(self, input_shape: Shape) -> str:
        height, width = self.kernel
        sums = rf"\sum_{{u=0}}^{{{height - 1}}}\sum_{{v=0}}^{{{width - 1}}}"
        return rf"y_{{c,i,j}} = {self.share(input_shape)}{sums} {self._place()}"


@register
@dataclass(frozen=True)
class AdaptiveAvgPool2d(Pooling):
    r"""Take means over regions that share out the input, so that the output has a given size.

    $$y_{c,i,j} = \frac{1}{(b_i - a_i)(b'_j - a'_j)} \sum_{r=a_i}^{b_i - 1} \sum_{s=a'_j}^{b'_j - 1} x_{c,r,s}$$

    with $a_i = \lfloor i H / H_{out} \rfloor$ and $b_i = \lceil (i + 1) H / H_{out} \rceil$, the columns alike.
    Where $H_{out}$ does not divide $H$, the regions differ in size and may overlap. With output_size 1 it is global
    average pooling: one number a channel. There is nothing to learn: no parameters.

    - Input: (C, H, W) or (N, C, H, W). All sizes are in cells.
    - Output: (C, H_out, W_out), with N in front where the input has it; (H_out, W_out) is output_size. None in it keeps
      the input's height or width: (None, 2).
    - Raises ValueError where output_size is less than 1 or the input has other axes, with the numbers.

    Source: PyTorch documentation, torch.nn.AdaptiveAvgPool2d; Lin, Chen and Yan, "Network in network" (2014), for
    global average pooling.
    """

    summary: ClassVar[str] = "Take means so that the output has a given size; size 1 is global average pooling."
    functional: ClassVar[str] = "adaptive_avg_pool2d"
    fresh: ClassVar[dict[str, int]] = {"output_size": 1}

    output_size: int | tuple[int | None, int | None] = setting(
        help="Height and width of the output.", minimum=1, maximum=16, pair=True
    )

    def __post_init__(self):
        shapes.sizes(self.output_size, None)

    def on_sequence(self) -> bool:
        return isinstance(self.output_size, tuple) and self.output_size[0] is None

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape)
        return (*input_shape[:-2], *shapes.sizes(self.output_size, input_shape[-2:]))

    def cost(self, input_shape: Shape) -> Cost:
        output = self.output_shape(input_shape)
        # A region has at most so many rows, and reaches into two more cells where the sizes do not divide.
        window = prod(min(n, n // m + 2) for n, m in zip(input_shape[-2:], output[-2:], strict=True))
        cells = prod(output)
        return Cost(max(prod(input_shape), cells), window, cells, cells * window, cells * window)

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window] | None:
        """The largest region and the largest step from one to the next; None for global pooling.

        Where the output's size does not divide the input's, a receptive field made from these is an upper bound.
        """
        if self.output_shape(input_shape)[-2:] == (1, 1):
            return None
        regions = self.windows(input_shape)
        return regions.rows.window, regions.columns.window

    def working(self, input_shape: Shape) -> tuple[Working, Working]:
        """The output's height and width, and which cells of the input each output cell reads."""
        axes = zip(input_shape[-2:], self.output_shape(input_shape)[-2:], "HW", "ij", strict=True)
        return tuple(sharing_working(*axis) for axis in axes)

    def windows(self, input_shape: Shape, around: tuple[int, int] | None = None) -> Windows:
        sizes = self.output_shape(input_shape)[-2:]
        axes = zip(input_shape[-2:], sizes, around or (None, None), strict=True)
        rows, columns = (sharing(*axis) for axis in axes)
        return Windows(rows, columns)

    def formula(self, input_shape: Shape) -> str:
        (height, width), (rows, columns) = input_shape[-2:], self.output_shape(input_shape)[-2:]
        share = self.share(input_shape)
        if (rows, columns) == (1, 1):
            return rf"y_{{c,0,0}} = {share}\sum_{{r=0}}^{{{height - 1}}}\sum_{{s=0}}^{{{width - 1}}} x_{{c,r,s}}"
        return (
            rf"y_{{c,i,j}} = {share}"
            rf"\sum_{{r=\lfloor {height}i/{rows} \rfloor}}^{{\lceil {height}(i+1)/{rows} \rceil - 1}}\;"
            rf"\sum_{{s=\lfloor {width}j/{columns} \rfloor}}^{{\lceil {width}(j+1)/{columns} \rceil - 1}} x_{{c,r,s}}"
        )
