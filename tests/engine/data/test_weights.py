"""The trained LeNet-5 that comes with Stride reads the digits that come with it; and how digits are drawn."""

import numpy as np
import pytest

from engine import functional as F
from engine.data import pictures, weights
from engine.network import zoo


def test_lenet5_reads_every_digit():
    digits = weights.digits()
    assert digits.shape == (10, 1, 28, 28) and digits.min() == 0 and digits.max() <= 1
    logits = zoo.LENET5.network.forward(digits, weights.load("lenet5"))[-1]
    assert logits.argmax(axis=1).tolist() == list(range(10))
    assert F.softmax(logits, dim=1).max(axis=1).min() > 0.99


def test_lenet5_reads_the_drawn_seven():
    picture = pictures.tensor(pictures.example("digit", 28), 28, "grey", "0-1")
    logits = zoo.LENET5.network.forward(picture, weights.load("lenet5"))[-1]
    assert logits.argmax() == 7


def test_its_weights_have_two_decimals_and_fit_the_network():
    parameters = weights.load("lenet5")
    zoo.LENET5.network.check_parameters(parameters)
    for array in parameters.values():
        np.testing.assert_array_equal(array, np.round(array, 2))
        assert not array.flags.writeable


def test_digits_are_drawn_and_learned():
    training = pytest.importorskip("engine.pytorch.digits")
    files = training.typefaces()
    if not files:
        pytest.skip("no typefaces on this machine")
    x, y = training.data_set(12, 3, files[:2])
    again, _ = training.data_set(12, 3, files[:2])
    np.testing.assert_array_equal(x, again)
    assert x.shape == (12, 1, 28, 28) and y.shape == (12,) and x.min() >= 0 and x.max() <= 1
    assert (x.reshape(12, -1).max(axis=1) > 0.5).all(), "each picture shows something"
