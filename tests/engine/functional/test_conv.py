import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

import engine.functional.conv as conv
from engine.functional import conv2d, conv_transpose2d, unfold
from tests.engine.parity import (
    assert_error,
    assert_parity,
    assert_same,
    batches,
    both,
    dtypes,
    image_shape,
    normal,
    numbers,
    seeds,
    special,
)


@st.composite
def conv2d_settings(draw):
    """Shapes and arguments of a conv2d that fits."""
    kernel = (draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    dilation, padding = (
        draw(numbers(1, 3)),
        draw(st.one_of(numbers(0, 3), st.sampled_from(["same", "valid"]))),
    )
    stride = 1 if padding == "same" else draw(numbers(1, 3))
    groups, batch = draw(st.integers(1, 3)), draw(batches)
    around = both({"same": 99, "valid": 0}.get(padding, padding) if isinstance(padding, str) else padding)
    image = [
        max(1, d * (k - 1) + 1 - 2 * p) + draw(st.integers(0, 6))
        for k, d, p in zip(kernel, both(dilation), around, strict=True)
    ]
    in_channels, out_channels = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
    shapes = {
        "input": image_shape(batch, in_channels, *image),
        "weight": (out_channels, in_channels // groups, *kernel),
        "bias": draw(st.sampled_from([None, (out_channels,)])),
    }
    return shapes, {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


def fill(shapes, seed, dtype):
    return {name: shape and normal((seed, n), *shape, dtype=dtype) for n, (name, shape) in enumerate(shapes.items())}


@given(conv2d_settings(), seeds, dtypes)
def test_conv2d_agrees_with_torch(settings, seed, dtype):
    shapes, arguments = settings
    assert_parity("conv2d", **fill(shapes, seed, dtype), **arguments, dtype=dtype)


@given(conv2d_settings(), seeds)
def test_conv2d_agrees_with_torch_in_bands_of_rows(settings, seed):
    shapes, arguments = settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conv, "COLUMN_BYTES", 700)
        assert_parity("conv2d", **fill(shapes, seed, "float64"), **arguments, dtype="float64")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_conv2d_of_an_image_larger_than_the_column_buffer(dtype):
    x, weight = normal(0, 2, 16, 70, 61, dtype=dtype), normal(1, 8, 16, 3, 3, dtype=dtype)
    assert x.itemsize * 16 * 9 * 70 * 61 > conv.COLUMN_BYTES
    assert_parity("conv2d", x, weight, padding=1, dtype=dtype)


@pytest.mark.parametrize("arguments", [{"padding": 1}, {"stride": 2}, {"groups": 2}])
@pytest.mark.parametrize("shape", [(4, 2, 3, 2), (4, 2, 1, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_conv2d_passes_nan_and_inf_on(seed, shape, arguments):
    channels = shape[1] * arguments.get("groups", 1)
    x, weight = special(seed, 2, channels, 7, 6), normal(seed, *shape)
    assert_parity("conv2d", x, weight, **arguments, dtype="float64")


def test_conv2d_overflows_to_infinity_without_a_warning():
    assert_parity("conv2d", np.full((1, 2, 2), 1e300), np.full((1, 1, 2, 2), 1e300), dtype="float64")


def test_conv2d_of_images_with_strides_of_any_kind():
    x = normal(0, 7, 8, 3).transpose(2, 0, 1)[:, ::-1]
    weight = normal(1, 3, 2, 2, 5).transpose(3, 0, 2, 1)
    result = conv2d(x, weight, padding=1)
    expected = conv2d(np.ascontiguousarray(x), np.ascontiguousarray(weight), padding=1)
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_conv2d_of_no_channels_is_the_bias():
    result = conv2d(np.ones((1, 0, 4, 4)), np.ones((2, 0, 3, 3)), np.array([1.0, 2.0]), padding=1)
    np.testing.assert_array_equal(result, np.broadcast_to([[[[1]], [[2]]]], (1, 2, 4, 4)))


def test_conv2d_of_no_images():
    assert conv2d(np.ones((0, 2, 5, 5)), np.ones((3, 2, 2, 2))).shape == (0, 3, 4, 4)
    assert conv2d(np.ones((0, 2, 5, 5)), np.ones((3, 2, 1, 1))).shape == (0, 3, 5, 5)


@pytest.mark.parametrize("kernel", [1, 2])
def test_conv2d_of_whole_numbers_is_float64(kernel):
    x, weight = np.arange(18).reshape(2, 3, 3), np.ones((1, 2, kernel, kernel), bool)
    result = conv2d(x, weight, np.array([5]))
    expected = torch.nn.functional.conv2d(
        torch.from_numpy(x).double(), torch.from_numpy(weight).double(), torch.tensor([5.0]).double()
    )
    assert_same(result, expected, "float64")


@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_a_bias_of_another_dtype_is_refused_where_torch_refuses_it(dtype):
    x, weight, bias = np.ones((1, 3, 3), "float32"), np.ones((1, 1, 2, 2), "float32"), np.ones(1, dtype)
    tensors = [torch.from_numpy(array) for array in (x, weight, bias)]
    with pytest.raises(RuntimeError):
        torch.nn.functional.conv2d(*tensors)
    assert_error(lambda: conv2d(x, weight, bias), f"bias is {dtype}", "float32")
    torch.nn.functional.conv_transpose2d(*tensors)
    conv_transpose2d(x, weight, bias)


def test_conv2d_takes_the_wider_of_two_dtypes():
    x, weight = np.ones((1, 3, 3), np.float32), np.ones((1, 1, 2, 2))
    assert conv2d(x, weight).dtype == np.float64


def test_conv2d_worked_by_hand():
    x = np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1]]])
    weight = np.array([[[[1, 0], [2, -1]]]])
    # 1·1 + 0·2 + 2·0 − 1·1 + 2 = 2, and so on.
    np.testing.assert_array_equal(conv2d(x, weight, np.array([2])), [[[2, 3], [5, 4]]])


X, W = np.zeros((2, 3, 6, 5)), np.zeros((4, 3, 3, 3))


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"input": np.zeros((6, 5))}, ("input", "(N, C, H, W)", "2 axes", "(6, 5)")),
        ({"input": np.zeros((1, 2, 3, 6, 5))}, ("input", "5 axes", "(1, 2, 3, 6, 5)")),
        ({"weight": np.zeros((3, 3, 3))}, ("weight", "4 axes", "got 3", "(3, 3, 3)")),
        ({"weight": np.zeros((4, 2, 3, 3))}, ("input has 3 channels", "(4, 2, 3, 3)", "2 × groups 1")),
        ({"groups": 2}, ("groups 2 does not divide in_channels 3",)),
        ({"groups": 3, "weight": np.zeros((4, 1, 3, 3))}, ("groups 3 does not divide out_channels 4",)),
        ({"groups": 3, "weight": np.zeros((3, 3, 3, 3))}, ("input has 3 channels", "3 × groups 3")),
        ({"groups": 0}, ("groups must be at least 1, got 0",)),
        ({"bias": np.zeros(3)}, ("bias must have shape (4,)", "got (3,)")),
        ({"bias": np.zeros((4, 1))}, ("bias must have shape (4,)", "got (4, 1)")),
        ({"stride": 0}, ("stride must be at least 1, got 0",)),
        ({"stride": (1, -2)}, ("stride must be at least 1, got -2",)),
        ({"stride": 1.5}, ("stride must be a whole number, got 1.5",)),
        ({"stride": (1, 2, 3)}, ("stride", "(1, 2, 3)")),
        ({"dilation": 0}, ("dilation must be at least 1, got 0",)),
        ({"padding": -1}, ("padding must be at least 0, got -1",)),
        ({"padding": "full"}, ("padding", "'full'", "'same'", "'valid'")),
        ({"padding": "same", "stride": 2}, ("padding 'same' needs stride 1, got stride 2",)),
        (
            {"weight": np.zeros((4, 3, 7, 3))},
            ("kernel_size 7 is larger than the padded input 6 (input 6 + 2 × padding 0)",),
        ),
        (
            {"weight": np.zeros((4, 3, 9, 3)), "padding": 1},
            ("kernel_size 9 is larger than the padded input 8 (input 6 + 2 × padding 1)",),
        ),
        (
            {"dilation": (1, 3)},
            ("kernel_size 3 with dilation 3 spans 7, which is larger than the padded input 5",),
        ),
        ({"weight": np.zeros((4, 3, 0, 3))}, ("kernel_size must be at least 1, got 0",)),
        ({"input": np.zeros((2, 3, 0, 5))}, ("input must be at least 1, got 0",)),
        ({"input": X.astype(complex)}, ("input", "complex128")),
        ({"weight": W.astype(str)}, ("weight", "<U")),
    ],
)
def test_conv2d_errors(arguments, fragments):
    assert_error(lambda: conv2d(**{"input": X, "weight": W, **arguments}), *fragments)


