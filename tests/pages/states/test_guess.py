"""What a learner says comes next: which texts are numbers, and what is said of right and wrong ones."""

import json
import math

import numpy as np
import pytest

from engine.exercises import Scene
from engine.layers import Conv2d
from pages.states.answers import answer
from pages.states.edits import Malformed
from pages.states.numbers import readings
from pages.states.practice.scene import lesson
from tests.pages.states.asking import blocks, player_of

THREE = {"example": "three-channels-three-filters"}


def said(page, query, **value):
    return answer(page, {"query": query, "ask": "guess", "value": value})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("4", 4), ("4.0", 4), ("4,0", 4), ("+4", 4), (" 4 ", 4), ("1/3", 1 / 3), ("−.5", -0.5), ('"-0.50"', -0.5),
        ("3e-2", 0.03), ("–2", -2), ("-1/4", -0.25), ("0.1/0.2", 0.5), ("1 000", 1000), ("2.", 2),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text, meant):
    assert float(readings(text)[0]) == pytest.approx(meant, abs=1e-15)


def test_a_comma_may_stand_for_a_point_or_between_thousands():
    assert [float(number) for number in readings("1,000")] == [1, 1000]
    assert [float(number) for number in readings("−0,50")] == [-0.5]


@pytest.mark.parametrize(
    "text", ["", "four", "1/0", "nan", "inf", "1e999", "1/1e-999", "2 3", "1/2/3", "__import__('os')"]
)
def test_what_is_no_number_is_met_by_a_sentence(text):
    verdict = said("convolution", THREE, step=0, target="result", text=text)
    assert verdict["wrong"] and not verdict["right"] and verdict["message"].endswith(".")


@pytest.mark.parametrize("text", ["4", "4.0", "4,0", "8/2", "4.000", "4e0"])
def test_a_right_answer_is_right(text):
    verdict = said("convolution", THREE, step=0, target="result", text=text)
    assert verdict["right"] == 1 and not verdict["wrong"]


def test_a_right_answer_may_be_larger_than_a_number_that_can_be_typed_into_a_board():
    arrays = {"input": np.full((1, 3, 3), 1e6), "weight": np.full((1, 1, 2, 2), 9.0), "bias": np.zeros(1)}
    query = lesson(Scene("convolution", Conv2d(1, 1, 2), arrays)).query()
    for text in ("36000000", "36 000 000", "3.6e7"):
        assert said("convolution", query, step=0, target="result", text=text)["right"], text


def test_a_slip_is_named_with_the_numbers():
    verdict = said("convolution", THREE, step=0, target="result", text="2")
    assert verdict["wrong"] and "left out the bias: −2 + 3 + 1 = 2" in verdict["message"]


def test_sums_products_the_shape_and_the_cells_can_be_said():
    assert said("convolution", THREE, step=0, target="sum.1", text="3")["right"]
    assert said("convolution", THREE, step=0, target="term.2", text="−2")["right"]
    assert said("convolution", THREE, step=0, target="shape", text="3×4×4")["right"]
    assert said("convolution", THREE, step=0, target="shape", text="(3, 4, 4)")["right"]
    assert said("convolution", THREE, step=0, target="shape", text="3×6×6")["wrong"]
    window = [row * 6 + column for row in range(3) for column in range(3)]
    assert said("convolution", THREE, step=0, target="window", cells=window)["right"]
    assert said(
        "convolution", THREE, step=0, target="window", cells=[cell + 36 * c for cell in window for c in range(3)]
    )["right"]
    assert said("convolution", THREE, step=0, target="window", cells=window[:-1])["wrong"]
    assert "15" in said("pooling", {"example": "max"}, step=0, target="result", text="1")["message"]
    assert said("pooling", {"example": "max"}, step=0, target="winner", cells=[0])["right"]


def test_each_number_of_a_map_gets_its_verdict():
    def filled(*texts):
        return said("pooling", {"example": "max"}, step=0, target="map", answers=list(enumerate(texts)))

    right = filled("15", "8", "20", "5.0")
    assert right["right"] == 4 and not right["wrong"] and right["message"] == "4 of 4 right."
    wrong = filled("15", "x", "6", "5")
    assert [(cell["step"], cell["wrong"]) for cell in wrong["cells"]] == [(0, False), (1, True), (2, True), (3, False)]
    assert wrong["message"].startswith("2 of 4 right. Your answer is") and wrong["wrong"]
    slip = filled("7")["message"]
    assert slip == filled("7")["cells"][0]["message"] and slip.startswith("You took the mean of 15")
    assert filled("15", "0")["message"].startswith("1 of 2 right. Row 0, column 1: You ")


