import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from engine.functional import batch_norm
from tests.engine.parity import assert_error, assert_parity, assert_same, dtypes, normal, seeds, special


@st.composite
def norm_settings(draw):
    channels, others = draw(st.integers(1, 4)), draw(st.lists(st.integers(1, 5), max_size=3))
    shape = (draw(st.integers(2, 4)), channels, *others)
    flags = {name: draw(st.booleans()) for name in ("weight", "bias", "running")}
    return (
        shape,
        flags,
        {"eps": draw(st.sampled_from([1e-5, 1e-3, 0.5])), "scale": draw(st.sampled_from([1, 50]))},
    )


def make(settings, seed, dtype):
    shape, flags, rest = settings
    rng = np.random.default_rng(seed)
    x = (rng.standard_normal(shape) * rest["scale"] + rng.uniform(-3, 3)).astype(dtype)
    weight, bias, mean = (rng.standard_normal(shape[1]).astype(dtype) for _ in range(3))
    var = rng.uniform(0.1, 3, shape[1]).astype(dtype)
    return x, mean, var, weight if flags["weight"] else None, bias if flags["bias"] else None


@given(norm_settings(), seeds, dtypes)
def test_inference_agrees_with_torch(settings, seed, dtype):
    assert_parity("batch_norm", *make(settings, seed, dtype), eps=settings[2]["eps"], dtype=dtype)


@given(norm_settings(), st.sampled_from([0.0, 0.1, 0.5, 1.0]), seeds, dtypes)
def test_training_agrees_with_torch_and_moves_the_running_statistics(settings, momentum, seed, dtype):
    x, mean, var, weight, bias = make(settings, seed, dtype)
    eps = settings[2]["eps"]
    if not settings[1]["running"]:
        assert_parity("batch_norm", x, None, None, weight, bias, True, momentum, eps, dtype=dtype)
        return
    theirs = [None if a is None else torch.from_numpy(a.copy()) for a in (x, mean, var, weight, bias)]
    expected = F.batch_norm(*theirs, True, momentum, eps)
    given_x = x.copy()
    result = batch_norm(x, mean, var, weight, bias, True, momentum, eps)
    np.testing.assert_array_equal(x, given_x)
    for mine, other in ((result, expected), (mean, theirs[1]), (var, theirs[2])):
        assert_same(mine, other, dtype)


def test_running_statistics_worked_by_hand():
    mean, var = np.array([1.0]), np.array([2.0])
    # Batch 0, 2, 4: mean 2, variance 8/3, with its count reduced by one 4.
    out = batch_norm(np.array([[0], [2], [4]]), mean, var, training=True, momentum=0.5, eps=1 / 3)
    assert mean[0] == 1.5
    assert var[0] == pytest.approx(3, rel=1e-15)
    np.testing.assert_allclose(out[:, 0], np.array([-2, 0, 2]) / np.sqrt(3), rtol=1e-15)


def test_running_statistics_of_another_dtype_keep_it():
    mean, var = np.zeros(1, np.float32), np.ones(1, np.float32)
    out = batch_norm(np.array([[0.0], [2.0]]), mean, var, training=True)
    assert (out.dtype, mean.dtype) == (np.float64, np.float32)
    assert mean[0] == np.float32(0.1)


def test_a_large_mean_does_not_drown_the_variance():
    x = (normal(0, 64, 2) + 1e4).astype(np.float32)
    exact = F.batch_norm(torch.from_numpy(x).double(), None, None, training=True)
    assert_same(batch_norm(x, None, None, training=True), exact.float(), "float32")


def test_passes_nan_and_inf_on():
    x = special(3, 4, 6, 3)
    assert_parity("batch_norm", x, np.zeros(6), np.ones(6), dtype="float64")
    assert_parity("batch_norm", x, None, None, training=True, dtype="float64")


def test_inference_takes_eps_0():
    assert_parity("batch_norm", normal(0, 2, 3), np.zeros(3), np.ones(3), eps=0.0, dtype="float64")


def test_whole_numbers_become_float64():
    assert batch_norm(np.array([[1], [2]]), None, None, training=True).dtype == np.float64


X, ZEROS, ONES = np.zeros((2, 3)), np.zeros(3), np.ones(3)


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"input": np.zeros(3)}, ("input", "(N, C, …)", "1 axes", "(3,)")),
        ({"running_mean": np.zeros(2)}, ("running_mean must have shape (3,)", "got (2,)")),
        ({"running_var": np.ones((3, 1))}, ("running_var must have shape (3,)", "got (3, 1)")),
        ({"weight": np.ones(4)}, ("weight must have shape (3,)", "got (4,)")),
        ({"bias": np.ones(1)}, ("bias must have shape (3,)", "got (1,)")),
        ({"running_mean": None}, ("running_mean", "running_var", "both or neither")),
        ({"running_var": None, "training": True}, ("running_mean", "running_var", "both or neither")),
        ({"running_mean": None, "running_var": None}, ("running_mean", "needed", "training is False")),
        ({"input": np.zeros((1, 3)), "training": True}, ("more than 1 number a channel, got 1", "(1, 3)")),
        ({"eps": -1e-5}, ("eps must be greater than 0, got -1e-05",)),
        ({"eps": float("nan")}, ("eps must be greater than 0, got nan",)),
        ({"eps": 0.0, "training": True}, ("eps must be greater than 0, got 0.0",)),
        ({"running_mean": [0.0] * 3, "training": True}, ("running_mean must be a float array",)),
        ({"running_var": np.ones(3, int), "training": True}, ("running_var must be a float array",)),
    ],
)
def test_errors(arguments, fragments):
    call = {"input": X, "running_mean": ZEROS, "running_var": ONES, **arguments}
    assert_error(lambda: batch_norm(**call), *fragments)


def test_a_refused_call_leaves_the_running_statistics():
    mean = np.zeros(3)
    assert_error(lambda: batch_norm(np.ones((1, 3)), mean, np.ones(3), training=True), "got 1")
    np.testing.assert_array_equal(mean, 0)
