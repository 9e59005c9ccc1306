"""A form of knobs in a component of its own, each with its refusal beside it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import streamlit as st

from engine.writing.words import ENGLISH
from pages.states.knobs import Knob
from pages.ui.draw.component import component


@dataclass(frozen=True)
class Refusal:
    """What was typed into which knob, and why that is impossible."""

    knob: str
    axis: int | None
    text: str
    sentence: str


def form(knobs: list[Knob], *, key: str, on_turn: Callable[[], None], seen: int, refused: Refusal | None) -> None:
    """Draw a form.

    on_turn() is called when something was typed or pressed; `turns(key, seen)` then has it. seen: the number of the
    last turn that the knobs hold.
    """
    data = {
        "knobs": [knob.drawn() for knob in knobs],
        "words": {name: ENGLISH[name] for name in ("less", "more", "split", "split_help")},
        "seen": seen,
        "refused": refused and asdict(refused),
    }
    component("shapes/form.js", "player/player.css")(key=key, data=data, on_turn_change=on_turn)


def turns(key: str, seen: int) -> list[dict]:
    """Return the turns in the form `key` since turn number `seen`: what pages/states/knobs.py takes, and a number."""
    sent = st.session_state[key].turn
    return [turn for turn in sent["turns"] if turn["number"] > seen] if sent else []
