"""What normalisation does to each unit's mean and variance, and where running statistics come from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine import functional as F
from engine.layers import GroupNorm
from engine.layers.norm import Normalisation
from engine.writing.display import MAX_DECIMALS, number_text, shared_decimals

MOMENTUM = 0.1  # nn.BatchNorm2d's own, unless set


@dataclass(frozen=True)
class Stage:
    """The numbers of each unit (a channel, or a group) on their way through the layer, (units, m); mean and variance.

    The variance is the biased one.
    """

    name: str
    values: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


def stages(
    layer: Normalisation, input: np.ndarray, parameters: Mapping[str, np.ndarray], output: np.ndarray
) -> tuple[Stage, ...]:
    """Return the input, what it is once normalised, and, with affine, once scaled and shifted: the layer's output."""
    plain = {name: value for name, value in parameters.items() if name in layer.buffers}
    if layer.affine:
        normalised = replace(layer, affine=False).forward(input, **plain)
        maps = {"before": input, "normalised": normalised, "after γ and β": output}
    else:
        maps = {"before": input, "normalised": output}
    units = {name: values.reshape(layer.units, -1) for name, values in maps.items()}
    return tuple(Stage(name, values, values.mean(axis=1), values.var(axis=1)) for name, values in units.items())


def relative(layer: GroupNorm) -> str:
    """Say which relative of group norm a layer is, by its number of groups; "" where it is none."""
    if layer.num_groups == layer.num_channels > 1:
        return "Each channel is a group of its own: this is **instance norm** (`nn.InstanceNorm2d`)."
    if layer.num_groups == 1 and layer.num_channels > 1:
        return "All channels are one group: this is **layer norm** over C, H and W."
    if layer.num_channels == 1:
        return "With one channel there is one group: group, instance and layer norm are the same here."
    return ""


@dataclass(frozen=True)
class Moved:
    """One step of the running statistics, (C,) each: running ← (1 − momentum) running + momentum × the batch's.

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
    """What a unit's variance becomes by being divided by variance + eps, and the three numbers as texts.

    closes: whether the quotient of the numbers shown is the number shown.
    """

    variance: str
    divisor: str
    result: str
    closes: bool


def narrowed(layer: Normalisation, input: np.ndarray, unit: int) -> Narrowed:
    """Return the variance that a unit has once it is normalised with its own statistics."""
    variance = float(input.reshape(layer.units, -1)[unit].var())
    values = np.array([variance, variance + layer.eps, variance / (variance + layer.eps)])
    decimals, exact = shared_decimals(values)
    texts = [number_text(v, decimals if exact else MAX_DECIMALS) for v in values.tolist()]
    return Narrowed(*texts, closes=exact)
