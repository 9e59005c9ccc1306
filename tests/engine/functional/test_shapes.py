import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.functional import shapes
from engine.functional.shapes import (
    conv2d_multiply_adds,
    conv_size,
    conv_transpose_size,
    effective_kernel,
    largest_dilation,
    largest_kernel_size,
    largest_output_padding,
    largest_pool_padding,
    pool_size,
    same_padding,
    smallest_padding,
)
from engine.functional.working import conv_transpose_working, conv_working, pool_working
from tests.engine.parity import assert_error


def texts(working):
    return [line.text for line in working.steps]


# Worked examples, section 2: a 6×6×1 input with a 4×4 filter.


@pytest.mark.parametrize(
    ("stride", "padding", "size", "steps"),
    [
        (1, 0, 3, ["(6 − 4 + 2 × 0) / 1 = 2", "floor(2) = 2", "2 + 1 = 3"]),
        (2, 0, 2, ["(6 − 4 + 2 × 0) / 2 = 1", "floor(1) = 1", "1 + 1 = 2"]),
        (2, 1, 3, ["(6 − 4 + 2 × 1) / 2 = 2", "floor(2) = 2", "2 + 1 = 3"]),
    ],
)
def test_the_tutorials_presets(stride, padding, size, steps):
    working = conv_working(6, 4, stride, padding)
    assert working.size == conv_size(6, 4, stride, padding) == size
    assert texts(working) == steps
    assert working.formula.text == "floor((H − F + 2P) / S) + 1"
    assert working.substitution.text == f"floor((6 − 4 + 2 × {padding}) / {stride}) + 1"
    assert working.dropped == 0


def test_the_same_lines_in_latex():
    working = conv_working(6, 4, 2, 1, axis="W")
    assert working.formula.latex == r"\left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1"
    assert working.substitution.latex == r"\left\lfloor \frac{6 - 4 + 2 \times 1}{2} \right\rfloor + 1"
    assert [line.latex for line in working.steps] == [
        r"\frac{6 - 4 + 2 \times 1}{2} = 2",
        r"\left\lfloor 2 \right\rfloor = 2",
        "2 + 1 = 3",
    ]


@pytest.mark.parametrize(
    ("room", "stride", "quotient"),
    [
        (5, 2, "2.5"),
        (7, 4, "1.75"),
        (1, 8, "0.125"),
        (7, 3, "2.333…"),
        (2, 3, "0.666…"),
        (3, 16, "0.187…"),
        (6, 3, "2"),
    ],
)
def test_a_quotient_that_is_not_whole_is_shown_in_decimals(room, stride, quotient):
    working = conv_working(room + 1, 1, stride)
    assert texts(working)[0] == f"({room + 1} − 1 + 2 × 0) / {stride} = {quotient}"
    assert texts(working)[1] == f"floor({quotient}) = {room // stride}"
    assert (
        working.steps[1].latex
        == rf"\left\lfloor {quotient.replace('…', chr(92) + 'ldots')} \right\rfloor = {room // stride}"
    )


def test_dilation_shows_its_effective_kernel_first():
    working = conv_working(7, 3, 3, 1, 2)
    assert working.formula.text == "floor((H − (D (F − 1) + 1) + 2P) / S) + 1"
    assert texts(working) == [
        "2 × (3 − 1) + 1 = 5",
        "(7 − 5 + 2 × 1) / 3 = 1.333…",
        "floor(1.333…) = 1",
        "1 + 1 = 2",
    ]
    assert working.steps[0].latex == r"2 \times (3 - 1) + 1 = 5"


def test_padding_that_differs_by_side_is_shown_by_side():
    working = conv_working(5, 4, padding="same")
    assert working.formula.text == "floor((H − F + P1 + P2) / S) + 1"
    assert working.formula.latex == r"\left\lfloor \frac{H - F + P_1 + P_2}{S} \right\rfloor + 1"
    assert texts(working)[0] == "(5 − 4 + 1 + 2) / 1 = 4"
    assert working.size == 5


def test_ceil_mode_keeps_a_last_window_that_starts_inside():
    working = pool_working(6, 3, 2, ceil_mode=True)
    assert working.formula.text == "ceil((H − F + 2P) / S) + 1"
    assert texts(working) == [
        "(6 − 3 + 2 × 0) / 2 = 1.5",
        "ceil(1.5) = 2",
        "2 + 1 = 3",
        "2 × 2 = 4 < 6 + 0 = 6",
    ]
    assert working.size == 3
    assert "stays" in working.steps[-1].note
    assert working.steps[1].latex == r"\left\lceil 1.5 \right\rceil = 2"


