"""Flatten and fully connected layers."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine import shapes
from engine.layers.base import Layer, Shape, register, setting


@register
@dataclass(frozen=True)
class Flatten(Layer):
    summary: ClassVar[str] = "Put all maps into one vector, in C, H, W order."

    def output_shape(self, input_shape: Shape) -> Shape:
        *batch, channels, height, width = (1, 1, *input_shape) if len(input_shape) == 1 else input_shape
        return (*batch, prod((channels, height, width)))

    def forward(self, input: np.ndarray) -> np.ndarray:
        return np.array(input).reshape(self.output_shape(input.shape))

    def window(self, input_shape: Shape) -> None:
        return None


@register
@dataclass(frozen=True)
class Linear(Layer):
    summary: ClassVar[str] = "Weigh every input, add the bias: one number for each neuron."

    in_features: int = setting(help="Numbers that come in.", minimum=1, maximum=64)
    out_features: int = setting(help="Neurons; each makes one number.", minimum=1, maximum=16)
    bias: bool = setting(True, help="Add one number to each neuron's sum.")

    def __post_init__(self):
        shapes.whole(self.in_features, "in_features", 1)
        shapes.whole(self.out_features, "out_features", 1)

    def parameter_shapes(self) -> dict[str, Shape]:
        weight = (self.out_features, self.in_features)
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape[-1] != self.in_features:
            raise ValueError(
                f"in_features is {self.in_features}, but the input's last axis has {input_shape[-1]} numbers"
            )
        return (*input_shape[:-1], self.out_features)

    def multiply_adds(self, input_shape: Shape) -> int:
        return self.in_features * self.out_features

    def window(self, input_shape: Shape) -> None:
        return None

    def forward(self, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        self.output_shape(input.shape)
        return F.linear(input, weight, bias)
