"""The comparison with PyTorch that every function's tests use, and strategies for valid settings."""

import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import engine.functional as ours

TOLERANCE = {"float64": {"rtol": 1e-10, "atol": 1e-10}, "float32": {"rtol": 1e-4, "atol": 1e-5}}

dtypes = st.sampled_from(["float32", "float64"])
seeds = st.integers(0, 2**32 - 1)
batches = st.sampled_from([None, 1, 2, 3])


def numbers(low, high):
    """A whole number, or a (height, width) pair: what an argument takes, from `low` to `high`."""
    return st.one_of(st.integers(low, high), st.tuples(st.integers(low, high), st.integers(low, high)))


def both(value):
    """(height, width) of an argument made by `numbers`."""
    return value if isinstance(value, tuple) else (value, value)


def normal(seed, *shape, dtype="float64"):
    """Standard normal numbers; with the same seed, always the same."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def torch_module(written) -> torch.nn.Module:
    """PyTorch's own module, in float64, as the code of a layer or a network writes it."""
    return eval(written.code(), {"nn": torch.nn}).double()


def image_shape(batch, *shape):
    return shape if batch is None else (batch, *shape)


def assert_parity(name, *args, dtype, **kwargs):
    """Assert that our function gives PyTorch's shape, dtype and values, silently and without side effects."""
    arrays = [a for a in (*args, *kwargs.values()) if isinstance(a, np.ndarray)]
    before = [a.copy() for a in arrays]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(F, name)(*map(as_torch, args), **{k: as_torch(v) for k, v in kwargs.items()})
        warnings.simplefilter("error")
        result = getattr(ours, name)(*args, **kwargs)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy, err_msg="an input was changed")
    if not isinstance(expected, tuple):
        result, expected = (result,), (expected,)
    assert len(result) == len(expected)
    for mine, theirs in zip(result, expected, strict=True):
        assert not any(np.may_share_memory(mine, a) for a in arrays), "the result is a view of an input"
        assert_same(mine, theirs, dtype)


def assert_same(mine, theirs, dtype):
    """Assert equal shape, dtype and values; whole numbers must be equal exactly."""
    assert mine.shape == tuple(theirs.shape)
    assert str(mine.dtype) == str(theirs.dtype).removeprefix("torch.")
    if theirs.dtype.is_floating_point:
        assert str(mine.dtype) == dtype
        np.testing.assert_allclose(mine, theirs.numpy(), equal_nan=True, **TOLERANCE[dtype])
    else:
        np.testing.assert_array_equal(mine, theirs.numpy())


def as_torch(value):
    return torch.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value


def assert_error(call, *fragments):
    """Assert a ValueError whose message holds every fragment."""
    with pytest.raises(ValueError) as caught:
        call()
    for fragment in fragments:
        assert fragment in str(caught.value)


def special(seed, *shape, dtype="float64"):
    """Standard normal numbers with some NaN, ±inf and zeros among them."""
    values = normal(seed, *shape, dtype=dtype)
    rng = np.random.default_rng(seed + 1)
    chosen = rng.random(shape) < 0.1
    values[chosen] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], chosen.sum())
    return values
