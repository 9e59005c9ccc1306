"""The engine's own address for edits: the same judgement as the page's, and no state of its own."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from engine.layers import MaxPool2d
from engine.trace.payload import payload
from pages import live
from pages.states.registry import KINDS

CONVOLUTION = KINDS["convolution"]


def post(body, page="convolution"):
    """Send a body to the address as the server would."""

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request({"type": "http", "method": "POST", "headers": [], "path_params": {"page": page}}, receive)
    with ThreadPoolExecutor(1) as thread:  # the browser tests of this process have an event loop running
        answer = thread.submit(asyncio.run, live.edit(request)).result()
    return SimpleNamespace(status_code=answer.status_code, json=json.loads(answer.body))


def ask(query, edit, step=0):
    """Ask with an edit of a 6×6×1 or 6×6×3 input (or what `edit` says), as the player sends it."""
    edit = {"shape": [1, 6, 6], "origin": [0, 0], **edit}
    return post(json.dumps({"query": query, "edit": edit, "step": step}).encode()).json


def test_an_edit_is_answered_with_the_trace_and_link_of_the_new_state():
    edit = {"board": "input", "shape": [3, 6, 6], "cells": [0], "text": "7"}
    answer = ask({"example": "three-channels"}, edit, step=4)
    state, problems = CONVOLUTION.read(answer["query"], None)
    assert problems == [] and state.step == 4 and answer["changed"] and answer["message"] == ""
    assert state.chosen.values[0, 0, 0] == 7
    expected = payload(state.layer.trace(state.chosen.values, **state.parameters))
    assert answer["trace"] == json.loads(json.dumps(expected))


def test_a_padded_boards_first_cell_is_padding_and_the_next_rows_second_the_first_pixel():
    query = {"example": "one-channel", "padding": "1"}
    seen = {"board": "input", "shape": [1, 8, 8], "origin": [-1, -1], "text": "7"}
    refused = ask(query, {**seen, "cells": [0]})
    assert "Padding" in refused["message"] and not refused["changed"]
    taken = ask(query, {**seen, "cells": [9]})
    assert CONVOLUTION.read(taken["query"], None)[0].chosen.values[0, 0, 0] == 7


def test_what_is_no_number_gets_the_sentence_and_changes_nothing():
    query = {"example": "one-channel"}
    answer = ask(query, {"board": "bias", "shape": [1], "cells": [0], "text": "1e300"})
    assert "1,000,000" in answer["message"] and not answer["changed"] and answer["query"] == query


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff", b"[" * 100_000,
        b'{"query": {}, "edit": {"board": "output", "cells": [0], "text": "1"}, "step": 0}',
        b'{"query": {}, "edit": {"board": "input", "cells": [99999], "text": "1"}, "step": 0}',
        b'{"query": {}, "edit": {"board": "input", "cells": ["a"], "text": "1"}, "step": 0}',
        b'{"query": {}, "edit": {"board": "input", "flat": 0, "rows": 3}, "step": 0}',
        b'{"query": {}, "edit": {"board": "input", "cells": [0], "text": "1"}, "step": "x"}',
        b'{"query": {"x": "pic.scene.rgb.512.0-255"}, "edit": {"board": "bias", "cells": [0], "text": "1"}, "step": 0}',
        b'{"query": {}, "edit": {"board": "bias", "shape": [3], "cells": [0], "text": "1"}, "step": -5}',
        b'{"query": {}, "edit": {"board": "bias", "shape": [3], "cells": [0], "text": "1"}, "step": 1e999}',
        b'{"query": {"padding": "999"}, "edit": {"board": "bias", "cells": [0], "text": "1"}, "step": 0}',
        b'{"query": {"stride": "0"}, "edit": {"board": "bias", "cells": [0], "text": "1"}, "step": 0}',
    ],
)  # fmt: skip
def test_a_request_of_another_form_is_refused(body):
    answer = post(body)
    assert answer.status_code == 400 and answer.json["error"]


def test_a_request_that_is_too_long_is_refused():
    assert post(b" " * (live.MAX_BYTES + 1)).status_code == 413


things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    query=things,
    edit=st.fixed_dictionaries({"board": things, "shape": things, "origin": things, "cells": things, "text": things}),
    step=things,
)
def test_any_json_is_answered_or_refused(query, edit, step):
    assert post(json.dumps({"query": query, "edit": edit, "step": step}).encode()).status_code in (200, 400)


ODD = [
    {}, {"knob": 5}, {"knob": "stride"}, {"knob": "stride", "value": {}}, {"knob": ["a"], "text": "1"},
    {"knob": "stride", "by": []}, {"knob": "stride", "by": 1e400},
    {"board": "input", "cells": "x", "text": "1"},
    {"board": [], "cells": [0], "text": "1"}, {"board": "input", "cells": [None], "text": "1"},
    {"board": "input", "flat": "z", "rows": 3},
]  # fmt: skip


@pytest.mark.parametrize("page", live.PAGES)
def test_an_edit_of_another_form_is_refused_or_answered_with_a_sentence(page):
    for edit in ODD:
        answer = post(json.dumps({"query": {}, "edit": edit, "step": 0}).encode(), page)
        assert answer.status_code == 400 or answer.json["message"], (edit, answer.json)


def test_no_answer_shares_memory_with_another():
    edit = {"board": "bias", "shape": [1], "origin": [0, 0], "cells": [0], "text": "5"}
    body = json.dumps({"query": {"example": "one-channel"}, "edit": edit, "step": 0})
    first, second = live.answered("convolution", body.encode()), live.answered("convolution", body.encode())
    assert first == second and first["query"]["b"] == "1_5"
    np.testing.assert_array_equal(CONVOLUTION.read({"example": "one-channel"}, None)[0].parameters["bias"], [2])


@pytest.mark.parametrize("edit", [{"board": "input", "cells": [0], "text": "7"}, {"knob": "stride", "by": -1}], ids=str)
def test_a_state_computes_its_trace_and_knobs_once(edit, monkeypatch):
    """One trace of the state that the link brings, one of the edited one; limits of knobs ask the shape rule alone."""
    calls = {"trace": 0, "forward": 0}

    def counted(name):
        method = getattr(MaxPool2d, name)

        def call(self, *arguments, **others):
            calls[name] += 1
            return method(self, *arguments, **others)

        monkeypatch.setattr(MaxPool2d, name, call)

    counted("trace")
    counted("forward")
    request = {"query": {"example": "max"}, "edit": {"shape": [1, 4, 4], "origin": [0, 0], **edit}, "step": 0}
    assert live.answered("pooling", json.dumps(request).encode())["changed"]
    assert calls == {"trace": 2, "forward": 2}
