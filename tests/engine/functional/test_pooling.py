import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import engine.functional
from engine.functional import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from tests.engine.parity import (
    assert_error,
    assert_parity,
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
def pool_settings(draw, dilated):
    """A shape and the arguments of a pooling that fits."""
    kernel, stride = draw(numbers(1, 5)), draw(st.one_of(st.none(), numbers(1, 4)))
    halves = [k // 2 for k in both(kernel)]
    padding = draw(st.one_of(st.integers(0, min(halves)), st.tuples(*(st.integers(0, h) for h in halves))))
    dilation = draw(numbers(1, 3)) if dilated else 1
    ceil_mode = draw(st.booleans())
    image = [  # with ceil_mode a window may reach over the edge, by less than a stride
        max(1, d * (k - 1) + 1 - 2 * p - (s - 1 if ceil_mode else 0)) + draw(st.integers(0, 7))
        for k, s, d, p in zip(
            both(kernel), both(kernel if stride is None else stride), both(dilation), both(padding), strict=True
        )
    ]
    arguments = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    if dilated:
        arguments["dilation"] = dilation
    return image_shape(draw(batches), draw(st.integers(1, 3)), *image), arguments


@st.composite
def cells(draw, shape, dtype):
    """Values with or without ties, NaN and infinities."""
    kind, seed = draw(st.sampled_from([normal, special, ties])), draw(seeds)
    return kind(seed, *shape, dtype=dtype)


def ties(seed, *shape, dtype):
    return np.random.default_rng(seed).integers(-1, 2, shape).astype(dtype)


@given(st.data(), pool_settings(dilated=True), st.booleans(), dtypes)
def test_max_pool2d_agrees_with_torch(data, settings, indices, dtype):
    shape, arguments = settings
    x = data.draw(cells(shape, dtype))
    assert_parity("max_pool2d", x, **arguments, return_indices=indices, dtype=dtype)


@given(st.data(), pool_settings(dilated=True))
def test_max_pool2d_indices_point_at_the_values(data, settings):
    shape, arguments = settings
    x = data.draw(cells((2, *shape[-3:]), "float64"))
    out, indices = max_pool2d(x, **arguments, return_indices=True)
    # A window wholly in the padding, which dilation makes possible, has −∞ and no place.
    found = out != -np.inf
    image, channel, *_ = np.nonzero(found)
    np.testing.assert_array_equal(x.reshape(*x.shape[:2], -1)[image, channel, indices[found]], out[found])


@given(st.data(), pool_settings(dilated=False), st.booleans(), st.sampled_from([None, None, 1, 3, -2]), dtypes)
def test_avg_pool2d_agrees_with_torch(data, settings, include, divisor, dtype):
    shape, arguments = settings
    arguments = {**arguments, "count_include_pad": include, "divisor_override": divisor}
    assert_parity("avg_pool2d", data.draw(cells(shape, dtype)), **arguments, dtype=dtype)


@given(
    st.data(),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.one_of(st.integers(1, 12), st.tuples(*[st.one_of(st.none(), st.integers(1, 12))] * 2)),
    batches,
    dtypes,
)
def test_adaptive_avg_pool2d_agrees_with_torch(data, image, output_size, batch, dtype):
    x = data.draw(cells(image_shape(batch, 2, *image), dtype))
    assert_parity("adaptive_avg_pool2d", x, output_size, dtype=dtype)


@given(
    st.data(), st.tuples(*[st.integers(1, 6)] * 2), numbers(1, 6), st.one_of(st.none(), numbers(1, 5)), numbers(0, 3),
    st.booleans(),
)  # fmt: skip
def test_pooling_takes_and_refuses_what_torch_does(data, image, kernel, stride, padding, ceil_mode):
    x = data.draw(cells((1, *image), "float64"))
    for name in ("max_pool2d", "avg_pool2d"):
        try:
            getattr(torch.nn.functional, name)(torch.from_numpy(x), kernel, stride, padding, ceil_mode=ceil_mode)
        except RuntimeError:
            with pytest.raises(ValueError):
                getattr(engine.functional, name)(x, kernel, stride, padding, ceil_mode=ceil_mode)
        else:
            assert_parity(name, x, kernel, stride, padding, ceil_mode=ceil_mode, dtype="float64")


def test_a_window_larger_than_its_input_worked_by_hand():
    x = np.array([[[1.0, 2], [4, 3]]])
    assert max_pool2d(x, 3, 2, ceil_mode=True).tolist() == [[[4]]]
    assert avg_pool2d(np.array([[[2.0, 4]]]), (1, 3), ceil_mode=True).tolist() == [[[3]]]
    assert_error(lambda: max_pool2d(x[:, :1, :1], 4, 1, ceil_mode=True), "kernel_size 4", "the stride 1")


def test_arguments_are_in_torchs_order():
    x = normal(0, 1, 2, 7, 7)
    assert_parity("max_pool2d", x, 3, 2, 1, 2, True, dtype="float64")
    assert_parity("avg_pool2d", x, 3, 2, 1, True, False, 5, dtype="float64")


def test_pooling_worked_by_hand():
    """Section 4: a 4×4 map with a 2×2 window."""
    x = np.array([[[1, 3, 2, 4], [5, 7, 6, 8], [3, 2, 1, 0], [1, 2, 3, 4]]])
    np.testing.assert_array_equal(max_pool2d(x, 2), [[[7, 8], [3, 4]]])
    np.testing.assert_array_equal(max_pool2d(x, 2, return_indices=True)[1], [[[5, 7], [8, 15]]])
    np.testing.assert_array_equal(avg_pool2d(x, 2), [[[4, 5], [2, 2]]])
    np.testing.assert_array_equal(adaptive_avg_pool2d(x, 1), [[[3.25]]])


def test_equal_numbers_give_the_first_place():
    assert max_pool2d(np.ones((1, 2, 2)), 2, return_indices=True)[1].item() == 0
    assert max_pool2d(np.full((1, 2, 2), -np.inf), 2, padding=1, return_indices=True)[1].tolist() == [[[0, 1], [2, 3]]]


def test_avg_pool2d_counts():
    x = np.ones((1, 2, 2))
    assert avg_pool2d(x, 2, padding=1)[0, 0, 0] == 0.25
    assert avg_pool2d(x, 2, padding=1, count_include_pad=False)[0, 0, 0] == 1
    assert avg_pool2d(x, 2, padding=1, divisor_override=2)[0, 0, 0] == 0.5
    # A window that reaches beyond the padding counts only the cells before that.
    assert avg_pool2d(np.ones((1, 3, 3)), 2, ceil_mode=True)[0, 1, 1] == 1


@pytest.mark.parametrize("function", [max_pool2d, avg_pool2d, adaptive_avg_pool2d])
def test_whole_numbers_become_float64(function):
    assert function(np.arange(8).reshape(2, 2, 2), 2).dtype == np.float64
    assert function(np.ones((1, 2, 2), bool), 1).dtype == np.float64


@pytest.mark.parametrize("function", [max_pool2d, avg_pool2d])
def test_no_images(function):
    assert function(np.ones((0, 3, 6, 6)), 2).shape == (0, 3, 3, 3)


def test_sums_overflow_to_infinity_without_a_warning():
    assert_parity("avg_pool2d", np.full((1, 2, 2), 1e308), 2, dtype="float64")
    assert_parity("adaptive_avg_pool2d", np.full((1, 2, 2), 1e308), 1, dtype="float64")


X = np.zeros((1, 2, 5, 4))

WINDOW_ERRORS = [
    ({"input": np.zeros((5, 4))}, ("input", "2 axes", "(5, 4)")),
    ({"kernel_size": 0}, ("kernel_size must be at least 1, got 0",)),
    ({"kernel_size": (2, 2, 2)}, ("kernel_size", "(2, 2, 2)")),
    ({"kernel_size": 5}, ("kernel_size 5 is larger than the padded input 4 (input 4 + 2 × padding 0)",)),
    ({"kernel_size": (8, 2), "padding": (1, 0)}, ("8", "padded input 7 (input 5 + 2 × padding 1)")),
    ({"stride": 0}, ("stride must be at least 1, got 0",)),
    ({"padding": -1}, ("padding must be at least 0, got -1",)),
    ({"padding": 2, "kernel_size": 3}, ("padding 2 is more than half of kernel_size 3 (at most 1)",)),
    ({"padding": (0, 2)}, ("padding 2 is more than half of kernel_size 2 (at most 1)",)),
    ({"padding": "same"}, ("padding must be a whole number, got 'same'",)),
]


@pytest.mark.parametrize("function", [max_pool2d, avg_pool2d])
@pytest.mark.parametrize(("arguments", "fragments"), WINDOW_ERRORS)
def test_window_errors(function, arguments, fragments):
    assert_error(lambda: function(**{"input": X, "kernel_size": 2, **arguments}), *fragments)


def test_dilation_errors():
    assert_error(lambda: max_pool2d(X, 2, dilation=0), "dilation must be at least 1, got 0")
    assert_error(lambda: max_pool2d(X, 2, dilation=(1, 4)), "kernel_size 2 with dilation 4 spans 5", "padded input 4")
    assert_error(lambda: max_pool2d(X, 2, padding=2, dilation=3), "padding 2 is more than half of kernel_size 2")


@pytest.mark.parametrize(("divisor", "message"), [(0, "must not be 0"), (0.5, "whole number, got 0.5")])
def test_divisor_errors(divisor, message):
    assert_error(lambda: avg_pool2d(X, 2, divisor_override=divisor), "divisor_override", message)


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ((np.zeros((5, 4)), 1), ("input", "2 axes")),
        ((X, 0), ("output_size must be at least 1, got 0",)),
        ((X, (2, 2, 2)), ("output_size", "(2, 2, 2)")),
        ((X, (3,)), ("output_size", "(3,)")),
        ((X, 1.5), ("output_size must be a whole number, got 1.5",)),
        ((np.zeros((2, 0, 3)), 1), ("input must be at least 1, got 0",)),
    ],
)
def test_adaptive_errors(arguments, fragments):
    assert_error(lambda: adaptive_avg_pool2d(*arguments), *fragments)
