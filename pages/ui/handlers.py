"""What a page with a player does when a knob is turned, a number edited, or another step reached."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.session import Link


def attempt(link: Link, act: Callable[[], Any]) -> None:
    """Do something; where it cannot be done, say why."""
    try:
        act()
        link.message = ""
    except OSError as error:
        link.message = f"A file could not be read or written: {error.strerror or error}."
    except ValueError as error:
        link.message = f"{str(error)[:1].upper()}{str(error)[1:]}"


def change(link: Link, function: Callable[[Any], Any]) -> None:
    """Apply a knob's change; where it is impossible, keep the last good state and say why."""

    def act() -> None:
        link.state = function(link.state)

    link.touched()
    attempt(link, act)


def go(link: Link, function: Callable[[Any], Any]) -> None:
    """Apply a change after which the player must go to the state's own step."""
    change(link, function)
    link.jump()


def led(link: Link, key: str) -> None:
    """Go to where the number of a cell in the player `key` comes from."""
    sent = st.session_state[key].lead
    if sent and present(link, sent):
        board, flat = str(sent["board"]), int(sent["flat"])
        go(link, lambda state: state.with_step(int(sent["step"])).with_lead(board, flat))


def present(link: Link, sent: dict) -> bool:
    """Whether the player sent this about what the page shows now, and not about what it showed before its last jump."""
    return sent.get("jump") == link.jumps


def edited(link: Link, key: str) -> None:
    """Take over what the learner typed, pasted, painted or turned in the player `key`: each change once, in order."""
    sent = st.session_state[key].edit
    if not sent:
        return
    link.touched()
    for edit in sent["edits"]:
        if edit["number"] <= link.seen:
            continue
        link.seen = edit["number"]
        if not present(link, edit):
            link.message = "The page had already gone to another place when this change came in, so it was left out."
            continue
        try:
            state, link.message = link.state.with_edit(edit)
        except ValueError as error:
            link.message = str(error)
            continue
        link.state = state.with_step(int(edit["step"]))


def stepped(link: Link, key: str) -> None:
    """Remember the step that the player `key` came to rest at, so that the link holds it."""
    link.touched()
    sent = st.session_state[key].step
    if sent and present(link, sent):
        link.state = link.state.with_step(int(sent["step"]))
