"""The Convolution lesson's second layer, Conv1d: its links, its knobs, and the way from a picture and back."""

import numpy as np
import pytest

from engine.facts.examples import SEQUENCE
from engine.layers import Conv1d, Conv2d
from pages.states.registry import KINDS

KIND = KINDS["convolution"]


@pytest.mark.parametrize("name", SEQUENCE)
@pytest.mark.parametrize(
    "edit",
    [
        {"knob": "kernel_size", "text": "3"},
        {"knob": "padding", "by": 1},
        {"knob": "same", "text": "1"},
        {"knob": "out_channels", "text": "3"},
        {"knob": "bias", "text": "0"},
        {"knob": "layer", "text": "Conv2d"},
    ],
)
def test_an_edits_link_brings_the_state_back(name, edit):
    state, message = KIND.from_example(name).with_edit(edit)
    again, problems = KIND.read(state.query())
    assert (message, problems) == ("", []) and again.layer == state.layer
    assert again.trace.output.tolist() == state.trace.output.tolist()
    assert {knob.name for knob in state.knobs} == {knob.name for knob in again.knobs}


def test_its_knobs_are_numbers_and_no_kernels_of_pictures():
    kinds = {knob.name: knob.kind for knob in KIND.from_example("difference").knobs}
    assert [kinds[name] for name in ("kernel_size", "stride", "padding", "dilation")] == ["number"] * 4
    assert "kernel" not in kinds


def test_from_a_picture_it_takes_the_middle_row_of_picture_and_kernels():
    state = KIND.from_example("one-channel")
    sequence, message = state.with_edit({"knob": "layer", "text": "Conv1d"})
    assert message == "" and sequence.layer == Conv1d(1, 1, 3)
    np.testing.assert_array_equal(sequence.input, state.input[:, 3:4])
    np.testing.assert_array_equal(sequence.parameters["weight"], state.parameters["weight"][:, :, 1])
    back, _ = sequence.with_edit({"knob": "layer", "text": "Conv2d"})
    assert back.layer == Conv2d(1, 1, (1, 3))
    assert back.trace.output.tolist() == sequence.trace.output.tolist()


def test_a_link_of_it_alone_opens_a_sequence():
    state, problems = KIND.read({"layer": "Conv1d"})
    assert problems == [] and isinstance(state.layer, Conv1d) and state.input.shape[1] == 1


def test_a_cell_of_its_weight_is_edited_where_the_board_shows_it():
    state = KIND.from_example("difference")
    edit = {"board": "weight", "shape": [1, 1, 1, 2], "origin": [0, 0], "cells": [1], "text": "3"}
    changed, message = state.with_edit(edit)
    assert message == "" and changed.parameters["weight"].tolist() == [[[-1, 3]]]
    block = {"board": "weight", "shape": [1, 1, 1, 2], "origin": [0, 0], "flat": 0, "paste": "5 6; 7 8"}
    changed, message = state.with_edit(block)
    assert changed.parameters["weight"].tolist() == [[[5, 6]]] and "larger than the board" in message
    with pytest.raises(ValueError):
        state.with_edit({**edit, "shape": [1, 1, 2]})
