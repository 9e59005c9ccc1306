"""Pooling: the largest or the mean of each window."""

import numpy as np

from engine.functional.arrays import as_images, floats, quiet
from engine.functional.shapes import pair, pool_size, sizes, whole
from engine.functional.windows import regions, taps


@quiet
def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    r"""Take the largest number of each window, channel by channel.

    $$\text{out}[n, c, i, j] = \max_{u, v}\; x[n, c, i\,s_H + u\,d_H, j\,s_W + v\,d_W]$$

    where $x$ is the input with −∞ around it, $s$ the stride and $d$ the dilation.

    **Shapes**

    - `input`: (N, C, H, W) or (C, H, W)
    - out: (N, C, H_out, W_out) or (C, H_out, W_out), with
      H_out = floor((H + 2 × padding − dilation × (kH − 1) − 1) / stride) + 1
    - indices, with `return_indices`: as out; the place of the largest number, as row × W + column. Of equal
      numbers the first counts; NaN is larger than any.

    **Parameters:** `kernel_size`, `stride` (by default the kernel_size), `padding` and `dilation` are whole
    numbers or (height, width) pairs. `ceil_mode` rounds H_out up, so that a window may reach over the edge,
    but not start beyond the input and its left padding.

    **Raises** `ValueError` where the input does not have 3 or 4 axes, a size or stride is less than 1, the
    padding is more than half of the kernel_size, or the kernel is larger than the padded input (with
    `ceil_mode`, by a stride or more).

    **Source:** PyTorch documentation, `torch.nn.functional.max_pool2d`.
    """
    (x,) = floats(input=input)
    x, single = as_images(x)
    dilation = pair(dilation, "dilation", 1)
    kernel, stride, padding, size = _geometry(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = _padded(x, -np.inf, kernel, stride, padding, dilation, size)
    views = taps(padded, kernel, stride, dilation, size)
    best = np.full((*x.shape[:2], *size), -np.inf, x.dtype)
    if not return_indices:
        for _, _, view in views:
            np.maximum(best, view, out=best)
        return best[0] if single else best

    rows, columns = (np.arange(n) * s - p for n, s, p in zip(size, stride, padding, strict=True))
    first = _first_inside(rows, dilation[0])[:, None] * x.shape[3] + _first_inside(columns, dilation[1])
    indices = np.broadcast_to(first, best.shape).copy()
    for u, v, view in views:
        place = (rows + u * dilation[0])[:, None] * x.shape[3] + columns + v * dilation[1]
        better = (view > best) | np.isnan(view)
        np.copyto(best, view, where=better)
        np.copyto(indices, place, where=better)
    return (best[0], indices[0]) if single else (best, indices)


@quiet
def avg_pool2d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    r"""Take the mean of each window, channel by channel.

    $$\text{out}[n, c, i, j] = \frac{1}{\text{count}} \sum_{u, v} x[n, c, i\,s_H + u, j\,s_W + v]$$

    where $x$ is the input with zeros around it and $s$ the stride. The count is that of the window's cells
    within the padded input; without `count_include_pad`, within the input; or `divisor_override`.

    **Shapes**

    - `input`: (N, C, H, W) or (C, H, W)
    - out: (N, C, H_out, W_out) or (C, H_out, W_out), with
      H_out = floor((H + 2 × padding − kH) / stride) + 1

    **Parameters:** `kernel_size`, `stride` (by default the kernel_size) and `padding` are whole numbers or
    (height, width) pairs. `ceil_mode` rounds H_out up, so that a window may reach over the edge,
    but not start beyond the input and its left padding.

    **Raises** `ValueError` where the input does not have 3 or 4 axes, a size or stride is less than 1, the
    padding is more than half of the kernel_size, the kernel is larger than the padded input (with `ceil_mode`,
    by a stride or more), or `divisor_override` is 0.

    **Source:** PyTorch documentation, `torch.nn.functional.avg_pool2d`.
    """
    (x,) = floats(input=input)
    x, single = as_images(x)
    kernel, stride, padding, size = _geometry(x, kernel_size, stride, padding, (1, 1), ceil_mode)
    padded = _padded(x, 0, kernel, stride, padding, (1, 1), size)
    out = np.zeros((*x.shape[:2], *size), x.dtype)
    for _, _, view in taps(padded, kernel, stride, (1, 1), size):
        out += view
    out /= _divisor(x, kernel, stride, padding, size, count_include_pad, divisor_override)
    return out[0] if single else out


@quiet
def adaptive_avg_pool2d(input, output_size):
    r"""Take means over windows that share out the input among a given number of output cells.

    $$\text{out}[n, c, i, j] = \operatorname{mean}\; x[n, c, a_i : b_i, a'_j : b'_j],\qquad
    a_i = \left\lfloor \frac{i\,H}{H_\text{out}} \right\rfloor,\;
    b_i = \left\lceil \frac{(i + 1)\,H}{H_\text{out}} \right\rceil$$

    and likewise for the columns; neighbouring windows may overlap. With output_size 1 it is the mean
    of each channel (global average pooling).

    **Shapes**

    - `input`: (N, C, H, W) or (C, H, W)
    - `output_size`: a whole number, or a pair (H_out, W_out) in which None keeps the input's size
    - out: (N, C, H_out, W_out) or (C, H_out, W_out)

    **Raises** `ValueError` where the input does not have 3 or 4 axes or is empty, or an output size is
    less than 1.

    **Source:** PyTorch documentation, `torch.nn.functional.adaptive_avg_pool2d`; Lin, Chen and Yan, *Network
    In Network* (2014), for global average pooling.
    """
    (x,) = floats(input=input)
    x, single = as_images(x)
    for axis, size in zip((2, 3), sizes(output_size, x.shape[2:]), strict=True):
        length = whole(x.shape[axis], "input", 1)
        x = _means(x, axis, *regions(length, size))
    return x[0] if single else x


def _geometry(x, kernel_size, stride, padding, dilation, ceil_mode):
    """(kernel, stride, padding, output size), each as (height, width)."""
    kernel, padding = pair(kernel_size, "kernel_size", 1), pair(padding, "padding", 0)
    stride = kernel if stride is None else pair(stride, "stride", 1)
    axes = zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)
    return kernel, stride, padding, tuple(pool_size(*axis, ceil_mode) for axis in axes)


