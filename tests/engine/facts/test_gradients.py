"""The answers to misunderstandings, the rules' words, and the code and check of a whole backward pass."""

import contextlib
import io

import numpy as np
import pytest
import torch

from engine.facts import gradients as facts
from engine.facts.rules import probability_trace, softmax_derivation
from engine.layers import LAYERS, Conv2d, Flatten, Linear, ReLU
from engine.learning.code import gradient_code
from engine.learning.passes import both_ways
from engine.network import Network, zoo
from engine.pytorch.network_check import compare_gradients
from tests.engine.invariants import check

WORKED = zoo.WORKED.network, zoo.WORKED_PARAMETERS, zoo.WORKED_INPUT
rng = np.random.default_rng(0)


def test_a_zero_bias_has_the_slope_of_the_loss_as_its_gradient():
    fact = facts.zero_bias(*WORKED, zoo.WORKED_TARGET, h=1e-4)
    assert fact.name == "6.bias[2]" and fact.gradient != 0
    assert (fact.above - fact.below) / (2 * fact.h) == pytest.approx(fact.gradient, rel=1e-6)
    assert fact.below > fact.loss > fact.above, "moved along the gradient the loss grows, against it it falls"


def test_a_network_without_biases_has_no_such_fact():
    network = Network((4,), (Linear(4, 3, bias=False),))
    assert facts.zero_bias(network, {"0.weight": np.ones((3, 4))}, np.ones(4), 0) is None
    assert facts.dead_cells(network, {"0.weight": np.ones((3, 4))}, np.ones(4), 0) is None


def test_dead_cells_pass_nothing_and_the_others_all():
    fact = facts.dead_cells(*WORKED, zoo.WORKED_TARGET)
    assert fact.number == 2 and fact.dead.sum() == 5
    assert (fact.passed[fact.dead] == 0).all()
    np.testing.assert_array_equal(fact.passed[~fact.dead], fact.incoming[~fact.dead])


@pytest.mark.parametrize("padding", [0, 1, 2, (2, 0), "same"])
def test_the_inputs_gradient_is_a_convolution_with_the_turned_kernel(padding):
    layer = Conv2d(2, 3, 3, padding=padding)
    x, weight = rng.normal(size=(2, 5, 6)), rng.normal(size=(3, 2, 3, 3))
    g = rng.normal(size=layer.output_shape(x.shape))
    fact = facts.flipped(layer, g, x, weight)
    assert fact.difference <= 1e-12
    np.testing.assert_allclose(
        fact.convolved, layer.backward(g, x, weight=weight, bias=np.zeros(3))["input"], atol=1e-12
    )


@pytest.mark.parametrize("options", [{"stride": 2}, {"dilation": 2}, {"padding": 3}, {"groups": 2}])
def test_other_convolutions_do_not_make_the_plain_picture(options):
    layer = Conv2d(2, 2, 3, **options)
    x = np.ones((2, 7, 7))
    weight = np.ones(layer.parameter_shapes()["weight"])
    with pytest.raises(ValueError, match=r"stride 1|padding"):
        facts.flipped(layer, np.ones(layer.output_shape(x.shape)), x, weight)


def test_a_batchs_gradient_is_the_mean_of_its_pictures():
    network, parameters, x = WORKED
    pictures = np.stack([x, x[..., ::-1]])
    fact = facts.batch(network, parameters, pictures, (2, 0), "0.weight")
    assert fact.difference <= 1e-15
    assert fact.loss == pytest.approx(sum(fact.losses) / 2)
    assert np.abs(fact.alone[0] - fact.alone[1]).max() > 0.01, "the pictures differ"


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_every_gradient_of_every_layer_has_its_rule_in_words(name):
    layer = LAYERS[name]
    made = layer(*[2] * sum(f.default is f.default_factory for f in layer.__dataclass_fields__.values()))
    for of in ("input", *(n for n in made.parameter_shapes() if n not in made.buffers)):
        words = made.gradient_rule(of)
        assert words and words[-1] != "."


def test_the_gradient_for_the_probabilities_is_traced():
    there = both_ways(*WORKED, zoo.WORKED_TARGET)
    trace = probability_trace(there.probabilities, zoo.WORKED_TARGET, zoo.WORKED_CLASSES)
    check(trace)
    np.testing.assert_allclose(trace.output, there.incoming[-1], rtol=1e-12)
    with pytest.raises(ValueError, match="target 3 is not a class"):
        probability_trace(there.probabilities, 3)


@pytest.mark.parametrize("chosen", [0, 2])
def test_the_derivation_ends_in_p_less_y(chosen):
    p = np.array([0.1059, 0.2658, 0.6282])
    lines = softmax_derivation(p, 2, chosen)
    assert len(lines) == 4
    assert (r"\approx -0.3718" if chosen == 2 else r"\approx 0.1059") in lines[2][1]


def test_the_code_prints_the_same_gradients():
    code = gradient_code(*_for_code(), zoo.WORKED_TARGET)
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, names)
    there = both_ways(*WORKED, zoo.WORKED_TARGET)
    assert out.getvalue().startswith("loss 0.46486")
    for name, parameter in names["model"].named_parameters():
        np.testing.assert_allclose(parameter.grad.numpy(), there.gradients[name], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(names["x"].grad[0].numpy(), there.grad_input, rtol=1e-9, atol=1e-12)


def _for_code():
    network, parameters, x = WORKED
    return network, x, parameters


def test_all_gradients_are_compared_with_autograd():
    results = compare_gradients(*WORKED, zoo.WORKED_TARGET)
    assert [result.name for result in results][:2] == ["input", "layer 1 Conv2d"]
    assert {"0.weight", "0.bias", "4.weight", "4.bias", "6.weight", "6.bias"} <= {result.name for result in results}
    assert all(result.agrees for result in results)


def test_the_comparison_can_fail(monkeypatch):
    network = Network((1, 4, 4), (Conv2d(1, 1, 3), ReLU(), Flatten(), Linear(4, 2)))
    right = ReLU.backward
    monkeypatch.setattr(ReLU, "backward", lambda self, g, x: {"input": 2 * right(self, g, x)["input"]})
    results = compare_gradients(network, network.initial(1), np.ones((1, 4, 4)), 1)
    wrong = [result.name for result in results if not result.agrees]
    assert "0.bias" in wrong and "3.weight" not in wrong
    assert torch.__version__ == results[0].version
