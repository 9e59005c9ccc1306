"""The end of a classifier: softmax, and the loss of its answer."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.layers.base import Layer, Shape, register, setting


@register
@dataclass(frozen=True)
class Softmax(Layer):
    summary: ClassVar[str] = "Turn scores into probabilities: exponentials over their sum."

    dim: int = setting(help="The axis whose numbers add up to 1: −1, the last.", choices=(-1,))

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def forward(self, input: np.ndarray) -> np.ndarray:
        return F.softmax(input, dim=self.dim)

    def window(self, input_shape: Shape) -> None:
        return None


@register
@dataclass(frozen=True)
class CrossEntropyLoss(Layer):
    summary: ClassVar[str] = "Minus the logarithm of the probability that the true class was given."
    arguments: ClassVar[tuple[str, ...]] = ("target",)

    label_smoothing: float = setting(
        0.0, help="Share of the target that is spread evenly over all classes.", minimum=0.0, maximum=1.0
    )

    def output_shape(self, input_shape: Shape) -> Shape:
        return ()

    def forward(self, input: np.ndarray, *, target) -> np.ndarray:
        return F.cross_entropy(input, target, label_smoothing=self.label_smoothing)

    def window(self, input_shape: Shape) -> None:
        return None
