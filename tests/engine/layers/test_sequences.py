"""Conv1d and the stacks it stands in: sequences (C, L), held as pictures of height 1."""

import contextlib
import io

import numpy as np
import pytest

from engine.facts.examples import SEQUENCE
from engine.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    Dropout,
    Flatten,
    GroupNorm,
    Linear,
    MaxPool2d,
    ReLU,
)
from engine.network import Network
from engine.network.blocks import Block, Residual, Sequential
from engine.network.code import layer_code, network_code
from engine.network.reading import layers_of
from engine.network.reading.sizes import imported
from engine.network.stack_text import read_stack, write_stack
from engine.pytorch.check import compare
from engine.pytorch.network_check import compare_gradients, compare_network
from tests.engine.invariants import check
from tests.engine.parity import assert_error


@pytest.mark.parametrize("name", SEQUENCE)
def test_examples_of_sequences_have_pytorchs_numbers(name):
    example = SEQUENCE[name]
    assert compare(example.layer, example.input, **example.parameters).agrees
    check(example.layer.trace(example.input, **example.parameters))


def test_a_sequence_is_a_picture_of_height_1_in_the_steps_and_has_no_height_in_the_code():
    example = SEQUENCE["difference"]
    trace = example.layer.trace(example.input, **example.parameters)
    assert trace.output.tolist() == [[[0, 1, 3, 0, -1, 0, 0]]]
    assert trace.board("weight").values.shape == (1, 1, 1, 2)
    assert trace.steps[2].say.startswith("Filter 0, output place 2: window at input places 2 to 3.")
    assert trace.formula.startswith(r"y_{o,j} = b_{o} + \sum_{c=0}^{0}\sum_{v=0}^{1} w_{o,c,v}")
    code = layer_code(example.layer, example.input, **example.parameters)
    assert "# N, C, L" in code and "nn.Conv1d(1, 1, kernel_size=2)" in code
    assert example.layer.parameter_shapes()["weight"] == (1, 1, 2)
    assert example.layer.parameter_cell("weight", (0, 0, 0, 1)) == (0, 0, 1)


def test_a_picture_that_is_higher_than_1_is_no_sequence():
    assert_error(lambda: Conv1d(1, 1, 3).output_shape((1, 2, 6)), "Conv1d takes a sequence (C, L)", "(1, 2, 6)")
    assert_error(lambda: Conv1d(1, 1, (1, 3)), "kernel_size must be a whole number, got (1, 3)")


SEQUENCES = {
    "flat": (Conv1d(2, 4, 3, padding=1), ReLU(), MaxPool2d((1, 2)), Flatten(), Linear(12, 3)),
    "groups": (GroupNorm(1, 2), Conv1d(2, 2, 2, stride=2), AvgPool2d((1, 2), (1, 1)), Flatten(), Linear(4, 3)),
    "regions": (Conv1d(2, 3, 1), Sequential((Dropout(), AdaptiveAvgPool2d((None, 2)))), Flatten(), Linear(6, 3)),
    "residual": (Residual((Conv1d(2, 2, 3, padding=1), ReLU())), Flatten(), Linear(12, 3)),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_stack_of_sequences_has_pytorchs_numbers_and_its_code_runs(name):
    network = Network((2, 1, 6), SEQUENCES[name])
    x, parameters = np.random.default_rng(3).standard_normal((2, 1, 6)), network.initial(0)
    checked = compare_network(network, x, parameters, 1)
    if not any(isinstance(layer, Block) for layer in network.layers):  # a block has no backward pass
        checked += compare_gradients(network, parameters, x, 1)
    assert all(one.agrees for one in checked), checked
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(network_code(network, x, parameters), names)
    np.testing.assert_allclose(names["y"].numpy()[0], network.forward(x, parameters)[-1], rtol=1e-10, atol=1e-12)
    assert layers_of(network.code()) == network.layers and read_stack(write_stack(network.layers)) == network.layers
    assert imported(network.layers, (3, 8, 6)).input_shape == (2, 1, 6)


@pytest.mark.parametrize(
    "layer", [Conv2d(1, 1, 1), BatchNorm2d(1), MaxPool2d(1, 2), AdaptiveAvgPool2d(1), Sequential((BatchNorm2d(1),))]
)
def test_a_layer_of_pictures_does_not_stand_in_a_stack_of_sequences(layer):
    for layers in ((Conv1d(1, 1, 3), layer), (layer, Conv1d(1, 1, 1))):
        assert_error(Network((1, 1, 6), layers).shapes, "is for pictures, but Conv1d makes this a stack of sequences")
