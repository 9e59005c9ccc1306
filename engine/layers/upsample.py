"""Making maps larger without weights, as PyTorch's nn.Upsample: every cell is repeated."""

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from engine.functional import shapes
from engine.functional.working import Working
from engine.layers.base import Shape, register
from engine.layers.kerneled import Pair
from engine.layers.pooling import Pooling
from engine.layers.steps.pooling import copied
from engine.layers.steps.windows import Windows, sharing, sharing_working
from engine.trace import Board, Phase, Trace
from engine.writing.setting import setting


@register
@dataclass(frozen=True)
class Upsample(Pooling):
    r"""Make maps larger: repeat each cell, so that it becomes a block of equal cells.

    $$y_{c,i,j} = x_{c,\;\lfloor i / s_h \rfloor,\;\lfloor j / s_w \rfloor}$$

    $s$ is scale_factor. It is PyTorch's mode "nearest", with whole factors. There is nothing to learn: no parameters.

    - Input: (C, H, W) or (N, C, H, W). All sizes are in cells.
    - Output: (C, H · s_h, W · s_w), with N in front where the input has it.
    - Raises ValueError where scale_factor is no whole number from 1 on, or two.

    Source: PyTorch documentation, torch.nn.Upsample; Odena, Dumoulin and Olah, "Deconvolution and checkerboard
    artifacts" (2016), for a convolution after it in place of a transposed one.
    """

    summary: ClassVar[str] = "Repeat each cell, so that the maps become larger."
    functional: ClassVar[str] = "adaptive_avg_pool2d"
    rules: ClassVar[dict[str, str]] = {"input": "the sum of the incoming gradients of the cells that repeat it"}
    signature: ClassVar[tuple[str, ...]] = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")
    fixed: ClassVar[dict[str, tuple]] = {
        "size": (None,), "mode": ("nearest",), "align_corners": (None,), "recompute_scale_factor": (None,),
    }  # fmt: skip
    fresh: ClassVar[dict[str, int]] = {"scale_factor": 2}

    scale_factor: Pair = setting(
        help="How often each cell is repeated, down and across.", minimum=1, maximum=4, pair=True
    )

    def __post_init__(self):
        if isinstance(self.scale_factor, float) and self.scale_factor.is_integer():  # as print(model) writes it
            object.__setattr__(self, "scale_factor", int(self.scale_factor))
        _ = self.factors

    @property
    def factors(self) -> tuple[int, int]:
        """How often each cell is repeated, down and across."""
        return shapes.pair(self.scale_factor, "scale_factor", 1)

    def on_sequence(self) -> bool:
        return False

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape)
        return (*input_shape[:-2], *(n * factor for n, factor in zip(input_shape[-2:], self.factors, strict=True)))

    def forward(self, input: np.ndarray) -> np.ndarray:
        self.output_shape(input.shape)
        down, across = self.factors
        return input.repeat(down, axis=-2).repeat(across, axis=-1)

    def backward(self, grad_output: np.ndarray, input: np.ndarray) -> dict[str, np.ndarray]:
        (*others, height, width), (down, across) = input.shape, self.factors
        return {"input": grad_output.reshape(*others, height, down, width, across).sum(axis=(-3, -1))}

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window]:
        """What one output cell reads, as numbers with fractions: the next one reads 1 / scale_factor further on."""
        return tuple(shapes.Window(1 + Fraction(s - 1, s), Fraction(1, s), Fraction(1 - s, s)) for s in self.factors)

    def windows(self, input_shape: Shape, around: tuple[int, int] | None = None) -> Windows:
        sizes = self.output_shape(input_shape)[-2:]
        axes = zip(input_shape[-2:], sizes, around or (None, None), strict=True)
        return Windows(*(sharing(*axis) for axis in axes))

    def working(self, input_shape: Shape) -> tuple[Working, Working]:
        """The output's height and width, and which cell of the input each output cell reads."""
        axes = zip(input_shape[-2:], self.output_shape(input_shape)[-2:], "HW", "ij", strict=True)
        return tuple(sharing_working(*axis) for axis in axes)

    def slopes(self, forward: Trace) -> np.ndarray | None:
        return None

    def phase(self, windows: Windows, input: Board, output: Board) -> Phase:
        return copied(windows, input, output)

    def formula(self, input_shape: Shape) -> str:
        down, across = self.factors
        return rf"y_{{c,i,j}} = x_{{c,\;\lfloor i / {down} \rfloor,\;\lfloor j / {across} \rfloor}}"
