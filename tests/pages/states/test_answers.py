"""The engine's own address: every act judged as the page judges it, all that follows in one answer, no state kept."""

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from engine import limits
from engine.layers import LAYERS
from engine.trace.payload import payload
from pages import live
from pages.states import view
from pages.states.answers import PAGES
from pages.states.registry import KINDS
from tests.pages.states.asking import act, blocks, json_answer, player_of, said

CONVOLUTION = KINDS["convolution"]


def post(body, page="convolution", sort=b"application/json"):
    """Send a body of that sort to the address as the server would."""

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", sort)]
    request = Request({"type": "http", "method": "POST", "headers": headers, "path_params": {"page": page}}, receive)
    with ThreadPoolExecutor(1) as thread:  # the browser tests of this process have an event loop running
        answer = thread.submit(asyncio.run, live.act(request)).result()
    return SimpleNamespace(status_code=answer.status_code, json=json.loads(answer.body))


def edit(query, change, step=0):
    """Edit a 6×6×1 or 6×6×3 input (or what `change` says), as the player sends it."""
    return act("convolution", query, "edit", {"shape": [1, 6, 6], "origin": [0, 0], **change}, step)


def test_an_edit_is_answered_with_all_that_follows():
    change = {"board": "input", "shape": [3, 6, 6], "cells": [0], "text": "7"}
    answer = edit({"example": "three-channels"}, change, step=4)
    state, problems = CONVOLUTION.read(answer["query"], None)
    assert problems == [] and state.step == 4 and not answer["go"] and answer["message"] == ""
    assert state.chosen.values[0, 0, 0] == 7
    expected = payload(state.layer.trace(state.chosen.values, **state.parameters))
    player = player_of(answer)
    assert player["trace"] == json.loads(json.dumps(expected)) and player["step"] == 4
    assert {knob["name"] for knob in player["knobs"]} >= {"stride", "padding"}
    math = [block["html"] for block in blocks(answer) if block["kind"] == "math"]
    assert math and all(one.startswith("<math") and "\\" not in one for one in math)
    assert "parameters" in said(answer) and "with the numbers of step 5" in said(answer)


def test_a_trace_that_the_player_has_is_not_sent_again():
    first = json_answer("pooling", {"query": {"example": "max"}})
    has = player_of(first)["trace"]["id"]
    again = act("pooling", first["query"], "step", 2, 2, has=[has])
    assert "trace" not in player_of(again) and player_of(again)["step"] == 2
    assert again["query"]["step"] == "2"
    other = act("pooling", first["query"], "edit", {"knob": "stride", "by": -1}, has=[has])
    assert player_of(other)["trace"]["id"] != has


def test_a_folded_part_is_filled_once_it_is_open():
    closed = json_answer("convolution", {"query": {}})
    opened = json_answer("convolution", {"query": {}, "unfolded": ["code", "source"]})
    assert not any(block["kind"] == "code" for block in blocks(closed))
    codes = [block["text"] for block in blocks(opened) if block["kind"] == "code"]
    assert len(codes) == 2 and "import torch" in codes[0] and "class Conv2d" in codes[1]


@pytest.mark.parametrize("page", KINDS)
def test_a_check_is_asked_for_and_agrees(page):
    state, _ = KINDS[page].read({}, None)
    (block,) = json_answer(page, {"query": state.query(), "ask": "check"})["sheet"]
    assert block["role"] == "notice success" and "largest difference" in block["html"]


def test_a_padded_boards_first_cell_is_padding_and_the_next_rows_second_the_first_pixel():
    query = {"example": "one-channel", "padding": "1"}
    seen = {"board": "input", "shape": [1, 8, 8], "origin": [-1, -1], "text": "7"}
    written = CONVOLUTION.read(query, None)[0].query()
    refused = edit(query, {**seen, "cells": [0]})
    assert "Padding" in refused["message"] and refused["query"] == written
    taken = edit(query, {**seen, "cells": [9]})
    assert CONVOLUTION.read(taken["query"], None)[0].chosen.values[0, 0, 0] == 7


def test_what_is_no_number_gets_the_sentence_and_changes_nothing():
    query = {"example": "one-channel"}
    answer = edit(query, {"board": "bias", "shape": [1], "cells": [0], "text": "1e300"})
    assert "1,000,000" in answer["message"] and answer["query"] == query


def acting(change, query=None, step=0):
    return json.dumps({"query": query or {}, "act": ["edit", change], "step": step}).encode()


BIAS = {"board": "bias", "shape": [3], "cells": [0], "text": "1"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff", b"[" * 100_000,
        b'{"query": []}', b'{"query": {}, "act": 5}', b'{"query": {}, "act": [5, 5]}',
        b'{"query": {}, "act": ["no", 1]}',
        b'{"query": {}, "act": ["edit"]}', b'{"query": {}, "ask": "no"}', b'{"query": {}, "unfolded": 5}',
        acting({"board": "output", "cells": [0], "text": "1"}),
        acting({"board": "input", "cells": [99999], "text": "1"}),
        acting({"board": "input", "cells": ["a"], "text": "1"}),
        acting({"board": "input", "flat": 0, "paste": 3}),
        acting({"board": "input", "cells": [0], "text": "1"}, step="x"),
        acting(BIAS, step=-5), acting(BIAS, step=True), acting(BIAS, step=1e999),
        acting(BIAS, {"padding": "999"}), acting(BIAS, {"stride": "0"}),
    ],
)  # fmt: skip
def test_a_request_of_another_form_is_refused(body):
    answer = post(body)
    assert answer.status_code == 400 and answer.json["error"]