def test_ceil_mode_drops_a_last_window_that_starts_beyond():
    working = pool_working(5, 2, 2, 1, ceil_mode=True)
    assert texts(working) == [
        "(5 − 2 + 2 × 1) / 2 = 2.5",
        "ceil(2.5) = 3",
        "3 + 1 = 4",
        "3 × 2 = 6 ≥ 5 + 1 = 6",
        "4 − 1 = 3",
    ]
    assert working.size == 3
    assert working.steps[-2].latex == r"3 \times 2 = 6 \ge 5 + 1 = 6"


def test_ceil_mode_says_no_more_where_the_quotient_is_whole():
    assert texts(pool_working(6, 2, ceil_mode=True)) == [
        "(6 − 2 + 2 × 0) / 2 = 2",
        "ceil(2) = 2",
        "2 + 1 = 3",
    ]


def test_ceil_mode_takes_a_window_that_is_larger_than_the_padded_input():
    working = pool_working(2, 3, 2, ceil_mode=True)
    assert texts(working) == [
        "(2 − 3 + 2 × 0) / 2 = −0.5",
        "ceil(−0.5) = 0",
        "0 + 1 = 1",
        "0 × 2 = 0 < 2 + 0 = 2",
    ]
    assert (working.size, working.dropped) == (1, 0)
    assert working.steps[0].note == "the first window reaches over the edge"


def test_transposed_working():
    working = conv_transpose_working(4, 3, 2, 1, 1, 2)
    assert working.formula.text == "(H − 1) × S − 2P + (D (F − 1) + 1) + OP"
    assert working.substitution.text == "(4 − 1) × 2 − 2 × 1 + 5 + 1"
    assert texts(working) == ["2 × (3 − 1) + 1 = 5", "(4 − 1) × 2 = 6", "6 − 2 × 1 + 5 + 1 = 10"]
    assert working.formula.latex == r"(H - 1) \times S - 2P + (D (F - 1) + 1) + O_P"
    assert texts(conv_transpose_working(4, 3, 2)) == ["(4 − 1) × 2 = 6", "6 − 2 × 0 + 3 + 0 = 9"]


# Agreement with PyTorch.


