"""Normalisation, and PyTorch's nn.BatchNorm2d."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.functional import shapes
from engine.layers.base import EVERYWHERE, Layer, Shape, register
from engine.layers.steps.axes import cell_name
from engine.layers.steps.norm import NormBackward, NormSteps
from engine.limits import Cost
from engine.trace import Trace
from engine.writing.display import channel_names, number_text
from engine.writing.setting import setting

EPS = "Added to the variance, so that nothing is divided by zero."
AFFINE = "Scale by weight γ and shift by bias β, which are learned."


@dataclass(frozen=True)
class Normalisation(Layer):
    """What batch and group norm share: units that have one mean and one variance each, then γ and β for each channel.

    unit: what a unit is called. units: how many there are. own_statistics: whether mean and variance are the input's.
    """

    unit: ClassVar[str] = ""
    rules: ClassVar[dict[str, str]] = {
        "weight": "the normalised value × the incoming gradient, added up over the channel",
        "bias": EVERYWHERE,
        "input": "the incoming gradient × γ ÷ σ, less what comes back through the mean and the variance",
    }
    fixed: ClassVar[dict[str, tuple]] = {"bias": (True,)}
    cell_name: ClassVar[Callable[..., str]] = staticmethod(cell_name)

    @property
    def channels(self) -> int:
        raise NotImplementedError

    @property
    def units(self) -> int:
        return self.channels

    @property
    def own_statistics(self) -> bool:
        return True

    def unit_name(self, number: int) -> str:
        """Return what a unit is called at the head of a sentence."""
        return f"{self.unit.capitalize()} {number}" if self.units > 1 else f"The {self.unit}"

    def channel_name(self, number: int) -> str:
        """Return what a channel is called at the head of a sentence."""
        return f"Channel {channel_names(self.channels)[number]}" if self.channels > 1 else "The channel"

    def __post_init__(self):
        if not 0 <= self.eps < np.inf:
            raise ValueError(f"eps must be 0 or more, got {self.eps:g}")
        if self.eps == 0 and self.own_statistics:
            raise ValueError("eps must be above 0 where the input's own variance is used: it can be 0")

    def parameter_shapes(self) -> dict[str, Shape]:
        names = [*(("weight", "bias") if self.affine else ()), *(() if self.own_statistics else self.buffers)]
        return {name: (self.channels,) for name in names}

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {n: np.full(s, float(n not in ("bias", "running_mean"))) for n, s in self.parameter_shapes().items()}

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window] | None:
        return None if self.own_statistics else super().window(input_shape)

    def cost(self, input_shape: Shape) -> Cost:
        return replace(super().cost(input_shape), needed=self.own_statistics * prod(input_shape[-3:]) // self.units)

    def _running(self, parameters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: parameters[name] for name in self.buffers if name in parameters}

    def _options(self, **running: np.ndarray) -> dict:
        """Return what the function and its gradient take beside weight and bias; `running`: running statistics."""
        raise NotImplementedError

    def forward(self, input: np.ndarray, *, weight=None, bias=None, **running: np.ndarray) -> np.ndarray:
        self.output_shape(input.shape)
        batch = input.reshape(-1, *input.shape[-3:])
        options = self._options(**running)
        return getattr(F, self.functional)(batch, weight=weight, bias=bias, **options).reshape(input.shape)

    def backward(
        self, grad_output: np.ndarray, input: np.ndarray, *, weight=None, bias=None, **running: np.ndarray
    ) -> dict[str, np.ndarray]:
        batch, grads = (array.reshape(-1, *input.shape[-3:]) for array in (input, grad_output))
        function = getattr(F, f"{self.functional}_backward")
        grad, *others = function(grads, batch, weight=weight, **self._options(**running))
        grads = {"input": grad.reshape(input.shape)}
        return grads | dict(zip(("weight", "bias"), others, strict=True)) if self.affine else grads

    def statistics(self, input: np.ndarray, **running: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean and the variance that each unit of a picture is normalised with, (units,) each."""
        raise NotImplementedError

    def trace_backward(self, of: str, grad_output: np.ndarray, input: np.ndarray, **parameters: np.ndarray) -> Trace:
        """Trace the gradient of "input", "weight" (γ) or "bias" (β), on one picture (C, H, W), phase by phase."""
        steps = NormBackward(self, input.shape)
        steps.backward(of, grad_output, input, *self.statistics(input, **self._running(parameters)), parameters)
        return steps.trace(self, _gradient_formula(self, of), "grad", self.unit)

    def trace(
        self, input: np.ndarray, *, around: tuple[int, int, int] | None = None, **parameters: np.ndarray
    ) -> Trace:
        """Trace the layer on one picture (C, H, W), phase by phase, unit by unit.

        Around a cell it keeps to that cell's unit, and with running statistics to the neighbouring cells; a unit's own
        statistics need all of it.
        """
        output = self.forward(input, **parameters)
        mean, variance = self.statistics(input, **self._running(parameters))
        for k, value in enumerate(variance.tolist()):
            if not value + self.eps > 0:
                value = number_text(value, 6)
                raise ValueError(f"{self.unit} {k} has variance {value}: with eps {self.eps:g} it must be above 0")
        steps = NormSteps(self, input.shape, around)
        steps.forward(input, output, mean, variance, parameters)
        return steps.trace(self, _formula(self, input.shape), page_name=self.unit)


