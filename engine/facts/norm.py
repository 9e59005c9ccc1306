"""What batch norm does to each channel's mean and variance, and where its running statistics come from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine import functional as F
from engine.layers.norm import BatchNorm2d
from engine.writing.display import MAX_DECIMALS, number_text, shared_decimals, typographic

MOMENTUM = 0.1  # nn.BatchNorm2d's own, unless set


@dataclass(frozen=True)
class Stage:
    """A map (C, H, W) on its way through the layer, with the mean and the (biased) variance of each channel."""

    name: str
    values: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


def stages(layer: BatchNorm2d, input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> tuple[Stage, ...]:
    """Return the input, what it is once normalised, and, with affine, once scaled and shifted."""
    plain = {name: value for name, value in parameters.items() if name in layer.buffers}
    made = [_stage("before", input), _stage("normalised", replace(layer, affine=False).forward(input, **plain))]
    if layer.affine:
        made.append(_stage("after γ and β", layer.forward(input, **parameters)))
    return tuple(made)


def _stage(name: str, values: np.ndarray) -> Stage:
    return Stage(name, values, values.mean(axis=(1, 2)), values.var(axis=(1, 2)))


@dataclass(frozen=True)
class Moved:
    """One step of training's bookkeeping, (C,) each: running ← (1 − momentum) running + momentum × the batch's.

    The batch's variance is the unbiased one here.
    """

    batch_mean: np.ndarray
    batch_var: np.ndarray
    mean: np.ndarray
    var: np.ndarray


def moved(input: np.ndarray, running_mean: np.ndarray, running_var: np.ndarray) -> Moved | None:
    """Return the running statistics after a training step on this input; None where a channel has one number."""
    count = input[0].size
    if count < 2:
        return None
    mean, var = (np.array(running, dtype=np.float64) for running in (running_mean, running_var))
    F.batch_norm(input[None], mean, var, training=True, momentum=MOMENTUM)
    return Moved(input.mean(axis=(1, 2)), input.var(axis=(1, 2), ddof=1), mean, var)


@dataclass(frozen=True)
class Narrowed:
    """What a channel's variance becomes by being divided by variance + eps, and the three numbers as texts.

    closes: whether the quotient of the numbers shown is the number shown.
    """

    variance: str
    divisor: str
    result: str
    closes: bool


def narrowed(layer: BatchNorm2d, input: np.ndarray, channel: int) -> Narrowed:
    """Return the variance that a channel has once it is normalised with its own statistics."""
    variance = float(input[channel].var())
    values = np.array([variance, variance + layer.eps, variance / (variance + layer.eps)])
    decimals, exact = shared_decimals(values)
    texts = [typographic(number_text(v, decimals if exact else MAX_DECIMALS)) for v in values.tolist()]
    return Narrowed(*texts, closes=exact)
