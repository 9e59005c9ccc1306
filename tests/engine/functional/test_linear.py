import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.functional import linear
from tests.engine.parity import assert_error, assert_parity, dtypes, normal, seeds, special


@given(
    st.lists(st.integers(0, 4), max_size=3),
    st.integers(1, 8),
    st.integers(1, 8),
    st.booleans(),
    seeds,
    dtypes,
)
def test_agrees_with_torch(lead, in_features, out_features, bias, seed, dtype):
    x = normal((seed, 0), *lead, in_features, dtype=dtype)
    weight = normal((seed, 1), out_features, in_features, dtype=dtype)
    bias = normal((seed, 2), out_features, dtype=dtype) if bias else None
    assert_parity("linear", x, weight, bias, dtype=dtype)


@pytest.mark.parametrize("seed", range(5))
def test_passes_nan_and_inf_on(seed):
    assert_parity("linear", special(seed, 5, 4), normal(seed, 3, 4), dtype="float64")


def test_overflows_to_infinity_without_a_warning():
    assert_parity("linear", np.full((1, 2), 1e300), np.full((1, 2), 1e300), dtype="float64")


def test_the_worked_example():
    """Section 5: [15, 8, 20, 5] → 16.6, 12.1, 6.4."""
    weight = np.array([[0.5, 0.8, 0.1, 0.1], [0.2, 0.5, 0.1, 0.6], [0.1, 0.2, 0.1, 0.2]])
    hidden = linear(np.array([15, 8, 20, 5]), weight, np.array([0.2, 0.1, 0.3]))
    np.testing.assert_allclose(hidden, [16.6, 12.1, 6.4], rtol=1e-12)
    out = linear(hidden, np.array([[0.2, 0.2, 0.3], [0.3, 0.2, 0.2], [0.2, 0.4, 0.2]]), np.array([0.2, 0.1, 0.2]))
    np.testing.assert_allclose(out, [7.86, 8.78, 9.64], rtol=1e-12)


def test_whole_numbers_become_float64():
    assert linear(np.array([1, 2]), np.array([[3, 4]])).dtype == np.float64


def test_a_bias_of_another_dtype_is_refused_as_in_torch():
    x, weight, bias = np.ones(2, "float32"), np.ones((1, 2), "float32"), np.ones(1)
    with pytest.raises(RuntimeError):
        torch.nn.functional.linear(*map(torch.from_numpy, (x, weight, bias)))
    assert_error(lambda: linear(x, weight, bias), "bias is float64", "float32")


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"input": np.zeros((2, 4))}, ("input", "3 in_features", "(5, 3)", "(2, 4)")),
        ({"input": np.zeros(())}, ("input", "3 in_features", "()")),
        ({"weight": np.zeros(3)}, ("weight must have 2 axes", "got 1", "(3,)")),
        ({"bias": np.zeros(3)}, ("bias must have shape (5,)", "got (3,)")),
        ({"bias": np.zeros(())}, ("bias must have shape (5,)", "got ()")),
    ],
)
def test_errors(arguments, fragments):
    assert_error(lambda: linear(**{"input": np.zeros((2, 3)), "weight": np.zeros((5, 3)), **arguments}), *fragments)