@register
@dataclass(frozen=True)
class BatchNorm2d(Normalisation):
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
    functional: ClassVar[str] = "batch_norm"
    unit: ClassVar[str] = "channel"
    buffers: ClassVar[tuple[str, ...]] = ("running_mean", "running_var")
    other_in_training: ClassVar[bool] = True
    signature: ClassVar[tuple[str, ...]] = ("num_features", "eps", "momentum", "affine", "track_running_stats")

    num_features: int = setting(help="Channels of the input (C).", minimum=1, maximum=4, arriving=-3)
    eps: float = setting(1e-5, help=EPS, minimum=0.0, maximum=1.0)
    affine: bool = setting(True, help=AFFINE)
    track_running_stats: bool = setting(
        True, help="Use the running mean and variance (evaluation), not the input's own (training)."
    )

    def __post_init__(self):
        shapes.whole(self.num_features, "num_features", 1)
        super().__post_init__()

    def on_sequence(self) -> bool:
        return False

    @property
    def channels(self) -> int:
        return self.num_features

    @property
    def own_statistics(self) -> bool:
        return not self.track_running_stats

    unit_name = Normalisation.channel_name

    def output_shape(self, input_shape: Shape) -> Shape:
        self.check_maps(input_shape, "num_features")
        if self.own_statistics and prod((*input_shape[:-3], *input_shape[-2:])) < 2:
            raise ValueError(f"a channel's own statistics need more than 1 number, got {tuple(input_shape)}")
        return tuple(input_shape)

    def check_training(self, input_shape: Shape) -> None:
        if input_shape[0] * prod(input_shape[2:]) < 2:
            less = "a batch of 1 with 1 × 1 maps has one number a channel. Take a batch_size of at least 2"
            raise ValueError(f"in training it takes each channel's mean and variance over the batch, and {less}")

    def statistics(
        self, input: np.ndarray, running_mean: np.ndarray | None = None, running_var: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        if self.track_running_stats:
            return np.asarray(running_mean, dtype=np.float64), np.asarray(running_var, dtype=np.float64)
        batch = input if input.ndim == 4 else input[None]
        mean = batch.mean(axis=(0, 2, 3), dtype=np.float64, keepdims=True)
        return mean.ravel(), np.square(batch - mean).mean(axis=(0, 2, 3))

    def _options(self, running_mean=None, running_var=None) -> dict:
        if self.track_running_stats:
            return {"running_mean": running_mean, "running_var": running_var, "eps": self.eps}
        return {"running_mean": None, "running_var": None, "training": True, "eps": self.eps}


def _gradient_formula(layer: Normalisation, of: str) -> str:
    g, u = r"\frac{\partial L}{\partial y}", layer.unit[0]
    if of == "weight":
        return rf"\frac{{\partial L}}{{\partial \gamma_c}} = \sum {g}\,\hat x"
    if of == "bias":
        return rf"\frac{{\partial L}}{{\partial \beta_c}} = \sum {g}"
    if layer.unit != "group" or not layer.affine:
        gain = rf"\frac{{\gamma_c}}{{\sigma_{u}}}" if layer.affine else rf"\frac{{1}}{{\sigma_{u}}}"
    else:  # the channels of a group have different γ: it stays inside the means
        gain, g = rf"\frac{{1}}{{\sigma_{u}}}", r"\frac{\partial L}{\partial \hat x}"
    if not layer.own_statistics:
        return rf"\frac{{\partial L}}{{\partial x}} = {gain}\,{g}"
    less = rf"{g} - \overline{{{g}}} - \hat x\,\overline{{{g}\,\hat x}}"
    return rf"\frac{{\partial L}}{{\partial x}} = {gain} \left( {less} \right)"


def _formula(layer: Normalisation, input_shape: Shape) -> str:
    eps, u = np.format_float_positional(layer.eps, trim="-"), layer.unit[0]
    scale, shift = (r"\gamma_c\,", r" + \beta_c") if layer.affine else ("", "")
    formula = rf"y_{{c,i,j}} = {scale}\frac{{x_{{c,i,j}} - \mu_{u}}}{{\sqrt{{v_{u} + {eps}}}}}{shift}"
    if not layer.own_statistics:
        return formula
    mean = rf"\frac{{1}}{{{prod(input_shape[-3:]) // layer.units}}}\sum"
    return rf"{formula},\quad \mu_{u} = {mean} x_{u},\quad v_{u} = {mean} (x_{u} - \mu_{u})^2"
