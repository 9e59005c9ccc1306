"""What the overview draws: every number of every layer, its name in the path, and pictures of large maps."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from engine.layers import Conv2d, Linear
from engine.trace.payload import payload
from pages.states.network import state as forward
from pages.states.network.overview import data, place_text
from pages.states.network.presets import PRESETS
from pages.states.sheet.png import steady_size


def numbers(column, name="texts"):
    written = column.get(name) or column["texts"]
    return np.array([float(written["pool"][k].replace("−", "-")) for k in written["index"]])


def pixels(address):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


@pytest.mark.parametrize("name", PRESETS)
def test_every_number_of_every_layer_is_there(name):
    state = forward.from_preset(name)
    made = data(state)
    assert json.loads(json.dumps(made)) == made
    assert [column["number"] for column in made["columns"]] == list(range(state.last + 1))
    for column in made["columns"]:
        values = state.output(column["number"]).ravel()
        np.testing.assert_allclose(numbers(column, "full"), values, atol=6e-4)
        np.testing.assert_allclose(numbers(column), values, atol=6e-3)
        assert len(column["texts"]["tones"]) == len(column["texts"]["pool"])


def test_the_worked_networks_numbers_are_written_as_they_are():
    made = data(forward.from_preset("worked"))
    columns = made["columns"]
    assert numbers(columns[3]).tolist() == [15, 8, 20, 5]
    assert numbers(columns[5]).tolist() == [16.6, 12.1, 6.4]
    assert numbers(columns[8]).tolist() == [0.1059, 0.2658, 0.6282]
    assert numbers(columns[9]).tolist() == [0.4649]
    assert [column["shape"] for column in columns] == ["1×6×6", "1×4×4", "1×4×4", "1×2×2", "4", "3", "3", "3", "3", ""]
    assert [column["kind"] for column in columns] == [*["maps"] * 4, *["vector"] * 4, "bars", "loss"]
    assert columns[1]["name"] == "layer 1, Conv2d" and columns[1]["code"] == "nn.Conv2d(1, 1, kernel_size=3)"
    assert columns[8]["shares"] == ["10.59%", "26.58%", "62.82%"]


def test_large_maps_are_pictures():
    state = forward.from_preset("lenet5")
    columns = data(state)["columns"]
    grey = pixels(columns[0]["pictures"][0])
    assert grey.shape == (28, 28, 3) and grey.max() == np.rint(255 * state.input.max())
    convolved = pixels(columns[1]["pictures"][2])
    values = state.output(1)[2]
    assert convolved.shape == (28, 28, 4)
    full = steady_size(state.output(1))
    assert np.abs(state.output(1)).max() <= full <= 1.7 * np.abs(state.output(1)).max()
    expected = np.rint(np.abs(values) / full * 255)
    np.testing.assert_array_equal(convolved[..., 3], expected)
    assert columns[7]["line"] * 24 >= 400 and not columns[7]["written"]
    assert pixels(columns[7]["pictures"][0]).size >= 400 * 4


def test_an_edit_leaves_the_colours_of_the_other_cells():
    edited, _ = forward.read({"example": "worked", "at": "1.0"})[0].with_edit(
        {"board": "input", "cells": [0], "text": "9", "shape": [1, 6, 6], "origin": [0, 0]}
    )
    before, after = (data(state)["columns"] for state in (forward.from_preset("worked"), edited))
    assert edited.input[0, 0, 0] == 9
    for k in (0, 1):
        tones = [[c[k]["texts"]["tones"][at] for at in c[k]["texts"]["index"]] for c in (before, after)]
        unlike = np.flatnonzero(numbers(before[k]) != numbers(after[k]))
        assert list(unlike) == [0] and tones[0][1:] == tones[1][1:]


def test_sign_is_the_colour_of_a_picture():
    state = forward.from_preset("lenet5")
    picture = pixels(data(state)["columns"][4]["pictures"][0]).astype(int)
    values = state.output(4)[0]
    blue = picture[..., 2] > picture[..., 0]
    np.testing.assert_array_equal(blue, values >= 0)


def test_what_is_open_what_it_read_and_the_path():
    state = forward.from_preset("worked").with_lead("probabilities", 2)
    state = state.with_lead("input", 2)
    made = data(state)
    assert made["open"] == {"number": 7, "flat": 2}
    assert made["read"] == [{"number": 6, "flats": [0, 1, 2]}]
    assert [(place["label"], place["value"]) for place in made["path"]] == [
        ("loss", "0.4649"), ("p elephant", "0.6282"), ("logit elephant", "9.64"),
    ]  # fmt: skip
    assert made["classes"] == ["lion", "tiger", "elephant"] and made["target"] == 2


@pytest.mark.parametrize(
    ("place", "label", "value"),
    [
        ((0, 8), "pixel [1, 2]", "1"),
        ((1, 1), "Conv2d [0, 1]", "−2"),
        ((3, 2), "MaxPool2d [1, 0]", "20"),
        ((4, 3), "Flatten [3]", "5"),
        ((5, 1), "Linear [1]", "12.1"),
        ((7, 0), "logit lion", "7.86"),
        ((8, 0), "p lion", "0.1059"),
        ((9, 0), "loss", "0.4649"),
    ],
)
def test_what_places_are_called(place, label, value):
    assert place_text(forward.from_preset("worked"), place) == {"label": label, "value": value}


def test_channels_are_named_where_there_are_several():
    state = forward.from_preset("own")
    assert place_text(state, (1, 43))["label"] == "Conv2d c1 [1, 1]"
    colour = state.with_network(state.network.__class__((3, 8, 8), state.network.layers))
    assert place_text(colour, (0, 64))["label"] == "pixel G [0, 0]"


def test_a_network_without_a_loss_has_no_target():
    state = forward.from_preset("own")
    state = state.with_network(state.network.with_layers((Conv2d(1, 2, 3),)))
    made = data(state)
    assert made["classes"] == [] and len(made["columns"]) == 2
    one = forward.from_preset("own").with_network(PRESETS["own"].network.with_layers(
        (*PRESETS["own"].network.layers[:4], Linear(18, 1))))  # fmt: skip
    assert data(one)["classes"] == []


def test_the_loss_has_the_players_digits_and_its_probability_has_enough_of_them():
    state, problems = forward.read({"example": "lenet5", "at": "14.0"})
    (loss,) = [column for column in data(state)["columns"] if column["kind"] == "loss"]
    shown = next(board for board in payload(state.trace)["boards"] if board["name"] == "loss")
    assert problems == [] and loss["texts"]["pool"] == shown["values"]["pool"] == ["0.00017"] and "full" not in loss
    assert state.trace.steps[-1].say == "The true class is 7: −log(0.99983) ≈ 0.00017, the loss."
