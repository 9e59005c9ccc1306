"""A training's settings: there and back, what is refused, the presets, and the learning rate step by step."""

import json
from dataclasses import fields, replace

import pytest

from engine.layers import Conv2d, Flatten, Linear, ReLU, Softmax
from engine.network import Network
from engine.network.stack_text import read_stack
from engine.training.config import INPUT_SHAPE, Config, from_dict
from engine.training.presets import PRESETS
from engine.training.schedule import lr_at
from tests.engine.training.small import config
from tests.imports import heavy_after


@pytest.mark.parametrize("preset", PRESETS)
def test_a_presets_settings_go_to_json_and_back(preset):
    held = PRESETS[preset].config
    text = json.dumps(held.as_dict())
    assert from_dict(json.loads(text)) == held
    assert json.loads(text)["network"].startswith("Conv2d-3-")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_presets_network_takes_a_picture_and_gives_ten_logits(preset):
    network = PRESETS[preset].config.network
    assert (network.input_shape, network.output_shape) == ((3, 32, 32), (10,))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 0}, "epochs 0 is out of range: it goes from 1 to 1,000"),
        ({"epochs": 2.5}, "epochs is 2.5, not a int"),
        ({"epochs": True}, "epochs is True"),
        ({"lr": float("nan")}, "lr nan is out of range: it goes from 0"),
        ({"lr": -1.0}, "lr −1 is out of range: it goes from 0"),
        ({"optimiser": "adam"}, "none of sgd, adamw"),
        ({"flip": 1}, "flip is 1, not a bool"),
        ({"data": "mnist"}, "neither"),
        ({"data": "folder:"}, "neither"),
        ({"network": Network((1, 32, 32), (Flatten(), Linear(1024, 10)))}, "the pictures are (3, 32, 32)"),
        ({"network": Network(INPUT_SHAPE, (Conv2d(3, 4, 3),))}, "add Flatten and Linear"),
        ({"network": Network(INPUT_SHAPE, (Flatten(), ReLU()))}, "no weights to train"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_name_and_numbers(changes, said):
    with pytest.raises(ValueError) as refused:
        config(**changes)
    assert said in str(refused.value)


@pytest.mark.parametrize("held", [None, "ReLU", [], {}, {"network": 3}, {"network": "ReLU", "speed": 1}])
def test_what_holds_no_settings_is_a_value_error(held):
    with pytest.raises(ValueError):
        from_dict(held)


def test_a_whole_number_may_stand_for_a_float():
    assert from_dict({**config().as_dict(), "lr": 1}).lr == 1


def test_the_last_linear_layer_follows_the_number_of_classes():
    seven = config().for_classes(7)
    assert seven.classes == 7 and seven.network.layers[:-1] == config().network.layers[:-1]
    ended = replace(config(), network=Network(INPUT_SHAPE, (*config().network.layers, Softmax(-1))))
    assert ended.for_classes(7).network.output_shape == (7,)
    odd = replace(config(), network=Network(INPUT_SHAPE, (Conv2d(3, 4, 32), Flatten())))
    with pytest.raises(ValueError, match="4 logits, but the data has 7 classes"):
        odd.for_classes(7)


def test_learning_rates_begin_rise_and_end_as_their_schedule_says():
    def rates(schedule):
        return [lr_at(config(schedule=schedule, lr=0.5, warmup=0.25), step, 40) for step in range(40)]

    assert set(rates("constant")) == {0.5}
    cosine = rates("cosine")
    assert cosine[0] == 0.5 and cosine[20] == pytest.approx(0.25) and cosine == sorted(cosine, reverse=True)
    cycle = rates("one-cycle")
    assert cycle[0] == pytest.approx(0.1) and cycle[10] == 0.5 and cycle[39] == pytest.approx(0.5 / 30)
    assert max(cycle) == 0.5 and cycle[:11] == sorted(cycle[:11]) and cycle[10:] == sorted(cycle[10:], reverse=True)
    assert lr_at(config(lr=0.5, warmup=0.0), 0, 40) == 0.5


def test_every_setting_says_what_it_is():
    assert all(f.metadata["help"].endswith((".", ")")) for f in fields(Config)[1:])


def test_what_pages_read_imports_neither_torch_nor_dask():
    modules = "config, presets, schedule, history, runs, jobs, results, divergence, script, trained"
    assert heavy_after(f"from engine.training import {modules}; from engine.training.runs import carry") == []


@pytest.mark.parametrize(
    ("stack", "sentence"),
    [
        ("Flatten~Linear-3072-100000~Linear-100000-10", "308,300,010 weights and biases; at most 50,000,000"),
        ("Conv2d-3-1-1-padding.2500~AdaptiveAvgPool2d-1~Flatten~Linear-1-10", "layer 1, Conv2d: it holds 75,"),
        ("Conv2d-3-500-41-padding.20~Flatten~Linear-512000-10", "layer 1, Conv2d: it takes 2,582,016,000 "),
        ("~".join(["ConvTranspose2d-3-3-1-stride.1000000"] * 27), "more than 1,000,000,000,000,000 cells"),
    ],
)
def test_a_network_that_is_too_large_is_refused_before_anything_is_trained(stack, sentence):
    with pytest.raises(ValueError, match=sentence):
        Config(Network(INPUT_SHAPE, read_stack(stack)))
