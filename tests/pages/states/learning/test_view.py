"""The learning page as hosts see it: what each act does, what it costs, and a training that goes on by requests."""

import json
import re
import time

import numpy as np
import pytest

from engine.data import drawings
from engine.layers import Conv2d
from engine.learning import fit
from engine.learning.optim import Adam
from engine.network import Network
from pages.states import answers, view
from pages.states.learning import courses, grids
from pages.states.learning import state as learning
from pages.states.learning.settings import Training


def act(query, name, value=None, **request):
    return answers.answer("learning", {"query": query, "act": [name, value], **request})


def opened(**query):
    return answers.answer("learning", {"query": query, "act": None})


def blocks(sheet, kind):
    """All blocks of a kind on a sheet, those in its parts too."""
    found = []
    for block in sheet:
        found += [block] if kind in (block["kind"], block.get("widget")) else []
        for part in (block.get("blocks"), *block.get("columns", ())):
            found += blocks(part or [], kind)
    return found


def steps_of(answer):
    (widget,) = blocks(answer["sheet"], "steps")
    return widget["data"]


def said(answer):
    return json.dumps(answer["sheet"], ensure_ascii=False)


@pytest.mark.parametrize("part", learning.PARTS)
def test_each_part_has_its_frame_and_goes_through_json(part):
    answer = opened(part=part)
    assert answer["frame"] == part and json.loads(json.dumps(answer, allow_nan=False))["query"]["part"] == part


@pytest.mark.parametrize(
    ("query", "name", "value", "after"),
    [
        ({"part": "step"}, "take", 10, {"count": "10"}),
        ({"part": "step", "count": "12"}, "take", -1, {"count": "11"}),
        ({"part": "step", "count": "12"}, "count", 3, {"count": "3"}),
        ({"part": "step"}, "pick", {"name": "6.bias", "flat": 1}, {"w": "6.bias.1"}),
        ({"part": "step", "lr": "0.5"}, "edit", {"knob": "optimiser", "text": "Adam"}, {"optimiser": "Adam"}),
        ({"part": "step"}, "edit", {"knob": "lr", "by": 2}, {"lr": "0.03"}),
        ({"part": "step", "optimiser": "Adam"}, "edit", {"knob": "beta2", "text": "0.75"}, {"beta2": "0.75"}),
        ({"part": "step", "momentum": "0.5"}, "edit", {"knob": "velocity", "text": "-3"}, {"velocity": "-3"}),
        ({"part": "check"}, "edit", {"knob": "h", "text": "3e−5"}, {"h": "1e-4.5"}),
        ({"part": "check", "example": "lenet5"}, "edit", {"knob": "flat", "text": "7"}, {"w": "0.weight.7"}),
        ({"part": "check", "example": "lenet5"}, "edit", {"knob": "parameter", "text": "0.bias"}, {"w": "0.bias.0"}),
        ({"part": "kernel", "count": "5"}, "edit", {"knob": "seed", "by": 1}, {"seed": "1", "count": None}),
        ({"part": "kernel", "count": "5"}, "edit", {"knob": "reveal", "text": "1"}, {"reveal": "1", "count": "5"}),
        ({"part": "kernel"}, "open", {"name": "kernel", "flat": 5}, {"cell": "5"}),
        ({"part": "kernel"}, "step", 99, {"cell": "8"}),
        ({"part": "kernel", "count": "60"}, "more", False, {"count": "70"}),
        ({"part": "train", "done": "1"}, "edit", {"knob": "size", "text": "12×12"}, {"size": "12", "done": None}),
        ({"part": "train"}, "edit", {"knob": "classes", "text": "ring"}, {"classes": "disc_ring_square_plus"}),
    ],
)  # fmt: skip
def test_what_acts_do_stands_in_the_link(query, name, value, after):
    answer = act(query, name, value)
    assert answer["message"] == "" and {key: answer["query"].get(key) for key in after} == after