@st.composite
def fitting(draw, pooling=False):
    kernel, stride = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    dilation, padding = draw(st.integers(1, 4)), draw(st.integers(0, kernel // 2 if pooling else 9))
    span = dilation * (kernel - 1) + 1
    return draw(st.integers(max(1, span - 2 * padding), 60)), kernel, stride, padding, dilation


@st.composite
def pooled(draw):
    """What pool_size takes; with ceil_mode, also windows that are larger than the padded input."""
    size, kernel, stride, padding, dilation = draw(fitting(pooling=True))
    ceil_mode = draw(st.booleans())
    if ceil_mode and draw(st.booleans()):
        span = dilation * (kernel - 1) + 1
        size = max(1, span - 2 * padding - draw(st.integers(1, stride)) + 1)
    return size, kernel, stride, padding, dilation, ceil_mode


@given(fitting())
def test_conv_size_agrees_with_torch(settings):
    size, kernel, stride, padding, dilation = settings
    x, weight = torch.empty(1, size, 50, device="meta"), torch.empty(1, 1, kernel, 1, device="meta")
    out = F.conv2d(x, weight, None, (stride, 1), (padding, 0), (dilation, 1))
    assert conv_size(*settings) == conv_working(*settings).size == out.shape[1]


@given(pooled())
def test_pool_size_agrees_with_torch(settings):
    size, kernel, stride, padding, dilation, ceil_mode = settings
    x = torch.empty(1, size, 50, device="meta")
    out = F.max_pool2d(x, (kernel, 1), (stride, 1), (padding, 0), (dilation, 1), ceil_mode)
    assert pool_size(*settings) == pool_working(*settings).size == out.shape[1]


@given(st.integers(1, 9), st.integers(0, 50), st.booleans())
def test_pool_stride_is_the_kernel_size_unless_given(kernel, more, ceil_mode):
    size = kernel + more
    assert pool_size(size, kernel, None, 0, 1, ceil_mode) == pool_size(size, kernel, kernel, 0, 1, ceil_mode)
    assert pool_working(size, kernel) == pool_working(size, kernel, kernel)


@given(fitting(), st.data())
def test_conv_transpose_size_agrees_with_torch(settings, data):
    size, kernel, stride, padding, dilation = settings
    extra = data.draw(st.integers(0, largest_output_padding(stride, dilation)))
    assume((size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + extra >= 1)
    x, weight = torch.empty(1, size, 1, device="meta"), torch.empty(1, 1, kernel, 1, device="meta")
    # A wide second axis makes room for any output_padding there.
    out = F.conv_transpose2d(x, weight, None, (stride, 1), (padding, 0), (extra, 0), 1, (dilation, 1))
    arguments = (size, kernel, stride, padding, extra, dilation)
    assert conv_transpose_size(*arguments) == conv_transpose_working(*arguments).size == out.shape[1]


@given(st.integers(1, 20), st.integers(1, 7), st.integers(1, 4))
def test_same_padding_keeps_the_size(size, kernel, dilation):
    left, right = same_padding(kernel, dilation)
    assert 0 <= right - left <= 1
    assert left + right == dilation * (kernel - 1)
    assert conv_size(size, kernel, 1, "same", dilation) == size
    assert conv_working(size, kernel, 1, "same", dilation).size == size


# The working's own arithmetic.


def calculated(side):
    side = side.replace("−", "-").replace("×", "*").replace("floor", "np.floor").replace("ceil", "np.ceil")
    return eval(side.replace("…", ""), {"np": np})


@given(st.one_of(fitting(), pooled()))
def test_each_line_is_true_and_the_last_gives_the_size(settings):
    pooling = len(settings) == 6
    working = pool_working(*settings) if pooling else conv_working(*settings)
    for line in working.steps:
        sides = re.split(r" ([=<≥]) ", line.text)
        for left, sign, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
            a, b = calculated(left), calculated(right)
            if right.endswith("…"):
                assert 0 < abs(a) - abs(b) < 1e-3
            else:
                assert {"=": a == b, "<": a < b, "≥": a >= b}[sign]
    if "<" in working.steps[-1].text:
        assert texts(working)[-2].endswith(f"= {working.size}")
    else:
        assert texts(working)[-1].endswith(f"= {working.size}")
    substitution = calculated(working.substitution.text)
    assert working.size == substitution or (pooling and settings[-1] and working.size == substitution - 1)


@given(pooled())
def test_dropped_counts_what_no_window_reaches(settings):
    size, kernel, stride, padding, dilation, ceil_mode = settings
    padded = size + 2 * padding

    def unreached(count):
        reached = {o * stride + u * dilation for o in range(count) for u in range(kernel)}
        return padded - 1 - min(max(reached), padded - 1)

    assert pool_working(*settings).dropped == unreached(pool_size(*settings))
    if not ceil_mode:
        assert conv_working(*settings[:-1]).dropped == unreached(conv_size(*settings[:-1]))


def test_dropped_worked_by_hand():
    assert conv_working(6, 3, 2).dropped == 1
    assert pool_working(6, 3, 2, ceil_mode=True).dropped == 0
    assert conv_transpose_working(4, 3, 2).dropped == 0


# Limits: one step further is refused.


def fits(size, kernel, padding, dilation):
    try:
        conv_size(size, kernel, 1, padding, dilation)
    except ValueError:
        return False
    return True


@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 5), st.integers(1, 4))
def test_limits_are_exact(size, kernel, padding, dilation):
    largest = largest_kernel_size(size, padding, dilation)
    assert fits(size, largest, padding, dilation)
    assert not fits(size, largest + 1, padding, dilation)

    least = smallest_padding(size, kernel, dilation)
    assert fits(size, kernel, least, dilation)
    assert least == 0 or not fits(size, kernel, least - 1, dilation)

    assume(1 < kernel <= size + 2 * padding)
    widest = largest_dilation(size, kernel, padding)
    assert fits(size, kernel, padding, widest)
    assert not fits(size, kernel, padding, widest + 1)


def test_largest_dilation_of_a_kernel_of_one_is_none():
    assert largest_dilation(5, 1) is None


@given(st.integers(1, 12))
def test_largest_pool_padding_is_exact(kernel):
    most = largest_pool_padding(kernel)
    assert pool_size(50, kernel, 1, most)
    assert_error(lambda: pool_size(50, kernel, 1, most + 1), f"padding {most + 1}", f"kernel_size {kernel}")


@given(st.integers(1, 5), st.integers(1, 5))
def test_largest_output_padding_is_exact(stride, dilation):
    most = largest_output_padding(stride, dilation)
    assert conv_transpose_size(9, 3, stride, 0, most, dilation)
    assert_error(lambda: conv_transpose_size(9, 3, stride, 0, most + 1, dilation), f"output_padding {most + 1}")


# Costs.


@given(
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(1, 4),
    st.one_of(st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(1, 4))),
)
def test_conv2d_multiply_adds_agree_with_torch(groups, in_each, out_each, kernel):
    channels = (groups * in_each, groups * out_each)
    layer = torch.nn.Conv2d(*channels, kernel, groups=groups, device="meta")
    out = layer(torch.empty(channels[0], 7, 9, device="meta"))
    sums = out.numel() * layer.weight[0].numel()
    assert conv2d_multiply_adds(*channels, kernel, tuple(out.shape[1:]), groups) == sums


