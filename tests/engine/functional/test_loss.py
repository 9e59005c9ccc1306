import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.functional import cross_entropy
from tests.engine.parity import assert_error, assert_parity, dtypes, normal, seeds, special


@st.composite
def loss_settings(draw):
    classes, places = draw(st.integers(1, 5)), draw(st.lists(st.integers(1, 3), max_size=3))
    reduction = draw(st.sampled_from(["none", "mean", "sum"]))
    smoothing = draw(st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0]))
    scale = draw(st.sampled_from([1.0, 30.0, 1000.0]))
    shape = (*places[:1], classes, *places[1:])
    return shape, places, draw(st.booleans()), scale, {"reduction": reduction, "label_smoothing": smoothing}


def make(settings, seed, dtype):
    shape, _, weighted, scale, arguments = settings
    classes = shape[0] if len(shape) == 1 else shape[1]
    logits = np.asarray(normal((seed, 0), *shape, dtype=dtype) * np.dtype(dtype).type(scale), dtype)
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0, 2, classes).astype(dtype) if weighted else None
    return logits, weight, classes, rng, arguments


@given(loss_settings(), st.sampled_from([-100, 0, 1, -1]), seeds, dtypes)
def test_class_indices_agree_with_torch(settings, ignore_index, seed, dtype):
    logits, weight, classes, rng, arguments = make(settings, seed, dtype)
    target = np.asarray(rng.integers(0, classes, settings[1]))
    ignored = np.asarray(rng.random(settings[1]) < 0.3)
    target[ignored] = ignore_index
    assert_parity("cross_entropy", logits, target, weight, ignore_index=ignore_index, **arguments, dtype=dtype)


@given(loss_settings(), seeds, dtypes)
def test_probabilities_agree_with_torch(settings, seed, dtype):
    logits, weight, _, rng, arguments = make(settings, seed, dtype)
    target = rng.uniform(0, 1, logits.shape).astype(dtype)
    assert_parity("cross_entropy", logits, target, weight, **arguments, dtype=dtype)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_every_place_ignored_gives_nan_for_the_mean(reduction, smoothing):
    logits, target = normal(0, 2, 3), np.array([-100, -100])
    arguments = {"reduction": reduction, "label_smoothing": smoothing}
    assert_parity("cross_entropy", logits, target, **arguments, dtype="float64")


@pytest.mark.parametrize("seed", range(5))
def test_passes_nan_and_inf_on(seed):
    target = np.random.default_rng(seed).integers(0, 3, 8)
    assert_parity("cross_entropy", special(seed, 8, 3), target, reduction="none", dtype="float64")


def test_large_logits_stay_finite():
    assert_parity("cross_entropy", np.array([[1e300, 0.0], [-1e4, 1e4]]), np.array([0, 0]), dtype="float64")


def test_the_worked_example():
    """Section 6: lion, tiger, elephant."""
    logits = np.array([7.86, 8.78, 9.64])
    loss = cross_entropy(logits, np.array(2))
    assert f"{loss:.4f}" == "0.4649"
    assert loss == pytest.approx(-np.log(np.exp(9.64) / np.exp(logits).sum()), rel=1e-12)
    assert cross_entropy(logits, np.array([0.0, 0.0, 1.0])) == pytest.approx(loss, rel=1e-15)


def test_whole_numbers():
    """Whole logits become float64; a target of the input's shape is probabilities, whole or not."""
    loss = cross_entropy(np.array([[1, 2, 3]]), np.array([[0, 0, 1]]))
    assert loss.dtype == np.float64
    assert loss == cross_entropy(np.array([[1.0, 2.0, 3.0]]), np.array([2], np.uint8))


LOGITS, TARGET = np.zeros((2, 3)), np.array([0, 2])


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"input": np.zeros(())}, ("input", "(N, C)", "single number")),
        ({"target": np.array([0, 3])}, ("target 3 is not a class", "0 to 2")),
        ({"target": np.array([-1, 0])}, ("target -1 is not a class", "0 to 2")),
        ({"target": np.array([0, -100]), "ignore_index": 0}, ("target -100 is not a class",)),
        ({"target": np.array([0, 1, 2])}, ("target", "shape (2,)", "got int64 of shape (3,)")),
        ({"target": np.array([0.0, 1.0])}, ("target", "shape (2,)", "got float64 of shape (2,)")),
        ({"target": np.array(1)}, ("target", "shape (2,)", "of shape ()")),
        ({"weight": np.ones(2)}, ("weight must have shape (3,)", "got (2,)")),
        ({"reduction": "average"}, ("reduction", "'none', 'mean' or 'sum'", "'average'")),
        ({"label_smoothing": 1.5}, ("label_smoothing must be from 0 to 1, got 1.5",)),
        ({"label_smoothing": -0.1}, ("label_smoothing must be from 0 to 1, got -0.1",)),
        ({"label_smoothing": float("nan")}, ("label_smoothing must be from 0 to 1, got nan",)),
        ({"target": np.ones((2, 3)), "ignore_index": 1}, ("ignore_index 1", "probabilities")),
        ({"ignore_index": 0.5}, ("ignore_index must be a whole number, got 0.5",)),
    ],
)
def test_errors(arguments, fragments):
    assert_error(lambda: cross_entropy(**{"input": LOGITS, "target": TARGET, **arguments}), *fragments)


def test_later_arguments_go_by_name():
    with pytest.raises(TypeError):
        cross_entropy(LOGITS, TARGET, None, -100)
