"""Links and requests that mean harm, or were typed wrong: drawn from a seed, weighted towards large numbers.

A case is a path of the engine's address, a body, and its content type; or a link that a session with a picture opens.
Links: tests/fuzz/links.py.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from engine.layers import LAYERS
from engine.writing.setting import settings
from pages.states.answers import PAGES, asks
from tests.fuzz.links import TEXTS, input, number, query, stack

# Each would begin a training or a download, or import torch, which takes seconds of its own.
LEFT_OUT = {"begin", "fetch", "check"}
MALFORMED = (
    *(None, True, 0, -1, 5, 1.5, 10**30, "", "edit", [], ["edit"], ["edit", {}], {}, {"query": {}}, [[]]),
    {"a": {"b": []}},
)
BODIES = (
    *(json.dumps(one).encode() for one in MALFORMED),
    *(b"", b"{", b"\xff\xfe", b"[" * 5000, b" " * 200_001),
    b'{"query":{},"edit":0,"step":0}',
    b'{"query": 1e999}',
    b'{"query":{"x":NaN}}',
    b'{"act":["edit",{}],"query":{"step":' + b"9" * 5000 + b"}}",
)


@dataclass(frozen=True)
class Case:
    """picture: of the session that opens the page with the body's link, in a script's run; None for a request."""

    path: str
    body: bytes
    type: str = "application/json"
    picture: str | None = None


def case(seed: int) -> Case:
    """Return the case of a seed."""
    draw = Random(seed)
    page = draw.choice(list(PAGES))
    if draw.random() < 0.06:
        return _malformed(draw, page)
    request: dict[str, Any] = {"query": query(draw, page)}
    kind = draw.random()
    if kind > 0.9:
        queries = {}, {}, {"layer": draw.choice(list(LAYERS))}, request["query"]
        link = {key: str(text) for key, text in draw.choice(queries).items()}
        return Case(f"/engine/{page}", json.dumps({"query": link}).encode(), picture=input(draw))
    if kind < 0.35:
        request |= {"act": act(draw, page), "step": draw.choice((0, 0, 3, None, number(draw), "1"))}
    elif kind < 0.45 and (left := [one for one in asks(page) if one not in LEFT_OUT]):
        request["ask"] = draw.choice(left)
    if draw.random() < 0.3:
        request["unfolded"] = ["code", "layers", "source"]
    if draw.random() < 0.04:
        key = draw.choice(("query", "act", "step", "ask", "unfolded", "has", "key", "edit"))
        request[key] = draw.choice(MALFORMED)
    return Case(f"/engine/{page}", json.dumps(request).encode())


def _malformed(draw: Random, page: str) -> Case:
    """Return a request that is none."""
    paths = f"/engine/{page}", f"/engine/{page}", "/engine/watch/none", "/engine/watch/..%2f..", "/engine/x"
    types = "application/json", "application/json", "text/plain", ""
    return Case(draw.choice(paths), draw.choice(BODIES), draw.choice(types))


def act(draw: Random, page: str) -> list:
    """Return an act and its value, which may have the form of another's."""
    name = draw.choice([*(one for one in PAGES[page].acts if one not in LEFT_OUT), "edit", "edit", "answer", "nothing"])
    if name == "edit" and draw.random() < 0.9:
        return [name, _edit(draw)]
    a, b, c = (number(draw) for _ in range(3))
    values: tuple[Callable[[], Any], ...] = (
        lambda: a,
        lambda: -a,
        lambda: draw.choice(MALFORMED),
        lambda: draw.choice(TEXTS),
        lambda: query(draw, page),
        lambda: stack(draw),
        lambda: {"board": "input", "flat": a},
        lambda: {"number": a, "flat": b, "name": "0.weight"},
        lambda: {"filter": a, "row": b, "column": c},
        lambda: {"do": "set", "row": draw.choice((-1, 0, 1, 300)), "text": f"{a}, {b}, {c}"},
        lambda: {"do": "add", "row": a, "kind": draw.choice(list(LAYERS))},
        lambda: {"text": draw.choice((*TEXTS, f"{a}/{b}", f"{a},{b}", f"{a}e{c}")), "show": draw.random() < 0.1},
        lambda: {"part": draw.choice(("check", "step", "kernel", "train")), "left": query(draw, page), "shared": {}},
    )
    return [name, draw.choice(values)()]


def _edit(draw: Random) -> dict[str, Any]:
    a, b, c = (number(draw) for _ in range(3))
    text = draw.choice((str(a), draw.choice(TEXTS)))
    if draw.random() < 0.5:
        knob = draw.choice((*_knob_names(), "kernel", "layer", "lr", "count", "size", "epochs"))
        turned = draw.choice(({"by": draw.choice((1, -1, a))}, {"text": text}))
        return {"knob": knob, "axis": draw.choice((None, 0, 1)), **turned}
    shape, origin = draw.choice(([1, 6, 6], [3, 6, 6], [a], [a, b, c], [], "x")), draw.choice(([0, 0], [a, 0], []))
    edit = {"board": draw.choice(("input", "weight", "bias", "output", "")), "shape": shape, "origin": origin}
    if draw.random() < 0.6:
        return {**edit, "cells": [draw.choice((0, 1, a, -1))], "text": text}
    return {**edit, "flat": a, "rows": draw.choice(([["1", "2"]], [["x"]], [["1"] * 300] * 30, 3))}


@cache
def _knob_names() -> tuple[str, ...]:
    return tuple(sorted({name for cls in LAYERS.values() for name in settings(cls)}))
