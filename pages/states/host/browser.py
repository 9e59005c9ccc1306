"""Stride's Python side in a browser: the site without a server asks it from a worker (assets/site/worker.js).

Texts go in and out, JSON both ways, as over a server's wire. What one tab's pages share is held here.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from engine import lean
from engine.writing.display import sentence
from pages.states import answers
from pages.states.holder import Holder

MINE = Holder()
PILLOW = "PIL"


def opened(page: str, query: str) -> str:
    """Return what a page shows for a link: {"answer": …, "picture": the number of the picture that pages share}."""

    def open() -> dict[str, Any]:
        link = json.loads(query)
        answer, state = answers.opened(page, link, MINE.picture)
        MINE.keep(page, state, answer["query"], shares=answers.PAGES[page].shares)
        return answer

    return _told(open)


def answered(page: str, request: str) -> str:
    """Return the answer to a request (pages/states/answers.py), as `opened` does; {"error": why} where none."""

    def answer() -> dict[str, Any]:
        made, state = answers.done(page, json.loads(request), MINE.chosen)
        MINE.keep(page, state, made.get("query"), shares=answers.PAGES[page].shares)
        return made

    return _told(answer)


def brought(page: str, files: Sequence[bytes], cut: str) -> str:
    """Return the act for the learner's own files, {"answer": [name, value]}; {"error": why} where there is none."""
    return _told(lambda: _act(page, [bytes(file) for file in files], cut))


def _act(page: str, files: list[bytes], cut: str) -> list[Any]:
    if page == "inside":
        from pages.states.inside import pictures

        return pictures.act(files[0])
    from pages.states.input import own

    return own.act(MINE, files, cut)


def _told(make: Callable[[], Any]) -> str:
    """Return what is made; `wanted`: what the browser must fetch first, since it is large and seldom used."""
    try:
        told = {"answer": make(), "picture": MINE.number}
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != PILLOW:
            raise
        told = {"wanted": "pillow"}
    except lean.Wanted as wanted:
        told = {"wanted": str(wanted)}
    except ValueError as error:
        told = {"error": sentence(error)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
