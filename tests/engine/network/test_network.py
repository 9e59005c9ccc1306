"""A network: shapes and their errors, fitting, numbers, changes, blocks, and code that runs, beside PyTorch."""

import contextlib
import io
import os

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    CrossEntropyLoss,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
    Tanh,
)
from engine.network import Network, zoo
from engine.network.blocks import Residual, Sequential
from engine.network.code import FILE, network_code, numbers_file
from engine.pytorch.modules import torch_model
from engine.pytorch.network_check import compare_network
from tests.depth import cases
from tests.engine.parity import assert_error

SMALL = Network((1, 6, 6), (Conv2d(1, 2, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(8, 3), Softmax(dim=-1)))
BLOCKS = Network(
    (2, 6, 6),
    (
        Residual((Conv2d(2, 2, 3, padding=1), BatchNorm2d(2), ReLU(), Conv2d(2, 2, 3, padding=1)), (), ReLU()),
        Residual((Conv2d(2, 3, 3, 2, 1, bias=False),), (Conv2d(2, 3, 1, 2), BatchNorm2d(3))),
        Sequential((Flatten(), Dropout(), Linear(27, 4))),
    ),
)


@st.composite
def networks(draw):
    """A small network that runs, and a seed."""
    channels, size = draw(st.integers(1, 3)), draw(st.integers(9, 12))
    maps = st.sampled_from(
        [
            Conv2d(1, 2, 3, padding=1), Conv2d(1, 3, 2, bias=False), Conv2d(1, 1, 1, stride=2), ReLU(), Tanh(),
            LeakyReLU(0.1), MaxPool2d(2, 1), AvgPool2d(3, 1, 1), BatchNorm2d(1), Dropout(0.3),
            Sequential((Conv2d(1, 2, 1), ReLU())), Residual((Conv2d(1, 4, 1), ReLU()), (Conv2d(1, 4, 1),), Tanh()),
        ]
    )  # fmt: skip
    flat = st.lists(st.sampled_from([Linear(1, 3), Linear(1, 5, bias=False), ReLU(), Dropout()]), max_size=3)
    layers = [*draw(st.lists(maps, max_size=3)), Flatten(), *draw(flat), Linear(1, 3)]
    end = draw(st.sampled_from([(), (Softmax(dim=-1),)]))
    return Network((channels, size, size), (*layers, *end)).fitted(), draw(st.integers(0, 2**31))


def run(network: Network, seed: int):
    parameters = network.initial(seed)
    x = np.random.default_rng(seed).standard_normal(network.input_shape)
    return x, parameters, network.forward(x, parameters)


def test_shapes_of_every_layer():
    assert SMALL.shapes() == [(2, 4, 4), (2, 4, 4), (2, 2, 2), (8,), (3,), (3,)]
    assert SMALL.output_shape == (3,) and SMALL.arriving_shape(0) == (1, 6, 6) and SMALL.arriving_shape(3) == (2, 2, 2)
    assert Network((4,), ()).output_shape == (4,)


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (
            SMALL.replace(4, Linear(128, 3)),
            "layer 5, Linear: in_features is 128, but layer 4, Flatten, gives (8)",
        ),
        (
            SMALL.remove(3),
            "layer 4, Linear: in_features is 8, but layer 3, MaxPool2d, gives (2, 2, 2); "
            "a Flatten before it would give (8)",
        ),
        (
            SMALL.insert(1, Conv2d(3, 1, 1)),
            "layer 2, Conv2d: in_channels is 3, but layer 1, Conv2d, gives (2, 4, 4)",
        ),
        (SMALL.insert(4, Conv2d(8, 1, 1)), "layer 5, Conv2d: it takes maps (C, H, W), but layer 4, Flatten, gives (8)"),
        (SMALL.insert(4, MaxPool2d(2)), "layer 5, MaxPool2d: it takes maps (C, H, W), but layer 4, Flatten, gives (8)"),
        (
            SMALL.replace(2, MaxPool2d(5)),
            "layer 3, MaxPool2d: kernel_size 5 is larger than the padded input 4 (input 4 + 2 × padding 0); "
            "layer 2, ReLU, gives (2, 4, 4)",
        ),
        (SMALL.replace(0, Conv2d(3, 2, 3)), "layer 1, Conv2d: in_channels is 3, but the input is (1, 6, 6)"),
        (
            SMALL.insert(6, CrossEntropyLoss()),
            "layer 7, CrossEntropyLoss: it takes a target beside its input, so it cannot stand in a stack",
        ),
        (
            SMALL.insert(1, Residual((Conv2d(2, 3, 1),))),
            "layer 2, Residual: the body gives (3, 4, 4), the shortcut (2, 4, 4): they cannot be added; "
            "layer 1, Conv2d, gives (2, 4, 4)",
        ),
        (
            SMALL.insert(1, Sequential((ReLU(), BatchNorm2d(3)))),
            "layer 2, Sequential: part 2, BatchNorm2d: num_features is 3, but part 1, ReLU, gives (2, 4, 4); "
            "layer 1, Conv2d, gives (2, 4, 4)",
        ),
    ],
)
def test_an_impossible_stack_is_refused_with_the_layers_name_and_both_shapes(network, sentence):
    with pytest.raises(ValueError) as caught:
        network.shapes()
    assert str(caught.value) == sentence


