"""What a page takes over from its player, and what came too late."""

from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace

import pytest
import streamlit as st

from pages.ui import handlers
from pages.ui.backward import parts as backward_page
from pages.ui.session import Link


@dataclass(frozen=True)
class Shown:
    """As much of a state as a player speaks of."""

    step: int = 0
    text: str = ""

    def with_edit(self, edit):
        return replace(self, text=edit["text"]), ""

    def with_step(self, step):
        return replace(self, step=step)


@pytest.fixture
def link(monkeypatch):
    """A page that has jumped twice, with nothing sent yet."""
    monkeypatch.setattr(st, "session_state", {"player": SimpleNamespace(step=None, edit=None)})
    made = Link("page")
    made.state = Shown()
    made.jump()
    made.jump()
    return made


def send(**sent):
    st.session_state["player"] = SimpleNamespace(**{"step": None, "edit": None, **sent})


def test_the_step_that_the_player_rests_at_is_remembered(link):
    send(step={"step": 7, "jump": 2})
    handlers.stepped(link, "player")
    assert link.state.step == 7


def test_a_step_told_before_the_last_jump_is_left_out(link):
    send(step={"step": 7, "jump": 1})
    handlers.stepped(link, "player")
    assert link.state.step == 0 and link.turned


def test_an_edit_made_before_the_last_jump_is_refused_with_a_sentence_and_the_next_is_taken(link):
    send(edit={"edits": [{"number": 1, "jump": 1, "text": "old", "step": 3}]})
    handlers.edited(link, "player")
    assert link.state.text == "" and "left out" in link.message and link.seen == 1
    send(edit={"edits": [{"number": 1, "jump": 1, "text": "old"}, {"number": 2, "jump": 2, "text": "new", "step": 4}]})
    handlers.edited(link, "player")
    assert link.state == Shown(4, "new") and link.message == ""


@pytest.mark.parametrize("led", [partial(handlers.led, key=backward_page.PLAYER), backward_page._led])
def test_a_way_back_asked_for_before_the_last_jump_is_left_out(link, led):
    lead = {"board": "input", "flat": 0, "step": 0, "jump": 1}
    st.session_state[backward_page.PLAYER] = SimpleNamespace(lead=lead)
    before = link.state
    led(link)
    assert link.state is before and link.jumps == 2
