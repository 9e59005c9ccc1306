"""Losses: cross-entropy, and mean squared error with its gradient."""

import numpy as np

from engine.functional.activation import log_softmax
from engine.functional.arrays import check_vector, floats, quiet
from engine.functional.shapes import whole


@quiet
def cross_entropy(input, target, weight=None, *, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    r"""Compare logits with the right class, or with wanted probabilities.

    For a class index $y_n$:

    $$\ell_n = -w_{y_n} \log p_{n, y_n},\qquad p = \operatorname{softmax}(\text{input}),\qquad
    \text{mean} = \frac{\sum_n \ell_n}{\sum_n w_{y_n}}$$

    For probabilities $t_n$:

    $$\ell_n = -\sum_c w_c\, t_{n, c} \log p_{n, c},\qquad \text{mean} = \frac{1}{N} \sum_n \ell_n$$

    Label smoothing ε replaces $t$ (1 for the right class, else 0) by $(1 - ε)\,t + ε / C$; the mean's divisor
    stays.

    **Shapes**

    - `input`: (C), (N, C) or (N, C, d1, …): logits
    - `target`: class indices, shaped as the input without its class axis; or probabilities, shaped as
      the input
    - `weight`: (C) or None, a weight for each class
    - out: one number; with `reduction="none"`, as the input without its class axis

    **Parameters:** `reduction` is `none`, `mean` or `sum`; places whose index is `ignore_index` count for
    nothing. What follows `weight` is given by name, as PyTorch has arguments in between that are out of use.

    **Raises** `ValueError` where the target's shape fits neither form, an index is not a class, `weight`
    is not C long, `label_smoothing` is not between 0 and 1, `reduction` is unknown, or `ignore_index` is set
    with probabilities.

    **Source:** PyTorch documentation, `torch.nn.functional.cross_entropy`; Szegedy et al., *Rethinking the
    Inception Architecture for Computer Vision* (2016), for label smoothing.
    """
    x, weight = floats(input=input, weight=weight)
    if x.ndim == 0:
        raise ValueError("input must have axes (C), (N, C) or (N, C, d1, …), got a single number")
    _check_reduction(reduction)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must be from 0 to 1, got {label_smoothing}")
    axis = 0 if x.ndim == 1 else 1
    C = x.shape[axis]
    check_vector(weight, "weight", C, "class")
    weight = np.ones(C, x.dtype) if weight is None else weight

    # One row a place: the class axis last, the others as they are.
    weighted = -weight * np.moveaxis(log_softmax(x, axis), axis, -1)
    target = np.asarray(target)
    if target.shape == x.shape:
        losses, divisor = _soft_losses(weighted, target, axis, ignore_index, label_smoothing)
    else:
        losses, divisor = _index_losses(weighted, target, weight, ignore_index, label_smoothing)
    if reduction == "none":
        return losses
    total = losses.sum(dtype=x.dtype)
    return total if reduction == "sum" else total / x.dtype.type(divisor)


def _soft_losses(weighted, target, axis, ignore_index, smoothing):
    """(losses, number of places) for target probabilities."""
    if whole(ignore_index, "ignore_index") >= 0:
        raise ValueError(f"ignore_index {ignore_index} cannot be used with probabilities as target")
    (target,) = floats(target=target)
    target = np.moveaxis(target, axis, -1).astype(weighted.dtype)
    if smoothing:
        target = target * (1 - float(smoothing)) + float(smoothing) / weighted.shape[-1]
    losses = (weighted * target).sum(axis=-1)
    return losses, losses.size


def _index_losses(weighted, target, weight, ignore_index, smoothing):
    """(losses, sum of the right classes' weights) for target class indices."""
    *places, C = weighted.shape
    if target.dtype.kind not in "iu" or target.shape != tuple(places):
        raise ValueError(
            f"target must hold whole class indices of shape {tuple(places)}, "
            f"or probabilities of the input's shape, got {target.dtype} of shape {target.shape}"
        )
    counted = target != whole(ignore_index, "ignore_index")
    wrong = target[counted & ((target < 0) | (target >= C))]
    if wrong.size:
        raise ValueError(f"target {wrong[0]} is not a class: classes are 0 to {C - 1}")
    safe = np.where(counted, target, 0)
    losses = np.take_along_axis(weighted, safe[..., None], axis=-1)[..., 0]
    if smoothing:
        losses = (1 - smoothing) * losses + smoothing / C * weighted.sum(axis=-1)
    return np.where(counted, losses, 0).astype(weighted.dtype), (weight[safe] * counted).sum()


def _check_reduction(reduction):
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"reduction must be 'none', 'mean' or 'sum', got {reduction!r}")


@quiet
def mse_loss(input, target, *, reduction="mean"):
    r"""Square the differences to the wanted numbers, and take their mean.

    $$\ell = \frac{1}{m} \sum_k (x_k - t_k)^2$$

    **Shapes**

    - `input`, `target`: any, the same
    - out: one number; with `reduction="none"` as the input

    **Parameters:** `reduction` is `none`, `mean` or `sum`; it is given by name.

    **Raises** `ValueError` where the shapes differ or `reduction` is unknown.

    **Source:** PyTorch documentation, `torch.nn.functional.mse_loss`.
    """
    x, t = _given(input, target, reduction)
    squares = (x - t) ** 2
    return squares if reduction == "none" else squares.sum() if reduction == "sum" else squares.mean()


@quiet
def mse_loss_backward(input, target, *, reduction="mean", grad_output=1.0):
    r"""Return the gradient of a loss for the input of `mse_loss`.

    $$\frac{\partial \ell}{\partial x_k} = \frac{2}{m} (x_k - t_k)\, g$$

    without the division by m where `reduction` is not `mean`.

    **Shapes**

    - `input`, `target` and out: the same; `grad_output`: one number, or as the input with `reduction="none"`

    **Raises** `ValueError` where the shapes differ or `reduction` is unknown.

    **Source:** the chain rule.
    """
    x, t = _given(input, target, reduction)
    (g,) = floats(grad_output=grad_output)
    grad = 2 * (x - t) * g.astype(x.dtype)
    return grad / x.dtype.type(x.size) if reduction == "mean" else grad


def _given(input, target, reduction):
    _check_reduction(reduction)
    x, t = floats(input=input, target=target)
    if x.shape != t.shape:
        raise ValueError(f"target has shape {t.shape}, but the input has {x.shape}")
    return x, t
