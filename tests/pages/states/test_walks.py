"""What can be done on Forward and Backpropagation: each act's state, what it costs, and how Back goes."""

import pytest

from engine.layers import Layer
from engine.network import Network
from pages.states import view
from pages.states.answers import PAGES, answer
from pages.states.backward import walk
from pages.states.picture import draw, spec_from_text

PIXEL = {"board": "input", "shape": [1, 6, 6], "origin": [0, 0], "cells": [0], "text": "7"}
FIRST = {"forward": {"example": "worked", "at": "1.4"}, "backward": {"example": "worked", "at": "1.weight.0"}}
CELL = {"forward": {"number": 2, "flat": 3}, "backward": {"part": "g2", "flat": 3}}
PLACE = {"forward": "2.3", "backward": "2.3"}


def ask(page, query, name, value=None, chosen=None, **others):
    return answer(page, {"query": query, "act": [name, value], **others}, chosen)


def widget(made, kind):
    (found,) = [block["data"] for block in made["sheet"] if block.get("widget") == kind]
    return found


@pytest.fixture
def calls(monkeypatch):
    """How often something is computed."""
    made = {"trace": 0, "forward": 0, "both": 0, "payload": 0}

    def count(owner, name, what):
        method = getattr(owner, name)

        def counted(*arguments, **others):
            made[what] += 1
            return method(*arguments, **others)

        monkeypatch.setattr(owner, name, counted)

    count(Network, "forward", "forward")
    count(Network, "trace", "trace")
    for cls in [Layer, *(type(layer) for layer in PAGES["forward"].read({})[0].network.layers)]:
        if "trace_backward" in vars(cls):
            count(cls, "trace_backward", "trace")
    count(walk, "both_ways", "both")
    count(view, "payload", "payload")
    return made


@pytest.mark.parametrize("page", FIRST)
@pytest.mark.parametrize("name", ["edit", "step", "open"])
def test_an_act_is_one_trace_and_at_most_two_forwards(name, page, calls):
    value = {"edit": PIXEL, "step": 2, "open": CELL[page]}[name]
    query = FIRST[page] | {"edits": "0.bias.0_1", "target": "1"}
    answer(page, {"query": query})  # what every request shares is made
    calls.update(dict.fromkeys(calls, 0))
    made = ask(page, query, name, value)
    assert made["message"] == "" and made["query"] != query
    assert calls["trace"] == calls["payload"] == 1
    assert calls["forward"] == (2 if name == "edit" else 1)
    assert calls["both"] == (page == "backward")


@pytest.mark.parametrize("page", FIRST)
def test_an_act_leads_to_its_state(page):
    query = FIRST[page]
    assert ask(page, query, "open", CELL[page])["query"]["at"] == PLACE[page]
    assert ask(page, query, "target", 0)["query"]["target"] == "0"
    assert ask(page, query, "seed", 7)["query"]["seed"] == "7"
    changed = ask(page, query, "edit", PIXEL)["query"]
    assert PAGES[page].read(changed)[0].query() == changed and "x" in changed
    assert "edits" not in ask(page, query | {"edits": "0.bias.0_1"}, "seed", 0)["query"]


def test_the_rules_lead_on_and_a_path_back():
    made = ask("backward", {"example": "worked"}, "rule", 1)
    assert made["query"]["at"].startswith("7.weight.")
    assert ask("backward", made["query"], "rule", -1)["query"] == {"example": "worked"}
    path = {"example": "worked", "at": "9.0~8.2~7.2"}
    assert ask("forward", path, "back", 1)["query"]["at"] == "9.0~8.2"
    assert ask("forward", path, "back", 9)["message"] == "The path has no place 9."


def test_a_gradient_leads_towards_the_loss_and_a_value_to_the_forward_page():
    query = {"example": "worked", "at": "5.weight.6"}
    nearer = ask("backward", query, "lead", {"board": "incoming", "flat": 1})
    assert nearer["query"]["at"] == "5.weight.6~5.1" and nearer["push"] and "leave" not in nearer
    value = ask("backward", query, "lead", {"board": "input", "flat": 2})
    assert value["leave"] == {"page": "forward", "query": {"example": "worked", "at": "4.2"}}
    assert value["query"] == query and not value["push"] and not value["go"], "the page that is left stays as it is"
    pixel = ask("backward", {"example": "worked", "at": "1.weight.0"}, "lead", {"board": "input", "flat": 3})
    assert pixel["leave"]["query"]["at"] == "1.0~0.3"
    assert PAGES["forward"].read(pixel["leave"]["query"])[1] == []


