"""The backward page's state: every place has its trace and gradient, links lead back, edits move all gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learning.passes import both_ways
from pages.states.backward.overview import data, part, rule_of
from pages.states.backward.state import read as open_link
from pages.states.network.presets import PRESETS
from pages.states.network.state import read as open_forward
from tests.depth import cases

STACKS = (
    "Conv2d-1-2-3-padding.1~ReLU~AvgPool2d-2~Flatten~Linear-32-3",
    "Conv2d-1-2-3~BatchNorm2d-2~LeakyReLU~MaxPool2d-3-stride.1~Flatten~Linear-32-4~Tanh~Linear-4-2~Softmax",
    "Conv2d-1-4-3-stride.2~ReLU~ConvTranspose2d-4-2-2-groups.2~AvgPool2d-2~Flatten~Linear-8-3",
    "Conv2d-1-4-3-stride.2~Conv2d-4-4-2-groups.2~Sigmoid~Flatten~Linear-16-3~Softmax",
)


def opened(query):
    state, problems = open_link(query, None)
    assert problems == []
    return state


def presets_and_stacks():
    own = [{"example": "own", "stack": stack} for stack in STACKS]
    return [{"example": "worked"}, {"example": "own"}, *own]


@st.composite
def states(draw):
    query = draw(st.sampled_from(presets_and_stacks()))
    state = opened({**query, **draw(st.sampled_from([{}, {"seed": "3"}]))})
    number, name = draw(st.sampled_from([*state.rules, (len(state.forward.network), "")]))
    flat = draw(st.integers(0, state.gradient(number, name).size - 1))
    return state.with_open(number, name, flat)


@settings(max_examples=cases(60))
@given(state=states())
def test_the_step_on_show_writes_the_open_gradient(state):
    number, name, flat = state.open
    step = state.trace.steps[state.shown_step]
    assert step.result == pytest.approx(state.gradient(number, name).ravel()[flat], rel=1e-9, abs=1e-12)
    assert state.shown == state.open
    assert state.trail == state.path


@settings(max_examples=cases(60))
@given(state=states())
def test_a_link_brings_the_state_back(state):
    query = state.query()
    again = opened(query)
    assert again.path == state.path and again.query() == query
    assert open_forward(state.forward.query())[1] == []


@settings(max_examples=cases(60))
@given(state=states())
def test_what_a_step_read_is_what_the_gradients_nearer_to_the_loss_are(state):
    step = state.trace.steps[state.shown_step]
    for rule, flats in state.read().items():
        gradient = state.gradient(*rule).ravel()
        board = next(b for b, r in state.leads().items() if r == rule)
        read = [state.trace.board(board).values.ravel()[k] for k in step.reads.get(board, [])]
        if read:
            np.testing.assert_allclose(sorted(gradient[flats]), sorted(read), rtol=1e-12, atol=0)
    for board, number in state.values_read().items():
        if board in step.reads:
            values = state.forward.output(number).ravel()
            for cell in step.reads[board]:
                place = state.value_of(board, int(cell))
                assert place is None or values[place[1]] == state.trace.board(board).values.ravel()[cell]


@pytest.mark.parametrize("query", presets_and_stacks())
def test_the_rules_lead_from_the_logits_to_the_input_and_back(query):
    state = opened(query)
    seen = [state.open[:2]]
    for _ in range(len(state.rules) + 1):
        state = state.with_rule(1)
        seen.append(state.open[:2])
    assert seen[: len(state.rules)] == list(state.rules) and seen[-1] == (0, "")
    for _ in state.rules:
        state = state.with_rule(-1)
    assert state.open[:2] == (state.logits, "")


@pytest.mark.parametrize("name", PRESETS)
def test_a_drawing_holds_every_gradient(name):
    state = opened({"example": name})
    made = data(state)
    for column in made["columns"]:
        number = column["number"]
        for drawn in (column["below"], *column["parameters"]):
            rule = rule_of(drawn["part"])
            assert part(rule) == drawn["part"]
            gradient = state.gradient(*rule).ravel()
            written = drawn.get("full") or drawn["texts"]
            if rule[1] and gradient.size > 4096:
                assert drawn["count"] == gradient.size and not written["index"]
                continue
            shown = [float(written["pool"][k].replace("−", "-")) for k in written["index"]]
            np.testing.assert_allclose(shown, gradient, atol=6e-4, err_msg=f"{number} {drawn['part']}")


@pytest.mark.parametrize(
    "at", ["13.0", "12.5", "12.weight.9", "10.weight.10079", "8.weight.47999", "7.399", "6.200", "5.1", "4.weight.77",
           "3.5", "2.4703", "1.bias.5", "0.300"],
)  # fmt: skip
def test_a_large_layer_is_traced_near_the_open_gradient_only(at):
    state = opened({"example": "lenet5", "at": at})
    number, name, flat = state.open
    assert state.trace.steps[state.shown_step].result == pytest.approx(
        state.gradient(number, name).ravel()[flat], rel=1e-9, abs=1e-12
    )
    assert len(state.trace.steps) <= 100 and max(board.values.size for board in state.trace.boards) <= 50_000
    again = state.with_step(0)
    assert again.shown[:2] == state.open[:2]


def edit(board, array, index, text):
    flat = int(np.ravel_multi_index(index, array.shape))
    return {"board": board.name, "shape": array.shape, "origin": board.origin, "first_pane": board.first_pane,
            "cells": [flat], "text": text, "number": 1, "step": 0}  # fmt: skip


def test_an_edited_pixel_moves_all_gradients():
    state = opened({"example": "worked", "at": "1.weight.0"})
    board = state.trace.board("input")
    changed, message = state.with_edit(edit(board, board.values, (0, 1, 0), "9"))
    assert message == "" and changed.forward.input[0, 1, 0] == 9
    assert opened(changed.query()).gradient(1, "weight")[0, 0, 0, 0] != state.gradient(1, "weight")[0, 0, 0, 0]
    there = changed.forward
    expected = both_ways(there.network, there.parameters, there.input, there.target).gradients["0.weight"]
    np.testing.assert_array_equal(changed.gradient(1, "weight"), expected)


@pytest.mark.parametrize(("at", "cell", "kept"), [("6.0", (1, 2), (2, 1)), ("0.7", (0, 0, 2, 0), (0, 0, 2, 0))])
def test_a_weight_edited_in_its_turned_board_is_the_one_that_was_meant(at, cell, kept):
    state = opened({"example": "worked", "at": at})
    board = state.trace.board("weight")
    name = f"{state.passed - 1}.weight"
    assert board.values[cell] == state.forward.parameters[name][kept]
    changed, message = state.with_edit(edit(board, board.values, cell, "-3.5"))
    assert message == "" and changed.forward.parameters[name][kept] == -3.5
    same = np.array(state.forward.parameters[name])
    same[kept] = -3.5
    np.testing.assert_array_equal(changed.forward.parameters[name], same)


def test_maps_in_between_and_gradients_cannot_be_edited():
    for at in ("5.weight.0", "2.3", "7.1"):
        state = opened({"example": "worked", "at": at})
        assert not any(board.editable for board in state.trace.boards)


def test_a_refused_edit_keeps_the_state():
    state = opened({"example": "worked", "at": "1.weight.0"})
    board = state.trace.board("input")
    same, message = state.with_edit(edit(board, board.values, (0, 0, 0), "abc"))
    assert same is state and "abc" in message


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"at": "5.weight.99"}, "5.weight.99, a gradient that this network does not have"),
        ({"at": "99.0"}, "99.0, a gradient that this network does not have"),
        ({"at": "x"}, "is not a path"),
        ({"step": "-1"}, "step −1 is out of range"),
        ({"example": "own", "stack": "Conv2d-1-2-3"}, "a loss needs one number for each class"),
        ({"example": "own", "stack": "Flatten~Linear-64-3~Softmax~Linear-3-3"}, "must be the last layer"),
    ],
)
def test_a_link_that_cannot_be_read_says_so_and_shows_the_rest(query, words):
    state, problems = open_link(query, None)
    assert any(words in problem for problem in problems)
    assert state.path == ((state.logits, "", state.forward.target),)


def test_the_loss_itself_opens_the_true_classs_logit():
    state = opened({"example": "worked", "at": "1.weight.0"})
    assert state.with_open(9, "", 0).open == (7, "", 2)
    with pytest.raises(ValueError, match="there is no gradient 36"):
        state.with_open(0, "", 36)


def test_another_true_class_moves_the_open_logit():
    state = opened({"example": "worked"}).with_target(0)
    assert state.open == (7, "", 0)
    assert state.gradient(7)[0] == pytest.approx(0.1059 - 1, abs=1e-4)


def test_the_overview_tells_every_rule_and_how_far_the_learner_has_come():
    state = opened({"example": "worked", "at": "5.weight.6"})
    told = data(state)["backward"]
    assert [rule["part"] for rule in told["rules"]] == [part(rule) for rule in state.rules]
    assert told["at"] == 5 and told["rules"][5]["part"] == "5.weight"
    assert told["rules"][5]["title"] == "Linear, ∂L/∂weight" and "input that it multiplied" in told["rules"][5]["rule"]
    assert told["rules"][0]["title"] == "Loss → logits"
    probability = opened({"example": "worked", "at": "8.2"})
    assert data(probability)["backward"]["rules"][0] == {
        "part": "g7",
        "title": "Loss → probabilities",
        "rule": "−q ÷ p",
    }
