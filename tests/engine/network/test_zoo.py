"""The worked network: every number of worked examples 5 and 6; and that each known network runs."""

import numpy as np
import pytest
import torch

from engine.layers import CrossEntropyLoss
from engine.network import zoo
from engine.pytorch.network_check import compare_network
from engine.writing.display import decimals_needed

OUTPUTS = zoo.WORKED.network.forward(zoo.WORKED_INPUT, zoo.WORKED_PARAMETERS)
CONVOLVED, RECTIFIED, POOLED, FLAT, HIDDEN, ACTIVE, LOGITS, PROBABILITIES = OUTPUTS


def test_the_worked_networks_layers():
    kinds = [type(layer).__name__ for layer in zoo.WORKED.network.layers]
    assert kinds == ["Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear", "ReLU", "Linear", "Softmax"]
    shapes = [(1, 4, 4), (1, 4, 4), (1, 2, 2), (4,), (3,), (3,), (3,), (3,)]
    assert zoo.WORKED_INPUT.shape == zoo.WORKED.network.input_shape == (1, 6, 6)
    assert zoo.WORKED.network.shapes() == shapes


def test_its_input_and_filter_are_small_whole_numbers():
    for array in (zoo.WORKED_INPUT, zoo.WORKED_PARAMETERS["0.weight"], zoo.WORKED_PARAMETERS["0.bias"]):
        assert decimals_needed(array) == 0 and np.abs(array).max() <= 9
    assert zoo.WORKED_PARAMETERS["0.bias"] == [2]


def test_its_convolution_has_negative_numbers_that_relu_takes_away():
    assert (CONVOLVED < 0).sum() == 4
    np.testing.assert_array_equal(RECTIFIED, np.maximum(CONVOLVED, 0))
    weight, bias = (torch.tensor(zoo.WORKED_PARAMETERS[f"0.{name}"]) for name in ("weight", "bias"))
    theirs = torch.nn.functional.conv2d(torch.tensor(zoo.WORKED_INPUT), weight, bias)
    np.testing.assert_array_equal(CONVOLVED, theirs.numpy())


def test_pooled_map_and_vector_are_worked_example_5s():
    np.testing.assert_array_equal(POOLED, [[[15, 8], [20, 5]]])
    np.testing.assert_array_equal(FLAT, [15, 8, 20, 5])


@pytest.mark.parametrize(
    ("neuron", "weights", "bias", "before", "after"),
    [
        (0, [0.5, 0.8, 0.1, 0.1], 0.2, 16.6, 16.6),
        (1, [0.2, 0.5, 0.1, 0.6], 0.1, 12.1, 12.1),
        (2, [0.1, 0.2, 0.1, 0.2], 0.3, 6.4, 6.4),
    ],
)
def test_hidden_neurons_are_worked_example_5s(neuron, weights, bias, before, after):
    assert zoo.WORKED_PARAMETERS["4.weight"][neuron].tolist() == weights
    assert zoo.WORKED_PARAMETERS["4.bias"][neuron] == bias
    assert HIDDEN[neuron] == pytest.approx(before, rel=1e-12) and ACTIVE[neuron] == pytest.approx(after, rel=1e-12)


@pytest.mark.parametrize(
    ("output", "name", "weights", "bias", "logit", "probability"),
    [
        (0, "lion", [0.2, 0.2, 0.3], 0.2, 7.86, 0.1059),
        (1, "tiger", [0.3, 0.2, 0.2], 0.1, 8.78, 0.2658),
        (2, "elephant", [0.2, 0.4, 0.2], 0.2, 9.64, 0.6282),
    ],
)
def test_outputs_and_softmax_are_worked_example_6s(output, name, weights, bias, logit, probability):
    assert zoo.WORKED_CLASSES[output] == name
    assert zoo.WORKED_PARAMETERS["6.weight"][output].tolist() == weights
    assert zoo.WORKED_PARAMETERS["6.bias"][output] == bias
    assert LOGITS[output] == pytest.approx(logit, rel=1e-12)
    assert round(float(PROBABILITIES[output]), 4) == probability


def test_loss_is_worked_example_6s():
    assert zoo.WORKED_CLASSES[zoo.WORKED_TARGET] == "elephant"
    loss = float(CrossEntropyLoss().forward(LOGITS, target=zoo.WORKED_TARGET))
    assert round(loss, 4) == 0.4649 and round(loss, 6) == 0.464866
    assert round(float(-np.log(0.6282)), 6) == 0.464897, "the rounded probability gives other last digits"


@pytest.mark.parametrize("name", ["worked", "lenet5", "small-cnn"])
def test_known_networks_run_as_in_pytorch(name):
    network = zoo.ZOO[name].network
    parameters = network.initial(0)
    x = np.random.default_rng(0).random(network.input_shape)
    for result in compare_network(network, x, parameters, target=0):
        assert result.agrees, result


@pytest.mark.parametrize("name", zoo.ZOO)
def test_known_networks_fit_and_say_what_they_are(name):
    known = zoo.ZOO[name]
    assert known.network.fitted() == known.network
    assert known.title.endswith("×".join(map(str, known.network.input_shape)))  # C, H, W
    assert known.about.endswith(".") and known.source.endswith(".")
