import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.functional import pad
from tests.engine.parity import assert_error, assert_parity, dtypes, normal, seeds


@st.composite
def constant_settings(draw):
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=5))
    amounts = []
    for size in shape[::-1][: draw(st.integers(0, len(shape)))]:
        left = draw(st.integers(-size, 4))
        amounts += [left, draw(st.integers(-size - min(left, 0), 4))]
    value = draw(st.sampled_from([None, 0.0, 1.5, -2, float("inf"), float("nan")]))
    return shape, tuple(amounts), value


@given(constant_settings(), seeds, dtypes)
def test_constant_agrees_with_torch(settings, seed, dtype):
    shape, amounts, value = settings
    assert_parity("pad", normal(seed, *shape, dtype=dtype), amounts, "constant", value, dtype=dtype)


@st.composite
def other_settings(draw, mode):
    """1 to 3 padded axes after 1 or 2 others; amounts that each mode takes, some of them negative."""
    padded = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    lead = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    amounts = []
    for size in padded[::-1]:
        left = draw(st.integers(1 - size, {"reflect": size - 1, "replicate": 5, "circular": size}[mode]))
        least = 1 - size - min(left, 0)
        if mode == "circular":
            least = max(least, left - size) if left > 0 else least
            most = size + min(left, 0)
        else:
            most = {"reflect": size - 1, "replicate": 5}[mode]
        amounts += [left, draw(st.integers(max(least, 1 - size - left), most))]
    return lead + padded, tuple(amounts)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@given(st.data(), seeds, dtypes)
def test_other_modes_agree_with_torch(mode, data, seed, dtype):
    shape, amounts = data.draw(other_settings(mode))
    assert_parity("pad", normal(seed, *shape, dtype=dtype), amounts, mode=mode, dtype=dtype)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_nan_and_inf_are_only_moved(mode):
    x = np.array([[[np.nan, 1.0, np.inf, -np.inf]]])
    assert_parity("pad", x, (2, 3), mode=mode, dtype="float64")


def test_worked_by_hand():
    x = np.array([[1, 2, 3]])
    np.testing.assert_array_equal(pad(x, (2, 1)), [[0, 0, 1, 2, 3, 0]])
    np.testing.assert_array_equal(pad(x, (2, 1), "reflect"), [[3, 2, 1, 2, 3, 2]])
    np.testing.assert_array_equal(pad(x, (2, 1), "replicate"), [[1, 1, 1, 2, 3, 3]])
    np.testing.assert_array_equal(pad(x, (2, 1), "circular"), [[2, 3, 1, 2, 3, 1]])


def test_whole_numbers_become_float64():
    assert pad(np.array([[1, 2]]), (1, 0)).dtype == np.float64
    assert pad(np.array([[True, False]]), (1, 0), "circular").dtype == np.float64


X = np.zeros((1, 2, 4, 3))


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"pad": 1}, ("pad must hold a pair of numbers for each axis, got 1",)),
        ({"pad": (1,)}, ("pad", "at most 4 axes", "got 1 numbers")),
        ({"pad": (1,) * 10}, ("pad", "at most 4 axes", "got 10 numbers")),
        ({"pad": (1, 0.5)}, ("pad must be a whole number, got 0.5",)),
        ({"pad": (-2, -2)}, ("pad (-2, -2) crops more than the 3 cells of axis 3",)),
        ({"pad": (0, 0, -5, 2)}, ("pad (-5, 2) crops more than the 4 cells of axis 2",)),
        ({"pad": (1, 1), "mode": "mirror"}, ("mode must be", "'mirror'")),
        ({"pad": (1, 1, 1, 1), "mode": "reflect", "value": 2.0}, ("value 2.0", "'reflect'")),
        ({"pad": (1, 1), "mode": "reflect"}, ("'reflect'", "1 axes", "4 input axes", "(1, 2, 4, 3)")),
        ({"pad": (), "mode": "circular"}, ("'circular'", "0 axes", "4 input axes")),
        ({"pad": (1,) * 8, "mode": "circular"}, ("'circular'", "4 axes", "4 input axes")),
        (
            {"pad": (3, 1, 0, 0), "mode": "reflect"},
            ("reflect padding (3, 1) must be smaller than the 3 cells of axis 3",),
        ),
        (
            {"pad": (0, 0, 0, 4), "mode": "reflect"},
            ("reflect padding (0, 4) must be smaller than the 4 cells of axis 2",),
        ),
        (
            {"pad": (4, 0, 0, 0), "mode": "circular"},
            ("circular padding (4, 0) is larger than the 3 cells of axis 3",),
        ),
        (
            {"pad": (-1, 3, 0, 0), "mode": "circular"},
            ("circular padding (-1, 3) is larger than the 2 cells of axis 3",),
        ),
        ({"pad": (-3, 0, 0, 0), "mode": "replicate"}, ("pad (-3, 0) leaves none of the 3 cells of axis 3",)),
        ({"pad": (1, -3, 0, 0), "mode": "reflect"}, ("pad (1, -3) leaves none of the 3 cells of axis 3",)),
    ],
)
def test_errors(arguments, fragments):
    assert_error(lambda: pad(X, **arguments), *fragments)
