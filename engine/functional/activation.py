"""Activation functions, cell by cell, and softmax along an axis."""

import math

import numpy as np

from engine.functional.arrays import axis_of, floats, quiet

__all__ = [
    "elu",
    "gelu",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_softmax",
    "mish",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]

_erf = np.vectorize(math.erf, otypes=[np.float64])  # NumPy has none


@quiet
def relu(input):
    r"""Keep positive numbers, and put 0 for the others.

    $$\text{out} = \max(0, x)$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.relu`; Nair and Hinton, *Rectified Linear Units
    Improve Restricted Boltzmann Machines* (2010).
    """
    (x,) = floats(input=input)
    return np.maximum(x, 0)


@quiet
def leaky_relu(input, negative_slope=0.01):
    r"""Keep positive numbers, and scale the others by a small slope, so that their gradient is not 0.

    $$\text{out} = \begin{cases} x & x > 0 \\ \text{negative\_slope} \cdot x & x \le 0 \end{cases}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.leaky_relu`; Maas, Hannun and Ng, *Rectifier
    Nonlinearities Improve Neural Network Acoustic Models* (2013).
    """
    (x,) = floats(input=input)
    return np.where(x > 0, x, x * float(negative_slope))


@quiet
def elu(input, alpha=1.0):
    r"""Keep positive numbers, and let the others level off at −alpha.

    $$\text{out} = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.elu`; Clevert, Unterthiner and Hochreiter,
    *Fast and Accurate Deep Network Learning by Exponential Linear Units* (2016).
    """
    (x,) = floats(input=input)
    return np.where(x > 0, x, float(alpha) * np.expm1(np.minimum(x, 0)))


@quiet
def gelu(input, approximate="none"):
    r"""Weigh each number by the probability that a standard normal number lies below it.

    $$\text{out} = x\,\Phi(x) = \frac{x}{2}\left(1 + \operatorname{erf}\frac{x}{\sqrt 2}\right)$$

    With `approximate="tanh"`:

    $$\text{out} = \frac{x}{2}\left(1 + \tanh\left(\sqrt{2 / \pi}\,(x + 0.044715\,x^3)\right)\right)$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `approximate` is neither `none` nor `tanh`.

    **Source:** PyTorch documentation, `torch.nn.functional.gelu`; Hendrycks and Gimpel, *Gaussian Error
    Linear Units* (2016).
    """
    (x,) = floats(input=input)
    if approximate == "none":
        return x * normal_share(x)
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")


def normal_share(x):
    """Return Φ(x): the probability that a standard normal number lies below x. x: float32 or float64."""
    return ((1 + _erf(x / math.sqrt(2))) / 2).astype(x.dtype)


@quiet
def silu(input):
    r"""Multiply each number by its own sigmoid (also called swish).

    $$\text{out} = x\,\sigma(x) = \frac{x}{1 + e^{-x}}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.silu`; Elfwing, Uchibe and Doya, *Sigmoid-Weighted
    Linear Units for Neural Network Function Approximation in Reinforcement Learning* (2018).
    """
    (x,) = floats(input=input)
    return x * sigmoid(x)


@quiet
def mish(input):
    r"""Multiply each number by the hyperbolic tangent of its softplus.

    $$\text{out} = x \tanh\left(\log(1 + e^x)\right)$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.mish`; Misra, *Mish: A Self Regularized Non-Monotonic
    Activation Function* (2019).
    """
    (x,) = floats(input=input)
    return x * np.tanh(np.logaddexp(0, x))


@quiet
def softplus(input, beta=1.0, threshold=20.0):
    r"""Round off the corner of relu; beyond a threshold, where the two hardly differ, keep the number.

    $$\text{out} = \begin{cases} x & \beta x > \text{threshold} \\
    \frac{1}{\beta} \log\left(1 + e^{\beta x}\right) & \text{otherwise} \end{cases}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.softplus`; Dugas et al., *Incorporating Second-Order
    Functional Knowledge for Better Option Pricing* (2000).
    """
    (x,) = floats(input=input)
    scaled = x * float(beta)
    return np.where(scaled > threshold, x, np.logaddexp(0, scaled) / float(beta))


