"""The forward page's state: following a number, changes of stack, input and numbers, and links both ways."""

from dataclasses import replace

import numpy as np
import pytest

from engine.layers import (
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
)
from engine.network import Network, zoo
from engine.network.blocks import Residual, Sequential
from engine.trace.payload import payload
from pages.states import picture
from pages.states.network import state as forward
from pages.states.network.presets import PRESETS
from pages.states.network.state import read as open_link
from tests.engine.trace.decoded import numbers

presets = pytest.mark.parametrize("name", PRESETS)


def roundtrip(state):
    read, problems = open_link(state.query(), None)
    assert problems == []
    assert read.query() == state.query()
    assert read.network == state.network and read.target == state.target
    assert read.open == state.open and read.shown_step == state.shown_step
    np.testing.assert_array_equal(read.input, state.input)
    for name, array in state.parameters.items():
        np.testing.assert_array_equal(read.parameters[name], array)
    return read


def followed(state, choose=lambda flats: flats[len(flats) // 2]):
    """Yield the state at each place from the loss to a pixel; each cell is one that the step on show rests on."""
    yield state
    while state.path[-1][0]:
        number, flats = max(state.read().items())
        wanted = (number, choose(flats))
        board = next(board for board, leads in state.leads().items() if leads == number)
        cells = range(state.trace.board(board).values.size)
        flat = next(flat for flat in cells if state.place_of(board, flat) == wanted)
        state = state.with_lead(board, flat)
        yield state


@presets
def test_a_preset_opens_at_its_loss(name):
    state = forward.from_preset(name)
    assert state.path == ((len(state.network) + 1, 0),) and state.has_loss
    step = state.trace.steps[state.shown_step]
    assert step.result == float(state.loss) and state.written() == state.open
    assert state.query() == {"example": name}
    roundtrip(state)


@presets
def test_a_number_is_followed_from_the_loss_to_a_pixel(name):
    states = list(followed(forward.from_preset(name)))
    numbers = [state.path[-1][0] for state in states]
    assert numbers == list(range(len(states[0].network) + 1, -1, -1))
    for state in states:
        number, flat = state.open
        trace = state.trace
        step = trace.steps[state.shown_step]
        assert step.result == state.output(number).ravel()[flat], "the step on show makes the open number"
        roundtrip(state)
    assert states[-1].path[-1][0] == 0 and states[-1].open[0] == 1
    assert len(states[-1].path) == len(states)


@presets
def test_what_a_step_reads_is_what_the_layer_before_gave(name):
    for state in followed(forward.from_preset(name), choose=lambda flats: flats[0]):
        for board, number in state.leads().items():
            values = state.trace.board(board).values.ravel()
            for flat in range(0, values.size, max(1, values.size // 50)):
                place = state.place_of(board, flat)
                if place is not None:
                    assert values[flat] == state.output(place[0]).ravel()[place[1]] and place[0] == number


def test_what_the_worked_networks_numbers_rest_on():
    state = forward.from_preset("worked")
    assert state.read() == {8: [2]}
    state = state.with_open(8, 1)
    assert state.read() == {7: [0, 1, 2]}
    assert state.with_open(5, 0).read() == {4: [0, 1, 2, 3]}
    assert state.with_open(4, 2).read() == {3: [2]}
    assert state.with_open(3, 0).read() == {2: [0, 1, 4, 5]}
    assert state.with_open(1, 5).read() == {0: [7, 8, 9, 13, 14, 15, 19, 20, 21]}


def test_a_probability_leads_to_softmax_and_a_logit_to_the_last_linear_layer():
    state = forward.from_preset("worked")
    assert state.with_lead("probabilities", 1).path == ((9, 0), (8, 1))
    assert state.with_lead("input", 0).path == ((9, 0), (7, 0))
    with pytest.raises(ValueError, match="leads nowhere"):
        state.with_lead("total", 0)
    with pytest.raises(ValueError, match="leads nowhere"):
        state.with_lead("input", 3)


def test_padding_leads_nowhere():
    state = forward.from_preset("lenet5").with_open(1, 0)
    assert state.trace.board("input").padding.ravel()[0]
    assert state.with_lead("input", 0) is state


def test_a_step_moves_the_open_cell_and_the_path_goes_on_from_there():
    state = forward.from_preset("worked").with_open(5, 0)
    state = state.with_step(2)
    assert state.written() == (5, 2) and state.query()["step"] == "2"
    state = state.with_lead("input", 1)
    assert state.path == ((5, 2), (4, 1)) and state.step is None


def test_stepping_keeps_the_path_only_where_the_place_before_read_the_cell():
    state = forward.from_preset("worked")
    for board, flat in (("probabilities", 2), ("input", 2), ("input", 0)):
        state = state.with_lead(board, flat)
    assert state.path == ((9, 0), (8, 2), (7, 2), (6, 0))
    assert state.with_step(1).trail == ((9, 0), (8, 2), (7, 2), (6, 1)), "the logit reads all three"
    state = state.with_lead("input", 0)
    assert state.with_step(1).trail == ((5, 1),), "ReLU 0 does not read neuron 1"
    assert state.with_step(1).with_lead("input", 3).path == ((5, 1), (4, 3))
    assert state.trail == state.path


def test_back_along_the_path():
    *_, last = followed(forward.from_preset("worked"))
    back = last.with_back(2)
    assert back.path == last.path[:3] and back.open == last.path[2] and back.step is None
    with pytest.raises(ValueError, match="no place 12"):
        last.with_back(12)


@pytest.mark.parametrize(("number", "flat"), [(0, 0), (10, 0), (1, 16), (1, -1), (9, 1)])
def test_only_cells_that_are_there_can_be_opened(number, flat):
    with pytest.raises(ValueError, match="no cell"):
        forward.from_preset("worked").with_open(number, flat)


def test_a_large_layers_trace_keeps_to_the_neighbourhood():
    state = forward.from_preset("lenet5").with_open(4, 810)
    assert state.output(4).size == 1600
    assert len(state.trace.steps) < 500 and state.trace.steps[state.shown_step].result == state.output(4).ravel()[810]
    small = forward.from_preset("worked").with_open(1, 5)
    assert len(small.trace.steps) == 16


# Changes


def test_only_the_input_itself_and_weights_can_be_edited():
    state = forward.from_preset("worked")
    editable = lambda s: {board.name for board in s.trace.boards if board.editable}  # noqa: E731
    assert editable(state) == set()
    assert editable(state.with_open(1, 0)) == {"input", "weight", "bias"}
    assert editable(state.with_open(2, 0)) == set()
    assert editable(state.with_open(5, 0)) == {"weight", "bias"}


def edit(board, shape, flat, text, origin=(0, 0)):
    return {
        "board": board,
        "shape": list(shape),
        "origin": list(origin),
        "first_pane": 0,
        "cells": [flat],
        "text": text,
    }


def test_an_edited_pixel_changes_all_that_follows():
    state = forward.from_preset("worked").with_open(1, 0)
    changed, note = state.with_edit(edit("input", (1, 6, 6), 6, "9"))
    assert note == "" and changed.input[0, 1, 0] == 9
    assert changed.output(1)[0, 0, 0] == state.output(1)[0, 0, 0] + 3
    assert float(changed.loss) != float(state.loss) and changed.path == state.path
    query = roundtrip(changed).query()
    assert query["x"].startswith("1x6x6_") and "edits" not in query


def test_an_edited_weight_travels_in_the_link():
    state = forward.from_preset("worked").with_open(5, 1)
    changed, _ = state.with_edit(edit("weight", (3, 4), 4, "-2.5"))
    assert changed.parameters["4.weight"][1, 0] == -2.5
    assert roundtrip(changed).query()["edits"] == "4.weight.4_-2.5"


def test_an_edit_near_a_cell_lands_in_the_whole_array():
    state = forward.from_preset("lenet5").with_open(8, 60)
    board = state.trace.board("weight")
    assert board.origin == (58, 0) and board.values.shape == (5, 400)
    changed, _ = state.with_edit(edit("weight", (5, 400), 2 * 400 + 7, "3", board.origin))
    assert changed.parameters["7.weight"][60, 7] == 3


def test_what_cannot_be_edited_is_refused():
    state = forward.from_preset("worked").with_open(1, 0)
    same, note = state.with_edit(edit("input", (1, 6, 6), 6, "many"))
    assert same is state and "not a number" in note
    with pytest.raises(ValueError, match="form of an edit"):
        state.with_open(2, 0).with_edit(edit("input", (1, 4, 4), 0, "3"))


def test_another_target():
    state = forward.from_preset("worked").with_target(0)
    assert float(state.loss) == pytest.approx(-np.log(0.10594178), rel=1e-6)
    assert roundtrip(state).query() == {"example": "worked", "target": "0"}
    with pytest.raises(ValueError, match="target 3 is not a class: classes are 0 to 2"):
        state.with_target(3)


def test_a_longer_stack_keeps_the_other_layers_numbers():
    state = forward.from_preset("worked")
    changed = state.with_network(state.network.insert(2, Conv2d(1, 1, 2)))
    np.testing.assert_array_equal(changed.parameters["5.weight"][:, :1], state.parameters["4.weight"][:, :1])
    np.testing.assert_array_equal(changed.parameters["7.weight"], state.parameters["6.weight"])
    roundtrip(changed)


def test_a_wider_layer_keeps_the_filters_that_it_had():
    state = forward.from_preset("worked")
    changed = state.with_network(state.network.replace(0, Conv2d(1, 3, 3)))
    np.testing.assert_array_equal(changed.parameters["0.weight"][:1], state.parameters["0.weight"])
    assert changed.parameters["0.weight"].shape == (3, 1, 3, 3)
    roundtrip(changed)


def test_a_stack_edited_step_by_step_travels_in_its_link():
    state = forward.from_preset("own")
    state = state.with_network(state.network.insert(3, Conv2d(2, 3, 2)))
    state, _ = state.with_open(1, 0).with_edit(edit("weight", (2, 1, 3, 3), 3, "4"))
    state = state.with_network(state.network.insert(1, Dropout()))
    state = state.with_network(state.network.move(2, 1))
    state = state.with_network(state.network.remove(2))
    assert state.parameters["0.weight"].flat[3] == 4
    roundtrip(state)


def test_a_stack_without_a_vector_at_its_end_has_no_loss():
    state = forward.from_preset("own")
    state = state.with_network(Network((1, 8, 8), (Conv2d(1, 2, 3), ReLU())))
    assert (not state.has_loss and state.last == 2 and state.open == (1, 0)) or state.open == (2, 0)
    roundtrip(state)


def test_blocks_of_layers_in_a_row_are_unrolled():
    state = forward.from_preset("own")
    network = Network((1, 8, 8), (Sequential((Conv2d(1, 1, 3), Sequential((ReLU(),)))), Flatten(), Linear(36, 2)))
    assert len(state.with_network(network).network) == 4


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ((Conv2d(1, 1, 3), Linear(4, 3)), "layer 2, Linear: it takes a vector here, but layer 1, Conv2d, gives"),
        ((MaxPool2d(7),), "layer 1, MaxPool2d: kernel_size 7 is larger than the padded input 6"),
        ((Flatten(), Conv2d(1, 1, 1)), "layer 2, Conv2d: it takes maps (C, H, W), but layer 1, Flatten, gives (36)"),
        ((Residual((ReLU(),)),), "layer 1, Residual: a block cannot be followed"),
        ((), "1 to 16 layers, not 0"),
        ((ReLU(),) * 17, "1 to 16 layers, not 17"),
        ((Conv2d(1, 300, 1),), "layer 1, Conv2d: it gives 10,800 numbers; at most 8,192"),
        ((Flatten(), Linear(36, 2000)), "74,000 weights and biases; at most 65,536"),
        ((Softmax(dim=-1),), "layer 1, Softmax: it takes a vector here, but the input is (1, 6, 6)"),
    ],
)  # fmt: skip
def test_a_stack_that_cannot_be_followed_is_refused_with_a_sentence(layers, sentence):
    state = forward.from_preset("worked")
    with pytest.raises(ValueError) as caught:
        state.with_network(Network((1, 6, 6), layers))
    assert sentence in str(caught.value)


def test_another_input_size_draws_the_picture_anew_or_is_refused():
    state = forward.from_preset("own")
    larger = state.with_network(Network((3, 12, 12), state.network.layers))
    assert larger.input.shape == (3, 12, 12) and larger.text == "pic.digit.rgb.12.0-9"
    assert larger.network.layers[0].in_channels == 3
    roundtrip(larger)
    with pytest.raises(ValueError, match="made of typed numbers"):
        worked = forward.from_preset("worked")
        worked.with_network(Network((1, 8, 8), worked.network.layers))
    with pytest.raises(ValueError, match="at most 32×32"):
        state.with_network(Network((1, 64, 64), state.network.layers))
    with pytest.raises(ValueError, match="no picture can be drawn"):
        state.with_network(Network((2, 8, 8), state.network.layers))


def test_a_picture_becomes_the_input():
    state = forward.from_preset("own").with_picture(picture.draw(picture.Spec("scene", "rgb", 256, "0-255")))
    assert state.input.shape == (3, 12, 12)
    roundtrip(state)


def test_weights_drawn_anew_and_as_they_began():
    state = forward.from_preset("own")
    other = state.with_seed(3)
    assert not np.array_equal(other.parameters["0.weight"], state.parameters["0.weight"])
    assert roundtrip(other).query() == {"example": "own", "seed": "3"}
    again = other.with_seed(0)
    np.testing.assert_array_equal(again.parameters["0.weight"], state.parameters["0.weight"])


def test_numbers_that_grow_beyond_all_bounds_are_refused():
    state = forward.from_preset("own")
    deep = tuple(layer for _ in range(7) for layer in (Linear(4, 4), ReLU()))
    state = state.with_network(Network((1, 8, 8), (Conv2d(1, 1, 7), Flatten(), *deep)))
    huge = {name: np.full_like(array, 1e6) for name, array in state.parameters.items()}
    changed = replace(state, parameters=huge).checked()
    assert np.isfinite(changed.outputs[-1]).all()
    with pytest.raises(ValueError, match="too large to compute with"):
        replace(state, parameters={name: np.full_like(a, 1e60) for name, a in huge.items()}).checked()


# Links


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"example": "alexnet"}, 'example "alexnet" is none of seven, worked, lenet5, own.'),
        (
            {"stack": "ReLU~Linear-9-3"},
            "in_features is 9, but layer 1, ReLU, gives (1, 6, 6); a Flatten before it would give (36).",
        ),
        ({"stack": "LSTM-3"}, "is not a layer that stands in a stack"),
        ({"stack": "Flatten~Linear-128-3"}, "Layer 2, Linear: in_features is 128, but layer 1, Flatten, gives (36)."),
        ({"x": "1x2x2_1_2_3_4"}, "kernel_size 3 is larger than the padded input 2"),
        ({"x": "pic.digit.grey.64.0-9"}, "at most 32×32"),
        ({"x": "abc"}, "is not a shape"),
        ({"target": "7"}, "target 7 is not a class: classes are 0 to 2."),
        ({"target": "-1"}, "target −1 is out of range"),
        ({"seed": "x"}, "is not a whole number"),
        ({"at": "9.0~8.9"}, "names a cell that this network does not have"),
        ({"at": "0.3"}, "names a cell"),
        ({"at": "<b>"}, "is not a path"),
        ({"step": "x"}, "is not a whole number"),
        ({"edits": "0.weight.99_1"}, "9 numbers, but none at 99"),
        ({"4.weight": "2x2_1_2_3_4"}, "4.weight has shape 2×2, but this layer needs 3×4"),
        ({"colour": "red"}, 'does not know "colour"'),
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_read_says_what_and_shows_the_rest(query, sentence):
    state, problems = open_link(query, None)
    assert len(problems) == 1 and sentence in problems[0] and "<" not in problems[0]
    assert state.query() == {"example": "worked"}


