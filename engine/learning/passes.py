"""Both ways through a network: loss, every gradient, checks by moving a number, and steps that lower the loss."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine import functional as F
from engine import limits
from engine.layers import LogSoftmax, Softmax
from engine.learning.optim import Optimiser, Update
from engine.network import Network
from engine.network.blocks import own
from engine.writing.display import number_text

Arrays = dict[str, np.ndarray]
AGREES = 1e-7  # a central difference this near to the gradient (relative above 1) counts as right
MOST_CHANGED = 5


@dataclass(frozen=True)
class Pass:
    """One forward and backward pass.

    outputs: every layer's output. loss: cross-entropy of the logits, the mean over a batch. probabilities: softmax of
    the logits. incoming: ∂L/∂output of every layer; grad_input: ∂L/∂input. gradients: of every trained parameter.
    """

    input: np.ndarray
    target: np.ndarray
    outputs: list[np.ndarray]
    loss: float
    probabilities: np.ndarray
    incoming: list[np.ndarray]
    grad_input: np.ndarray
    gradients: Arrays

    def arriving(self, k: int) -> np.ndarray:
        """Return what layer k takes in."""
        return self.outputs[k - 1] if k else self.input


def loss_of(network: Network, parameters: Mapping[str, np.ndarray], input: np.ndarray, target) -> float:
    """Return the cross-entropy of a network's logits: of one picture and class, or the mean over a batch of them."""
    return float(F.cross_entropy(_logits(network, network.forward(input, parameters)), np.asarray(target)))


def both_ways(
    network: Network,
    parameters: Mapping[str, np.ndarray],
    input: np.ndarray,
    target,
    outputs: list[np.ndarray] | None = None,
) -> Pass:
    """Run a network forward to the loss, and backward to every gradient.

    input: as network.input_shape, or (N, …) with N classes as target. A softmax at the network's end is part of
    the loss: the gradient for its probabilities is −1/p of the true class, over N.
    outputs: every layer's output up to the logits, where they need not be computed again.
    Raises ValueError where shapes do not fit, or the network's output is no vector of logits.
    """
    target = np.asarray(target)
    outputs = network.forward(input, parameters) if outputs is None else outputs
    logits = _logits(network, outputs)
    if logits.ndim != target.ndim + 1:
        raise ValueError(f"the network ends in {logits.shape[-3:]}; a loss needs one number for each class")
    loss = float(F.cross_entropy(logits, target))
    probabilities = F.softmax(logits, dim=-1)
    incoming: list[np.ndarray] = [np.zeros(0)] * len(network)
    gradients: Arrays = {}
    last = network.logits - 1
    if last < len(network) - 1:
        right = np.expand_dims(target, -1) == np.arange(logits.shape[-1])
        count = 1 if target.ndim == 0 else len(target)
        with np.errstate(divide="ignore", over="ignore"):
            incoming[-1] = np.where(right, -1 / probabilities, 0.0) / count
    grad = F.cross_entropy_backward(logits, target)
    for k in range(last, -1, -1):
        limits.look()
        incoming[k] = grad
        arriving = outputs[k - 1] if k else input
        grads = network.layers[k].backward(grad, arriving, **own(parameters, str(k)))
        gradients |= {f"{k}.{name}": value for name, value in grads.items() if name != "input"}
        grad = grads["input"]
    return Pass(input, target, outputs, loss, probabilities, incoming, grad, gradients)


def _logits(network: Network, outputs: list[np.ndarray]) -> np.ndarray:
    if network.logits == 0:
        raise ValueError("the network has no layer that makes logits")
    if any(isinstance(layer, Softmax | LogSoftmax) for layer in network.layers[: network.logits]):
        raise ValueError("softmax must be the last layer: the loss needs the logits before it")
    return outputs[network.logits - 1]


# Checking a gradient


@dataclass(frozen=True)
class Nudge:
    """One parameter's number moved by ±h: both losses, the central difference, and the computed gradient."""

    name: str
    index: tuple[int, ...]
    h: float
    below: float
    above: float
    computed: float

    @property
    def difference(self) -> float:
        """The slope between the two losses, (L(w + h) − L(w − h)) / 2h."""
        return (self.above - self.below) / (2 * self.h)

    @property
    def error(self) -> float:
        """How far the central difference is from the computed gradient."""
        return abs(self.difference - self.computed)