@st.composite
def conv_transpose2d_settings(draw):
    """Shapes and arguments of a conv_transpose2d that leaves an output."""
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    stride, dilation = draw(numbers(1, 3)), draw(numbers(1, 3))
    limits = [max(s, d) - 1 for s, d in zip(both(stride), both(dilation), strict=True)]
    extra = draw(st.one_of(st.integers(0, min(limits)), st.tuples(*(st.integers(0, n) for n in limits))))
    image = (draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    whole = [
        (n - 1) * s + d * (k - 1) + 1 + e
        for n, s, d, k, e in zip(image, both(stride), both(dilation), kernel, both(extra), strict=True)
    ]
    most = [(n - 1) // 2 for n in whole]
    padding = draw(st.one_of(st.integers(0, min(most)), st.tuples(*(st.integers(0, n) for n in most))))
    groups, batch = draw(st.integers(1, 3)), draw(batches)
    in_channels, each = groups * draw(st.integers(1, 3)), draw(st.integers(1, 3))
    shapes = {
        "input": image_shape(batch, in_channels, *image),
        "weight": (in_channels, each, *kernel),
        "bias": draw(st.sampled_from([None, (groups * each,)])),
    }
    return shapes, {
        "stride": stride,
        "padding": padding,
        "output_padding": extra,
        "groups": groups,
        "dilation": dilation,
    }


@given(conv_transpose2d_settings(), seeds, dtypes)
def test_conv_transpose2d_agrees_with_torch(settings, seed, dtype):
    shapes, arguments = settings
    assert_parity("conv_transpose2d", **fill(shapes, seed, dtype), **arguments, dtype=dtype)


def test_conv_transpose2d_takes_its_arguments_in_torchs_order():
    x, weight, bias = normal(0, 4, 3, 3), normal(1, 4, 1, 2, 2), normal(2, 2)
    assert_parity("conv_transpose2d", x, weight, bias, 2, 1, 1, 2, 3, dtype="float64")


@pytest.mark.parametrize("seed", range(5))
def test_conv_transpose2d_passes_nan_and_inf_on(seed):
    x, weight = special(seed, 2, 3, 7, 6), normal(seed, 3, 2, 2, 3)
    assert_parity("conv_transpose2d", x, weight, stride=2, padding=1, dtype="float64")


def test_conv_transpose2d_of_no_images():
    assert conv_transpose2d(np.ones((0, 2, 5, 5)), np.ones((2, 3, 2, 2))).shape == (0, 3, 6, 6)


@given(conv2d_settings(), seeds)
def test_conv_transpose2d_is_the_transpose_of_conv2d(settings, seed):
    """⟨conv2d(x), y⟩ = ⟨x, conv_transpose2d(y)⟩, with the output_padding that gives x's shape back."""
    shapes, arguments = settings
    if isinstance(arguments["padding"], str):
        arguments = {**arguments, "padding": 0}
    x, weight = normal((seed, 0), *shapes["input"]), normal((seed, 1), *shapes["weight"])
    spans = [d * (k - 1) + 1 for d, k in zip(both(arguments["dilation"]), weight.shape[2:], strict=True)]
    fits = [n + 2 * p - span for n, p, span in zip(x.shape[-2:], both(arguments["padding"]), spans, strict=True)]
    assume(min(fits) >= 0)
    out = conv2d(x, weight, **arguments)
    y = normal((seed, 2), *out.shape)
    rest = tuple(n % s for n, s in zip(fits, both(arguments["stride"]), strict=True))
    back = conv_transpose2d(y, weight, output_padding=rest, **arguments)
    assert back.shape == x.shape
    np.testing.assert_allclose((out * y).sum(), (x * back).sum(), rtol=1e-9, atol=1e-9)


WT = np.zeros((3, 4, 3, 3))


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"input": np.zeros((6, 5))}, ("input", "2 axes", "(6, 5)")),
        ({"weight": np.zeros((3, 3, 3))}, ("weight", "4 axes", "got 3")),
        ({"weight": np.zeros((2, 4, 3, 3))}, ("input has 3 channels", "(2, 4, 3, 3)", "expects 2")),
        ({"groups": 2}, ("groups 2 does not divide in_channels 3",)),
        ({"bias": np.zeros(3)}, ("bias must have shape (4,)", "got (3,)")),
        ({"stride": 0}, ("stride must be at least 1, got 0",)),
        ({"dilation": -1}, ("dilation must be at least 1, got -1",)),
        ({"padding": -1}, ("padding must be at least 0, got -1",)),
        ({"padding": "same"}, ("padding must be a whole number, got 'same'",)),
        ({"output_padding": -1}, ("output_padding must be at least 0, got -1",)),
        (
            {"output_padding": 3, "stride": 2, "dilation": 3},
            ("output_padding 3 must be smaller than stride 2 or dilation 3",),
        ),
        (
            {"input": np.zeros((3, 1, 2)), "padding": 2, "stride": 3},
            ("padding 2 leaves no output: (1 − 1) × 3 − 2 × 2 + 3 + 0 = −1",),
        ),
    ],
)
def test_conv_transpose2d_errors(arguments, fragments):
    assert_error(lambda: conv_transpose2d(**{"input": X, "weight": WT, **arguments}), *fragments)


@given(conv2d_settings(), seeds, dtypes)
def test_unfold_agrees_with_torch_and_times_the_filters_it_is_the_convolution(settings, seed, dtype):
    shapes, arguments = settings
    arguments = {name: value for name, value in arguments.items() if name != "groups"}
    assume(not isinstance(arguments["padding"], str))
    arrays, kernel = fill(shapes, seed, dtype), shapes["weight"][2:]
    assert_parity("unfold", arrays["input"], kernel, dtype=dtype, **arguments)
    if arrays["weight"].shape[1] == arrays["input"].shape[-3]:  # one group
        columns = unfold(arrays["input"], kernel, **arguments)
        out = conv2d(arrays["input"], arrays["weight"], **arguments)
        product = arrays["weight"].reshape(len(arrays["weight"]), -1) @ columns
        np.testing.assert_allclose(product.reshape(out.shape), out, rtol=1e-4, atol=1e-4)


def test_unfold_refuses_a_kernel_that_does_not_fit():
    assert_error(lambda: unfold(np.zeros((1, 3, 3)), 4), "kernel_size 4 is larger than the padded input 3")