def test_a_step_beyond_the_last_is_the_last():
    state, problems = open_link({"example": "worked", "at": "5.0", "step": "99"}, None)
    assert problems == [] and state.shown_step == 2


def test_a_picture_of_the_session_opens_the_learners_own_stack():
    chosen = picture.draw(picture.Spec("letter", "rgb", 16, "0-9"))
    state, problems = open_link({}, chosen)
    assert problems == [] and state.base == "own" and state.input.shape == (3, 16, 16)
    state, _ = open_link({"example": "worked"}, chosen)
    assert state.base == "worked"


def test_the_worked_preset_is_the_worked_network():
    state = forward.from_preset("worked")
    assert state.network == zoo.WORKED.network and state.classes == ("lion", "tiger", "elephant")
    assert round(float(state.loss), 4) == 0.4649


@pytest.mark.parametrize(
    ("at", "total"), [("5.0", 16.6), ("5.1", 12.1), ("5.2", 6.4), ("7.0", 7.86), ("7.1", 8.78), ("7.2", 9.64)]
)
def test_the_tutorials_worked_examples_open_by_link(at, total):
    state, problems = open_link({"example": "worked", "at": at}, None)
    assert problems == []
    number, flat = map(int, at.split("."))
    assert state.open == (number, flat) and state.output(number).ravel()[flat] == pytest.approx(total, abs=1e-12)
    assert numbers(payload(state.trace)["phases"][0]["results"]).ravel()[state.shown_step] == total
