"""Convolution and transposed convolution."""

import numpy as np

from engine.functional.arrays import (
    as_images,
    check_bias_dtype,
    check_gradient,
    check_rank,
    check_vector,
    floats,
    quiet,
)
from engine.functional.shapes import check_groups, conv_size, conv_transpose_size, padding_sides, pair, whole
from engine.functional.windows import add_windows, windows

# The columns that one matrix product reads: about what a core's cache holds.
COLUMN_BYTES = 2**20


@quiet
def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    r"""Slide each filter over the input, multiply cell by cell, and sum over the window and its channels.

    $$\text{out}[n, f, i, j] = b_f + \sum_{c, u, v} W[f, c, u, v]\;
    x[n, c, i\,s_H + u\,d_H, j\,s_W + v\,d_W]$$

    where $x$ is the input with zeros around it, $s$ the stride and $d$ the dilation. With groups, filter $f$
    meets the channels of its own group only.

    **Shapes**

    - `input`: (N, C_in, H, W) or (C_in, H, W)
    - `weight`: (C_out, C_in / groups, kH, kW)
    - `bias`: (C_out) or None
    - out: (N, C_out, H_out, W_out) or (C_out, H_out, W_out), with
      H_out = floor((H + 2 × padding − dilation × (kH − 1) − 1) / stride) + 1

    **Parameters:** `stride`, `padding` and `dilation` are whole numbers or (height, width) pairs;
    `padding` may be `"valid"` (none) or `"same"` (the output is as large as the input; stride 1 only, and
    an odd amount puts the extra row or column at the bottom or right).

    **Raises** `ValueError` where axes or channels do not match, `groups` does not divide the channels, a
    stride or dilation is less than 1, a padding less than 0, the kernel larger than the padded input, or where
    float `input` and `weight` of one dtype meet a `bias` of another.

    **Source:** PyTorch documentation, `torch.nn.functional.conv2d`; Dumoulin and Visin, *A guide to
    convolution arithmetic for deep learning* (2016).
    """
    check_bias_dtype(input, weight, bias)
    x, weight, bias = floats(input=input, weight=weight, bias=bias)
    x, single = as_images(x)
    check_rank(weight, "weight", ("out_channels", "in_channels / groups", "kernel height", "kernel width"))
    N, C, *image = x.shape
    F, C_group, *kernel = weight.shape
    groups = whole(groups, "groups", 1)
    check_groups(C, F, groups)
    if C_group * groups != C:
        raise ValueError(f"input has {C} channels, but weight {weight.shape} expects {C_group} × groups {groups}")
    check_vector(bias, "bias", F, "filter")

    stride, dilation, sides, size = conv_geometry(image, kernel, stride, padding, dilation)
    filters = weight.reshape(groups, F // groups, C_group * kernel[0] * kernel[1])
    if kernel == [1, 1] and not any(map(any, sides)):
        # A 1×1 kernel's windows are the pixels themselves: no columns to gather.
        pixels = x[:, :, :: stride[0], :: stride[1]].reshape(N, groups, C_group, size[0] * size[1])
        out = (filters @ pixels).reshape(N, F, *size)
    else:
        out = _correlate(x, filters, kernel, stride, sides, dilation, size)
    if bias is not None:
        out += bias[:, None, None]
    return out[0] if single else out


def conv_geometry(image, kernel, stride, padding, dilation):
    """(stride, dilation, padding sides, output size), each for (height, width)."""
    stride, dilation = pair(stride, "stride", 1), pair(dilation, "dilation", 1)
    paddings = (padding, padding) if isinstance(padding, str) else pair(padding, "padding", 0)
    axes = list(zip(image, kernel, stride, paddings, dilation, strict=True))
    sides = [padding_sides(p, k, s, d) for _, k, s, p, d in axes]
    return stride, dilation, sides, tuple(conv_size(*axis) for axis in axes)


def _correlate(x, filters, kernel, stride, sides, dilation, size):
    """Gather windows as columns and multiply: one image after the other, a band of rows at a time."""
    N, C, H, W = x.shape
    groups, filters_each, _ = filters.shape
    out = np.empty((N, groups, filters_each, size[0] * size[1]), x.dtype)
    (top, bottom), (left, right) = sides
    padded = np.zeros((C, top + H + bottom, left + W + right), x.dtype)
    inside = padded[:, top : top + H, left : left + W]
    views = windows(padded, kernel, stride, dilation, size)

    row_bytes = C * kernel[0] * kernel[1] * size[1] * x.itemsize
    bands = -(-size[0] * row_bytes // COLUMN_BYTES)
    height = -(-size[0] // max(bands, 1))
    columns = np.empty((*views.shape[:3], height, size[1]), x.dtype)
    for image, result in zip(x, out, strict=True):
        inside[...] = image
        for start in range(0, size[0], height):
            view = views[..., start : start + height, :]
            band = columns if view.shape[3] == height else np.empty(view.shape, x.dtype)
            band[...] = view
            first, count = start * size[1], view.shape[3] * size[1]
            band = band.reshape(groups, filters.shape[2], count)
            np.matmul(filters, band, out=result[:, :, first : first + count])
    return out.reshape(N, groups * filters_each, *size)


@quiet
def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    r"""Lay down a copy of each filter for every input cell, scaled by it, and sum where copies overlap.

    $$\text{out}[n, f, y, x] = b_f + \sum_{c, i, j, u, v} W[c, f, u, v]\;\text{input}[n, c, i, j]$$

    over all $i\,s_H + u\,d_H = y + p_H$ and $j\,s_W + v\,d_W = x + p_W$, with stride $s$, dilation $d$ and
    padding $p$. It is the gradient of `conv2d` with respect to its input, and gives back that input's shape.

    **Shapes**

    - `input`: (N, C_in, H, W) or (C_in, H, W)
    - `weight`: (C_in, C_out / groups, kH, kW)
    - `bias`: (C_out) or None
    - out: (N, C_out, H_out, W_out) or (C_out, H_out, W_out), with
      H_out = (H − 1) × stride − 2 × padding + dilation × (kH − 1) + output_padding + 1

    **Parameters:** `stride`, `padding`, `output_padding` and `dilation` are whole numbers or (height, width)
    pairs. `padding` takes cells off the output; `output_padding` adds cells at its bottom and right, to
    choose among the sizes that `conv2d` would map to the same one.

    **Raises** `ValueError` where axes or channels do not match, `groups` does not divide the channels, a
    stride or dilation is less than 1, a padding less than 0, `output_padding` not smaller than stride or
    dilation, or where the padding leaves no output.

    **Source:** PyTorch documentation, `torch.nn.functional.conv_transpose2d`; Dumoulin and Visin, *A guide to
    convolution arithmetic for deep learning* (2016).
    """
    x, weight, bias = floats(input=input, weight=weight, bias=bias)
    x, single = as_images(x)
    check_rank(weight, "weight", ("in_channels", "out_channels / groups", "kernel height", "kernel width"))
    N, C, *image = x.shape
    groups = whole(groups, "groups", 1)
    F = weight.shape[1] * groups
    check_groups(C, F, groups)
    kernel = kh, kw = weight.shape[2:]
    if weight.shape[0] != C:
        raise ValueError(f"input has {C} channels, but weight {weight.shape} expects {weight.shape[0]}")
    check_vector(bias, "bias", F, "filter")

    stride, dilation = pair(stride, "stride", 1), pair(dilation, "dilation", 1)
    (top, left), extra = pair(padding, "padding", 0), pair(output_padding, "output_padding", 0)
    axes = zip(image, kernel, stride, (top, left), extra, dilation, strict=True)
    height, width = (conv_transpose_size(*axis) for axis in axes)

    filters = weight.reshape(groups, C // groups, F // groups * kh * kw).transpose(0, 2, 1)
    pixels = x.reshape(N, groups, C // groups, image[0] * image[1])
    out = np.empty((N, F, height, width), x.dtype)
    for cells, result in zip(pixels, out, strict=True):
        padded = np.zeros((F, height + 2 * top, width + 2 * left), x.dtype)
        add_windows((filters @ cells).reshape(F, *kernel, *image), padded, stride, dilation)
        result[...] = padded[:, top : top + height, left : left + width]
    if bias is not None:
        out += bias[:, None, None]
    return out[0] if single else out


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    r"""Put the cells of every window into a column of their own: the im2col matrix, of which convolution is a product.

    $$\text{out}[n,\, (c\,k_H + u)\,k_W + v,\, i\,W_{out} + j] = x[n, c, i\,s_H + u\,d_H, j\,s_W + v\,d_W]$$

    where $x$ is the input with zeros around it, $s$ the stride and $d$ the dilation. Filters as rows, times this
    matrix, are the output of `conv2d` without its bias.

    **Shapes**

    - `input`: (N, C, H, W) or (C, H, W)
    - out: (N, C × kH × kW, H_out × W_out), without N where the input has none

    **Parameters:** `kernel_size`, `dilation`, `padding` and `stride` are whole numbers or (height, width) pairs.

    **Raises** `ValueError` where axes do not match, a kernel_size, stride or dilation is less than 1, a padding less
    than 0, or the kernel larger than the padded input.

    **Source:** PyTorch documentation, `torch.nn.functional.unfold`; Chellapilla, Puri and Simard, *High performance
    convolutional neural networks for document processing* (2006).
    """
    (x,) = floats(input=input)
    x, single = as_images(x)
    kernel = pair(kernel_size, "kernel_size", 1)
    stride, dilation, sides, size = conv_geometry(x.shape[-2:], kernel, stride, padding, dilation)
    padded = np.pad(x, ((0, 0), (0, 0), *sides))
    out = windows(padded, kernel, stride, dilation, size).reshape(*x.shape[:2], -1, size[0] * size[1])
    out = out.reshape(len(x), -1, out.shape[-1]).copy()
    return out[0] if single else out


def unfold_backward(grad_output, input, kernel_size, dilation=1, padding=0, stride=1):
    """Return the gradient for `unfold`'s input: each column is added back to the cells that it came from.

    With grad_output for output it is PyTorch's `fold`. Raises ValueError where grad_output has not the output's shape.
    """
    grad_output, x = floats(grad_output=grad_output, input=input)
    x, single = as_images(x)
    kernel = pair(kernel_size, "kernel_size", 1)
    stride, dilation, sides, size = conv_geometry(x.shape[-2:], kernel, stride, padding, dilation)
    shape = (*x.shape[:1], x.shape[1] * kernel[0] * kernel[1], size[0] * size[1])
    check_gradient(grad_output, shape[1:] if single else shape)
    (top, bottom), (left, right) = sides
    H, W = x.shape[-2:]
    padded = np.zeros((*x.shape[:2], top + H + bottom, left + W + right), x.dtype)
    add_windows(grad_output.reshape(*x.shape[:2], *kernel, *size), padded, stride, dilation)
    grad = padded[:, :, top : top + H, left : left + W].copy()
    return grad[0] if single else grad
