"""A compact form in a component of its own: rows of numbers and switches, each with its refusal beside it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

import streamlit as st

from pages.ui.draw.component import component


@dataclass(frozen=True)
class Part:
    """One control of a row: a number, a switch, a button that splits the axes, or one of `choices` (value, label).

    axis: 0 the height, 1 the width, None both. span: how many of the row's two columns it takes.
    """

    field: str
    text: str
    label: str = ""
    axis: int | None = None
    kind: Literal["number", "toggle", "link", "choice"] = "number"
    span: int = 1
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of the form: its name, what it means, and its controls."""

    label: str
    help: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Refusal:
    """What was typed into which control, and why it cannot be."""

    field: str
    axis: int | None
    text: str
    sentence: str


def form(rows: list[Row], *, key: str, on_turn: Callable[[], None], seen: int, refused: Refusal | None) -> None:
    """Draw a form.

    on_turn() is called when something was typed or pressed; `turns(key, seen)` then has it. seen: the number of the
    last turn that `rows` hold.
    """
    data = {"rows": [asdict(row) for row in rows], "seen": seen, "refused": refused and asdict(refused)}
    component("calculator/form.js", "calculator/form.css")(key=key, data=data, on_turn_change=on_turn)


def turns(key: str, seen: int) -> list[dict]:
    """Return what was turned in the form `key` since turn number `seen`: dicts of field, axis, text or by, number."""
    sent = st.session_state[key].turn
    return [turn for turn in sent["turns"] if turn["number"] > seen] if sent else []
