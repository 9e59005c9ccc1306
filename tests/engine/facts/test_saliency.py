"""Gradient, occlusion and what excites a channel, held to slow and plain ways of getting the same."""

import numpy as np
import pytest

from engine import functional as F
from engine.facts import saliency
from engine.layers import GELU, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network, receptive, zoo
from engine.network.blocks import Residual, Sequential
from tests.engine.training.trained_file import numbers, stages

SMALL = zoo.SMALL.network
STAGES = stages(8, 8, 8)
BLOCKS = Network(
    (3, 32, 32),
    (
        Sequential((Conv2d(3, 6, 3), ReLU())), MaxPool2d(5),
        Residual((Conv2d(6, 6, 3, padding=1), GELU()), (), ReLU()), Residual((Conv2d(6, 4, 1),), (Conv2d(6, 4, 1),)),
        Flatten(), Linear(144, 10),
    ),
)  # fmt: skip


def case(network, seed=0):
    x = np.random.default_rng(seed).normal(size=network.input_shape)
    return x, {name: array.astype(np.float64) for name, array in numbers(network, seed).items()}


@pytest.mark.parametrize("network", [SMALL, STAGES, BLOCKS])
def test_the_gradient_is_what_nudging_a_pixel_gives(network):
    x, parameters = case(network)
    slopes = saliency.gradient(network, parameters, x, 4)
    assert slopes.shape == x.shape
    rng = np.random.default_rng(1)
    for _ in range(8):
        at = tuple(rng.integers(0, n) for n in x.shape)
        moved = [np.array(x), np.array(x)]
        moved[0][at] += 1e-6
        moved[1][at] -= 1e-6
        above, below = (network.forward(m, parameters)[-1][4] for m in moved)
        assert (above - below) / 2e-6 == pytest.approx(slopes[at], abs=1e-7)


def test_the_gradients_of_different_classes_differ_and_an_unknown_class_is_refused():
    x, parameters = case(SMALL)
    one, other = (saliency.gradient(SMALL, parameters, x, k) for k in (0, 1))
    assert np.abs(one - other).max() > 1e-3
    for call in (lambda: saliency.gradient(SMALL, parameters, x, 10), lambda: covered(x, parameters, 10)):
        with pytest.raises(ValueError, match="target 10 is not one of the network's outputs"):
            call()


def covered(x, parameters, target, size=8, stride=4):
    return saliency.occlusion(SMALL, parameters, x, target, size, stride)


def test_strength_is_the_largest_size_over_the_channels():
    np.testing.assert_array_equal(saliency.strength(np.array([[[1.0, -5]], [[-2, 3]]])), [[2, 5]])


def test_occlusion_covers_one_square_at_a_time():
    x, parameters = case(SMALL)
    found = covered(x, parameters, 2)
    assert found.shape == (8, 8)
    before = F.softmax(SMALL.forward(x, parameters)[-1], dim=-1)[2]
    # Squares of 8 over the middles of 4: cell (0, 0) covers rows −2 to 5, of which 0 to 5 are there; (3, 7) 10 to 17.
    for cell, rows, columns in (((0, 0), slice(0, 6), slice(0, 6)), ((3, 7), slice(10, 18), slice(26, 32))):
        moved = np.array(x)
        moved[:, rows, columns] = 0
        after = F.softmax(SMALL.forward(moved, parameters)[-1], dim=-1)[2]
        assert found[cell] == pytest.approx(before - after, abs=1e-12)
    assert np.ptp(found) > 1e-5


def test_covering_what_is_the_mean_colour_already_changes_nothing():
    x, parameters = case(SMALL)
    x[:, :16] = 0
    found = covered(x, parameters, 2, size=4)
    assert np.abs(found[:4]).max() <= 1e-12 and np.abs(found[4:]).max() > 1e-5


def test_occlusion_refuses_sizes_below_1():
    x, parameters = case(SMALL)
    with pytest.raises(ValueError, match="size and stride must be at least 1, got 0 and 2"):
        covered(x, parameters, 2, size=0, stride=2)


@pytest.mark.parametrize("k", [0, 4, 10])
def test_peaks_are_the_largest_numbers_and_where_they_are(k):
    _, parameters = case(SMALL)
    inputs = np.random.default_rng(5).normal(size=(7, 3, 32, 32))
    found = saliency.joined([saliency.peaks(SMALL, parameters, part, k) for part in (inputs[:3], inputs[3:])])
    for n, x in enumerate(inputs):
        out = SMALL.forward(x, parameters)[k]
        for channel, held in enumerate(out):
            assert found.values[n, channel] == pytest.approx(held.max())
            assert held.ravel()[found.places[n, channel]] == held.max()


def test_the_strongest_come_first():
    found = saliency.Peaks(np.array([[1.0, 5], [3, 4], [2, 9]]), np.array([[7, 1], [8, 2], [9, 3]]))
    assert saliency.strongest(found, 0, 2) == [(1, 8, 3.0), (2, 9, 2.0)]
    assert saliency.strongest(found, 1, 9)[0] == (2, 3, 9.0)
    with pytest.raises(ValueError, match="there is no channel 2; the layer has 2"):
        saliency.strongest(found, 2, 1)


@pytest.mark.parametrize("network", [SMALL, STAGES])
def test_nothing_outside_of_what_a_cell_sees_can_move_it(network):
    x, parameters = case(network)
    rng = np.random.default_rng(2)
    before = network.forward(x, parameters)
    fields = receptive.fields(network.layers, network.input_shape)
    for k, out in enumerate(before):
        if out.ndim != 3:
            continue
        row, column = (int(rng.integers(0, n)) for n in out.shape[1:])
        window = saliency.seen(fields[k], (row, column), x.shape)
        inside = np.s_[:, window.top : window.top + window.height, window.left : window.left + window.width]
        other = rng.normal(size=x.shape)
        other[inside] = x[inside]
        after = network.forward(other, parameters)[k]
        np.testing.assert_allclose(after[:, row, column], out[:, row, column], atol=1e-9)


def test_a_cell_without_a_place_sees_everything():
    assert saliency.seen(None, (0, 0), (3, 32, 30)) == saliency.Seen(0, 0, 32, 30)
