"""The gradients of convolution, transposed convolution and padding."""

import math

import numpy as np

from engine.functional.arrays import as_images, check_gradient, floats, quiet
from engine.functional.conv import conv2d, conv_geometry, conv_transpose2d
from engine.functional.padding import pad as pad_forward
from engine.functional.shapes import pair
from engine.functional.windows import windows


@quiet
def conv2d_backward(grad_output, input, weight, stride=1, padding=0, dilation=1, groups=1):
    r"""Return the gradients of a loss for the input, the weight and the bias of `conv2d`.

    With $g = \partial L / \partial \text{out}$:

    $$\frac{\partial L}{\partial W[f, c, u, v]} = \sum_{n, i, j} g[n, f, i, j]\;
    x[n, c, i\,s + u\,d, j\,s + v\,d],\qquad
    \frac{\partial L}{\partial b_f} = \sum_{n, i, j} g[n, f, i, j]$$

    $$\frac{\partial L}{\partial x[n, c, y, z]} = \sum_{f, i, j, u, v} g[n, f, i, j]\; W[f, c, u, v]
    \quad\text{over all } i\,s + u\,d = y,\; j\,s + v\,d = z$$

    A weight's gradient runs over the same cells that the weight multiplied. The input's is `conv_transpose2d`
    of $g$: at stride 1 a convolution of the padded $g$ with the flipped kernel.

    **Shapes**

    - `grad_output`: as `conv2d`'s out; `input`, `weight`: as given to it
    - out: (grad_input, grad_weight, grad_bias), shaped as input, weight and (C_out)

    **Raises** `ValueError` where `grad_output` does not have the shape of `conv2d`'s out.

    **Source:** Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 9.5.
    """
    g, x, weight = floats(grad_output=grad_output, input=input, weight=weight)
    x, single = as_images(x)
    g, _ = as_images(g, "grad_output")
    image, (F, _, *kernel) = x.shape[2:], weight.shape
    stride, dilation, ((top, bottom), (left, right)), size = conv_geometry(image, kernel, stride, padding, dilation)
    check_gradient(g, (len(x), F, *size))

    padded = pad_forward(x, (left, right, top, bottom))
    grad_weight = _weight_gradient(padded, g, weight, stride, dilation, groups)
    spread = conv_transpose2d(g, weight, stride=stride, groups=groups, dilation=dilation)
    grad_padded = np.zeros_like(padded)
    grad_padded[:, :, : spread.shape[2], : spread.shape[3]] = spread
    grad_input = np.ascontiguousarray(grad_padded[:, :, top : top + image[0], left : left + image[1]])
    return (grad_input[0] if single else grad_input), grad_weight, g.sum(axis=(0, 2, 3))


@quiet
def conv_transpose2d_backward(grad_output, input, weight, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    r"""Return the gradients of a loss for the input, the weight and the bias of `conv_transpose2d`.

    With $g = \partial L / \partial \text{out}$, zero where the padding was cut off:

    $$\frac{\partial L}{\partial x[n, c, i, j]} = \sum_{f, u, v} W[c, f, u, v]\;
    g[n, f, i\,s + u\,d - p, j\,s + v\,d - p]$$

    $$\frac{\partial L}{\partial W[c, f, u, v]} = \sum_{n, i, j} x[n, c, i, j]\;
    g[n, f, i\,s + u\,d - p, j\,s + v\,d - p]$$

    The input's gradient is `conv2d` of $g$: the two are each other's backward pass.

    **Shapes**

    - `grad_output`: as `conv_transpose2d`'s out; `input`, `weight`: as given to it
    - out: (grad_input, grad_weight, grad_bias), shaped as input, weight and (C_out)

    **Raises** `ValueError` where the axes do not match.

    **Source:** Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (2016).
    """
    g, x, weight = floats(grad_output=grad_output, input=input, weight=weight)
    x, single = as_images(x)
    g, _ = as_images(g, "grad_output")
    N, _, *image = x.shape
    F, kernel = weight.shape[1] * groups, weight.shape[2:]
    stride, dilation = pair(stride, "stride", 1), pair(dilation, "dilation", 1)
    top, left = pair(padding, "padding", 0)
    pair(output_padding, "output_padding", 0)
    if g.shape[:2] != (N, F):
        raise ValueError(f"grad_output must begin with (N, C_out) = {(N, F)}, got {g.shape}")
    reach = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in zip(image, stride, dilation, kernel, strict=True)]
    height, width = (max(r, n + 2 * p) for r, n, p in zip(reach, g.shape[2:], (top, left), strict=True))
    padded = np.zeros((N, F, height, width), g.dtype)
    padded[:, :, top : top + g.shape[2], left : left + g.shape[3]] = g
    grad_weight = _weight_gradient(padded, x, weight, stride, dilation, groups)
    grad_input = conv2d(padded, weight, stride=stride, dilation=dilation, groups=groups)
    grad_input = np.ascontiguousarray(grad_input[:, :, : image[0], : image[1]])
    return (grad_input[0] if single else grad_input), grad_weight, g.sum(axis=(0, 2, 3))


def _weight_gradient(read, met, weight, stride, dilation, groups):
    """Return the sum, over pictures and places, of each channel of `met` times the windows of `read` that it met."""
    N, cells = len(met), math.prod(met.shape[2:])
    columns = windows(read, weight.shape[2:], stride, dilation, met.shape[2:]).reshape(N, groups, -1, cells)
    return (met.reshape(N, groups, -1, cells) @ columns.swapaxes(2, 3)).sum(axis=0).reshape(weight.shape)


@quiet
def pad_backward(grad_output, input, pad, mode="constant"):
    r"""Return the gradient of a loss for the input of `pad`: each cell gets the gradients of all its copies.

    $$\frac{\partial L}{\partial x[k]} = \sum_{i:\; \text{out}[i] = x[k]} g[i]$$

    Cells of constant padding come from no input cell, and pass nothing back.

    **Shapes**

    - `grad_output`: as `pad`'s out; `input`: as given to it
    - out: as `input`

    **Raises** `ValueError` where `grad_output` does not have the shape of `pad`'s out, and as `pad` does.

    **Source:** the chain rule.
    """
    g, x = floats(grad_output=grad_output, input=input)
    places = np.arange(1, x.size + 1, dtype=np.float64).reshape(x.shape)
    source = pad_forward(places, pad, mode).astype(np.int64).ravel()  # 0: no input cell
    check_gradient(g, pad_forward(x, pad, mode).shape)
    sums = np.bincount(source, weights=g.ravel(), minlength=x.size + 1)
    return sums[1:].reshape(x.shape).astype(g.dtype)
