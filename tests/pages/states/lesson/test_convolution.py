"""The Convolution page's state: any link gives a page, a state gives a link that brings it back, edits are judged."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.states.lesson.sheets import convolution
from pages.states.picture import from_numbers
from pages.states.registry import KINDS
from pages.states.sheet import Sheet
from tests.depth import cases

CONVOLUTION = KINDS["convolution"]


def same(one, other):
    assert one.layer == other.layer
    np.testing.assert_array_equal(one.chosen.values, other.chosen.values)
    assert one.parameters.keys() == other.parameters.keys()
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])
    assert (one.step, one.extras) == (other.step, other.extras)


@st.composite
def states(draw):
    channels, filters = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-3, 10, (channels, draw(st.integers(3, 16)), draw(st.integers(3, 16)))) / 2
    state = CONVOLUTION.with_settings(
        CONVOLUTION.begin(from_numbers(x))[0], out_channels=filters, bias=draw(st.booleans())
    )
    state = CONVOLUTION.with_settings(state, padding=draw(st.sampled_from([0, 1, (1, 2), "same"])))
    if state.layer.padding != "same":
        state = CONVOLUTION.with_settings(state, stride=draw(st.sampled_from([1, 2, (1, 3)])))
    if draw(st.booleans()):
        state = CONVOLUTION.with_settings(state, padding_mode="reflect")
    weight = rng.integers(-4, 5, state.parameters["weight"].shape) / 4
    return replace(state, parameters={**state.parameters, "weight": weight}, step=draw(st.integers(0, 99)))


@given(states())
def test_a_states_link_brings_it_back(state):
    again, problems = CONVOLUTION.read(CONVOLUTION.query(state), None)
    assert problems == []
    same(again, state)


@pytest.mark.parametrize("name", CONVOLUTION.examples)
def test_an_examples_link_is_its_name(name):
    assert CONVOLUTION.query(CONVOLUTION.from_example(name)) == {"example": name}
    same(CONVOLUTION.read({"example": name}, None)[0], CONVOLUTION.from_example(name))


def test_without_a_link_the_chosen_picture_is_used_else_the_default_example():
    assert CONVOLUTION.read({}, None)[0].example == CONVOLUTION.first
    chosen = from_numbers(np.ones((1, 5, 5)))
    state, problems = CONVOLUTION.read({}, chosen)
    assert state.chosen is chosen and problems == []


KEYS = ("example", "layer", "x", "w", "weight", "b", "stride", "padding", "dilation", "groups", "mode", "step", "at")
texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["0", "-1", "1e9", "nan", "same", "2x1", "3x6x6_1", "1x1x3x3_0~9", "none", "x" * 70_000, "9"]),
)


@settings(max_examples=cases(400))
@given(st.dictionaries(st.sampled_from([*KEYS, "colour"]), texts, max_size=5))
def test_any_link_gives_a_page_that_computes(query):
    state, problems = CONVOLUTION.read(query, None)
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
        ({"b": "2_1_1"}, ("b has shape 2", "needs 3")),
        ({"mode": "mirror"}, ("mirror", "reflect")),
        ({"example": "one-channel", "w": "1x1x7x7_0~49"}, ("kernel_size 7", "padded input 6")),
        ({"example": "one-channel", "w": "1x3x1x1_1_1_1"}, ("weight has shape 1×3×1×1", "needs 1×1×1×1")),
        ({"groups": "2"}, ("groups 2", "3")),
        ({"padding": "100"}, ("padding 100", "7")),
        ({"stride": "1x9"}, ("stride 9", "8")),
        ({"padding": "same", "dilation": "999"}, ("dilation 999", "6")),
        ({"colour": "red"}, ("colour",)),
        ({"at": "1.2"}, ("at", "1.2")),
        ({"step": "-4"}, ("step", "−4")),
    ],
)
def test_what_a_link_gets_wrong_is_said_with_the_numbers(query, fragments):
    _, problems = CONVOLUTION.read(query, None)
    assert len(problems) == 1
    assert all(fragment in problems[0] for fragment in fragments)


SEEN = {"origin": (0, 0)}


def edit(state, board, index, text):
    arrays = {"input": state.input, **state.parameters}
    flat = int(np.ravel_multi_index(index, arrays[board].shape))
    return state.with_edit({"board": board, **SEEN, "shape": arrays[board].shape, "cells": [flat], "text": text})


def test_editing_a_pixel_a_weight_and_a_bias_changes_just_that_number():
    state = CONVOLUTION.from_example("three-channels")
    for board, index in (("input", (1, 2, 3)), ("weight", (0, 2, 1, 1)), ("bias", (0,))):
        changed, message = edit(state, board, index, "-2.5")
        assert message == "" and changed.example == ""
        pairs = [
            (state.chosen.values, changed.chosen.values),
            (state.parameters["weight"], changed.parameters["weight"]),
            (state.parameters["bias"], changed.parameters["bias"]),
        ]
        assert sum((a != b).sum() for a, b in pairs) == 1
        same(CONVOLUTION.read(CONVOLUTION.query(changed), None)[0], changed)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "inf", "1e300", "1,5", "0.1234567", "1e7", "=1+1", "٣"])
def test_what_is_not_a_usable_number_is_refused_and_the_state_kept(text):
    state = CONVOLUTION.from_example("three-channels")
    changed, message = edit(state, "weight", (0, 0, 1, 2), text)
    assert changed is state
    assert message.startswith("The kernel of filter 0, channel 0, row 1, column 2")


def test_a_pasted_block_fills_from_its_cell_and_says_what_did_not_fit():
    state = CONVOLUTION.from_example("one-channel")
    block = {
        "board": "input",
        "shape": (1, 6, 6),
        "flat": 6 * 4 + 3,
        "paste": "9\t8\t7\n6\t5\t4\n",
        **SEEN,
    }
    changed, message = state.with_edit(block)
    assert message == "" and changed.chosen.values[0, 4:, 3:].tolist() == [[9, 8, 7], [6, 5, 4]]
    changed, message = state.with_edit({**block, "flat": 35})
    assert changed.chosen.values[0, 5, 5] == 9 and "larger than the board" in message
    changed, message = state.with_edit({**block, "paste": "1\tx"})
    assert changed is state and "row 4, column 4" in message


def test_a_padded_boards_cells_are_the_inputs_and_padding_is_not_edited():
    state = CONVOLUTION.with_settings(CONVOLUTION.from_example("one-channel"), padding=1)
    cell = {"board": "input", "shape": (1, 8, 8), "origin": (-1, -1), "text": "7"}
    changed, _ = state.with_edit({**cell, "cells": [9]})
    assert changed.chosen.values[0, 0, 0] == 7
    changed, message = state.with_edit({**cell, "cells": [0]})
    assert changed is state and "Padding" in message


def test_a_named_kernel_sets_the_size_that_it_has():
    state = CONVOLUTION.with_kernel(CONVOLUTION.from_example("stride-1"), "Sobel x", [0])
    assert state.layer.kernel == (3, 3) and state.parameters["weight"][0, 0].tolist() == [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
    ]


def test_more_filters_and_groups_keep_the_weights_that_fit():
    state = CONVOLUTION.from_example("three-channels-three-filters")
    more = CONVOLUTION.with_settings(state, out_channels=5)
    np.testing.assert_array_equal(more.parameters["weight"][:3], state.parameters["weight"])
    assert not more.parameters["weight"][3:].any() and more.parameters["bias"].tolist() == [2, 1, 3, 0, 0]
    grouped = CONVOLUTION.with_settings(state, groups=3)
    np.testing.assert_array_equal(grouped.parameters["weight"], state.parameters["weight"][:, :1])
    with pytest.raises(ValueError, match="kernel_size 7"):
        CONVOLUTION.with_settings(state, kernel_size=7)


def test_a_block_pasted_on_the_biases_fills_in_reading_order():
    state = CONVOLUTION.from_example("three-channels-three-filters")
    block = {"board": "bias", "shape": (3,), "flat": 0, "paste": "5 6; 7 8", **SEEN}
    changed, message = state.with_edit(block)
    assert changed.parameters["bias"].tolist() == [5, 6, 7] and "larger than the board" in message


@pytest.mark.parametrize(
    "wrong",
    [{}, {"board": "output"}, {"shape": (6, 6)}, {"shape": None}, {"cells": [10**9]}, {"cells": 3}, {"origin": "a"}],
)
def test_a_change_of_another_form_is_refused(wrong):
    state = CONVOLUTION.from_example("one-channel")
    right = {"board": "input", "shape": (1, 6, 6), "cells": [0], "text": "1", **SEEN}
    with pytest.raises(ValueError):
        state.with_edit({**right, **wrong} if wrong else {})


def test_a_huge_number_is_said_shortly():
    _, (problem,) = CONVOLUTION.read({"step": "1e308"})
    assert problem == "step 1e+308 is out of range: it goes from 0 to 999,999."


def test_the_present_step_is_lit_in_the_matrix_product():
    state, _ = CONVOLUTION.read({"example": "three-channels-three-filters", "step": "21"})
    o, place = divmod(21, 16)
    page = Sheet(unfolded=["matrix"])
    convolution.below(page, state)
    (fold,) = page.blocks
    text, figures, caption = fold["blocks"]
    assert fold["label"] == "As one matrix product" and "<strong>column</strong> of 27 numbers" in text["html"]
    assert f"Lit: row {o} times column {place}, the present step." in caption["html"]
    assert "columns 2 to 8 of 0 to 15" in figures["html"]
    product = figures["html"].split('data-grid="product"')[1]
    lit = re.search(r'class="marked"[^>]*>([^<]*)<', product)[1]
    bias = state.parameters["bias"][o]
    assert float(lit.replace("−", "-")) + bias == state.trace.steps[21].result
    assert product.count('"marked"') == 1


def test_a_column_that_is_too_long_is_not_drawn():
    x = np.ones((4, 8, 8))
    state = CONVOLUTION.with_settings(CONVOLUTION.begin(from_numbers(x))[0], kernel_size=4)
    page = Sheet(unfolded=["matrix"])
    convolution.below(page, state)
    assert "A column of 64 numbers is too long to be drawn" in page.blocks[0]["blocks"][-1]["html"]