def test_a_rounded_result_takes_what_rounds_to_it():
    loss = {"example": "loss"}
    steps = answer("output_loss", {"query": loss, "act": None})["sheet"]
    assert steps  # the lesson opens
    for text, right in (("0.1059", True), ("0.10593", True), ("0.106", False), ("0.2", False)):
        assert bool(said("output_loss", loss, step=5, target="result", text=text)["right"]) is right, text


@pytest.mark.parametrize("page", ["forward", "backward", "inside", "learning"])
def test_every_page_with_a_player_judges(page):
    verdict = said(page, {}, step=0, target="result", text="123456")
    assert verdict["wrong"] and verdict["message"]


@pytest.mark.parametrize(
    "value",
    [
        None, {}, {"step": 0}, {"step": -1, "target": "result", "text": "1"},
        {"step": 10**6, "target": "map", "answers": [[0, "1"]]}, {"step": 0, "target": "weights", "text": "1"},
        {"step": 0, "target": "map", "text": "1"}, {"step": 0, "target": "map", "answers": []},
        {"step": 0, "target": "map", "answers": [[48, "1"]]}, {"step": 0, "target": "map", "answers": [[-1, "1"]]},
        {"step": 0, "target": "window"}, {"step": 0, "target": "winner", "cells": ["x"]},
        {"step": math.inf, "target": "result", "text": "1"}, {"step": 0, "target": "winner", "cells": [math.inf]},
    ],
)  # fmt: skip
def test_a_request_of_another_form_is_refused(value):
    with pytest.raises(ValueError):
        answer("convolution", {"query": THREE, "ask": "guess", "value": value})
    assert issubclass(Malformed, ValueError)


def test_a_scale_that_no_number_can_have_is_refused():
    for scale in (10**400, math.nan, -1):
        with pytest.raises(ValueError, match="has not the form of an act"):
            answer("convolution", {"query": THREE, "scales": {"input": scale}})


@pytest.mark.parametrize("page", ["convolution", "forward", "backward", "inside", "learning"])
def test_what_is_blank_is_in_the_link_and_outlives_what_is_done(page):
    plain = answer(page, {"query": {"part": "kernel"} if page == "learning" else {}})
    assert "predict" not in plain["query"] and player_of(plain)["predict"] == ""
    asked = answer(page, {"query": plain["query"], "act": ["predict", "map"]})
    assert asked["query"] == {**plain["query"], "predict": "map"} and not asked["go"] and not asked["push"]
    assert player_of(asked)["predict"] == "map"
    after = answer(page, {"query": asked["query"], "act": ["step", 1], "step": 1})
    assert after["query"]["predict"] == "map"
    over = answer(page, {"query": after["query"], "act": ["predict", ""]})
    assert "predict" not in over["query"]


def test_what_is_blank_is_asked_for_beside_the_numbers_that_it_is_made_of():
    """The path's Convolution begins as pictures, in which there is no number to work with."""
    assert player_of(answer("convolution", {"query": {}}))["picture"]["view"] == "picture"
    asked = answer("convolution", {"query": {"predict": "result"}})
    assert player_of(asked)["picture"] is None and asked["query"]["view"] == "picture"  # to go back to


def test_a_blank_that_there_is_not_is_said_and_left_out():
    shown = answer("convolution", {"query": {**THREE, "predict": "bias"}})
    assert shown["query"] == THREE and "predict" in shown["sheet"][1]["text"] and "result" in shown["sheet"][1]["text"]
    with pytest.raises(ValueError, match="predict"):
        answer("convolution", {"query": THREE, "act": ["predict", "bias"]})
    with pytest.raises(ValueError, match="no player"):
        answer("input", {"query": {}, "act": ["predict", "map"]})


def test_the_shared_link_has_what_is_blank():
    request = {
        "query": {**THREE, "predict": "sums"},
        "unfolded": ["share.link", "share.embed"],
        "address": "http://x/c",
    }
    sheet = json.dumps(answer("convolution", request)["sheet"])
    assert "http://x/c?example=three-channels-three-filters&predict=sums" in sheet
    assert "predict=sums&amp;embed=true" in sheet


@pytest.mark.parametrize(
    ("page", "query", "count"),
    [("activation", {}, 3), ("pooling", {"example": "max"}, 2), ("fully_connected", {}, 2),
     ("output_loss", {"example": "loss"}, 4), ("batch_norm", {}, 2), ("transposed", {}, 2)],
)  # fmt: skip
def test_a_lesson_s_own_figures_are_marked_where_they_have_the_output_s_numbers(page, query, count):
    given = [block["kind"] for block in blocks(answer(page, {"query": query})) if block.get("gives") == "step"]
    assert len(given) >= count, given


def test_the_numbers_of_the_formula_and_the_sizes_are_marked_as_what_gives_a_blank_away():
    sheet = json.dumps(answer("convolution", {"query": THREE})["sheet"])
    assert sheet.count('"gives": "step"') == 1 and sheet.count('"gives": "shape"') == 3