@pytest.mark.parametrize(
    ("query", "name", "value", "words"),
    [
        ({"part": "step"}, "edit", {"knob": "lr", "text": "-1"}, "from 0 to 1000"),
        ({"part": "step"}, "pick", {"name": "9.weight", "flat": 0}, "no number"),
        ({"part": "check"}, "take", 1, "takes no steps"),
        ({"part": "check"}, "more", False, "does not play"),
        ({"part": "kernel", "hidden": "own-numbers"}, "edit", {"knob": "own", "text": "1 2"}, "here are 2"),
        ({"part": "kernel", "hidden": "own-numbers"}, "edit", {"knob": "own", "text": "101" + " 0" * 8}, "up to 100"),
        ({"part": "train", "classes": "disc_plus"}, "edit", {"knob": "classes", "text": "disc"}, "at least two shapes"),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence(query, name, value, words):
    before = opened(**query)["query"]
    answer = act(query, name, value)
    assert words in answer["message"] and answer["query"] == before


@pytest.mark.parametrize("name", ["edit", "pick", "open", "take", "count", "step"])
@pytest.mark.parametrize("value", [None, "x", [], {}, {"knob": []}, {"name": 1, "flat": "z"}, {"part": "step"}, 1e400])
def test_an_act_of_another_form_is_refused_or_answered_with_a_sentence(name, value):
    for part in learning.PARTS:
        try:
            answer = act({"part": part}, name, value)
        except ValueError:
            continue
        assert answer["message"] or answer["query"]["part"] == part


def counted(monkeypatch, owner, name):
    calls = []
    method = getattr(owner, name)

    def call(*arguments, **others):
        calls.append(name)
        return method(*arguments, **others)

    monkeypatch.setattr(owner, name, call)
    return calls


@pytest.mark.parametrize(
    ("name", "value"), [("take", 1), ("pick", {"name": "6.bias", "flat": 1}), ("edit", {"knob": "lr", "by": 1})]
)
def test_a_step_goes_twice_through_the_network(name, value, monkeypatch):
    """Once to the gradients, and once to the loss after the step."""
    query = opened(part="step")["query"]
    calls = counted(monkeypatch, Network, "forward")
    act(query, name, value)
    assert len(calls) == 2


def test_another_h_moves_one_number_only(monkeypatch):
    query = act(opened(part="check", w="4.weight.2")["query"], "edit", {"knob": "h", "text": "1e−5"})["query"]
    calls = counted(monkeypatch, Network, "forward")
    act(query, "edit", {"knob": "h", "text": "1e−6"})
    assert len(calls) == 3  # to the gradients, and with the number moved up and down


@pytest.mark.parametrize(("name", "value"), [("take", 1), ("step", 3), ("more", False)])
def test_a_kernels_act_is_traced_once(name, value, monkeypatch):
    query = opened(part="kernel", count="20", seed="5")["query"]
    traces = counted(monkeypatch, Conv2d, "trace_backward")
    payloads = counted(monkeypatch, view, "payload")
    forwards = counted(monkeypatch, courses.KernelLesson, "step")
    act(query, name, value, step=0)
    assert len(traces) == len(payloads) == 1 and len(forwards) <= 4  # a sixth of 20 steps at most


def test_a_playing_kernel_is_over_where_it_is_found():
    assert not steps_of(opened(part="kernel", lr="0.8", count="3"))["play"]["over"]
    found = steps_of(opened(part="kernel", lr="0.8", count="400"))
    assert found["play"]["over"] and not found["ended"]
    wild = opened(part="kernel", lr="100", count="400")
    assert steps_of(wild)["ended"] and "too large to follow" in said(wild)


# A training


FEW = {"part": "train", "count": "60", "classes": "disc_plus", "epochs": "4"}


def until_done(answer):
    for _ in range(200):
        if steps_of(answer)["ended"]:
            return answer
        before = answer
        answer = act(answer["query"], "more", False)
        assert int(answer["query"].get("done", 0)) >= int(before["query"].get("done", 0))
    raise AssertionError("it does not end")


def test_a_training_by_requests_is_the_engines():
    answer = until_done(opened(**FEW, seed="11"))
    assert answer["query"]["done"] == "4" and "4 of 4" in said(answer) and "Open it in Forward pass" in said(answer)
    data = fit.drawn(("disc", "plus"), 8, 60, 11)
    start = fit.starting(fit.small_network(2, 8), 11)
    events = fit.fit(
        start, Adam(0.005), data.inputs, data.labels, data.test_inputs, data.test_labels,
        epochs=4, batch_size=16, seed=11,
    )  # fmt: skip
    (chart,) = (block for block in blocks(answer["sheet"], "plot") if block["key"] == "training")
    np.testing.assert_allclose(chart["figure"]["data"][0]["y"], [event.loss for event in events], rtol=1e-6)


def test_the_result_waits_for_the_end_or_for_a_rest():
    answer = act(opened(**{**FEW, "epochs": "60"}, seed="12")["query"], "more", False)
    while "done" not in answer["query"]:
        answer = act(answer["query"], "more", False)
    assert "Open it in" not in said(answer)
    assert "Open it in" in said(act(answer["query"], "rest"))


def test_a_link_catches_up_without_going_further():
    query = {**FEW, "seed": "13", "done": "3"}
    answer = opened(**query)
    for _ in range(200):
        if not steps_of(answer)["play"]["late"]:
            break
        answer = act(answer["query"], "more", False)
    assert answer["query"]["done"] == "3" and steps_of(answer)["at"] == 3 and not steps_of(answer)["ended"]
    assert "Open it in" in said(answer)


def test_a_request_trains_for_a_moment_only_and_waits_for_nobody():
    training = Training(classes=drawings.CLASSES, size=12, count=600, batch=1, seed=14)
    fitting = courses.fitting(training)
    began = time.monotonic()
    fitting.train(60, 0.05)
    assert time.monotonic() - began < 5 and len(fitting.epochs) < 60
    with fitting._lock:
        fitting.train(60, 10)  # somebody else is at it
    assert courses.fitting(Training(**{**vars(training), "epochs": 3, "done": 2, "shown": 1})) is fitting


def test_a_loss_that_is_no_number_ends_a_training():
    answer = until_done(opened(**FEW, lr="1000", seed="15"))
    assert re.search("no finite number", said(answer)) or answer["query"]["done"] == "4"
    assert "Open it in" not in said(answer) or "no finite" not in said(answer)


def test_a_test_picture_is_chosen_and_opens_elsewhere():
    answer = until_done(opened(**FEW, seed="11"))
    links = {block["label"]: block["query"]["x"] for block in blocks(answer["sheet"], "link") if "x" in block["query"]}
    chosen = act(answer["query"], "edit", {"knob": "shown", "text": "3"})
    others = {block["label"]: block["query"]["x"] for block in blocks(chosen["sheet"], "link") if "x" in block["query"]}
    assert chosen["query"]["shown"] == "3" and others["Open it in Forward pass"] != links["Open it in Forward pass"]


@pytest.mark.parametrize(("lr", "told"), [("0", True), ("100", True), ("0.02", False)])
def test_a_training_that_learns_nothing_says_so_at_its_end(lr, told):
    query = {"part": "train", "lr": lr, "epochs": "8", "done": "8", "count": "60"}
    until = time.monotonic() + 20
    while "8 of 8" not in said(shown := opened(**query)) and time.monotonic() < until:
        pass
    assert "8 of 8" in said(shown)
    assert ("It is not learning: an even guess among 3 classes has the loss 1.0986" in said(shown)) == told


def test_a_step_keeps_the_width_of_every_cell():
    def sides(answer):
        (widget,) = [one for one in blocks(answer["sheet"], "grids") if one["key"] == "updates"]
        parts = [part for line in widget["data"]["lines"] for group in line for part in group["group"]]
        return [(part["name"], part["kind"], part["side"]) for part in parts if "sign" not in part]

    assert sides(opened(part="step")) == sides(opened(part="step", count="1")) == sides(opened(part="step", count="3"))


def test_of_a_wide_weight_the_row_of_the_chosen_number_is_drawn_in_short_lines():
    weight = np.arange(75.0).reshape(3, 25)
    made = grids.grid("4.weight", weight, "4.weight", near=30, decimals=0)
    assert (made["first"], made["width"], len(made["texts"])) == (25, 5, 25) and made["texts"][5] == "30"
    assert made["note"] == "numbers 25 to 49 of 75" and made["labels"][5] == "4.weight, 1, 5: 30"
    gradient = grids.grid("0.bias", np.array([0.5]), "gradient", kind="gradient")
    assert gradient["labels"] == ["0.bias gradient, 0: 0.5"]  # whose it is, for who does not see what stands beside it
    assert grids.is_cropped(weight.shape) and not grids.is_cropped((3, 4)) and not grids.is_cropped((1, 25))


def test_a_step_is_taken_back_by_the_page_and_shown_in_presenter_size():
    answer = opened(part="step", count="1")
    assert "undo" not in json.dumps(steps_of(answer)) and steps_of(answer)["present"]
    assert blocks(answer["sheet"], "history"), "undo, redo and reset stand in the head, as on every page"
    assert len(blocks(opened(part="kernel")["sheet"], "history")) == 1
