"""The gradients of fully connected layers, softmax, cross-entropy, batch and group normalisation."""

import numpy as np

from engine.functional.activation import softmax
from engine.functional.arrays import axis_of, check_gradient, floats, quiet
from engine.functional.loss import cross_entropy
from engine.functional.norm import grouped
from engine.functional.shapes import whole


@quiet
def linear_backward(grad_output, input, weight):
    r"""Return the gradients of a loss for the input, the weight and the bias of `linear`.

    $$\frac{\partial L}{\partial x_i} = \sum_o g_o W_{o,i},\qquad
    \frac{\partial L}{\partial W_{o,i}} = \sum_n g_{n,o}\, x_{n,i},\qquad
    \frac{\partial L}{\partial b_o} = \sum_n g_{n,o}$$

    **Shapes**

    - `grad_output`: (…, out_features); `input`: (…, in_features); `weight`: (out_features, in_features)
    - out: (grad_input, grad_weight, grad_bias), shaped as input, weight and (out_features)

    **Raises** `ValueError` where the axes do not match.

    **Source:** the chain rule.
    """
    g, x, weight = floats(grad_output=grad_output, input=input, weight=weight)
    if g.shape != (*x.shape[:-1], len(weight)):
        raise ValueError(f"grad_output must have shape {(*x.shape[:-1], len(weight))}, got {g.shape}")
    rows, outs = x.reshape(-1, x.shape[-1]), g.reshape(-1, len(weight))
    return g @ weight, outs.T @ rows, outs.sum(axis=0)


@quiet
def softmax_backward(grad_output, output, dim):
    r"""Return the gradient of a loss for the input of `softmax`, from its output $p$.

    $$\frac{\partial L}{\partial z_k} = p_k \Big( g_k - \sum_j g_j\, p_j \Big)$$

    **Shapes**

    - `grad_output`, `output` and out: as `softmax`'s out

    **Raises** `ValueError` where the shapes differ or `dim` is no axis.

    **Source:** $\partial p_j / \partial z_k = p_j (\delta_{jk} - p_k)$ and the chain rule.
    """
    g, p = floats(grad_output=grad_output, output=output)
    check_gradient(g, p.shape)
    axis = axis_of(dim, p)
    return p * (g - (g * p).sum(axis=axis, keepdims=True))


@quiet
def log_softmax_backward(grad_output, output, dim):
    r"""Return the gradient of a loss for the input of `log_softmax`, from its output $\log p$.

    $$\frac{\partial L}{\partial z_k} = g_k - p_k \sum_j g_j$$

    **Shapes**

    - `grad_output`, `output` and out: as `log_softmax`'s out

    **Raises** `ValueError` where the shapes differ or `dim` is no axis.

    **Source:** $\partial \log p_j / \partial z_k = \delta_{jk} - p_k$ and the chain rule.
    """
    g, log_p = floats(grad_output=grad_output, output=output)
    check_gradient(g, log_p.shape)
    axis = axis_of(dim, log_p)
    return g - np.exp(log_p) * g.sum(axis=axis, keepdims=True)


@quiet
def cross_entropy_backward(
    input, target, weight=None, *, ignore_index=-100, reduction="mean", label_smoothing=0.0, grad_output=1.0
):
    r"""Return the gradient of a loss for the logits that `cross_entropy` was given.

    For a class index $y$, the mean over N places and no class weights:

    $$\frac{\partial L}{\partial z_{n,k}} = \frac{g}{N} \left( p_{n,k} - [k = y_n] \right)$$

    and in general, with $a_{n,k}$ the factor of $-\log p_{n,k}$ in the loss (the target, smoothed, times the
    class weight): $\frac{\partial L}{\partial z_{n,k}} = g\,(p_{n,k} \sum_j a_{n,j} - a_{n,k})$.

    **Shapes**

    - `input`, `target`, `weight`: as given to `cross_entropy`
    - `grad_output`: the gradient for its result: one number; with `reduction="none"`, one a place
    - out: as `input`

    **Raises** `ValueError` as `cross_entropy` does.

    **Source:** $-\partial \log p_j / \partial z_k = p_k - \delta_{jk}$ and the chain rule.
    """
    x, weight = floats(input=input, weight=weight)
    given = {"ignore_index": ignore_index, "reduction": reduction, "label_smoothing": label_smoothing}
    cross_entropy(x, target, weight, **given)  # raises where the arguments do not fit
    axis = 0 if x.ndim == 1 else 1
    C = x.shape[axis]
    weight = np.ones(C, x.dtype) if weight is None else weight
    p = np.moveaxis(softmax(x, axis), axis, -1)
    target = np.asarray(target)
    if target.shape == x.shape:
        (wanted,) = floats(target=np.moveaxis(target, axis, -1))
        divisor = p.size // C
        counted = np.ones(p.shape[:-1], bool)
    else:
        counted = target != whole(ignore_index, "ignore_index")
        safe = np.where(counted, target, 0)
        wanted = np.eye(C)[safe]
        divisor = (weight[safe] * counted).sum()
    factor = weight * (wanted * (1 - float(label_smoothing)) + float(label_smoothing) / C) * counted[..., None]
    g = np.asarray(grad_output, dtype=x.dtype)
    if reduction == "mean":
        g = g / divisor
    grad = (p * factor.sum(axis=-1, keepdims=True) - factor) * (g[..., None] if g.ndim else g)
    return np.moveaxis(grad, -1, axis).astype(x.dtype)


