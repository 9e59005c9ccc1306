"""Practice, without a browser: every exercise opens, its answers are accepted, its slips named, its numbers found."""

import base64
import json
import sys

import numpy as np
import pytest

from engine import lean
from engine.exercises import KINDS, LEVELS, TOPICS, exercise
from pages.states.answers import PAGES, answer
from pages.states.learning import courses
from pages.states.paper import take
from pages.states.practice import scene
from pages.states.practice.state import KIND_OF, of_lesson, read
from pages.states.practice.view import answered
from pages.states.registry import LESSONS
from tests.pages.states.asking import act, blocks, json_answer, said

SEED = 4


def widget(data: dict) -> dict:
    return next(block["data"] for block in blocks(data) if block.get("widget") == "practice")


def judged(query: dict, **value) -> dict:
    return json_answer("practice", {"query": query, "ask": "guess", "value": value})


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_opens_at_each_level_and_takes_its_own_answers(kind):
    for level in LEVELS:
        data = json_answer("practice", {"query": {"kind": kind, "level": str(level), "seed": str(SEED)}})
        shown, link = widget(data), data["query"]
        one = exercise(kind, level, SEED, int(link["turn"]))
        assert link == shown["link"] == one.link
        blank = [line["shown"] is None for line in shown["lines"]]
        assert sum(blank) == len(one.asked) and (shown["end"] is None) == any(blank)
        for item in one.asked:
            verdict = answered([item.blank], {"item": 0, "text": item.blank.shown})
            assert verdict["right"] and verdict["shown"] == item.blank.shown, item.label
        end = judged(data["query"], end=True)
        assert [line["shown"] for line in end["lines"]] == [item.blank.shown for item in one.problem.items]


def test_an_exercise_opens_whose_layer_fits_only_with_the_padding_that_is_asked_for():
    query = exercise("size-padding", 3, 6).link
    data = answer("practice", {"query": query})
    assert widget(data)["lines"] and not any(block["kind"] == "fold" for block in data["sheet"])
    assert judged(query, end=True)["lines"]


def test_a_slip_is_named_and_what_nobody_knows_is_not():
    query = exercise("conv-number", 2, 1).link
    (at,) = [k for k, line in enumerate(widget(answer("practice", {"query": query}))["lines"]) if line["shown"] is None]
    slip = judged(query, item=at, text="-4")
    assert (slip["right"], slip["slip"]) == (0, "bias left out") and "left out the bias" in slip["message"]
    assert "shown" not in slip
    other = judged(query, item=at, text="812")
    assert (other["wrong"], other["slip"]) == (True, "") and other["message"].startswith("Not that.")
    assert "number" in judged(query, item=at, text="<b>")["message"]


def test_a_link_gives_the_same_exercise_and_another_version_is_said():
    query = {"kind": "neuron", "level": "3", "seed": "77"}
    first = json_answer("practice", {"query": query})
    assert json_answer("practice", {"query": first["query"]})["sheet"] == first["sheet"]
    assert set(first["query"]) == {"kind", "level", "seed", "turn", "v"}
    later = json_answer("practice", {"query": {**first["query"], "v": "9"}})
    assert "version 9" in said(later) and widget(later)["link"]["v"] == "1"


@pytest.mark.parametrize(
    "wrong", [{"kind": "none"}, {"level": "6"}, {"seed": "-1"}, {"turn": "999"}, {"turn": "x"}, {"topic": "<b>"}]
)
def test_what_no_link_can_mean_is_said_and_an_exercise_shown(wrong):
    data = json_answer("practice", {"query": {"kind": "relu", **wrong}})
    assert "could not be followed in full" in said(data) and widget(data)["lines"]


@pytest.mark.parametrize("value", [None, {}, [], {"item": 99, "text": "1"}, {"item": "x", "text": "1"}, {"item": 0},
                                   {"step": 0, "target": "result"}, {"item": 1e400, "text": "1"}])  # fmt: skip
def test_what_is_no_answer_is_refused(value):
    with pytest.raises(ValueError):
        answer("practice", {"query": {}, "ask": "guess", "value": value})


