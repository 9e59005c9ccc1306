"""The logarithm of softmax, as PyTorch's nn.LogSoftmax."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.layers.base import Layer, Shape, register
from engine.layers.steps.log_softmax import LogSteps
from engine.layers.steps.output import Answers, checked
from engine.trace import Trace
from engine.writing.setting import setting

GRADIENT = (
    r"\frac{\partial L}{\partial z_k} = \frac{\partial L}{\partial \log p_k}"
    r" - p_k \sum_j \frac{\partial L}{\partial \log p_j}"
)


@register
@dataclass(frozen=True)
class LogSoftmax(Layer):
    r"""Turn logits into the logarithms of probabilities: each logit less the logarithm of the sum of all exponentials.

    $$\log p_k = z_k - m - \log \sum_j e^{z_j - m},\qquad m = \max_j z_j$$

    It gives what the logarithm of softmax would, but also where a probability is too small to be held. With
    nn.NLLLoss behind it a network has the loss that nn.CrossEntropyLoss gives on the logits. No parameters.

    - Input: (K,) logits of one picture, or (N, K) of several.
    - Output: the same shape; along the last axis the exponentials of the numbers add up to 1.

    Source: PyTorch documentation, torch.nn.LogSoftmax.
    """

    summary: ClassVar[str] = "Turn scores into the logarithms of probabilities."
    functional: ClassVar[str] = "log_softmax"
    rules: ClassVar[dict[str, str]] = {"input": "the incoming gradient, less p × the sum of all incoming gradients"}
    reads_all: ClassVar[bool] = True
    vectors_only: ClassVar[bool] = True
    fresh: ClassVar[dict[str, int]] = {"dim": -1}

    dim: int = setting(help="The axis whose exponentials add up to 1: −1, the last.", choices=(-1,))

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def forward(self, input: np.ndarray) -> np.ndarray:
        return F.log_softmax(input, dim=-1)

    def backward(self, grad_output: np.ndarray, input: np.ndarray) -> dict[str, np.ndarray]:
        return {"input": F.log_softmax_backward(grad_output, self.forward(input), -1)}

    def trace(self, input: np.ndarray, *, classes: tuple[str, ...] = (), around: tuple[int] | None = None) -> Trace:
        """Trace the layer on one picture's logits (K,), or on several (N, K), phase by phase.

        classes: what sentences call the classes. `around` leaves nothing out, as each number needs all logits.
        """
        steps = LogSteps(input.shape, classes)
        steps.log_softmax(Answers(checked(input)), self.forward(input))
        total = rf"\sum_{{j=0}}^{{{input.shape[-1] - 1}}} e^{{z_j - m}}"
        formula = rf"\log p_k = z_k - m - \log {total},\quad m = \max_j z_j"
        return steps.trace(self, formula, "output", steps.page_name)

    def trace_backward(
        self, of: str, grad_output: np.ndarray, input: np.ndarray, *, classes: tuple[str, ...] = ()
    ) -> Trace:
        grad = self.backward(grad_output, input)["input"]
        steps = LogSteps(input.shape, classes)
        steps.log_softmax_backward(Answers(checked(input)), grad_output, grad)
        return steps.trace(self, GRADIENT, "grad", steps.page_name)
