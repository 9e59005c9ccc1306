"""Output sizes, limits for controls, and multiply-adds.

Sizes are per axis: call once for the height and once for the width.
"""

import operator
from dataclasses import dataclass
from fractions import Fraction
from math import prod


@dataclass(frozen=True)
class Window:
    """What one output cell reads along one axis: cells spanned, stride, and where the first window starts.

    `start` is the index of its first cell: −1 with padding 1. A transposed convolution's numbers may have fractions.
    A stride of 0: every output cell reads the same window.
    """

    span: int | Fraction = 1
    stride: int | Fraction = 1
    start: int | Fraction = 0


def whole(value, name, least=None):
    """Return `value` as an int; ValueError unless it is a whole number, and no less than `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    if least is not None and number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def pair(value, name, least):
    """Return `value` as (height, width): an int stands for both, as in PyTorch."""
    if not isinstance(value, (tuple, list)):
        value = (value,)
    if len(value) not in (1, 2):
        raise ValueError(f"{name} must be one whole number or two (height, width), got {tuple(value)}")
    numbers = tuple(whole(v, name, least) for v in value)
    return numbers if len(numbers) == 2 else numbers * 2


def sizes(output_size, input_size):
    """Return an adaptive pooling's (height, width): None in a pair keeps the input's; `input_size` is (H, W).

    With `input_size` None the pair is only checked.
    """
    if not isinstance(output_size, (tuple, list)):
        return pair(output_size, "output_size", 1)
    if len(output_size) != 2:
        raise ValueError(f"output_size must be one whole number or two (height, width), got {tuple(output_size)}")
    present = input_size or (1, 1)
    return tuple(
        length if size is None else whole(size, "output_size", 1)
        for size, length in zip(output_size, present, strict=True)
    )


def check_groups(in_channels, out_channels, groups):
    """ValueError unless `groups` divides both channel counts."""
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups:
            raise ValueError(f"groups {groups} does not divide {name} {channels}")


# Sizes


def effective_kernel(kernel_size, dilation=1):
    """Cells that a dilated kernel spans, first to last: D (F − 1) + 1."""
    return whole(dilation, "dilation", 1) * (whole(kernel_size, "kernel_size", 1) - 1) + 1


def same_padding(kernel_size, dilation=1):
    """(left, right) padding that keeps the size at stride 1: D (F − 1) in all.

    Where that is odd, the extra cell goes to the right or bottom, as in PyTorch.
    """
    total = effective_kernel(kernel_size, dilation) - 1
    return total // 2, total - total // 2


def padding_sides(padding, kernel_size, stride=1, dilation=1):
    """(left, right) for `padding` as a whole number, "valid" or "same"."""
    if padding == "same":
        if stride != 1:
            raise ValueError(f"padding 'same' needs stride 1, got stride {stride}")
        return same_padding(kernel_size, dilation)
    if padding == "valid":
        return 0, 0
    if isinstance(padding, str):
        raise ValueError(f"padding must be a whole number, 'same' or 'valid', got {padding!r}")
    return (whole(padding, "padding", 0),) * 2


def conv_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    """Output size of a convolution along one axis: floor((H − F + 2P) / S) + 1.

    F is the effective kernel; `padding` is a whole number, "valid" or "same".
    """
    room, stride, *_ = room_for(input_size, kernel_size, stride, padding, dilation)
    return room // stride + 1


def pool_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Output size of a pooling along one axis; the stride is the kernel_size unless given.

    With `ceil_mode` the quotient is rounded up, and the last window is then dropped again if it would
    start beyond the input and its left padding (PyTorch's rule). So the kernel may be larger than the padded
    input, by less than a stride: there is one window, and it reaches over the edge.
    """
    check_pool_padding(padding, kernel_size)
    stride = kernel_size if stride is None else stride
    room, stride, *_ = room_for(input_size, kernel_size, stride, padding, dilation, ceil_mode)
    if not ceil_mode:
        return room // stride + 1
    size = -(-room // stride) + 1
    return size - 1 if (size - 1) * stride >= input_size + padding else size


def conv_transpose_size(input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    """Output size of a transposed convolution along one axis: (H − 1) S − 2P + D (F − 1) + 1 + OP."""
    input_size = whole(input_size, "input", 1)
    span = effective_kernel(kernel_size, dilation)
    stride, padding = whole(stride, "stride", 1), whole(padding, "padding", 0)
    extra = check_output_padding(output_padding, stride, dilation)
    size = (input_size - 1) * stride - 2 * padding + span + extra
    if size < 1:
        raise ValueError(
            f"padding {padding} leaves no output: "
            f"({input_size} − 1) × {stride} − 2 × {padding} + {span} + {extra} = {size}".replace("-", "−")
        )
    return size


def check_output_padding(output_padding, stride, dilation):
    """Return output_padding; ValueError unless it is smaller than stride or dilation."""
    extra = whole(output_padding, "output_padding", 0)
    if extra > largest_output_padding(stride, dilation):
        raise ValueError(f"output_padding {extra} must be smaller than stride {stride} or dilation {dilation}")
    return extra


def check_pool_padding(padding, kernel_size):
    """ValueError where pooling's padding is more than half of its kernel."""
    padding, largest = whole(padding, "padding", 0), largest_pool_padding(kernel_size)
    if padding > largest:
        raise ValueError(f"padding {padding} is more than half of kernel_size {kernel_size} (at most {largest})")


def room_for(input_size, kernel_size, stride, padding, dilation, ceil_mode=False):
    """(cells the kernel can move, stride, kernel span, padding sides); ValueError where it does not fit.

    Below 0 with `ceil_mode`, where the kernel reaches over the edge.
    """
    input_size = whole(input_size, "input", 1)
    span = effective_kernel(kernel_size, dilation)
    stride = whole(stride, "stride", 1)
    sides = padding_sides(padding, kernel_size, stride, dilation)
    padded = input_size + sum(sides)
    over = span - padded
    if over > (stride - 1 if ceil_mode else 0):
        kernel = f"kernel_size {kernel_size}"
        if span != kernel_size:
            kernel += f" with dilation {dilation} spans {span}, which"
        text = f"{kernel} is larger than the padded input {padded} (input {input_size} + 2 × padding {sides[0]})"
        if ceil_mode:
            text += f", by {over}; ceil_mode takes less than the stride {stride}"
        raise ValueError(text)
    return padded - span, stride, span, sides


# Limits for controls


def largest_kernel_size(input_size, padding=0, dilation=1):
    """Largest kernel_size that fits the padded input: floor((H + 2P − 1) / D) + 1."""
    padded = whole(input_size, "input", 1) + 2 * whole(padding, "padding", 0)
    return (padded - 1) // whole(dilation, "dilation", 1) + 1


def largest_dilation(input_size, kernel_size, padding=0):
    """Largest dilation whose kernel fits the padded input; None where any does (kernel_size 1).

    ValueError where the kernel does not fit even at dilation 1.
    """
    room, *_ = room_for(input_size, kernel_size, 1, padding, 1)
    return None if kernel_size == 1 else (room + kernel_size - 1) // (kernel_size - 1)


def smallest_padding(input_size, kernel_size, dilation=1):
    """Smallest padding, the same on both sides, with which the kernel fits."""
    return max(0, -(-(effective_kernel(kernel_size, dilation) - whole(input_size, "input", 1)) // 2))


def largest_pool_padding(kernel_size):
    """Largest padding that pooling takes: half of its kernel_size, dilated or not."""
    return whole(kernel_size, "kernel_size", 1) // 2


def largest_output_padding(stride=1, dilation=1):
    """Largest output_padding of a transposed convolution: one less than the larger of S and D."""
    return max(whole(stride, "stride", 1), whole(dilation, "dilation", 1)) - 1


# Costs


def conv2d_multiply_adds(in_channels, out_channels, kernel_size, output_size, groups=1):
    """Multiply-adds of a conv2d for one image: H_out × W_out × C_out × C_in / groups × kH × kW.

    The bias is counted as the start of the sum, not as another addition.
    """
    for name, number in (("in_channels", in_channels), ("out_channels", out_channels), ("groups", groups)):
        whole(number, name, 1)
    check_groups(in_channels, out_channels, groups)
    cells = prod(pair(output_size, "output_size", 1)) * prod(pair(kernel_size, "kernel_size", 1))
    return out_channels * (in_channels // groups) * cells