def nudges(network: Network, parameters, input, target, name: str, index: tuple[int, ...], steps) -> list[Nudge]:
    """Move one number of a parameter by ±h, for each h of `steps`, beside the computed gradient.

    The error is large for a large h, as the loss is no straight line, and for a tiny one, as the two losses then
    differ by rounding only. Raises ValueError where an h is not above 0 or there is no such number.
    """
    gradients = both_ways(network, parameters, input, target).gradients
    if name not in gradients:
        raise ValueError(f"there is no trained parameter {name}; there are {', '.join(gradients)}")
    shape = gradients[name].shape
    if len(index) != len(shape) or not all(0 <= k < n for k, n in zip(index, shape, strict=True)):
        raise ValueError(f"{name} has shape {shape}: there is no number {index}")
    by_step, computed = [], float(gradients[name][index])
    for h in steps:
        if not 0 < h < np.inf:
            raise ValueError(f"h must be above 0, got {h}")
        losses = loss_curve(network, parameters, input, target, name, index, (-h, h))
        by_step.append(Nudge(name, tuple(index), h, *losses, computed))
    return by_step


def loss_curve(network: Network, parameters, input, target, name: str, index: tuple[int, ...], moves) -> list[float]:
    """Return the loss with one number of a parameter moved by each of `moves`."""
    losses = []
    for by in moves:
        moved = np.array(parameters[name], dtype=np.float64)
        moved[index] += by
        losses.append(loss_of(network, {**parameters, name: moved}, input, target))
    return losses


def verdict(present: Nudge, others: list[Nudge]) -> str:
    """Say what is wrong with the present h, compared with others for the same number: "large", "small", or ""."""
    best = min((*others, present), key=lambda nudge: nudge.error)
    if present.error <= AGREES * max(1.0, abs(present.computed)):
        return ""
    return "large" if present.h > best.h else "small"


# Steps


@dataclass(frozen=True)
class Learner:
    """Parameters that learn, with the optimiser's memory, and the loss before every step so far."""

    network: Network
    parameters: Arrays
    memory: dict[str, Arrays] = field(default_factory=dict)
    losses: tuple[float, ...] = ()

    @property
    def steps(self) -> int:
        return len(self.losses)


@dataclass(frozen=True)
class Taken:
    """One step: the pass before it, each parameter's update, the learner after it, and the loss there.

    probabilities: the network's answer after the step, as `before.probabilities` is the one before it.
    """

    before: Pass
    updates: dict[str, Update]
    after: Learner
    loss: float
    probabilities: np.ndarray

    @property
    def diverged(self) -> bool:
        """Whether the loss after the step is NaN or infinite."""
        return not np.isfinite(self.loss)


def loss_texts(taken: Taken) -> tuple[str, str]:
    """Return the losses before and after a step with six decimals, or as many more as tell them apart."""
    for decimals in (6, 9, 12, 15):
        before, after = number_text(taken.before.loss, decimals), number_text(taken.loss, decimals)
        if before != after:
            break
    return before, after


def what_happened(taken: Taken) -> tuple[str, str]:
    """Say what a step did to the loss: "diverged", "rose", "still" or "fell", and a sentence with the numbers."""
    number, (before, after) = taken.after.steps, loss_texts(taken)
    if taken.diverged:
        return "diverged", (
            f"Step {number} gave a loss that is no finite number: the steps were so long that each overshot further "
            f"than the last. The last good state, after step {number - 1}, is kept. Take a smaller learning rate (or "
            "less weight decay) and reset."
        )
    if all((update.before == update.after).all() for update in taken.updates.values()):
        return (
            "still",
            "No weight moved: every gradient is 0, or the step is too small for the precision of the numbers.",
        )
    if taken.loss > taken.before.loss:
        return "rose", (
            f"The loss rose from {before} to {after}: the step followed the slope, but it was too long and landed "
            "higher on the other side. Try a smaller learning rate."
        )
    return "fell", f"The loss fell from {before} to {after}."


def take_step(learner: Learner, optimiser: Optimiser, input: np.ndarray, target) -> Taken:
    """Go both ways, update every trained parameter once, and go forward again."""
    there = both_ways(learner.network, learner.parameters, input, target)
    with np.errstate(over="ignore", invalid="ignore"):
        parameters, memory, updates = optimiser.step(learner.parameters, there.gradients, learner.memory)
    after = Learner(learner.network, parameters, memory, (*learner.losses, there.loss))
    with np.errstate(over="ignore", invalid="ignore"):
        logits = _logits(learner.network, learner.network.forward(input, parameters))
        loss = float(F.cross_entropy(logits, np.asarray(target)))
        return Taken(there, updates, after, loss, F.softmax(logits, dim=-1))


def most_changed(before: Mapping[str, np.ndarray], after: Mapping[str, np.ndarray]) -> list[tuple]:
    """Return (name, index, before, after) of the five numbers that changed most, the largest change first."""
    changes = []
    for name, new in after.items():
        change = np.abs(new - before[name])
        for flat in np.argsort(-change, axis=None, kind="stable")[:MOST_CHANGED]:
            index = tuple(int(k) for k in np.unravel_index(flat, change.shape))
            changes.append((float(change[index]), name, index, float(before[name][index]), float(new[index])))
    changes.sort(key=lambda item: -item[0])
    return [item[1:] for item in changes[:MOST_CHANGED] if item[0] > 0]