@quiet
def batch_norm_backward(grad_output, input, running_mean=None, running_var=None, weight=None, training=False, eps=1e-5):
    r"""Return the gradients of a loss for the input, the weight γ and the bias β of `batch_norm`.

    With $\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}$ and sums and means over the channel's m numbers:

    $$\frac{\partial L}{\partial \gamma} = \sum g\,\hat x,\qquad \frac{\partial L}{\partial \beta} = \sum g$$

    $$\frac{\partial L}{\partial x} = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
    \left( g - \overline{g} - \hat x\, \overline{g \hat x} \right)\ \text{in training},\qquad
    \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}\, g\ \text{otherwise}$$

    In training the mean and the variance depend on every input, which the two means take into account.

    **Shapes**

    - `grad_output`, `input`: (N, C) or (N, C, …); `running_mean`, `running_var`, `weight`: (C) or None
    - out: (grad_input, grad_weight, grad_bias), shaped as input, (C) and (C)

    **Raises** `ValueError` where the shapes differ, or running statistics are missing outside training.

    **Source:** Ioffe and Szegedy, *Batch Normalization* (2015), section 3.
    """
    g, x, mean, var, weight = floats(
        grad_output=grad_output, input=input, running_mean=running_mean, running_var=running_var, weight=weight
    )
    check_gradient(g, x.shape)
    if not training and (mean is None or var is None):
        raise ValueError("running_mean and running_var are needed when training is False")
    axes, column = (0, *range(2, x.ndim)), (x.shape[1],) + (1,) * (x.ndim - 2)
    if training:
        mean = x.mean(axis=axes, dtype=np.float64)
        var = np.square(x - mean.reshape(column)).mean(axis=axes)
    scale = 1 / np.sqrt(var + float(eps))
    normal = (x - mean.reshape(column)) * scale.reshape(column)
    grad_weight, grad_bias = (g * normal).sum(axis=axes), g.sum(axis=axes)
    gain = scale if weight is None else scale * weight
    grad = g
    if training:
        grad = g - g.mean(axis=axes).reshape(column) - normal * (g * normal).mean(axis=axes).reshape(column)
    grad_input = (grad * gain.reshape(column)).astype(x.dtype, copy=False)
    return grad_input, grad_weight.astype(x.dtype), grad_bias


@quiet
def group_norm_backward(grad_output, input, num_groups, weight=None, eps=1e-5):
    r"""Return the gradients of a loss for the input, the weight γ and the bias β of `group_norm`.

    With $\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}$, $\hat g = g\,\gamma$ and means over all numbers of a group:

    $$\frac{\partial L}{\partial \gamma} = \sum g\,\hat x,\qquad \frac{\partial L}{\partial \beta} = \sum g,\qquad
    \frac{\partial L}{\partial x} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
    \left( \hat g - \overline{\hat g} - \hat x\, \overline{\hat g \hat x} \right)$$

    **Shapes**

    - `grad_output`, `input`: (N, C) or (N, C, …); `weight`: (C) or None
    - out: (grad_input, grad_weight, grad_bias), shaped as input, (C) and (C)

    **Raises** `ValueError` where the shapes differ, and as `group_norm` does.

    **Source:** Wu and He, *Group Normalization* (2018); the chain rule.
    """
    g, x, weight = floats(grad_output=grad_output, input=input, weight=weight)
    check_gradient(g, x.shape)
    groups = grouped(x, num_groups)
    mean = groups.mean(axis=2, dtype=np.float64, keepdims=True)
    scale = 1 / np.sqrt(np.square(groups - mean).mean(axis=2, keepdims=True) + float(eps))
    normal = (groups - mean) * scale
    axes = (0, *range(2, x.ndim))
    grad_weight = (g * normal.reshape(x.shape)).sum(axis=axes)
    passed = (g if weight is None else g * weight.reshape((-1,) + (1,) * (x.ndim - 2))).reshape(groups.shape)
    grad = passed - passed.mean(axis=2, keepdims=True) - normal * (passed * normal).mean(axis=2, keepdims=True)
    return (grad * scale).reshape(x.shape).astype(x.dtype, copy=False), grad_weight.astype(x.dtype), g.sum(axis=axes)
