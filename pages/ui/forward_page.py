"""The forward page, from question to misunderstandings."""

from functools import partial

import streamlit as st

from engine.blocks import called
from engine.formula import numbers_formula
from pages.ui import forward_link, forward_state, handlers, lesson, live
from pages.ui.forward_presets import PRESETS
from pages.ui.forward_state import State
from pages.ui.overview import overview
from pages.ui.player import player
from pages.ui.url import Link

PAGE = "forward.py"
PLAYER, OVERVIEW = "forward.player", "forward.overview"
HEIGHT = 225


def draw() -> None:
    """Draw the page."""
    link = Link("forward")
    head, networks = st.columns([3.3, 1], vertical_alignment="bottom")
    with head:
        lesson.question("How does a picture become a loss, and which pixels is it made from?")
    with networks, st.popover("Networks", icon=":material/account_tree:", width="stretch"):
        for name, preset in PRESETS.items():
            st.page_link(PAGE, label=preset.title, query_params={"example": name}, icon=":material/grid_on:")
    _body(link)


@st.fragment
def _body(link: Link) -> None:
    """Everything that follows an edit: overview, player, formula, check."""
    link.sync(forward_link.from_query, forward_link.to_query)
    state: State = link.state
    lesson.problems(link.problems)
    overview(
        state, key=OVERVIEW, on_open=partial(_opened, link), on_back=partial(_back, link),
        on_target=partial(_target, link),
    )  # fmt: skip
    at_once = {"path": live.path("forward"), "query": forward_link.to_query(state)}
    player(
        state.trace, key=PLAYER, on_edit=partial(handlers.edited, link, forward_link, PLAYER), step=state.shown_step,
        jump=[link.jumps, state.path], on_step=partial(handlers.stepped, link, forward_link, PLAYER),
        message=link.message, seen=link.seen, live=at_once, height=HEIGHT,
    )  # fmt: skip
    left, right = st.columns(2, gap="large")
    number, _ = state.open
    with left:
        st.markdown(f"##### {called(state.layer(number))}")
        if state.trace.formula:
            st.latex(state.trace.formula)
        st.latex(numbers_formula(state.trace, state.shown_step))
    del right


def _opened(link: Link) -> None:
    sent = st.session_state[OVERVIEW].open
    if sent:
        handlers.change(link, lambda s: forward_state.with_open(s, int(sent["number"]), int(sent["flat"])))


def _back(link: Link) -> None:
    place = st.session_state[OVERVIEW].back
    if place is not None:
        handlers.change(link, lambda s: forward_state.with_back(s, int(place)))


def _target(link: Link) -> None:
    target = st.session_state[OVERVIEW].target
    if target is not None:
        handlers.change(link, lambda s: forward_state.with_target(s, int(target)))
