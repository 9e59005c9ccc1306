"""Batch normalisation, as PyTorch's nn.BatchNorm2d."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine import shapes
from engine.layers.base import Layer, Shape, register, setting


@register
@dataclass(frozen=True)
class BatchNorm2d(Layer):
    summary: ClassVar[str] = "Shift and scale each channel to mean 0 and variance 1, then by two learned numbers."
    buffers: ClassVar[tuple[str, ...]] = ("running_mean", "running_var")

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

    def parameter_shapes(self) -> dict[str, Shape]:
        names = [*(("weight", "bias") if self.affine else ()), *(self.buffers if self.track_running_stats else ())]
        return {name: (self.num_features,) for name in names}

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        zeros, ones = ("bias", "running_mean"), np.ones
        return {n: np.zeros(s) if n in zeros else ones(s) for n, s in self.parameter_shapes().items()}

    def output_shape(self, input_shape: Shape) -> Shape:
        channels = input_shape[-3]
        if channels != self.num_features:
            raise ValueError(f"num_features is {self.num_features}, but the input has {channels} channels")
        return tuple(input_shape)

    def multiply_adds(self, input_shape: Shape) -> int:
        return int(np.prod(input_shape[-3:]))

    def forward(self, input: np.ndarray, *, weight=None, bias=None, running_mean=None, running_var=None) -> np.ndarray:
        self.output_shape(input.shape)
        batch = input if input.ndim == 4 else input[None]
        out = F.batch_norm(
            batch, running_mean, running_var, weight, bias, training=not self.track_running_stats, eps=self.eps
        )
        return out if input.ndim == 4 else out[0]
