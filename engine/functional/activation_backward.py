r"""The gradients of activation functions: the incoming gradient times the slope, cell by cell.

$$\frac{\partial L}{\partial x} = g \cdot f'(x)$$

Each takes `grad_output` and `input`, then what the function itself takes beside its input. The two and the result have
one shape; ValueError where they differ. A docstring here gives the formula of its own; what all share is put around it.
"""

import inspect
import math
from functools import wraps

import numpy as np

from engine.functional.activation import normal_share, sigmoid
from engine.functional.arrays import check_gradient, floats, quiet

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


ABOUT = """Return the gradient of a loss for the input of `{name}`.

{formula}

**Shapes:** `grad_output`, `input` and out: the same.

**Raises** `ValueError` where the shapes differ.

**Source:** PyTorch documentation, `torch.nn.functional.{name}`, and the chain rule.
"""


def _gradient(slope):
    """Turn f′(x, …) into the gradient's function. A slope of True and False lets through or stops, infinity too."""

    @quiet
    @wraps(slope)
    def backward(grad_output, input, *settings, **named):
        g, x = floats(grad_output=grad_output, input=input)
        check_gradient(g, x.shape, "input")
        factor = slope(x, *settings, **named)
        return np.where(factor, g, 0).astype(x.dtype) if factor.dtype == bool else g * factor.astype(x.dtype)

    backward.__doc__ = ABOUT.format(name=slope.__name__.removesuffix("_backward"), formula=inspect.getdoc(slope))
    return backward


@_gradient
def relu_backward(x):
    r"""$$g \cdot [x > 0]$$"""
    return x > 0


@_gradient
def leaky_relu_backward(x, negative_slope=0.01):
    r"""$$g \cdot \begin{cases} 1 & x > 0 \\ \text{negative\_slope} & x \le 0 \end{cases}$$"""
    return np.where(x > 0, 1, float(negative_slope))


@_gradient
def elu_backward(x, alpha=1.0):
    r"""$$g \cdot \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}$$"""
    return np.where(x > 0, 1, float(alpha) * np.exp(np.minimum(x, 0)))


@_gradient
def gelu_backward(x, approximate="none"):
    r"""$$g \left( \Phi(x) + x\,\varphi(x) \right)$$ with the normal distribution Φ and its density φ.

    For `approximate` `tanh` the slope is that of its formula: $\frac12 (1 + t) + \frac{x}{2} (1 - t^2)\, u'$ with
    $t = \tanh u$, $u = \sqrt{2 / \pi}\,(x + 0.044715\,x^3)$. ValueError where it is neither `none` nor `tanh`.
    """
    if approximate == "none":
        return normal_share(x) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    if approximate == "tanh":
        scale = math.sqrt(2 / math.pi)
        t = np.tanh(scale * (x + 0.044715 * x**3))
        return (1 + t) / 2 + x / 2 * (1 - t**2) * scale * (1 + 3 * 0.044715 * x**2)
    raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")


@_gradient
def silu_backward(x):
    r"""$$g\,\sigma(x) \left( 1 + x\,(1 - \sigma(x)) \right)$$"""
    s = sigmoid(x)
    return s * (1 + x * (1 - s))


@_gradient
def mish_backward(x):
    r"""$$g \left( t + x\,\sigma(x)\,(1 - t^2) \right), \quad t = \tanh\left(\log(1 + e^x)\right)$$"""
    t = np.tanh(np.logaddexp(0, x))
    return t + x * sigmoid(x) * (1 - t**2)


@_gradient
def softplus_backward(x, beta=1.0, threshold=20.0):
    r"""$$g \cdot \begin{cases} 1 & \beta x > \text{threshold} \\ \sigma(\beta x) & \text{otherwise} \end{cases}$$"""
    scaled = x * float(beta)
    return np.where(scaled > threshold, 1, sigmoid(scaled))


@_gradient
def hardswish_backward(x):
    r"""$$g \cdot \begin{cases} 0 & x \le -3 \\ x / 3 + 1 / 2 & -3 < x < 3 \\ 1 & x \ge 3 \end{cases}$$"""
    return np.where(x <= -3, 0, np.where(x < 3, x / 3 + 0.5, 1))


@_gradient
def sigmoid_backward(x):
    r"""$$g\,\sigma(x)\,(1 - \sigma(x))$$"""
    s = sigmoid(x)
    return s * (1 - s)


@_gradient
def tanh_backward(x):
    r"""$$g\,(1 - \tanh^2 x)$$"""
    return 1 - np.tanh(x) ** 2


@_gradient
def hardtanh_backward(x, min_val=-1.0, max_val=1.0):
    r"""$$g \cdot [\text{min\_val} < x < \text{max\_val}]$$"""
    return (x > min_val) & (x < max_val)