@pytest.mark.parametrize(
    ("page", "name", "value", "go", "push"),
    [
        ("forward", "edit", PIXEL, False, True),
        ("forward", "step", 2, False, False),
        ("forward", "target", 0, False, True),
        ("forward", "seed", 3, False, True),
        ("forward", "stack", {"action": "remove", "row": 5}, True, True),
        ("forward", "open", CELL["forward"], True, True),
        ("forward", "lead", {"board": "input", "flat": 0}, True, True),
        ("backward", "target", 0, True, True),
        ("backward", "seed", 3, False, True),
        ("backward", "open", CELL["backward"], True, True),
        ("backward", "rule", 1, True, True),
    ],
)
def test_an_act_is_an_entry_of_the_history_and_a_step_is_none(page, name, value, go, push):
    made = ask(page, FIRST[page], name, value)
    assert (made["go"], made["push"], made["message"]) == (go, push, "")


def test_a_refused_stack_is_said_once_and_the_last_good_one_stays():
    query = {"example": "own"}
    change = {"action": "set", "row": 2, "kind": "MaxPool2d", "text": "kernel_size=9"}
    made = ask("forward", query, "stack", change)
    refused = widget(made, "stack")["refused"]
    assert made["query"] == query and made["message"] == ""
    assert (refused["row"], refused["text"]) == (2, "kernel_size=9")
    assert refused["sentence"].endswith("The last good network is kept.")
    assert widget(answer("forward", {"query": made["query"]}), "stack")["refused"] is None
    many = ask("forward", query, "stack", {"action": "input", "row": -1, "text": "1, 99, 99"})
    assert "it gives 18,818 numbers" in widget(many, "stack")["refused"]["sentence"] and many["query"] == query
    gone = ask("forward", query, "stack", {"action": "remove", "row": 99})
    assert widget(gone, "stack")["refused"]["sentence"] == "That came too late: there is no row 99."
    for wrong in ({"action": "dismiss", "row": 0}, {"row": 0}, 5, None, {"action": "set", "row": 0}):
        with pytest.raises(ValueError, match="form"):
            ask("forward", query, "stack", wrong)


@pytest.mark.parametrize("page", FIRST)
def test_the_picture_of_the_input_page_is_offered_and_taken(page):
    chosen = draw(spec_from_text("pic.scene.grey.8.0-9"))
    without = ask(page, FIRST[page], "picture")
    assert "choose one there" in without["message"] and without["query"] == FIRST[page]
    assert "Use the picture" not in str(without["sheet"])
    made = ask(page, FIRST[page], "picture", chosen=chosen)
    assert made["query"]["x"] == "pic.scene.grey.8.0-9" and made["push"]
    assert "Use the picture" in str(made["sheet"])


@pytest.mark.parametrize("page", FIRST)
def test_what_the_page_has_is_not_sent_again(page):
    first = answer(page, {"query": FIRST[page]})
    has = [widget(first, "network")["id"], widget(first, "player")["trace"]["id"]]
    again = ask(page, FIRST[page], "step", 2, has=has)
    assert "columns" not in widget(again, "network") and "trace" not in widget(again, "player")
    edited = ask(page, FIRST[page], "edit", PIXEL, has=has)
    assert "columns" in widget(edited, "network") and "trace" in widget(edited, "player")
    other = ask(page, FIRST[page], "target", 0, has=has)
    assert "columns" in widget(other, "network"), "the loss has changed"


@pytest.mark.parametrize("page", FIRST)
@pytest.mark.parametrize("value", [None, "x", {}, [], {"number": "a"}, {"part": "g99", "flat": 0}, 1e999, -1])
@pytest.mark.parametrize("name", ["open", "lead", "back", "target", "seed", "rule", "stack", "step", "edit"])
def test_an_act_of_another_form_is_refused_or_said(name, value, page):
    try:
        made = ask(page, FIRST[page], name, value)
    except ValueError:
        return
    assert made["message"] or PAGES[page].read(made["query"])[1] == []
