"""The lessons' states: any link gives a page that computes, a state's link brings it back, edits are judged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import LAYERS
from engine.trace.payload import payload
from engine.writing.setting import settings as settings_of
from pages.states.picture import Spec, draw, from_numbers
from pages.states.registry import KINDS
from tests.depth import cases
from tests.pages.states.asking import json_answer, player_of

kinds = pytest.mark.parametrize("page", KINDS)
EXAMPLES = [(page, name) for page, kind in KINDS.items() for name in kind.examples]


def same(one, other):
    assert one.layer == other.layer and one.extras == other.extras and one.step == other.step
    np.testing.assert_array_equal(one.input, other.input)
    assert one.parameters.keys() == other.parameters.keys()
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_an_examples_link_is_its_name_and_a_changed_one_is_spelt_out(page, name):
    kind = KINDS[page]
    state = kind.from_example(name)
    assert kind.query(state) == {"example": name}
    same(kind.read({"example": name}, None)[0], state)
    changed = kind.with_step(kind.with_settings(state), 1)
    query = kind.query(changed)
    assert "example" not in query
    again, problems = kind.read(query, None)
    assert problems == []
    same(again, changed)


@kinds
@given(data=st.data())
def test_any_settings_link_brings_the_state_back(page, data):
    kind = KINDS[page]
    state = kind.with_class(kind.from_example(data.draw(st.sampled_from(list(kind.examples)))), data.draw(
        st.sampled_from(kind.layers)))  # fmt: skip
    for name, one in settings_of(type(state.layer)).items():
        least, most = one.minimum, one.maximum
        if one.choices:
            value = data.draw(st.sampled_from(one.choices))
        elif isinstance(getattr(state.layer, name), bool):
            value = data.draw(st.booleans())
        elif isinstance(least, float):
            value = data.draw(st.sampled_from([least, most, (least + most) / 2]))
        else:
            value = data.draw(st.integers(least, most))
        try:
            state = kind.with_settings(state, **{name: value})
        except ValueError:
            continue
    again, problems = kind.read(kind.query(state), None)
    assert problems == []
    same(again, state)
    trace = state.trace
    assert trace.output.shape == trace.board(trace.output_board).values.shape


texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["0", "-1", "1e9", "nan", "2x1", "3x6x6_1", "1x4x4_0~16", "4_1_2_3_4", "none", "9", "1", "3"]),
)


@kinds
@settings(max_examples=cases(200))
@given(data=st.data())
def test_any_link_gives_a_page_that_computes(page, data):
    kind = KINDS[page]
    names = {name for layer in kind.layers for name in settings_of(LAYERS[layer])}
    keys = ["example", "layer", "x", "step", "weight", "b", "colour", *sorted(names), *(e.name for e in kind.extras)]
    query = data.draw(st.dictionaries(st.sampled_from(keys), texts, max_size=5))
    if "layer" in query:
        query["layer"] = data.draw(st.sampled_from([*kind.layers, query["layer"]]))
    state, problems = kind.read(query, None)
    payload(state.trace)
    assert all(isinstance(problem, str) and 0 < len(problem) < 500 for problem in problems)


@kinds
@given(data=st.data())
def test_any_class_can_follow_any_other(page, data):
    kind = KINDS[page]
    state = kind.from_example(kind.default)
    for name in data.draw(st.lists(st.sampled_from(kind.layers), max_size=5)):
        state = kind.with_class(state, name)
        assert type(state.layer).__name__ == name
        assert state.trace.steps


def test_a_large_picture_is_made_small_and_the_page_says_so():
    kind = KINDS["pooling"]
    state, problems = kind.read({}, draw(Spec("digit", "grey", 256, "0-9")))
    assert problems == [] and state.input.shape == (1, 12, 12) and "256" in state.note
    photo = from_numbers(np.arange(3.0 * 40 * 50).reshape(3, 40, 50) % 256, scale="0-255")
    state, _ = kind.read({}, photo)
    assert state.input.shape == (3, 12, 12)
    assert kind.read(kind.query(state), None)[1] == []


@pytest.mark.parametrize(("page", "name"), EXAMPLES)
def test_every_editable_cell_can_be_edited_at_the_engines_own_address(page, name):
    kind = KINDS[page]
    trace = kind.trace(kind.from_example(name))
    boards = [board for board in trace.boards if board.editable]
    assert boards
    for board in boards:
        inside = np.arange(board.values.size)
        if board.padding is not None:
            inside = inside[~board.padding.ravel()]
        for flat in inside[:: max(1, len(inside) // 7)].tolist():
            edit = {"board": board.name, "shape": board.values.shape, "origin": board.origin, "cells": [flat]}
            edit |= {"first_pane": board.first_pane, "text": "2.5"}
            answer = json_answer(page, {"query": {"example": name}, "act": ["edit", edit], "step": 0})
            assert answer["message"] == ""
            state, problems = kind.read(answer["query"], None)
            assert problems == []
            new = state.trace
            assert new.board(board.name).values.ravel()[flat] == 2.5
            assert payload(new) == player_of(answer)["trace"]


def test_none_in_an_adaptive_size_is_in_the_link_and_its_knob_shows_the_inputs_size():
    kind = KINDS["pooling"]
    state, problems = kind.read({"layer": "AdaptiveAvgPool2d", "output_size": "nonex2"}, None)
    assert problems == [] and state.layer.output_size == (None, 2)
    assert kind.query(state)["output_size"] == "nonex2"
    (knob,) = [knob for knob in kind.knobs(state) if knob.name == "output_size"]
    assert knob.value == (state.input.shape[1], 2)
    assert kind.read({"output_size": "none", "layer": "AdaptiveAvgPool2d"}, None)[1]
    assert kind.read({"kernel_size": "nonex2", "layer": "MaxPool2d"}, None)[1]
