"""Padding: constant, reflect, replicate and circular."""

import numpy as np

from engine.functional.arrays import floats, quiet
from engine.functional.shapes import whole


@quiet
def pad(input, pad, mode="constant", value=None):
    r"""Add cells around an array, or crop it where an amount is negative.

    $$\text{out}[\dots, i] = \text{input}[\dots, s(i - \text{left})],\qquad
    s(k) = \begin{cases}
    k & 0 \le k < W \\
    -k,\; 2(W - 1) - k & \text{outside, reflect} \\
    0,\; W - 1 & \text{outside, replicate} \\
    k \bmod W & \text{outside, circular}
    \end{cases}$$

    and `value` outside for `constant`.

    **Shapes**

    - `input`: any for `constant`; with `pad` for n axes, 1 or 2 axes more than n for the other modes
    - `pad`: (left, right, top, bottom, …), a pair an axis, beginning with the last axis
    - out: each of these axes grows by the sum of its pair

    **Parameters:** `mode` is `constant`, `reflect`, `replicate` or `circular`; `value` (default 0) fills
    `constant`'s cells.

    **Raises** `ValueError` where `pad` is not made of whole numbers in pairs or has more pairs than the input
    has axes, where a crop takes more than there is, where reflect padding is not smaller than the axis,
    where circular padding is larger than the axis (after cropping), for an unknown `mode`, and for a
    `value` in another mode than `constant`.

    **Source:** PyTorch documentation, `torch.nn.functional.pad`.
    """
    (x,) = floats(input=input)
    sides = _sides(pad, x.shape)
    if mode == "constant":
        return _constant(x, sides, 0 if value is None else value)
    if mode not in _INDEX:
        raise ValueError(f"mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if value:
        raise ValueError(f"value {value} has no use with mode {mode!r}; only 'constant' takes one")
    if not 0 < x.ndim - len(sides) <= 2 or not 1 <= len(sides) <= 3:
        raise ValueError(
            f"mode {mode!r} pads 1, 2 or 3 axes of an input with 1 or 2 axes more, "
            f"got pad for {len(sides)} axes and {x.ndim} input axes: {x.shape}"
        )
    for axis, (left, right) in sides.items():
        x = x.take(_INDEX[mode](x.shape[axis], left, right, axis), axis=axis)
    return x


def _sides(pad, shape):
    """{axis: (left, right)} from PyTorch's flat order."""
    if not np.iterable(pad) or isinstance(pad, str):
        raise ValueError(f"pad must hold a pair of numbers for each axis, got {pad!r}")
    amounts = [whole(p, "pad") for p in pad]
    if len(amounts) % 2 or len(amounts) > 2 * len(shape):
        raise ValueError(
            f"pad must hold a pair of numbers for each of at most {len(shape)} axes, got {len(amounts)} numbers"
        )
    sides = {}
    for n, (left, right) in enumerate(zip(amounts[::2], amounts[1::2], strict=True)):
        axis = len(shape) - 1 - n
        if -min(left, 0) - min(right, 0) > shape[axis]:
            raise ValueError(f"pad ({left}, {right}) crops more than the {shape[axis]} cells of axis {axis}")
        sides[axis] = (left, right)
    return sides


def _constant(x, sides, value):
    shape = list(x.shape)
    inside, kept = [slice(None)] * x.ndim, [slice(None)] * x.ndim
    for axis, (left, right) in sides.items():
        shape[axis] += left + right
        inside[axis] = slice(max(left, 0), shape[axis] - max(right, 0))
        kept[axis] = slice(max(-left, 0), x.shape[axis] - max(-right, 0))
    out = np.full(shape, value, x.dtype)
    out[tuple(inside)] = x[tuple(kept)]
    return out


def check_sides(mode, size, left, right, axis):
    """Raise ValueError where an axis of `size` cells has not enough of them to pad with, in `mode`."""
    if mode == "reflect" and max(left, right) >= size:
        raise ValueError(f"reflect padding ({left}, {right}) must be smaller than the {size} cells of axis {axis}")
    kept = size + min(left, 0) + min(right, 0)
    if mode == "circular" and max(left, right) > kept:
        raise ValueError(f"circular padding ({left}, {right}) is larger than the {kept} cells of axis {axis}")


def _reflect(size, left, right, axis):
    check_sides("reflect", size, left, right, axis)
    return size - 1 - np.abs(size - 1 - np.abs(_positions(size, left, right, axis)))


def _replicate(size, left, right, axis):
    return _positions(size, left, right, axis).clip(0, size - 1)


def _circular(size, left, right, axis):
    # Negative amounts crop first; what is left wraps around.
    check_sides("circular", size, left, right, axis)
    start, kept = max(-left, 0), size + min(left, 0) + min(right, 0)
    return start + (_positions(size, left, right, axis) - start) % max(kept, 1)


def _positions(size, left, right, axis):
    if size + left + right < 1 or size + min(left, 0) + min(right, 0) < 1:
        raise ValueError(f"pad ({left}, {right}) leaves none of the {size} cells of axis {axis}")
    return np.arange(-left, size + right)


_INDEX = {"reflect": _reflect, "replicate": _replicate, "circular": _circular}
