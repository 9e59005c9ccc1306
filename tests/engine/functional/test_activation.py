import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine.functional as functional
from engine.functional import gelu, hardtanh, log_softmax, sigmoid, softmax
from engine.functional.activation import normal_share
from tests.engine.parity import assert_error, assert_parity, dtypes, normal, seeds, special

shapes = st.lists(st.integers(0, 5), max_size=4)
scales = st.sampled_from([0.01, 1.0, 10.0, 1e4])
slopes = st.floats(-2, 2)

ACTIVATIONS = {
    "relu": st.just({}),
    "leaky_relu": st.one_of(st.just({}), st.fixed_dictionaries({"negative_slope": slopes})),
    "elu": st.one_of(st.just({}), st.fixed_dictionaries({"alpha": slopes})),
    "gelu": st.sampled_from([{}, {"approximate": "none"}, {"approximate": "tanh"}]),
    "silu": st.just({}),
    "sigmoid": st.just({}),
    "tanh": st.just({}),
    "mish": st.just({}),
    "hardswish": st.just({}),
    "softplus": st.fixed_dictionaries(
        {}, optional={"beta": st.sampled_from([0.25, 1.0, 2.5, -1.0]), "threshold": slopes}
    ),
    "hardtanh": st.one_of(st.just({}), st.tuples(slopes, slopes).map(lambda t: {"min_val": min(t), "max_val": max(t)})),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(st.data(), shapes, scales, seeds, dtypes)
def test_agrees_with_torch(name, data, shape, scale, seed, dtype):
    x = normal(seed, *shape, dtype=dtype) * np.dtype(dtype).type(scale)
    x = np.asarray(x, dtype)
    assert_parity(name, x, **data.draw(ACTIVATIONS[name]), dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_takes_every_number(name, dtype):
    largest = np.finfo(dtype).max
    x = np.array([np.nan, np.inf, -np.inf, largest, -largest, 1e4, -1e4, 89, -89, 710, -746, 0, -0.0, 1e-30], dtype)
    if (name, dtype) == ("gelu", "float32"):
        # PyTorch's vectorised float32 gives NaN for ∞, its float64 and we give ∞.
        assert functional.gelu(x)[1] == np.inf
        x = x[(x != np.inf) & (x != largest)]
    assert_parity(name, x, dtype=dtype)


def test_gelu_with_tanh_takes_every_number():
    x = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, 1e4, -1e4, 0])
    assert_parity("gelu", x, approximate="tanh", dtype="float64")


@pytest.mark.parametrize("name", [*ACTIVATIONS, "softmax", "log_softmax"])
def test_whole_numbers_become_float64(name):
    function = getattr(functional, name)
    for x in (np.array([[-2, 0, 3]]), np.array([[True, False]])):
        result = function(x)
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, function(x.astype(float)))


@pytest.mark.parametrize("name", [*ACTIVATIONS, "softmax", "log_softmax"])
def test_refuses_what_is_no_real_number(name):
    assert_error(lambda: getattr(functional, name)(np.array([[1j]])), "input", "complex128")
    assert_error(lambda: getattr(functional, name)(np.array([[None]])), "input", "object")


@pytest.mark.parametrize("name", ["leaky_relu", "elu", "hardtanh"])
def test_a_numpy_number_as_argument_keeps_float32(name):
    x = np.array([-3, 3], np.float32)
    assert getattr(functional, name)(x, np.float64(0.5)).dtype == np.float32


def test_hardtanh_is_minus_one_below_minus_one():
    np.testing.assert_array_equal(hardtanh(np.array([-3.0, -0.5, 0.0, 0.5, 3.0])), [-1, -0.5, 0, 0.5, 1])


def test_sigmoid_keeps_the_digits_of_small_results():
    x = np.array([-720.0, -700.0, -40.0])
    np.testing.assert_allclose(sigmoid(x), np.exp(x), rtol=1e-9)
    x = np.array([-95.0, -40.0], np.float32)
    np.testing.assert_allclose(sigmoid(x), np.exp(x), rtol=1e-3)


def test_errors():
    assert_error(lambda: hardtanh(np.zeros(1), 2.0, 1.0), "min_val 2.0 is greater than max_val 1.0")
    assert_error(lambda: gelu(np.zeros(1), "sigmoid"), "approximate must be 'none' or 'tanh', got 'sigmoid'")


def test_the_normal_distributions_share_has_the_form_of_what_it_is_given():
    assert normal_share(np.zeros((0, 2), np.float32)).shape == (0, 2)
    share = normal_share(np.array(1.96, np.float32))
    assert (share.shape, share.dtype) == ((), np.float32) and share == pytest.approx(0.975, abs=1e-5)


@st.composite
def axis_settings(draw):
    shape = draw(st.lists(st.integers(1, 5), max_size=4))
    axes = max(len(shape), 1)
    return shape, draw(st.one_of(st.none(), st.integers(-axes, axes - 1)))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@given(axis_settings(), scales, seeds, dtypes)
def test_softmax_agrees_with_torch(name, settings, scale, seed, dtype):
    shape, dim = settings
    x = np.asarray(normal(seed, *shape, dtype=dtype) * np.dtype(dtype).type(scale), dtype)
    assert_parity(name, x, dim, dtype=dtype)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_takes_every_number(name):
    rows = [[1e308, -1e308], [1e308, 1e308], [-1e308, -1e308], [np.inf, 1], [-np.inf, -np.inf], [np.nan, 1]]
    assert_parity(name, np.array([*rows, [-np.inf, 2], [-746, 0]]), 1, dtype="float64")
    assert_parity(name, special(0, 6, 5), 0, dtype="float64")


def test_softmax_of_nothing():
    assert_parity("softmax", np.zeros((0, 3)), 0, dtype="float64")
    assert_parity("log_softmax", np.zeros((2, 0)), 1, dtype="float64")


def test_softmax_of_the_worked_example():
    """Section 6."""
    np.testing.assert_allclose(softmax(np.array([7.86, 8.78, 9.64]), 0), [0.1059, 0.2658, 0.6282], atol=1e-4)
    np.testing.assert_allclose(log_softmax(np.array([7.86, 8.78, 9.64]), 0)[2], -0.4649, atol=5e-5)


@pytest.mark.parametrize("function", [softmax, log_softmax])
@pytest.mark.parametrize("dim", [2, -3, 0.5, True])
def test_softmax_refuses_a_bad_dim(function, dim):
    assert_error(lambda: function(np.zeros((2, 3)), dim), "dim", "−2 to 1", "(2, 3)", f"got {dim}")