def test_a_page_that_is_not_there_and_a_request_that_is_too_long_are_refused():
    assert post(b"{}", "nowhere").status_code == 404
    long = post(b" " * (limits.REQUEST + 1))
    assert long.status_code == 413 and long.json["error"].startswith(
        "That is too much at once: it can be 200,000 bytes"
    )


def test_what_a_page_of_another_site_can_send_is_refused():
    body = b'{"query": {}, "act": ["look", null]}'
    assert post(body, "training", b"text/plain").status_code == 415 and post(body, "training").status_code == 200


things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    query=things,
    name=st.sampled_from(["edit", "step", "go", "pixel", "lead", "open", ""]),
    value=things
    | st.fixed_dictionaries({"board": things, "shape": things, "origin": things, "cells": things, "text": things}),
    step=things,
)
def test_any_json_is_answered_or_refused(query, name, value, step):
    body = json.dumps({"query": query, "act": [name, value], "step": step}).encode()
    assert post(body).status_code in (200, 400)


ODD = [
    {}, {"knob": 5}, {"knob": "stride"}, {"knob": "stride", "value": {}}, {"knob": ["a"], "text": "1"},
    {"knob": "stride", "by": []}, {"knob": "stride", "by": 1e400},
    {"board": "input", "cells": "x", "text": "1"},
    {"board": [], "cells": [0], "text": "1"}, {"board": "input", "cells": [None], "text": "1"},
    {"board": "input", "flat": "z", "paste": "3"},
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_an_act_of_another_form_is_refused_or_answered_with_a_sentence(page):
    for name in PAGES[page].acts:
        for value in (*ODD, None, 1e400, -1, "x", []):
            answer = post(json.dumps({"query": {}, "act": [name, value], "step": 0}).encode(), page)
            assert answer.status_code in (200, 400)
            if name == "edit":
                assert answer.status_code == 400 or answer.json["message"], (value, answer.json)


def test_no_answer_shares_memory_with_another():
    body = acting(
        {"board": "bias", "shape": [1], "origin": [0, 0], "cells": [0], "text": "5"}, {"example": "one-channel"}
    )
    first, second = (live.answered("convolution", json.loads(body)) for _ in range(2))
    assert first == second and json.loads(first)["query"]["b"] == "1_5"
    np.testing.assert_array_equal(CONVOLUTION.read({"example": "one-channel"}, None)[0].parameters["bias"], [2])


def changes(state):
    """Yield an edit of the input, a turn of a knob and a step, as (name, value)."""
    board = state.trace.board("input")
    yield "edit", {"board": "input", "shape": board.values.shape, "origin": board.origin, "cells": [0], "text": "7"}
    knob = state.knobs[-1]
    by = {"by": 1 if knob.value != knob.maximum else -1}
    other = next((choice for choice in knob.choices if choice != knob.value), None)
    yield "edit", {"knob": knob.name, **({"text": other or str(int(not knob.value))} if knob.minimum is None else by)}
    yield "step", 1


@pytest.mark.parametrize("page", KINDS)
@pytest.mark.parametrize("which", [0, 1, 2], ids=["cell", "knob", "step"])
def test_an_act_costs_one_trace_two_forwards_of_the_layer_and_one_payload(page, which, monkeypatch):
    kind = KINDS[page]
    state, _ = kind.read({}, None)
    name, value = list(changes(state))[which]
    calls = {"trace": 0, "forward": 0, "payload": 0}

    def counted(holder, called):
        method = getattr(holder, called)

        def call(*arguments, **others):
            calls[called] += 1
            return method(*arguments, **others)

        monkeypatch.setattr(holder, called, call)

    counted(type(kind), "trace")
    counted(view, "payload")
    for layer in {type(state.layer), *(LAYERS[name] for name in kind.layers)}:
        if "forward" in vars(layer):
            counted(layer, "forward")
    answer = act(page, state.query(), name, value)
    assert answer["message"] == "" and answer["query"] != state.query()
    assert calls["trace"] == 1 and calls["payload"] == 1 and calls["forward"] <= 2, calls


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("calculator", {"tab": "stack", "x": "1x2x2", "stack": "Conv2d-1-1-3-padding.2-padding_mode.reflect"}),
        ("calculator", {"tab": "stack", "x": "1x2x2", "stack": "Conv2d-1-1-3-padding.3-padding_mode.circular"}),
        ("forward", {"x": "1x2x2_1_2_3_4", "stack": "Conv2d-1-1-3-padding.2-padding_mode.reflect~Flatten~Linear-16-2"}),
        ("training", {"stack": "Conv2d-3-4-3-padding.32-padding_mode.reflect~AdaptiveAvgPool2d-1~Flatten~Linear-4-10"}),
        ("convolution", {"x": "1x2x2_1_2_3_4", "kernel_size": "3", "padding": "2", "padding_mode": "reflect"}),
    ],
)
def test_padding_wider_than_the_map_is_refused_with_the_numbers_on_every_page(page, query):
    mode = "circular" if "circular" in str(query) else "reflect"
    assert f"{mode} padding" in said(json_answer(page, {"query": query})).lower()


@pytest.mark.parametrize("page", ["convolution", "forward", "backward", "inside"])
def test_files_of_a_players_step_are_made_when_they_are_asked_for(page):
    made = json_answer(page, {"query": {}, "ask": "share.svg"})
    assert made["name"] == f"stride-{page}.svg" and b"<svg" in base64.b64decode(made["base64"])


def test_a_page_without_a_player_has_no_file_of_one():
    for page, query in (("training", {}), ("calculator", {}), ("calculator", {"tab": "stack"})):
        with pytest.raises(ValueError, match="no player"):
            json_answer(page, {"query": query, "ask": "share.svg"})
