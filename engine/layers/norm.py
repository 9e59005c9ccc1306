"""Batch normalisation, as PyTorch's nn.BatchNorm2d."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.functional import shapes
from engine.layers.base import EVERYWHERE, Layer, Shape, register, setting
from engine.layers.norm_backward import Backward
from engine.layers.norm_steps import Steps
from engine.trace import Trace
from engine.writing.display import number_text


@register
@dataclass(frozen=True)
class BatchNorm2d(Layer):
    r"""Shift and scale each channel to mean 0 and variance 1, then by two numbers that are learned.

    $$y_{c,i,j} = \gamma_c \frac{x_{c,i,j} - \mu_c}{\sqrt{v_c + \epsilon}} + \beta_c$$

    With track_running_stats $\mu_c$ and $v_c$ are the running mean and variance, as in evaluation. Without it they are
    the input's own, over all numbers of the channel in the batch (N, H and W; m in all), as in training:

    $$\mu_c = \frac{1}{m} \sum x_{c} \qquad v_c = \frac{1}{m} \sum (x_{c} - \mu_c)^2$$

    This variance is the biased one, divided by m. In training PyTorch also moves the running statistics a little
    (momentum 0.1) towards the batch's, and there takes the unbiased variance, divided by m − 1.

    - Input: (C, H, W) or (N, C, H, W), where PyTorch takes the latter only. Output: the same shape.
    - weight γ, bias β: (num_features,), with affine. running_mean μ, running_var v: (num_features,), with
      track_running_stats; they are buffers, which no gradient changes.
    - Raises ValueError where the channels do not match, where eps is negative, or where a channel's own statistics
      are needed and it has a single number or eps is 0. A trace raises it where variance + eps is not above 0.

    Source: PyTorch documentation, torch.nn.BatchNorm2d; Ioffe and Szegedy, "Batch Normalization: Accelerating Deep
    Network Training by Reducing Internal Covariate Shift" (2015).
    """

    summary: ClassVar[str] = "Shift and scale each channel to mean 0 and variance 1, then by two learned numbers."
    buffers: ClassVar[tuple[str, ...]] = ("running_mean", "running_var")
    rules: ClassVar[dict[str, str]] = {
        "weight": "the normalised value × the incoming gradient, added up over the channel",
        "bias": EVERYWHERE,
        "input": "the incoming gradient × γ ÷ σ, less what mean and variance take back",
    }
    other_in_training: ClassVar[bool] = True
    signature: ClassVar[tuple[str, ...]] = ("num_features", "eps", "momentum", "affine", "track_running_stats")
    fixed: ClassVar[dict[str, tuple]] = {"bias": (True,)}

    num_features: int = setting(help="Channels of the input (C).", minimum=1, maximum=4)
    eps: float = setting(
        1e-5, help="Added to the variance, so that nothing is divided by zero.", minimum=0.0, maximum=1.0
    )
    affine: bool = setting(True, help="Scale by weight γ and shift by bias β, which are learned.")
    track_running_stats: bool = setting(
        True, help="Use the running mean and variance (evaluation), not the input's own (training)."
    )

    def __post_init__(self):
        shapes.whole(self.num_features, "num_features", 1)
        if not 0 <= self.eps < np.inf:
            raise ValueError(f"eps must be 0 or more, got {self.eps:g}")
        if self.eps == 0 and not self.track_running_stats:
            raise ValueError("eps must be above 0 where the input's own variance is used: it can be 0")

    def parameter_shapes(self) -> dict[str, Shape]:
        names = [*(("weight", "bias") if self.affine else ()), *(self.buffers if self.track_running_stats else ())]
        return {name: (self.num_features,) for name in names}

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        zeros, ones = ("bias", "running_mean"), np.ones
        return {n: np.zeros(s) if n in zeros else ones(s) for n, s in self.parameter_shapes().items()}

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) not in (3, 4):
            raise ValueError(f"BatchNorm2d takes (C, H, W) or (N, C, H, W), got {tuple(input_shape)}")
        channels, *size = input_shape[-3:]
        if channels != self.num_features:
            raise ValueError(f"num_features is {self.num_features}, but the input has {channels} channels")
        if not self.track_running_stats and prod((*input_shape[:-3], *size)) < 2:
            raise ValueError(f"a channel's own statistics need more than 1 number, got {tuple(input_shape)}")
        return tuple(input_shape)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Multiply-adds for one picture of this shape: one a number, as scale and shift can be joined into two."""
        return prod(input_shape[-3:])

    def statistics(
        self, input: np.ndarray, running_mean: np.ndarray | None = None, running_var: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean and the variance that each channel is normalised with, (C,) each."""
        if self.track_running_stats:
            return np.asarray(running_mean, dtype=np.float64), np.asarray(running_var, dtype=np.float64)
        batch = input if input.ndim == 4 else input[None]
        mean = batch.mean(axis=(0, 2, 3), dtype=np.float64, keepdims=True)
        return mean.ravel(), np.square(batch - mean).mean(axis=(0, 2, 3))

    def forward(self, input: np.ndarray, *, weight=None, bias=None, running_mean=None, running_var=None) -> np.ndarray:
        self.output_shape(input.shape)
        batch = input if input.ndim == 4 else input[None]
        running = (running_mean, running_var) if self.track_running_stats else (None, None)
        out = F.batch_norm(batch, *running, weight, bias, training=not self.track_running_stats, eps=self.eps)
        return out if input.ndim == 4 else out[0]

    def backward(
        self, grad_output: np.ndarray, input: np.ndarray, *, weight=None, bias=None, running_mean=None, running_var=None
    ) -> dict[str, np.ndarray]:
        running = (running_mean, running_var) if self.track_running_stats else (None, None)
        batch, grads = (a if input.ndim == 4 else a[None] for a in (input, grad_output))
        grad, grad_weight, grad_bias = F.batch_norm_backward(
            grads, batch, *running, weight, training=not self.track_running_stats, eps=self.eps
        )
        made = {"input": grad if input.ndim == 4 else grad[0]}
        return {**made, "weight": grad_weight, "bias": grad_bias} if self.affine else made

    def trace_backward(self, of: str, grad_output: np.ndarray, input: np.ndarray, **parameters: np.ndarray) -> Trace:
        """Trace the gradient of "input", "weight" (γ) or "bias" (β), on one picture (C, H, W), phase by phase."""
        running = {name: parameters[name] for name in self.buffers if name in parameters}
        mean, variance = self.statistics(input, **running)
        steps = Backward(self, of, grad_output, input, mean, variance, parameters)
        gain = r"\frac{\gamma_c}{\sigma_c}" if self.affine else r"\frac{1}{\sigma_c}"
        g = r"\frac{\partial L}{\partial y}"
        formulas = {
            "weight": rf"\frac{{\partial L}}{{\partial \gamma_c}} = \sum {g}\,\hat x",
            "bias": rf"\frac{{\partial L}}{{\partial \beta_c}} = \sum {g}",
            "input": rf"\frac{{\partial L}}{{\partial x}} = {gain}\,{g}",
        }
        if not self.track_running_stats:
            less = rf"{g} - \overline{{{g}}} - \hat x\,\overline{{{g}\,\hat x}}"
            formulas["input"] = rf"\frac{{\partial L}}{{\partial x}} = {gain} \left( {less} \right)"
        return Trace(self, self.summary, steps.boards, steps.phases, formulas[of], "grad", page_name="channel")

    def trace(
        self, input: np.ndarray, *, around: tuple[int, int, int] | None = None, **parameters: np.ndarray
    ) -> Trace:
        """Trace the layer on one picture (C, H, W), phase by phase, channel by channel.

        Around a cell it keeps to that cell's channel, and with running statistics to the neighbouring cells; the
        channel's own statistics need all of it.
        """
        output = self.forward(input, **parameters)
        running = {name: parameters[name] for name in self.buffers if name in parameters}
        mean, variance = self.statistics(input, **running)
        for c, value in enumerate(variance.tolist()):
            if not value + self.eps > 0:
                value = number_text(value, 6)
                raise ValueError(f"channel {c} has variance {value}: with eps {self.eps:g} it must be above 0")
        steps = Steps(self, input, output, mean, variance, parameters, around)
        return Trace(
            layer=self,
            title=self.summary,
            boards=steps.boards,
            phases=steps.phases,
            formula=_formula(self, input.shape),
            page_name="channel",
        )


def _formula(layer: BatchNorm2d, input_shape: Shape) -> str:
    eps = np.format_float_positional(layer.eps, trim="-")
    scale, shift = (r"\gamma_c\,", r" + \beta_c") if layer.affine else ("", "")
    formula = rf"y_{{c,i,j}} = {scale}\frac{{x_{{c,i,j}} - \mu_c}}{{\sqrt{{v_c + {eps}}}}}{shift}"
    if layer.track_running_stats:
        return formula
    mean = rf"\frac{{1}}{{{prod(input_shape[-2:])}}}\sum"
    return rf"{formula},\quad \mu_c = {mean} x_c,\quad v_c = {mean} (x_c - \mu_c)^2"
