"""The editor's Python side: what it sends to the browser, and what it takes from it."""

import json

import pytest
import streamlit as st

from engine.network.summary import rows
from engine.network.zoo import ZOO
from pages.ui.draw import refusals
from pages.ui.network import stack

SMALL = ZOO["small-cnn"].network


@pytest.fixture
def session(monkeypatch):
    """A session of its own, whose editor has been sent changes."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)

    def send(*changes):
        numbered = [{**change, "number": k} for k, change in enumerate(changes, start=1)]
        state["key"] = type("State", (), {"change": {"changes": numbered}})
        return state

    return send


def sent(monkeypatch, network, **options):
    """What the component is given."""
    seen = {}
    monkeypatch.setattr(stack, "component", lambda *_: lambda **given: seen.update(given))
    stack.editor(network, rows(network), key="key", on_change=lambda: None, **options)
    return json.loads(json.dumps(seen["data"]))


@pytest.mark.parametrize("name", ZOO)
def test_every_row_goes_to_the_browser_as_texts(monkeypatch, session, name):
    session()
    network = ZOO[name].network
    data = sent(monkeypatch, network)
    assert [row["row"] for row in data["rows"] if row["row"] is not None] == list(range(len(network)))
    for row in data["rows"]:
        assert len(row["cells"]) == len(data["heads"])
        assert all(isinstance(cell["text"], str) and isinstance(cell["share"], str) for cell in row["cells"])
    assert data["totals"]["parameters"] == f"{network.parameter_count:,}"


def test_columns_are_chosen_by_name(monkeypatch, session):
    session()
    data = sent(monkeypatch, SMALL, columns=("output", "parameters"))
    assert [head["name"] for head in data["heads"]] == ["output", "parameters"]
    assert list(data["totals"]) == ["parameters"]


def test_changes_are_taken_in_order_and_once(session):
    state = session(
        {"action": "set", "row": 0, "kind": "Conv2d", "text": "3, 24, kernel_size=3, padding=1"},
        {"action": "remove", "row": 1},
        {"action": "move", "row": 1, "by": 1},
    )
    network = stack.take("key", SMALL)
    assert [type(layer).__name__ for layer in network.layers[:3]] == ["Conv2d", "Conv2d", "MaxPool2d"]
    assert network.layers[1].in_channels == 24
    assert (state["key.seen"], refusals.kept("key", network)) == (3, None)
    assert stack.take("key", network) == network


def test_a_refusal_keeps_what_was_typed_and_its_remedy(session):
    session({"action": "set", "row": 10, "kind": "Linear", "text": "128, 10"})
    assert stack.take("key", SMALL) == SMALL
    refused = refusals.kept("key", SMALL)
    assert (refused.row, refused.text, refused.remedy.label) == (10, "128, 10", "make it 1024")
    assert refused.sentence.endswith("gives (1024). The last good network is kept.")
    other = SMALL.with_layers(SMALL.layers[:-1])
    assert refusals.kept("key", other) is None, "the network has changed by other means"
    assert refusals.kept("key", SMALL) is None, "and does not come back with it"


def test_a_refusal_goes_when_it_is_dismissed_or_something_else_is_done(session):
    wrong = {"action": "set", "row": 10, "kind": "Linear", "text": "128, 10"}
    session(wrong, {"action": "dismiss", "row": 10})
    assert stack.take("key", SMALL) == SMALL
    assert refusals.kept("key", SMALL) is None


def test_a_change_of_a_row_that_is_gone_is_said_not_raised(session):
    session({"action": "remove", "row": 10}, {"action": "remove", "row": 10})
    network = stack.take("key", SMALL)
    assert len(network) == 10
    assert refusals.kept("key", network).sentence == "That came too late: there is no row 10."