@pytest.mark.parametrize("kind", KINDS)
def test_the_player_s_link_opens_a_state_with_the_same_numbers(kind):
    shown = exercise(kind, 3, SEED).problem.scene
    place = scene.place(shown)
    data = widget(json_answer("practice", {"query": exercise(kind, 3, SEED).link}))
    if place is None:
        assert kind == "batch-mean" and data["look"]["page"] == "output_loss" and not data["look"]["same"]
        return
    page, query = place
    assert (data["look"]["page"], data["look"]["query"], data["look"]["same"]) == (page, query, True)
    state, problems = PAGES[page].read(query)
    assert not problems
    answer_ = exercise(kind, 3, SEED).problem.items[-1].blank.answer
    if page == "backward":
        number, name, flat = state.open
        assert state.gradient(number, name).flat[flat] == pytest.approx(answer_, abs=1e-12)
        given = {"input": state.forward.input} | {
            key.removeprefix("0."): value for key, value in state.forward.parameters.items() if key.startswith("0.")
        }
        arriving = () if kind == "p-minus-q" else ("grad_output",)
        for key in {"input", *shown.layer.parameter_shapes()}:
            np.testing.assert_array_equal(given[key], shown.arrays[key], err_msg=key)
        for key in arriving:  # not computed alike to the last bit: −½ × (−g) + ½ × g is g
            np.testing.assert_array_equal(state.gradient(1), shown.arrays[key])
        return
    if page == "learning":
        update = courses.taken(state).updates[state.name]
        numbers = [float(one[state.index]) for one in (update.before, update.gradient, update.after)]
        assert numbers[:2] == [shown.arrays["weight"], shown.arrays["gradient"]]
        assert numbers[2] == pytest.approx(answer_, abs=1e-8)
        assert float(update.parts.get("old", np.zeros((2, 1)))[state.index]) == shown.arrays.get("velocity", 0.0)
        return
    if page == "calculator":
        layers = shown.layers or (shown.layer,)
        assert getattr(state.shown, "network", None) is None or state.shown.network.layers == layers
        assert shown.layers or state.shown.layer == shown.layer
        return
    numbers = {"input": state.input, **state.parameters}
    for name, array in shown.arrays.items():
        if name in numbers:
            np.testing.assert_array_equal(numbers[name], array, err_msg=name)
        else:
            assert state.extras[name] == array
    assert set(shown.arrays) >= {"input", *state.parameters}
    if page != "forward":
        assert (state.layer, state.step) == (shown.layer, shown.step)


def test_a_player_is_folded_below_and_an_edit_in_it_leads_to_the_lesson():
    query = exercise("conv-number", 3, SEED).link
    data = json_answer("practice", {"query": query})
    (fold,) = [block for block in data["sheet"] if block["kind"] == "fold"]
    assert not fold["open"] and fold["blocks"] == []
    opened = json_answer("practice", {"query": query, "unfolded": [fold["key"]]})
    player = next(block["data"] for block in blocks(opened) if block.get("widget") == "player")
    assert player["step"] == exercise("conv-number", 3, SEED).problem.scene.step
    edit = {"board": "input", "shape": [1, 3, 3], "origin": [0, 0], "first_pane": 0, "cells": [0], "text": "3"}
    left = act("practice", query, "edit", edit)["leave"]
    assert left["page"] == "convolution" and PAGES["convolution"].read(left["query"])[0].input[0, 0, 0] == 3
    back = exercise("grad-weight", 3, SEED).link
    assert "stay" in act("practice", back, "edit", edit)["message"]
    sizes = json_answer("practice", {"query": exercise("size-conv", 3, SEED).link})
    assert not [block for block in sizes["sheet"] if block["kind"] == "fold"]


def test_each_lesson_leads_to_its_topic():
    assert set(KIND_OF) == {lesson.kind.page for lesson in LESSONS}
    for page, kind in KIND_OF.items():
        state, problems = read(of_lesson(page))
        assert not problems and state.exercise.kind == KINDS[kind] and state.topic == KINDS[kind].topic in TOPICS
        assert state.fresh and not read({"kind": kind})[0].fresh and not read(state.query())[0].fresh
        assert state.scene.page == page
    assert read({})[0].fresh


def test_what_is_given_is_read_out_with_its_shape():
    data = json_answer("practice", {"query": exercise("conv-channels", 2, SEED).link})
    html = json.dumps(widget(data)["given"], ensure_ascii=False)
    assert "2 × 2 × 3 (C × H × W)" in html and "input c1, 2 by 3: " in html


def test_exercises_like_the_one_on_show_can_be_taken_along(monkeypatch):
    query = {"kind": "max-pool", "level": "3", "seed": "4"}
    page = json_answer("practice", {"query": query, "act": None, "unfolded": [take.KEY]})
    offered = [block["key"] for block in blocks(page) if block["kind"] == "download"]
    assert offered == list(PAGES["practice"].files)
    files, names = {}, set()
    for key in offered:
        made = json_answer("practice", {"query": query, "ask": key, "address": "https://stride.example.org/practice"})
        files[key.removeprefix(take.KEY)] = base64.b64decode(made["base64"])
        names.add(made["name"])
    assert len(names) == len(files) and {"stride-exercises.pdf", "stride-exercises-canvas.zip"} < names
    assert files["pdf-a4"].startswith(b"%PDF-") and files["pdf-letter"].startswith(b"%PDF-")
    links = [one["link"] for one in json.loads(files["json"])["exercises"]]
    assert links[0] == exercise("max-pool", 3, 4).link and len(links) == take.COUNT
    assert {KINDS[link["kind"]].topic for link in links} == {KINDS["max-pool"].topic}
    monkeypatch.setitem(sys.modules, "typst", None)
    missing = json_answer("practice", {"query": query, "ask": f"{take.KEY}pdf-a4"})
    assert missing["message"] == lean.PDF and not missing["sheet"]
    read = json_answer("practice", {"query": {**query, "level": "1"}, "ask": f"{take.KEY}moodle"})
    assert "needs level 2" in read["message"]