def test_an_input_shape_must_be_one():
    assert_error(lambda: Network((1, 2), ()), "input_shape", "(1, 2)")
    assert_error(lambda: Network((0, 2, 2), ()), "input_shape", "(0, 2, 2)")


def test_fitted_takes_over_what_arrives():
    network = Network(
        (3, 8, 8), (Conv2d(1, 4, 3), BatchNorm2d(1), MaxPool2d(2), Flatten(), Linear(1, 5), ReLU(), Linear(9, 2))
    ).fitted()
    wanted = {0: ("in_channels", 3), 1: ("num_features", 4), 4: ("in_features", 36), 6: ("in_features", 5)}
    assert {k: getattr(network.layers[k], name) for k, (name, _) in wanted.items()} == {
        k: n for k, (_, n) in wanted.items()
    }
    network.shapes()
    assert network.fitted() == network


def test_fitted_keeps_a_depthwise_convolution_depthwise():
    network = Network((3, 4, 4), (Conv2d(1, 6, 1), Conv2d(4, 8, 3, groups=4))).fitted()
    assert network.layers[1] == Conv2d(6, 12, 3, groups=6)


def test_fitted_reaches_into_blocks():
    network = Network((3, 4, 4), (Conv2d(1, 6, 1), *BLOCKS.layers[1:2])).fitted()
    block = network.layers[1]
    assert block.body[0].in_channels == block.shortcut[0].in_channels == 6 and block.shortcut[1].num_features == 3


def test_fitted_says_where_it_fails():
    network = Network((1, 2, 2), (ReLU(), Conv2d(1, 4, 3)))
    assert_error(network.fitted, "layer 2, Conv2d", "layer 1, ReLU, gives (1, 2, 2)", "kernel_size 3")
    network = Network((3, 4, 4), (Conv2d(1, 3, 1), Conv2d(4, 6, 1, groups=2)))
    assert_error(network.fitted, "layer 2, Conv2d", "groups 2 does not divide in_channels 3", "(3, 4, 4)")


@given(networks())
@settings(max_examples=cases(40))
def test_parameters_are_pytorchs_state_dict(drawn):
    network, _ = drawn
    state = torch_model(network).state_dict()
    counted = {name: tuple(t.shape) for name, t in state.items() if not name.endswith("num_batches_tracked")}
    assert network.parameter_shapes() == counted
    trained = sum(p.numel() for p in torch_model(network).parameters())
    assert network.parameter_count == trained


@given(networks())
@settings(max_examples=cases(60))
def test_every_layers_output_is_pytorchs(drawn):
    network, seed = drawn
    x, parameters, outputs = run(network, seed)
    assert [out.shape for out in outputs] == network.shapes()
    results = compare_network(network, x, parameters, target=1)
    assert len(results) == len(network) + 1
    for result in results:
        assert result.agrees, result
    assert "loss" not in [result.name for result in compare_network(network, x, parameters)]


def test_a_comparison_sees_a_wrong_number(monkeypatch):
    x, parameters, outputs = run(SMALL, 1)
    monkeypatch.setattr(Network, "forward", lambda self, x, p: [*outputs[:2], outputs[2] + 1e-6, *outputs[3:]])
    assert [result.agrees for result in compare_network(SMALL, x, parameters)] == [True, True, False, True, True, True]


def test_a_batch_gives_what_its_pictures_give():
    x, parameters, outputs = run(BLOCKS, 4)
    for one, many in zip(outputs, BLOCKS.forward(np.stack([x, x]), parameters), strict=True):
        np.testing.assert_allclose(many, np.stack([one, one]), rtol=1e-12, atol=1e-15)


def test_forward_checks_input_and_parameters():
    x, parameters, _ = run(SMALL, 0)
    assert_error(lambda: SMALL.forward(x[:, 1:], parameters), "(1, 5, 6)", "(1, 6, 6)")
    assert_error(lambda: SMALL.forward(x, {**parameters, "9.weight": x}), "9.weight")
    assert_error(lambda: SMALL.forward(x, {**parameters, "4.bias": x}), "4.bias", "(3,)")
    del parameters["0.bias"]
    assert_error(lambda: SMALL.forward(x, parameters), "0.bias", "(2,)")


