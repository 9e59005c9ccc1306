"""The gradients of pooling."""

import numpy as np

from engine.functional.arrays import as_images, check_gradient, floats, quiet
from engine.functional.pooling import _divisor, _geometry, _padded, max_pool2d
from engine.functional.shapes import sizes
from engine.functional.windows import regions, taps


@quiet
def max_pool2d_backward(grad_output, input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    r"""Return the gradient of a loss for the input of `max_pool2d`: the winner of each window takes it.

    $$\frac{\partial L}{\partial x[k]} = \sum_{i:\; \text{window } i \text{ was won by } k} g[i]$$

    Of equal numbers the first has won, as in the forward pass. A cell that won nowhere gets 0, and the gradient of
    a window that lies on padding only goes nowhere.

    **Shapes**

    - `grad_output`: as `max_pool2d`'s out; `input`: as given to it
    - out: as `input`

    **Raises** `ValueError` where `grad_output` does not have the output's shape, and as `max_pool2d` does.

    **Source:** PyTorch documentation, `torch.nn.functional.max_pool2d`.
    """
    g, x = floats(grad_output=grad_output, input=input)
    out, winners = max_pool2d(x, kernel_size, stride, padding, dilation, ceil_mode, return_indices=True)
    check_gradient(g, out.shape)
    *lead, height, width = x.shape
    maps = int(np.prod(lead))
    flat = winners.reshape(maps, -1) + np.arange(maps)[:, None] * (height * width)
    # A window that lies on padding only, which dilation makes possible, has no winner.
    won = (winners >= 0) & (winners < height * width) & ((out != -np.inf) | (x.min(initial=0.0) == -np.inf))
    flat, kept = flat.ravel()[won.ravel()], g.ravel()[won.ravel()]
    sums = np.bincount(flat, weights=kept, minlength=x.size)
    return sums.reshape(x.shape).astype(g.dtype)


@quiet
def avg_pool2d_backward(
    grad_output,
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    r"""Return the gradient of a loss for the input of `avg_pool2d`: each window shares it out evenly.

    $$\frac{\partial L}{\partial x[k]} = \sum_{i:\; k \text{ in window } i} \frac{g[i]}{\text{count}_i}$$

    **Shapes**

    - `grad_output`: as `avg_pool2d`'s out; `input`: as given to it
    - out: as `input`

    **Raises** `ValueError` where `grad_output` does not have the output's shape, and as `avg_pool2d` does.

    **Source:** PyTorch documentation, `torch.nn.functional.avg_pool2d`.
    """
    g, x = floats(grad_output=grad_output, input=input)
    x, single = as_images(x)
    g, _ = as_images(g, "grad_output")
    kernel, stride, padding, size = _geometry(x, kernel_size, stride, padding, (1, 1), ceil_mode)
    check_gradient(g, (*x.shape[:2], *size))
    share = g / _divisor(x, kernel, stride, padding, size, count_include_pad, divisor_override)
    (top, left), (H, W) = padding, x.shape[2:]
    grad = np.zeros_like(_padded(x, 0, kernel, stride, padding, (1, 1), size))
    for _, _, view in taps(grad, kernel, stride, (1, 1), size):
        view += share
    grad = np.ascontiguousarray(grad[:, :, top : top + H, left : left + W])
    return grad[0] if single else grad


@quiet
def adaptive_avg_pool2d_backward(grad_output, input, output_size=None):
    r"""Return the gradient of a loss for the input of `adaptive_avg_pool2d`; the output size is `grad_output`'s.

    $$\frac{\partial L}{\partial x[k]} = \sum_{i:\; k \text{ in window } i} \frac{g[i]}{\text{count}_i}$$

    **Shapes**

    - `grad_output`: (N, C, H_out, W_out) or (C, H_out, W_out); `input`, `output_size`: as given to the forward
    - out: as `input`

    **Raises** `ValueError` where the axes do not match.

    **Source:** PyTorch documentation, `torch.nn.functional.adaptive_avg_pool2d`.
    """
    g, x = floats(grad_output=grad_output, input=input)
    size = g.shape[-2:] if output_size is None else sizes(output_size, x.shape[-2:])
    if g.shape != (*x.shape[:-2], *size) or x.ndim not in (3, 4):
        raise ValueError(f"grad_output {g.shape} does not belong to an input of shape {x.shape}")
    rows, columns = (_shares(length, size) for length, size in zip(x.shape[-2:], g.shape[-2:], strict=True))
    return (rows.T.astype(g.dtype) @ g @ columns.astype(g.dtype)).astype(g.dtype, copy=False)


def _shares(length, size):
    """(size, length): what part of each output cell each input cell is, along one axis."""
    starts, ends = regions(length, size)
    at = np.arange(length)
    inside = (at >= starts[:, None]) & (at < ends[:, None])
    return inside / (ends - starts)[:, None]
