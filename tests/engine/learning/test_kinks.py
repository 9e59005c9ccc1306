"""No example, preset or test stack is on a kink by rounding; where a learner's numbers are, page and check say so."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

from engine.facts import examples
from engine.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Identity,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    ReLU6,
    Tanh,
)
from engine.layers.elementwise import Elementwise
from engine.layers.piecewise import Piecewise
from engine.learning import kinks
from engine.network import Network, zoo
from engine.network.blocks import own
from engine.pytorch.network_check import compare_gradients
from pages.states.backward.state import read as open_link
from pages.states.codec import decode
from pages.states.network.presets import PRESETS, redrawn
from tests.browser.test_backward import STACKS
from tests.engine.parity import torch_module

EPS = np.finfo(np.float64).eps
FAR = 1e-6
FINE = 2.0**20  # sums and products of numbers with so few binary places are exact, in whatever order


def dyadic(*arrays: np.ndarray) -> bool:
    return all((np.abs(a) < FINE).all() and (a * FINE == np.rint(a * FINE)).all() for a in arrays)


def rounding(layer, input, error, parameters, output):
    """A bound of what rounding, in any order of the sums, can change in each number of a layer's output.

    error: the same for its input.
    """
    if isinstance(layer, Flatten):
        return error.reshape(output.shape)
    if isinstance(layer, MaxPool2d):
        return layer.forward(error)
    if isinstance(layer, Piecewise):
        slope = np.abs(layer.derivative(input))
        sure = kinks.gaps(layer, input) > error if layer.kinks else True
        return np.where(sure, slope, max(1.0, slope.max())) * error + EPS * np.abs(output) * (slope != 0) * (slope != 1)
    if isinstance(layer, Elementwise):
        return 2 * error + 4 * EPS * np.abs(output)
    if isinstance(layer, BatchNorm2d):
        scale = np.abs(layer.forward(np.ones_like(input), **parameters) - layer.forward(input * 0, **parameters))
        return scale * (error + 8 * EPS * np.abs(input)) + 8 * EPS * np.abs(output) + 8 * EPS
    if not error.any() and dyadic(input, output, *parameters.values()):
        return np.zeros(output.shape)
    weights = {name: np.abs(value) for name, value in parameters.items()}
    if "bias" in weights:
        weights["bias"] = np.zeros_like(weights["bias"])
    terms = 2 * input.size  # at least as many as any sum has
    # Where all terms are 0 the sum is exact, and so is the bias behind it.
    return layer.forward(error, **weights) + terms * EPS * layer.forward(np.abs(input), **weights)


def by_rounding(layers, parameters, input):
    """Every place where rounding decides which slope a layer takes: (layer from 1, its gap)."""
    found, error = [], np.zeros_like(input)
    for k, layer in enumerate(layers):
        mine = own(parameters, str(k))
        gap = kinks.gaps(layer, input)
        if gap.size:
            doubt = (layer.forward(error) if isinstance(layer, MaxPool2d) else error).ravel()
            found += [(k + 1, float(one)) for one in gap.ravel()[(gap.ravel() < FAR) & (doubt > 0)]]
        output = layer.forward(input, **mine)
        error, input = rounding(layer, input, error, mine, output), output
    return found


def networks():
    """Every network with numbers that a page opens with, or that a test of gradients uses."""
    for name, preset in PRESETS.items():
        yield f"preset {name}", preset.network.layers, preset.parameters, preset.input
        for title, (text, _) in preset.inputs.items():
            x = redrawn(text, preset.network.input_shape).values if text.startswith("pic.") else decode(text, name="x")
            yield f"preset {name}, {title}", preset.network.layers, preset.parameters, x
    for name, stack in STACKS.items():
        forward = open_link(dict(parse_qsl(f"example=worked&stack={stack}")), None)[0].forward
        yield f"stack {name}", forward.network.layers, forward.parameters, forward.input


EVERY = list(networks())


@pytest.mark.parametrize(("layers", "parameters", "input"), [one[1:] for one in EVERY], ids=[one[0] for one in EVERY])
def test_no_network_that_a_page_opens_with_is_on_a_kink_by_rounding(layers, parameters, input):
    assert by_rounding(layers, parameters, input) == []


@pytest.mark.parametrize("lesson", ["ACTIVATION", "POOLING", "FULLY_CONNECTED"])
def test_no_worked_example_is_on_a_kink_by_rounding(lesson):
    for name, example in getattr(examples, lesson).items():
        layers, parameters = (example.layer,), {f"0.{key}": value for key, value in example.parameters.items()}
        if example.extras.get("relu"):
            layers = (example.layer, ReLU())
        assert by_rounding(layers, parameters, example.input) == [], name
    assert dyadic(examples.ACTIVATION["dying"].input, *(one.input for one in examples.ACTIVATION.values()))


def test_the_test_finds_what_is_on_a_kink_by_rounding():
    summed = Linear(3, 1, bias=False), ReLU()
    tenths = {"0.weight": np.array([[0.1, 0.2, -0.3]])}
    assert [k for k, _ in by_rounding(summed, tenths, np.ones(3))] == [2]
    eighths = {"0.weight": np.array([[0.125, 0.25, -0.375]])}
    assert by_rounding(summed, eighths, np.ones(3)) == []
    assert by_rounding((MaxPool2d(2),), {}, np.full((1, 2, 2), 0.1)) == [], "equal as they were typed"
    equal = Conv2d(1, 1, (1, 2), bias=False), MaxPool2d((1, 2))
    x = np.array([[[0.3, 0.1, 0.3]]])
    assert [k for k, _ in by_rounding(equal, {"0.weight": np.array([[[[0.7, 0.7]]]])}, x)] == [2]


# A learner's own numbers

STACK = (Conv2d(1, 2, 3), BatchNorm2d(2), LeakyReLU(0.1), AvgPool2d(2), Flatten(), Linear(8, 3))


@pytest.fixture
def other_processor(monkeypatch):
    """Round a batch norm's output otherwise, by no more than another order of its sums would."""
    right = BatchNorm2d.forward
    monkeypatch.setattr(BatchNorm2d, "forward", lambda self, x, **parameters: right(self, x, **parameters) - 1e-16)