@quiet
def hardswish(input):
    r"""Multiply each number by a straight line from 0, at −3, to 1, at 3.

    $$\text{out} = x \cdot \frac{\min(6, \max(0, x + 3))}{6}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.hardswish`; Howard et al., *Searching for MobileNetV3*
    (2019).
    """
    (x,) = floats(input=input)
    return x * np.minimum(np.maximum(x + 3, 0), 6) / 6


@quiet
def sigmoid(input):
    r"""Press each number into the range from 0 to 1.

    $$\text{out} = \sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}$$

    The second form is used for negative numbers, so that no power overflows.

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.sigmoid`.
    """
    (x,) = floats(input=input)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


@quiet
def tanh(input):
    r"""Press each number into the range from −1 to 1.

    $$\text{out} = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `input` does not hold real numbers.

    **Source:** PyTorch documentation, `torch.nn.functional.tanh`.
    """
    (x,) = floats(input=input)
    return np.tanh(x)


@quiet
def hardtanh(input, min_val=-1.0, max_val=1.0):
    r"""Keep numbers between two limits, and put the nearer limit for the others.

    $$\text{out} = \begin{cases}
    \text{min\_val} & x < \text{min\_val} \\
    \text{max\_val} & x > \text{max\_val} \\
    x & \text{between}
    \end{cases}$$

    **Shapes:** `input` and out: any, the same.

    **Raises** `ValueError` where `min_val` is greater than `max_val`.

    **Source:** PyTorch documentation, `torch.nn.functional.hardtanh`.
    """
    (x,) = floats(input=input)
    if min_val > max_val:
        raise ValueError(f"min_val {min_val} is greater than max_val {max_val}")
    return np.minimum(np.maximum(x, float(min_val)), float(max_val))


@quiet
def softmax(input, dim=None):
    r"""Turn numbers into probabilities that sum to 1 along an axis.

    $$\text{out}_i = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}},\qquad m = \max_j x_j$$

    Taking off the maximum changes nothing, as it cancels, and keeps every power at most 1.

    **Shapes:** `input` and out: any, the same. `dim` is the axis to sum over; None stands for PyTorch's old
    choice, axis 0 of 0, 1 or 3 axes and else axis 1.

    **Raises** `ValueError` where `input` has no axis `dim`.

    **Source:** PyTorch documentation, `torch.nn.functional.softmax`.
    """
    (x,) = floats(input=input)
    powers, _, axis = _shifted_powers(x, dim)
    return (powers / powers.sum(axis=axis, keepdims=True)).reshape(x.shape)


@quiet
def log_softmax(input, dim=None):
    r"""Take the logarithm of softmax, without the loss of digits that taking it afterwards would bring.

    $$\text{out}_i = x_i - m - \log\sum_j e^{x_j - m},\qquad m = \max_j x_j$$

    **Shapes:** `input` and out: any, the same. `dim` is the axis to sum over; None as in `softmax`.

    **Raises** `ValueError` where `input` has no axis `dim`.

    **Source:** PyTorch documentation, `torch.nn.functional.log_softmax`.
    """
    (x,) = floats(input=input)
    powers, shifted, axis = _shifted_powers(x, dim)
    return (shifted - np.log(powers.sum(axis=axis, keepdims=True))).reshape(x.shape)


def _shifted_powers(x, dim):
    """(e^(x − max), x − max, axis), with at least one axis."""
    if dim is None:
        dim = 0 if x.ndim in (0, 1, 3) else 1
    axis = axis_of(dim, x)
    x = np.atleast_1d(x)
    shifted = x - x.max(axis=axis, keepdims=True, initial=-np.inf)
    return np.exp(shifted), shifted, axis
