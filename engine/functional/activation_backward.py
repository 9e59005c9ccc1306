"""The gradients of activation functions: the incoming gradient times the slope, cell by cell."""

import math

import numpy as np

from engine.functional.activation import normal_share, sigmoid, tanh
from engine.functional.arrays import floats, quiet

__all__ = [
    "elu_backward",
    "gelu_backward",
    "hardswish_backward",
    "hardtanh_backward",
    "leaky_relu_backward",
    "mish_backward",
    "relu_backward",
    "sigmoid_backward",
    "silu_backward",
    "softplus_backward",
    "tanh_backward",
]


@quiet
def relu_backward(grad_output, input):
    r"""Return the gradient of a loss for the input of `relu`: all of it above zero, none at or below.

    $$\frac{\partial L}{\partial x} = g \cdot [x > 0]$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** PyTorch documentation, `torch.nn.functional.relu`; the slope at 0 is taken to be 0.
    """
    g, x = _given(grad_output, input)
    return np.where(x > 0, g, 0).astype(x.dtype)


@quiet
def leaky_relu_backward(grad_output, input, negative_slope=0.01):
    r"""Return the gradient of a loss for the input of `leaky_relu`: below zero a small part comes through.

    $$\frac{\partial L}{\partial x} = g \cdot \begin{cases} 1 & x > 0 \\ \text{negative\_slope} & x \le 0 \end{cases}$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** PyTorch documentation, `torch.nn.functional.leaky_relu`.
    """
    g, x = _given(grad_output, input)
    return np.where(x > 0, g, g * float(negative_slope)).astype(x.dtype)


@quiet
def elu_backward(grad_output, input, alpha=1.0):
    r"""Return the gradient of a loss for the input of `elu`.

    $$\frac{\partial L}{\partial x} = g \cdot \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** Clevert, Unterthiner and Hochreiter, *Fast and Accurate Deep Network Learning by Exponential Linear
    Units* (2016).
    """
    g, x = _given(grad_output, input)
    return np.where(x > 0, g, g * float(alpha) * np.exp(np.minimum(x, 0))).astype(x.dtype)


@quiet
def gelu_backward(grad_output, input, approximate="none"):
    r"""Return the gradient of a loss for the input of `gelu`.

    $$\frac{\partial L}{\partial x} = g \left( \Phi(x) + x\,\varphi(x) \right)$$

    with the normal distribution Φ and its density φ; for `approximate` `tanh` the slope of that formula:
    $\frac12 (1 + t) + \frac{x}{2} (1 - t^2)\, u'$ with $t = \tanh u$, $u = \sqrt{2 / \pi}\,(x + 0.044715\,x^3)$.

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ, or `approximate` is neither `none` nor `tanh`.

    **Source:** Hendrycks and Gimpel, *Gaussian Error Linear Units* (2016).
    """
    g, x = _given(grad_output, input)
    if approximate == "none":
        slope = normal_share(x) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    elif approximate == "tanh":
        scale = math.sqrt(2 / math.pi)
        t = np.tanh(scale * (x + 0.044715 * x**3))
        slope = (1 + t) / 2 + x / 2 * (1 - t**2) * scale * (1 + 3 * 0.044715 * x**2)
    else:
        raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
    return (g * slope).astype(x.dtype)


@quiet
def silu_backward(grad_output, input):
    r"""Return the gradient of a loss for the input of `silu`.

    $$\frac{\partial L}{\partial x} = g\,\sigma(x) \left( 1 + x\,(1 - \sigma(x)) \right)$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** the product rule.
    """
    g, x = _given(grad_output, input)
    s = sigmoid(x)
    return g * s * (1 + x * (1 - s))


@quiet
def mish_backward(grad_output, input):
    r"""Return the gradient of a loss for the input of `mish`.

    $$\frac{\partial L}{\partial x} = g \left( t + x\,\sigma(x)\,(1 - t^2) \right), \quad
    t = \tanh\left(\log(1 + e^x)\right)$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** the product rule and the chain rule.
    """
    g, x = _given(grad_output, input)
    t = np.tanh(np.logaddexp(0, x))
    return g * (t + x * sigmoid(x) * (1 - t**2))


@quiet
def softplus_backward(grad_output, input, beta=1.0, threshold=20.0):
    r"""Return the gradient of a loss for the input of `softplus`.

    $$\frac{\partial L}{\partial x} = g \cdot \begin{cases} 1 & \beta x > \text{threshold} \\
    \sigma(\beta x) & \text{otherwise} \end{cases}$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** PyTorch documentation, `torch.nn.functional.softplus`.
    """
    g, x = _given(grad_output, input)
    scaled = x * float(beta)
    return np.where(scaled > threshold, g, g * sigmoid(scaled)).astype(x.dtype)


@quiet
def hardswish_backward(grad_output, input):
    r"""Return the gradient of a loss for the input of `hardswish`.

    $$\frac{\partial L}{\partial x} = g \cdot \begin{cases} 0 & x \le -3 \\ x / 3 + 1 / 2 & -3 < x < 3 \\
    1 & x \ge 3 \end{cases}$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** PyTorch documentation, `torch.nn.functional.hardswish`.
    """
    g, x = _given(grad_output, input)
    return np.where(x <= -3, 0, np.where(x < 3, g * (x / 3 + 0.5), g)).astype(x.dtype)


@quiet
def sigmoid_backward(grad_output, input):
    r"""Return the gradient of a loss for the input of `sigmoid`.

    $$\frac{\partial L}{\partial x} = g\,\sigma(x)\,(1 - \sigma(x))$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** the chain rule.
    """
    g, x = _given(grad_output, input)
    s = sigmoid(x)
    return g * s * (1 - s)


@quiet
def tanh_backward(grad_output, input):
    r"""Return the gradient of a loss for the input of `tanh`.

    $$\frac{\partial L}{\partial x} = g\,(1 - \tanh^2 x)$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** the chain rule.
    """
    g, x = _given(grad_output, input)
    return g * (1 - tanh(x) ** 2)


@quiet
def hardtanh_backward(grad_output, input, min_val=-1.0, max_val=1.0):
    r"""Return the gradient of a loss for the input of `hardtanh`: none where it was cut off, limits included.

    $$\frac{\partial L}{\partial x} = g \cdot [\text{min\_val} < x < \text{max\_val}]$$

    **Shapes:** `grad_output`, `input` and out: the same.

    **Raises** `ValueError` where the shapes differ.

    **Source:** PyTorch documentation, `torch.nn.functional.hardtanh`.
    """
    g, x = _given(grad_output, input)
    return np.where((x > min_val) & (x < max_val), g, 0).astype(x.dtype)


def _given(grad_output, input):
    g, x = floats(grad_output=grad_output, input=input)
    if g.shape != x.shape:
        raise ValueError(f"grad_output must have the input's shape {x.shape}, got {g.shape}")
    return g, x
