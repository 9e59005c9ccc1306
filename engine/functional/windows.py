"""The cells that a sliding kernel meets: read all at once, read tap by tap, and added back."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def windows(x, kernel_size, stride, dilation, size):
    """View of padded `x` (…, H, W) as (…, kH, kW, H_out, W_out): no copy, read-only.

    Cell [..., u, v, i, j] is x[..., i · sH + u · dH, j · sW + v · dW].
    """
    (kh, kw), (sh, sw), (dh, dw) = kernel_size, stride, dilation
    *lead, row, column = x.strides
    return as_strided(
        x,
        shape=(*x.shape[:-2], kh, kw, *size),
        strides=(*lead, dh * row, dw * column, sh * row, sw * column),
        writeable=False,
    )


def regions(length, count):
    """Return where each of `count` regions that share out `length` cells starts and ends, as adaptive pooling has it.

    Region i goes from floor(i × length / count) to before ceil((i + 1) × length / count).
    """
    number = np.arange(count)
    return number * length // count, -(-(number + 1) * length // count)


def taps(x, kernel_size, stride, dilation, size):
    """Yield (u, v, view) for each kernel cell: the (…, H_out, W_out) cells of padded `x` that it meets."""
    (kh, kw), (sh, sw), (dh, dw), (height, width) = kernel_size, stride, dilation, size
    for u in range(kh):
        rows = slice(u * dh, u * dh + (height - 1) * sh + 1, sh)
        for v in range(kw):
            yield u, v, x[..., rows, v * dw : v * dw + (width - 1) * sw + 1 : sw]


def add_windows(columns, x, stride, dilation):
    """Add `columns` (…, kH, kW, H_out, W_out) into padded `x` (…, H, W), each to the cell it came from.

    The transpose of `windows`: cells that several windows share receive a sum.
    """
    *_, kh, kw, height, width = columns.shape
    for u, v, view in taps(x, (kh, kw), stride, dilation, (height, width)):
        view += columns[..., u, v, :, :]