def test_costs_worked_by_hand():
    """The tutorial's 6×6×3 input with three 3×3×3 filters."""
    assert conv2d_multiply_adds(3, 3, 3, 4) == 4 * 4 * 3 * 27
    assert conv2d_multiply_adds(3, 3, (1, 2), (2, 5), groups=3) == 2 * 5 * 3 * 2


# Errors.


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv_size(4, 7, padding=1),
            "kernel_size 7 is larger than the padded input 6 (input 4 + 2 × padding 1)",
        ),
        (
            lambda: conv_working(4, 3, 1, 1, 4),
            "kernel_size 3 with dilation 4 spans 9, which is larger than the padded input 6 (input 4 + 2 × padding 1)",
        ),
        (
            lambda: pool_working(4, 5),
            "kernel_size 5 is larger than the padded input 4 (input 4 + 2 × padding 0)",
        ),
        (
            lambda: pool_working(2, 5, 3, ceil_mode=True),
            "larger than the padded input 2 (input 2 + 2 × padding 0), by 3; ceil_mode takes less than the stride 3",
        ),
        (lambda: conv_size(0, 1), "input must be at least 1, got 0"),
        (lambda: conv_size(4, 0), "kernel_size must be at least 1, got 0"),
        (lambda: conv_size(4, 2, 0), "stride must be at least 1, got 0"),
        (lambda: conv_size(4, 2, 1, -1), "padding must be at least 0, got -1"),
        (lambda: conv_size(4, 2, 1, 0, 0), "dilation must be at least 1, got 0"),
        (lambda: conv_size(4.5, 2), "input must be a whole number, got 4.5"),
        (lambda: conv_size(4, True), "kernel_size must be a whole number, got True"),
        (lambda: conv_size(4, None), "kernel_size must be a whole number, got None"),
        (lambda: conv_size(4, 2, 3, "same"), "padding 'same' needs stride 1, got stride 3"),
        (lambda: conv_size(4, 2, 1, "full"), "padding must be a whole number, 'same' or 'valid', got 'full'"),
        (lambda: pool_size(4, 2, 0), "stride must be at least 1, got 0"),
        (lambda: pool_size(4, 3, 1, 2), "padding 2 is more than half of kernel_size 3 (at most 1)"),
        (lambda: pool_size(4, 3, 1, 2, 2), "padding 2 is more than half of kernel_size 3 (at most 1)"),
        (
            lambda: conv_transpose_size(4, 3, 2, 0, 2),
            "output_padding 2 must be smaller than stride 2 or dilation 1",
        ),
        (
            lambda: conv_transpose_working(2, 3, 1, 3),
            "padding 3 leaves no output: (2 − 1) × 1 − 2 × 3 + 3 + 0 = −2",
        ),
        (
            lambda: conv_transpose_size(1, 2, 1, 1),
            "padding 1 leaves no output: (1 − 1) × 1 − 2 × 1 + 2 + 0 = 0",
        ),
        (lambda: conv_transpose_size(4, 3, 1, 2.0), "padding must be a whole number, got 2.0"),
        (lambda: effective_kernel(3, 0), "dilation must be at least 1, got 0"),
        (lambda: same_padding(0), "kernel_size must be at least 1, got 0"),
        (lambda: largest_kernel_size(0), "input must be at least 1, got 0"),
        (lambda: largest_dilation(4, 5), "kernel_size 5 is larger than the padded input 4"),
        (lambda: smallest_padding(0, 3), "input must be at least 1, got 0"),
        (lambda: conv2d_multiply_adds(3, 4, 3, 2, groups=2), "groups 2 does not divide in_channels 3"),
        (lambda: conv2d_multiply_adds(4, 3, 3, 2, groups=2), "groups 2 does not divide out_channels 3"),
        (lambda: conv2d_multiply_adds(0, 3, 3, 2), "in_channels must be at least 1, got 0"),
        (lambda: conv2d_multiply_adds(3, 3, 3, (0, 2)), "output_size must be at least 1, got 0"),
        (lambda: conv2d_multiply_adds(3, 3, (3, 3, 3), 2), "kernel_size must be one whole number or two"),
    ],
)
def test_errors(call, message):
    assert_error(call, message)


def test_numpy_whole_numbers_are_taken():
    assert shapes.whole(np.int64(3), "stride", 1) == 3
    assert type(shapes.whole(np.int64(3), "stride", 1)) is int
    assert conv_working(np.int32(6), np.int64(4)) == conv_working(6, 4)
