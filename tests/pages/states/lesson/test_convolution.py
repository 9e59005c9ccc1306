"""The Convolution page's state: any link gives a page, a state gives a link that brings it back, edits are judged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts.examples import CONVOLUTION
from pages.states.lesson import convolution as conv_state
from pages.states.lesson.convolution import (
    from_example,
    from_picture,
    from_query,
    to_query,
    with_edit,
    with_kernel,
    with_layer,
)
from pages.states.picture import from_numbers


def same(one, other):
    assert one.layer == other.layer
    np.testing.assert_array_equal(one.chosen.values, other.chosen.values)
    np.testing.assert_array_equal(one.weight, other.weight)
    assert (one.bias is None) == (other.bias is None)
    if one.bias is not None:
        np.testing.assert_array_equal(one.bias, other.bias)
    assert (one.step, one.at) == (other.step, other.at)


@st.composite
def states(draw):
    channels, filters = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-3, 10, (channels, draw(st.integers(3, 16)), draw(st.integers(3, 16)))) / 2
    state = with_layer(from_picture(from_numbers(x)), out_channels=filters, bias=draw(st.booleans()))
    state = with_layer(state, padding=draw(st.sampled_from([0, 1, (1, 2), "same"])))
    if state.layer.padding != "same":
        state = with_layer(state, stride=draw(st.sampled_from([1, 2, (1, 3)])))
    if draw(st.booleans()):
        state = with_layer(state, padding_mode="reflect")
    weight = rng.integers(-4, 5, state.weight.shape) / 4
    return conv_state.replace(state, weight=weight, step=draw(st.integers(0, 99)))


@given(states())
def test_a_states_link_brings_it_back(state):
    again, problems = from_query(to_query(state), None)
    assert problems == []
    same(again, state)


@pytest.mark.parametrize("name", CONVOLUTION)
def test_an_examples_link_is_its_name(name):
    assert to_query(from_example(name)) == {"example": name}
    same(from_query({"example": name}, None)[0], from_example(name))


def test_without_a_link_the_chosen_picture_is_used_else_the_default_example():
    assert from_query({}, None)[0].example == conv_state.DEFAULT
    chosen = from_numbers(np.ones((1, 5, 5)))
    state, problems = from_query({}, chosen)
    assert state.chosen is chosen and problems == []


texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["0", "-1", "1e9", "nan", "same", "2x1", "3x6x6_1", "1x1x3x3_0~9", "none", "x" * 70_000, "9"]),
)


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from([*conv_state.KEYS, "colour"]), texts, max_size=5))
def test_any_link_gives_a_page_that_computes(query):
    state, problems = from_query(query, None)
    assert state.layer.forward(state.chosen.values, **state.parameters).shape == state.output_shape
    assert all(isinstance(problem, str) and problem for problem in problems)
    assert all(len(problem) < 500 for problem in problems)


@pytest.mark.parametrize(
    ("query", "fragments"),
    [
        ({"stride": "0"}, ("stride", "0")),
        ({"stride": "two"}, ("stride", "two")),
        ({"example": "nine-channels"}, ("nine-channels", "three-channels")),
        ({"w": "1x1x9x9_0~81"}, ("9",)),
        ({"b": "2_1_1"}, ("2 numbers", "3 filters")),
        ({"mode": "mirror"}, ("mirror", "reflect")),
        ({"example": "one-channel", "w": "1x1x7x7_0~49"}, ("kernel_size 7", "padded input 6")),
        ({"example": "one-channel", "w": "1x3x1x1_1_1_1"}, ("3 channels", "1")),
        ({"groups": "2"}, ("groups 2", "3")),
        ({"padding": "100"}, ("padding 100", "7")),
        ({"stride": "1x9"}, ("stride 9", "8")),
        ({"padding": "same", "dilation": "999"}, ("dilation 999", "6")),
        ({"colour": "red"}, ("colour",)),
        ({"at": "1.2"}, ("at", "1.2")),
        ({"step": "-4"}, ("step", "-4")),
    ],
)
def test_what_a_link_gets_wrong_is_said_with_the_numbers(query, fragments):
    _, problems = from_query(query, None)
    assert len(problems) == 1
    assert all(fragment in problems[0] for fragment in fragments)


SEEN = {"origin": (0, 0)}


def edit(state, board, index, text):
    arrays = {"input": state.chosen.values, "weight": state.weight, "bias": state.bias}
    flat = int(np.ravel_multi_index(index, arrays[board].shape))
    return with_edit(state, {"board": board, **SEEN, "shape": arrays[board].shape, "cells": [flat], "text": text})


def test_editing_a_pixel_a_weight_and_a_bias_changes_just_that_number():
    state = from_example("three-channels")
    for board, index in (("input", (1, 2, 3)), ("weight", (0, 2, 1, 1)), ("bias", (0,))):
        changed, message = edit(state, board, index, "-2.5")
        assert message == "" and changed.example == ""
        pairs = [
            (state.chosen.values, changed.chosen.values),
            (state.weight, changed.weight),
            (state.bias, changed.bias),
        ]
        assert sum((a != b).sum() for a, b in pairs) == 1
        same(from_query(to_query(changed), None)[0], changed)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "inf", "1e300", "1,5", "0.1234567", "1e7", "=1+1", "٣"])
def test_what_is_not_a_usable_number_is_refused_and_the_state_kept(text):
    state = from_example("three-channels")
    changed, message = edit(state, "weight", (0, 0, 1, 2), text)
    assert changed is state
    assert message.startswith("The kernel of filter 1, channel 0, row 1, column 2")


def test_a_pasted_block_fills_from_its_cell_and_says_what_did_not_fit():
    state = from_example("one-channel")
    block = {
        "board": "input",
        "shape": (1, 6, 6),
        "flat": 6 * 4 + 3,
        "rows": [["9", "8", "7"], ["6", "5", "4"]],
        **SEEN,
    }
    changed, message = with_edit(state, block)
    assert message == "" and changed.chosen.values[0, 4:, 3:].tolist() == [[9, 8, 7], [6, 5, 4]]
    changed, message = with_edit(state, {**block, "flat": 35})
    assert changed.chosen.values[0, 5, 5] == 9 and "larger than the board" in message
    changed, message = with_edit(state, {**block, "rows": [["1", "x"]]})
    assert changed is state and "row 4, column 4" in message


def test_a_padded_boards_cells_are_the_inputs_and_padding_is_not_edited():
    state = with_layer(from_example("one-channel"), padding=1)
    cell = {"board": "input", "shape": (1, 8, 8), "origin": (-1, -1), "text": "7"}
    changed, _ = with_edit(state, {**cell, "cells": [9]})
    assert changed.chosen.values[0, 0, 0] == 7
    changed, message = with_edit(state, {**cell, "cells": [0]})
    assert changed is state and "Padding" in message


def test_a_named_kernel_sets_the_size_that_it_has():
    state = with_kernel(from_example("stride-1"), "Sobel x", [0])
    assert state.layer.kernel == (3, 3) and state.weight[0, 0].tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def test_more_filters_and_groups_keep_the_weights_that_fit():
    state = from_example("three-channels-three-filters")
    more = with_layer(state, out_channels=5)
    np.testing.assert_array_equal(more.weight[:3], state.weight)
    assert not more.weight[3:].any() and more.bias.tolist() == [2, 1, 3, 0, 0]
    grouped = with_layer(state, groups=3)
    np.testing.assert_array_equal(grouped.weight, state.weight[:, :1])
    with pytest.raises(ValueError, match="kernel_size 7"):
        with_layer(state, kernel_size=7)


def test_a_block_pasted_on_the_biases_fills_in_reading_order():
    state = from_example("three-channels-three-filters")
    block = {"board": "bias", "shape": (3,), "flat": 0, "rows": [["5", "6"], ["7", "8"]], **SEEN}
    changed, message = with_edit(state, block)
    assert changed.bias.tolist() == [5, 6, 7] and "larger than the board" in message


@pytest.mark.parametrize(
    "wrong",
    [{}, {"board": "output"}, {"shape": (6, 6)}, {"shape": None}, {"cells": [10**9]}, {"cells": 3}, {"origin": "a"}],
)
def test_a_change_of_another_form_is_refused(wrong):
    state = from_example("one-channel")
    right = {"board": "input", "shape": (1, 6, 6), "cells": [0], "text": "1", **SEEN}
    with pytest.raises(ValueError):
        with_edit(state, {**right, **wrong} if wrong else {})