def test_initial_numbers_follow_the_seed_and_not_layers_without_any():
    one, again, other = SMALL.initial(3), SMALL.initial(3), SMALL.initial(4)
    assert all(np.array_equal(one[name], again[name]) for name in one)
    assert not np.array_equal(one["4.weight"], other["4.weight"])
    longer = SMALL.insert(1, ReLU()).initial(3)
    np.testing.assert_array_equal(longer["5.weight"], one["4.weight"])
    assert np.abs(one["0.weight"]).max() <= 1 / 3


def test_readable_numbers_have_one_decimal_or_two_where_they_are_small():
    made = Network((1, 5, 5), (Conv2d(1, 4, 3), Flatten(), Linear(36, 300), Linear(300, 3))).initial(0, readable=True)
    for name, decimals in (("0.weight", 1), ("2.weight", 1), ("3.weight", 2)):
        np.testing.assert_array_equal(made[name], np.round(made[name], decimals))
        assert np.abs(made[name]).max() > 0


def test_a_layer_is_traced_as_it_computed():
    x, parameters, outputs = run(SMALL, 7)
    for k in (0, 2):
        np.testing.assert_array_equal(SMALL.trace(k, x, outputs, parameters).output, outputs[k])
    near = SMALL.trace(0, x, outputs, parameters, around=(1, 3, 3))
    step = near.steps[near.step_at((1, 3, 3))]
    assert step.result == outputs[0][1, 3, 3]


def test_a_block_has_no_trace():
    x, parameters, outputs = run(BLOCKS, 1)
    assert_error(lambda: BLOCKS.trace(1, x, outputs, parameters), "layer 2, Residual")


def test_changes_return_other_networks():
    kinds = lambda network: [type(layer).__name__ for layer in network.layers]  # noqa: E731
    start = Network((1, 6, 6), (Conv2d(1, 2, 3), ReLU(), Flatten()))
    assert kinds(start.insert(3, Tanh())) == ["Conv2d", "ReLU", "Flatten", "Tanh"]
    assert kinds(start.insert(0, Tanh())) == ["Tanh", "Conv2d", "ReLU", "Flatten"]
    assert kinds(start.remove(1)) == ["Conv2d", "Flatten"]
    assert kinds(start.move(0, 2)) == ["ReLU", "Flatten", "Conv2d"]
    assert kinds(start.move(2, 0)) == ["Flatten", "Conv2d", "ReLU"]
    assert kinds(start.replace(1, Tanh())) == ["Conv2d", "Tanh", "Flatten"]
    assert kinds(start) == ["Conv2d", "ReLU", "Flatten"]


def test_the_logits_end_before_a_softmax():
    assert SMALL.logits == 5 and SMALL.remove(5).logits == 5 and Network((3,), ()).logits == 0


def run_code(code: str) -> dict:
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    return names


@given(networks())
@settings(max_examples=cases(20))
def test_the_code_to_paste_gives_the_same_numbers(drawn):
    network, seed = drawn
    x, parameters, outputs = run(network, seed)
    names = run_code(network_code(network, x, parameters, target=2))
    np.testing.assert_allclose(names["y"][0].numpy(), outputs[-1], rtol=1e-10, atol=1e-12)
    expected = CrossEntropyLoss().forward(outputs[network.logits - 1], target=2)
    assert names["loss"].item() == pytest.approx(float(expected), rel=1e-10)


def test_code_without_a_target_prints_the_output():
    x, parameters, outputs = run(BLOCKS, 5)
    names = run_code(network_code(BLOCKS, x, parameters))
    np.testing.assert_allclose(names["y"][0].numpy(), outputs[-1], rtol=1e-10)
    assert "loss" not in names


def test_a_large_networks_code_reads_the_file_beside_it(tmp_path, monkeypatch):
    network = zoo.LENET5.network
    x, parameters, outputs = run(network, 2)
    code = network_code(network, x, parameters, target=7)
    assert len(code) < 3000
    (tmp_path / FILE).write_bytes(numbers_file(x, parameters))
    monkeypatch.chdir(tmp_path)
    names = run_code(code)
    np.testing.assert_allclose(names["y"][0].numpy(), outputs[-1], rtol=1e-10, atol=1e-12)
    assert os.listdir(tmp_path) == [FILE]
    with np.load(tmp_path / FILE, allow_pickle=False) as numbers:
        assert set(numbers.files) == {"x", *parameters}


def test_the_model_in_code_is_pytorchs():
    with torch.device("meta"):
        model = eval(SMALL.code(), {"nn": torch.nn})
    assert [type(module).__name__ for module in model] == [type(layer).__name__ for layer in SMALL.layers]