def _padded(x, value, kernel, stride, padding, dilation, size):
    """`x` with `value` around it, as far as the windows reach."""
    (top, left), H, W = padding, *x.shape[2:]
    ends = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in zip(size, stride, dilation, kernel, strict=True)]
    height, width = max(ends[0], top + H), max(ends[1], left + W)
    if (height, width) == (H, W):
        return x
    padded = np.full((*x.shape[:2], height, width), value, x.dtype)
    padded[:, :, top : top + H, left : left + W] = x
    return padded


def _first_inside(starts, dilation):
    """The first cell of each window that is not before the input."""
    return starts + dilation * -(np.minimum(starts, 0) // dilation)


def _divisor(x, kernel, stride, padding, size, count_include_pad, divisor_override):
    """What the sum of each window is divided by: one number, or (H_out, W_out)."""
    if divisor_override is not None:
        if whole(divisor_override, "divisor_override") == 0:
            raise ValueError("divisor_override must not be 0")
        return divisor_override
    edges = padding if count_include_pad else (0, 0)
    axes = zip(x.shape[2:], size, kernel, stride, padding, edges, strict=True)
    rows, columns = (_cells_counted(*axis) for axis in axes)
    return np.outer(rows, columns).astype(x.dtype)


def _cells_counted(length, size, kernel, stride, padding, edge):
    """How many cells of each window lie within the input and `edge` cells around it, along one axis."""
    starts = np.arange(size) * stride - padding
    return np.minimum(starts + kernel, length + edge) - np.maximum(starts, -edge)


def _means(x, axis, starts, ends):
    """Means of the slices starts[i]:ends[i] along an axis."""
    # reduceat sums from each index to the next, so every second sum is a slice. It wants indices
    # inside the array, which the appended zero grants to an end at the edge.
    widths = [(0, int(a == axis)) for a in range(x.ndim)]
    sums = np.add.reduceat(np.pad(x, widths), np.stack([starts, ends], axis=1).ravel(), axis=axis)
    shape = [-1 if a == axis else 1 for a in range(x.ndim)]
    return sums.take(range(0, 2 * len(starts), 2), axis=axis) / (ends - starts).astype(x.dtype).reshape(shape)
