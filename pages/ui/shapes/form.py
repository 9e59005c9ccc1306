"""A form of knobs in a component of its own, each with its refusal beside it."""

from dataclasses import asdict, dataclass, replace
from functools import partial

import streamlit as st

from engine.writing.words import ENGLISH
from pages.states.edits import Refused
from pages.states.knobs import Knob, turn
from pages.states.shapes.layer import OneLayer
from pages.ui.draw import refusals
from pages.ui.draw.component import component
from pages.ui.shapes.session import link

SETTINGS, WANT = "calculator.form", "calculator.want"


@dataclass(frozen=True)
class Refusal:
    """What was typed into which knob, and why that is impossible."""

    knob: str
    axis: int | None
    text: str
    sentence: str


def form(key: str, one: OneLayer, knobs: list[Knob]) -> None:
    """Draw a form of knobs of the layer."""
    refused = refusals.kept(key, one)
    data = {
        "knobs": [knob.drawn() for knob in knobs],
        "words": {name: ENGLISH[name] for name in ("less", "more", "split", "split_help")},
        "seen": st.session_state.get(f"{key}.seen", 0),
        "refused": refused and asdict(refused),
    }
    component("shapes/form.js", "player/player.css")(key=key, data=data, on_turn_change=partial(_turned, key))


def _turned(key: str) -> None:
    """Take over what was typed and pressed in a form, in order and each once.

    What gives no possible layer keeps the last good one, and is said at its knob.
    """
    link.touched()
    sent = st.session_state[key].turn
    for edit in sent["turns"] if sent else ():
        if edit["number"] <= st.session_state.get(f"{key}.seen", 0):
            continue
        st.session_state[f"{key}.seen"] = edit["number"]
        one = link.state.layer
        try:
            link.state = replace(link.state, layer=turn([*one.knobs, *one.want_knobs], edit))
            refusals.drop(SETTINGS)
            refusals.drop(WANT)
        except Refused as error:
            text = f"{error} The last good settings are kept."
            refusals.keep(key, one, Refusal(str(edit["knob"]), edit.get("axis"), str(edit.get("text", "")), text))
