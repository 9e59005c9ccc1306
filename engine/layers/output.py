"""The end of a classifier: softmax, and the loss of its answer, as PyTorch's nn.Softmax and nn.CrossEntropyLoss."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.functional.shapes import Window
from engine.layers.base import Layer, Shape, register, row_window
from engine.layers.steps.output import Answers, Steps, checked, loss_decimals, smoothed
from engine.trace import Trace
from engine.writing.setting import setting

GUESS = 0.98
OPTIONS = ("temperature", "subtract_largest")
SOFTMAX_GRADIENT = (
    r"\frac{\partial L}{\partial z_k} = p_k \Big( \frac{\partial L}{\partial p_k}"
    r" - \sum_j \frac{\partial L}{\partial p_j}\, p_j \Big)"
)
LOSS_GRADIENT = r"\frac{\partial L}{\partial z_{n,k}} = \frac{1}{N} \left( p_{n,k} - q_{n,k} \right)"


@register
@dataclass(frozen=True)
class Softmax(Layer):
    r"""Turn logits into probabilities: each one's exponential over the sum of all exponentials.

    $$p_k = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}},\qquad m = \max_j z_j$$

    Taking off the largest logit $m$ changes no probability, as $e^{-m}$ stands above and below the line, and keeps
    every exponential at most 1. There is nothing to learn: no parameters.

    - Input: (K,) logits of one picture, or (N, K) of several.
    - Output: the same shape; along the last axis the numbers are at least 0 and add up to 1.
    - temperature: what the logits are divided by first; above 1 the answer is more even, below 1 more decided.
    - subtract_largest: False shows what goes wrong without it; PyTorch always does it.
    - Raises ValueError where temperature is not above 0.

    Source: PyTorch documentation, torch.nn.Softmax; Bridle, "Probabilistic interpretation of feedforward
    classification network outputs" (1990); for the temperature Hinton, Vinyals and Dean, "Distilling the knowledge
    in a neural network" (2015).
    """

    summary: ClassVar[str] = "Turn scores into probabilities: exponentials over their sum."
    options: ClassVar[tuple[str, ...]] = OPTIONS
    rules: ClassVar[dict[str, str]] = {"input": "each probability depends on all logits: p × (incoming − weighted sum)"}
    fixed: ClassVar[dict[str, tuple]] = {"dim": (-1, 1, None)}  # in (N, classes), 1 is the last axis too
    vectors_only: ClassVar[bool] = True
    fresh: ClassVar[dict[str, int]] = {"dim": -1}

    dim: int = setting(help="The axis whose numbers add up to 1: −1, the last.", choices=(-1,))

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)

    def window(self, input_shape: Shape) -> tuple[Window, Window] | None:
        return row_window(input_shape)

    def forward(self, input: np.ndarray, *, temperature: float = 1.0, subtract_largest: bool = True) -> np.ndarray:
        return Answers(input, temperature, subtract_largest).probabilities

    def trace(
        self,
        input: np.ndarray,
        *,
        temperature: float = 1.0,
        subtract_largest: bool = True,
        classes: tuple[str, ...] = (),
        around: tuple[int] | None = None,
    ) -> Trace:
        """Trace the layer on one picture's logits (K,), or on several (N, K), phase by phase.

        classes: what sentences call the classes. `around` leaves nothing out, as each probability needs all logits.
        """
        answers = Answers(checked(input), temperature, subtract_largest)
        steps = Steps(input.shape, classes)
        steps.softmax(answers, "output")
        return steps.trace(self, _softmax_formula(answers), "output", steps.page_name)

    def backward(
        self, grad_output: np.ndarray, input: np.ndarray, *, temperature: float = 1.0, subtract_largest: bool = True
    ) -> dict[str, np.ndarray]:
        answers = Answers(input, temperature, subtract_largest)
        return {"input": F.softmax_backward(grad_output, answers.probabilities, -1) / answers.temperature}

    def trace_backward(
        self, of: str, grad_output: np.ndarray, input: np.ndarray, *, classes: tuple[str, ...] = (), **options
    ) -> Trace:
        answers = Answers(checked(input), **options)
        grad = self.backward(grad_output, input, **options)["input"]
        steps = Steps(input.shape, classes)
        steps.softmax_backward(answers, grad_output, grad)
        return steps.trace(self, SOFTMAX_GRADIENT, "grad", steps.page_name)


@register
@dataclass(frozen=True)
class CrossEntropyLoss(Layer):
    r"""Minus the logarithm of the probability that softmax gives the true class; of several pictures, the mean.

    $$\ell = -\sum_k q_k \log p_k,\qquad p = \operatorname{softmax}(z / T)$$

    $q$ is 1 for the true class and 0 for the others, so that one term is left: $\ell = -\log p_{target}$. With
    label_smoothing ε it is $q_k (1 - ε) + ε / K$. The logarithm is the natural one, so the loss is in nats.

    - Input: (K,) logits of one picture, or (N, K) of several: what comes before softmax, not after it.
    - target: the class index, or N of them; or probabilities in the input's shape.
    - Output: one number, at least 0.
    - temperature: what the logits are divided by first. subtract_largest: False shows what goes wrong without it.
    - Raises ValueError where the target is no class or has another shape, and where temperature is not above 0.

    Source: PyTorch documentation, torch.nn.CrossEntropyLoss; for label smoothing Szegedy et al., "Rethinking the
    Inception architecture for computer vision" (2016).
    """

    summary: ClassVar[str] = "Minus the logarithm of the probability that the true class was given."
    rules: ClassVar[dict[str, str]] = {"input": "softmax and cross-entropy in one: probability less target, p − q"}
    reads_all: ClassVar[bool] = True
    arguments: ClassVar[tuple[str, ...]] = ("target",)
    options: ClassVar[tuple[str, ...]] = OPTIONS

    label_smoothing: float = setting(
        0.0, help="Share of the target that is spread evenly over all classes.", minimum=0.0, maximum=1.0
    )

    def __post_init__(self):
        if not 0 <= self.label_smoothing <= 1:
            raise ValueError(f"label_smoothing {self.label_smoothing} must be from 0 to 1")

    def output_shape(self, input_shape: Shape) -> Shape:
        return ()

    def forward(
        self, input: np.ndarray, *, target, temperature: float = 1.0, subtract_largest: bool = True
    ) -> np.ndarray:
        if not subtract_largest:
            return self._losses(Answers(input, temperature, False), target).mean()
        scaled = Answers(input, temperature).scaled
        return F.cross_entropy(scaled, _checked_target(target), label_smoothing=self.label_smoothing)

    def backward(
        self, grad_output, input: np.ndarray, *, target, temperature: float = 1.0, subtract_largest: bool = True
    ) -> dict[str, np.ndarray]:
        answers = Answers(input, temperature)
        grad = F.cross_entropy_backward(
            answers.scaled, _checked_target(target), label_smoothing=self.label_smoothing, grad_output=grad_output
        )
        return {"input": grad / answers.temperature}

    def trace_backward(
        self, of: str, grad_output, input: np.ndarray, *, target, classes: tuple[str, ...] = (), **options
    ) -> Trace:
        """Trace the gradient for the logits, ∂L/∂z = p − q (over N, and over T): softmax, then one difference a logit.

        grad_output is 1: the loss is the end. Raises ValueError where target probabilities do not add up to 1.
        """
        if np.any(np.asarray(grad_output) != 1):
            raise ValueError(f"the gradient of a loss begins with 1, got {grad_output}")
        answers = Answers(checked(input), options.get("temperature", 1.0))
        wanted = smoothed(wanted_of(target, input.shape), self.label_smoothing)
        totals = wanted.sum(axis=-1)
        if not np.allclose(totals, 1.0, rtol=0, atol=1e-9):
            raise ValueError(f"the target's probabilities add up to {totals.min():g}, not to 1")
        steps = Steps(input.shape, classes)
        steps.softmax(answers, "probabilities")
        steps.loss_backward(answers, wanted)
        return steps.trace(self, LOSS_GRADIENT, "grad", steps.page_name)

    def trace(
        self,
        input: np.ndarray,
        *,
        target,
        temperature: float = 1.0,
        subtract_largest: bool = True,
        classes: tuple[str, ...] = (),
        around: tuple[int] | None = None,
    ) -> Trace:
        """Trace softmax and loss on one picture's logits (K,), or on several (N, K) with their mean, phase by phase.

        classes: what sentences call the classes. `around` leaves nothing out, as the loss needs all logits.
        """
        answers = Answers(checked(input), temperature, subtract_largest)
        losses = self._losses(answers, target)
        mean = self.forward(input, target=target, temperature=temperature, subtract_largest=subtract_largest)
        sure = self._is_sure(target, input)
        counted = wanted_of(target, input.shape) > 0 if sure else np.ones(input.shape, bool)
        counted |= answers.logits == answers.logits.max(axis=-1, keepdims=True)
        decimals = loss_decimals(answers.probabilities[counted], answers.surprise[counted])
        steps = Steps(input.shape, classes, decimals)
        steps.softmax(answers, "probabilities")
        if sure:
            steps.true_class("probabilities", np.asarray(target), losses, answers)
        else:
            wanted = wanted_of(target, input.shape)
            steps.whole_target("probabilities", wanted, self.label_smoothing, losses, answers)
        if input.ndim > 1:
            steps.mean(mean)
        return steps.trace(self, _loss_formula(answers, sure, self.label_smoothing), "loss", steps.page_name)

    def _is_sure(self, target, input: np.ndarray) -> bool:
        """Whether one class alone counts for a picture."""
        return self.label_smoothing == 0 and np.ndim(target) < input.ndim

    def _losses(self, answers: Answers, target) -> np.ndarray:
        """Return the loss of each picture, (N,), or of the one, ()."""
        target, smoothing = _checked_target(target), self.label_smoothing
        safe = F.cross_entropy(answers.scaled, target, reduction="none", label_smoothing=smoothing)
        if answers.subtract_largest:
            return safe
        if self._is_sure(target, answers.logits):
            return np.take_along_axis(answers.surprise, target[..., None], axis=-1)[..., 0]
        wanted = smoothed(wanted_of(target, answers.logits.shape), smoothing)
        with np.errstate(invalid="ignore"):
            return (wanted * answers.surprise).sum(axis=-1)


def learns_nothing(loss: float, classes: int) -> bool:
    """Return whether a loss is no better than that of an even guess, log K: by less than 2 %."""
    return loss >= GUESS * np.log(classes)


def checked_answer(probabilities: np.ndarray, target: int) -> np.ndarray:
    """Return probabilities of one picture, (K,); ValueError where they are none, or the target is no class."""
    probabilities = np.asarray(probabilities, dtype=np.float64)
    if probabilities.ndim != 1:
        raise ValueError(f"probabilities must have shape (K,), got {probabilities.shape}")
    if not 0 <= target < len(probabilities):
        raise ValueError(f"target {target} is not a class: classes are 0 to {len(probabilities) - 1}")
    return probabilities


def wanted_of(target, shape: Shape) -> np.ndarray:
    """Return a target as probabilities: 1 for the true class, 0 for others, where it is an index."""
    target = np.asarray(target)
    if target.shape == tuple(shape):
        return target.astype(np.float64)
    return (np.arange(shape[-1]) == target[..., None]).astype(np.float64)


def _checked_target(target) -> np.ndarray:
    """Return a target as an array; ValueError where a class index is negative."""
    target = np.asarray(target)
    if target.dtype.kind == "i" and (target < 0).any():
        raise ValueError(f"target {target.min()} is not a class: classes count from 0")
    return target


def _softmax_formula(answers: Answers) -> str:
    """LaTeX of one probability, with the number of classes and the temperature put in."""
    letter = "z" if answers.temperature == 1 else "u"
    less = " - m" if answers.subtract_largest else ""
    total = rf"\sum_{{j=0}}^{{{answers.logits.shape[-1] - 1}}} e^{{{letter}_j{less}}}"
    parts = [rf"p_k = \frac{{e^{{{letter}_k{less}}}}}{{{total}}}"]
    if answers.temperature != 1:
        parts.append(rf"u_k = \frac{{z_k}}{{{answers.temperature:g}}}")
    if answers.subtract_largest:
        parts.append(rf"m = \max_j {letter}_j")
    return r",\quad ".join(parts)


def _loss_formula(answers: Answers, sure: bool, smoothing: float) -> str:
    """LaTeX of the loss: of one class or of a whole target, of one picture or the mean of several."""
    *batch, width = answers.logits.shape
    one = "n," if batch else ""
    of = "_n" if batch else ""
    if sure:
        loss = rf"\ell{of} = -\log p_{{{one}t{of}}}"
    else:
        loss = rf"\ell{of} = -\sum_{{k=0}}^{{{width - 1}}} q_{{{one}k}} \log p_{{{one}k}}"
    parts = [loss]
    if smoothing:
        parts.append(rf"q_{{{one}k}} = {1 - smoothing:g}\, t_{{{one}k}} + \frac{{{smoothing:g}}}{{{width}}}")
    if batch:
        parts.append(rf"\ell = \frac{{1}}{{{batch[0]}}} \sum_n \ell_n")
    return r",\quad ".join(parts)