def on_a_kink():
    """The worked picture through a batch norm whose output is 0 but for rounding in one cell."""
    network = Network((1, 6, 6), STACK)
    return network, network.initial(0, readable=True), zoo.WORKED_INPUT, 2


def test_the_check_says_which_side_each_took_and_calls_it_no_mistake(other_processor):
    results = compare_gradients(*on_a_kink())
    aside = {result.name: result.sides for result in results if result.sides}
    assert {"input", "layer 2 BatchNorm2d", "0.weight"} <= set(aside) and "5.weight" not in aside
    assert all(result.agrees or result.sides for result in results)
    ((sentence,),) = set(aside.values())
    assert sentence.startswith("Layer 3, LeakyReLU: the input at channel 1, row 3, column 2 is, except for rounding,")
    assert "and takes the slope 0.1; PyTorch has" in sentence and sentence.endswith("and takes 1.")


def test_beside_a_jump_a_mistake_is_still_one(other_processor, monkeypatch):
    right = LeakyReLU.backward
    monkeypatch.setattr(LeakyReLU, "backward", lambda self, g, x: {"input": 2 * right(self, g, x)["input"]})
    results = compare_gradients(*on_a_kink())
    wrong = {result.name for result in results if not result.agrees and not result.sides}
    parameters = {"0.weight", "0.bias", "1.weight", "1.bias"}
    assert wrong == {"input", "layer 1 Conv2d", "layer 2 BatchNorm2d", *parameters}


def test_equal_numbers_of_a_window_are_told_with_both_winners():
    layers = (MaxPool2d(2), Flatten(), Linear(1, 2))
    network, x = Network((1, 2, 2), layers), np.array([[[1.0, 2.0], [2.0, 0.0]]])
    other = x + np.array([[[0, 0], [1e-16 * 8, 0]]])
    (sentence,) = kinks.other_sides(Network((1, 2, 2), (Identity(), *layers)), x, [x], [other])
    assert sentence == (
        "Layer 2, MaxPool2d: the two largest numbers of a window are the same, except for rounding. Stride gives "
        "the gradient to channel 0, row 0, column 1, PyTorch to channel 0, row 1, column 0; so it is in 1 window."
    )
    assert kinks.other_sides(network, x, [], []) == []


HERE = "Here x is {}, where the slope of {} jumps. Stride takes the slope {}"
AS_PYTORCH = ", as PyTorch does at exactly {}."
EQUAL = "as PyTorch does with equal numbers."
LARGE = "Another number of its window is as large"
TIE = [[[1.0, 3.0], [3.0, 0.0]]]
NEAR_TIE = [[[1.0, 3.0], [3.0 + 1e-15, 0.0]]]


@pytest.mark.parametrize(
    ("layer", "x", "flat", "said"),
    [
        (ReLU(), [0.0], 0, HERE.format(0, "ReLU", 0) + AS_PYTORCH.format(0)),
        (ReLU6(), [6.0], 0, HERE.format(6, "ReLU6", 0) + AS_PYTORCH.format(6)),
        (LeakyReLU(0.1), [1e-17], 0, HERE.format("0 except for rounding (1.0e−17)", "LeakyReLU", 1) + kinks.MAY),
        (ReLU(), [1e-6], 0, ""),
        (Tanh(), [0.0], 0, ""),
        (MaxPool2d(2), TIE, 1, f"{LARGE}. Stride gives the gradient to the first of them, {EQUAL}"),
        (
            MaxPool2d(2),
            NEAR_TIE,
            2,
            f"{LARGE}, except for rounding. Stride gives the gradient to the larger one{kinks.MAY}",
        ),
        (MaxPool2d(2), TIE, 0, ""),
        (AvgPool2d(2), TIE, 1, ""),
        (Linear(1, 1), [0.0], 0, ""),
    ],
)
def test_a_number_at_which_the_slope_jumps_says_so(layer, x, flat, said):
    assert kinks.jump_at(layer, np.array(x), flat) == said
    if "as PyTorch does" in said:
        tensor = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        out = torch_module(layer)(tensor)
        out.sum().backward()
        x = np.array(x)
        ours = layer.backward(np.ones(layer.output_shape(x.shape)), x)["input"]
        np.testing.assert_array_equal(ours, tensor.grad.numpy())
