"""Batch and group normalisation."""

import numpy as np

from engine.functional.arrays import check_vector, floats, quiet
from engine.functional.shapes import whole


@quiet
def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    r"""Shift and scale each channel to mean 0 and variance 1, then by a weight and a bias of its own.

    $$\text{out}[n, c] = \gamma_c\,\frac{\text{input}[n, c] - \mu_c}{\sqrt{\sigma_c^2 + \epsilon}} + \beta_c$$

    In training $\mu$ and $\sigma^2$ are the mean and variance (divided by the count m) of the batch, and
    the running statistics move towards them in place, the variance with its count reduced by one:

    $$\begin{aligned}
    \text{running\_mean} &\leftarrow (1 - \text{momentum})\,\text{running\_mean} + \text{momentum}\,\mu \\
    \text{running\_var} &\leftarrow (1 - \text{momentum})\,\text{running\_var}
    + \text{momentum}\,\sigma^2 \frac{m}{m - 1}
    \end{aligned}$$

    Otherwise the running statistics are used.

    **Shapes**

    - `input` and out: (N, C) or (N, C, …)
    - `running_mean`, `running_var`: (C); both None is possible in training
    - `weight` (γ), `bias` (β): (C) or None

    **Raises** `ValueError` where the input has fewer than 2 axes, a vector is not C long, only one of the
    running statistics is given or none outside training, a channel has a single number in training, `eps` is
    negative, or 0 in training, or running statistics that training would update are not float arrays.

    **Source:** PyTorch documentation, `torch.nn.functional.batch_norm`; Ioffe and Szegedy, *Batch
    Normalization* (2015).
    """
    x, mean, var, weight, bias = floats(
        input=input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )
    if x.ndim < 2:
        raise ValueError(f"input must have axes (N, C, …), got {x.ndim} axes: {x.shape}")
    C = x.shape[1]
    vectors = {"running_mean": mean, "running_var": var, "weight": weight, "bias": bias}
    for name, vector in vectors.items():
        check_vector(vector, name, C, "channel")
    if (mean is None) != (var is None):
        raise ValueError("running_mean and running_var must be given both or neither")
    for name, running in (("running_mean", running_mean), ("running_var", running_var)):
        updatable = isinstance(running, np.ndarray) and running.dtype.kind == "f"
        if training and running is not None and not updatable:
            raise ValueError(f"{name} must be a float array, as training updates it in place")
    if mean is None and not training:
        raise ValueError("running_mean and running_var are needed when training is False")
    if not eps >= 0 or (training and eps == 0):
        raise ValueError(f"eps must be greater than 0, got {eps}")

    column = (C,) + (1,) * (x.ndim - 2)
    if training:
        mean, var = _batch_statistics(x, running_mean, running_var, momentum)
    scale = 1 / np.sqrt(var + float(eps))
    return _scaled((x - mean.reshape(column)) * scale.reshape(column), x, weight, bias)


@quiet
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    r"""Shift and scale each group of channels to mean 0 and variance 1, then each channel by a weight and a bias.

    $$\text{out}[n, c] = \gamma_c\,\frac{\text{input}[n, c] - \mu_{n,g}}{\sqrt{\sigma_{n,g}^2 + \epsilon}} + \beta_c$$

    $\mu$ and $\sigma^2$ are the mean and the variance (divided by the count) of all numbers in group $g$ of one
    picture; the channels fall into `num_groups` equal runs. As many groups as channels is instance normalisation; one
    group is layer normalisation over C, H and W.

    **Shapes**

    - `input` and out: (N, C) or (N, C, …)
    - `weight` (γ), `bias` (β): (C) or None

    **Raises** `ValueError` where the input has fewer than 2 axes, `num_groups` does not divide C, a vector is not C
    long, `eps` is negative, or there is a single number in all to take a mean of.

    **Source:** PyTorch documentation, `torch.nn.functional.group_norm`; Wu and He, *Group Normalization* (2018).
    """
    x, weight, bias = floats(input=input, weight=weight, bias=bias)
    groups = grouped(x, num_groups)
    for name, vector in (("weight", weight), ("bias", bias)):
        check_vector(vector, name, x.shape[1], "channel")
    if not eps >= 0:
        raise ValueError(f"eps must be 0 or more, got {eps}")
    mean = groups.mean(axis=2, dtype=np.float64, keepdims=True)
    var = np.square(groups - mean).mean(axis=2, keepdims=True)
    return _scaled((groups - mean) / np.sqrt(var + float(eps)), x, weight, bias)


def _scaled(normal, x, weight, bias):
    """Return normalised numbers in the shape and dtype of `x`, times each channel's weight, plus its bias."""
    out = normal.astype(x.dtype, copy=False).reshape(x.shape)
    column = (-1,) + (1,) * (x.ndim - 2)
    if weight is not None:
        out *= weight.reshape(column)
    if bias is not None:
        out += bias.reshape(column)
    return out


def grouped(x, num_groups):
    """Return (N, C, …) as (N, num_groups, numbers of a group); ValueError where that cannot be, or is one number."""
    if x.ndim < 2:
        raise ValueError(f"input must have axes (N, C, …), got {x.ndim} axes: {x.shape}")
    if x.shape[1] % whole(num_groups, "num_groups", 1):
        raise ValueError(f"num_groups {num_groups} does not divide the {x.shape[1]} channels")
    if x.size // num_groups < 2:
        raise ValueError(f"a group's own statistics need more than 1 number, got input {x.shape}")
    return x.reshape(x.shape[0], num_groups, -1)


def _batch_statistics(x, running_mean, running_var, momentum):
    """Mean and variance of each channel, in float64; moves the running ones towards them."""
    count = x.size // max(x.shape[1], 1)
    if count < 2:
        raise ValueError(f"training needs more than 1 number a channel, got {count} (input {x.shape})")
    axes = (0, *range(2, x.ndim))
    mean = x.mean(axis=axes, dtype=np.float64, keepdims=True)
    var = np.square(x - mean).mean(axis=axes)
    mean = mean.reshape(-1)
    if running_mean is not None:
        _move(running_mean, mean, momentum)
        _move(running_var, var * (count / (count - 1)), momentum)
    return mean, var


def _move(running, batch, momentum):
    running[...] = (1 - momentum) * running + momentum * batch
