"""Asking a page as a browser does, and finding what its answer shows."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pages.states.answers import answer


def json_answer(page: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a request, both as JSON carries them."""
    return json.loads(json.dumps(answer(page, json.loads(json.dumps(request)))))


def act(page: str, query: Mapping[str, str], name: str, value: Any, step: int = 0, **others: Any) -> dict[str, Any]:
    """Return the answer to an act on the state of a link."""
    return json_answer(page, {"query": query, "act": [name, value], "step": step, **others})


def blocks(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return every block of an answer, those inside others too."""
    waiting = list(answer["sheet"])
    while waiting:
        block = waiting.pop(0)
        yield block
        waiting[:0] = [*block.get("blocks", ()), *(inner for column in block.get("columns", ()) for inner in column)]


def widget(answer: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the data of the answer's first widget of a kind."""
    return next(block["data"] for block in blocks(answer) if block.get("widget") == kind)


def player_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of the answer's player."""
    return widget(answer, "player")


def said(answer: Mapping[str, Any]) -> str:
    """Return all texts of an answer, with their tags."""
    return "\n".join(block.get("html") or block.get("text") or block.get("label") or "" for block in blocks(answer))
