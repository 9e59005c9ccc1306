"""Activations: functions of one number, applied to every cell on its own."""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.layers.base import Layer, Shape, register, setting


@dataclass(frozen=True)
class Elementwise(Layer):
    """A layer that makes each output cell from the input cell at the same place."""

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def function(self, x: np.ndarray) -> np.ndarray:
        """Return f(x), cell by cell."""
        raise NotImplementedError

    def forward(self, input: np.ndarray) -> np.ndarray:
        return self.function(input)

    @property
    def arguments_of_function(self) -> dict[str, float | str]:
        """The layer's settings, as its function in engine.functional takes them."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@register
@dataclass(frozen=True)
class ReLU(Elementwise):
    summary: ClassVar[str] = "Keep what is above zero; make the rest zero."

    def function(self, x):
        return F.relu(x)


@register
@dataclass(frozen=True)
class LeakyReLU(Elementwise):
    summary: ClassVar[str] = "Keep what is above zero; let a little of the rest through."

    negative_slope: float = setting(0.01, help="Slope below zero.", minimum=0.0, maximum=1.0)

    def function(self, x):
        return F.leaky_relu(x, self.negative_slope)


@register
@dataclass(frozen=True)
class Tanh(Elementwise):
    summary: ClassVar[str] = "Squeeze every number into −1 … 1."

    def function(self, x):
        return F.tanh(x)


@register
@dataclass(frozen=True)
class Hardtanh(Elementwise):
    summary: ClassVar[str] = "Cut every number off at two limits."

    min_val: float = setting(-1.0, help="The smallest value that comes out.", minimum=-10.0, maximum=10.0)
    max_val: float = setting(1.0, help="The largest value that comes out.", minimum=-10.0, maximum=10.0)

    def __post_init__(self):
        if not self.min_val < self.max_val:
            raise ValueError(f"max_val {self.max_val} must be larger than min_val {self.min_val}")

    def function(self, x):
        return F.hardtanh(x, self.min_val, self.max_val)


@register
@dataclass(frozen=True)
class ReLU6(Elementwise):
    summary: ClassVar[str] = "ReLU that is cut off at 6."

    def function(self, x):
        return F.hardtanh(x, 0.0, 6.0)


@register
@dataclass(frozen=True)
class Identity(Elementwise):
    summary: ClassVar[str] = "Let every number through (a linear activation)."

    def function(self, x):
        return np.array(x)


@register
@dataclass(frozen=True)
class Sigmoid(Elementwise):
    summary: ClassVar[str] = "Squeeze every number into 0 … 1."

    def function(self, x):
        return F.sigmoid(x)


@register
@dataclass(frozen=True)
class ELU(Elementwise):
    summary: ClassVar[str] = "Keep what is above zero; bend the rest towards −α."

    alpha: float = setting(
        1.0, help="What large negative numbers come to, with its sign turned.", minimum=0.0, maximum=5.0
    )

    def function(self, x):
        return F.elu(x, self.alpha)


@register
@dataclass(frozen=True)
class GELU(Elementwise):
    summary: ClassVar[str] = "Weigh every number by the normal distribution at it."

    approximate: str = setting("none", help="none: with erf; tanh: the approximation.", choices=("none", "tanh"))

    def function(self, x):
        return F.gelu(x, self.approximate)


@register
@dataclass(frozen=True)
class SiLU(Elementwise):
    summary: ClassVar[str] = "Weigh every number by its own sigmoid."

    def function(self, x):
        return F.silu(x)


@register
@dataclass(frozen=True)
class Dropout(Elementwise):
    summary: ClassVar[str] = "In training, make some numbers zero by chance; in evaluation, change nothing."

    p: float = setting(0.5, help="Share of the numbers made zero in training.", minimum=0.0, maximum=1.0)

    def function(self, x):
        return np.array(x)
