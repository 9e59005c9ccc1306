"""How the open number is computed: its player, the choice of inputs that are written out, and its formula."""

from functools import partial

import streamlit as st

from engine.facts import wide
from engine.network.blocks import called
from engine.trace.formula import numbers_formula
from pages.states.inside.state import InsideState
from pages.ui import handlers
from pages.ui.lesson import parts as lesson
from pages.ui.player import player
from pages.ui.session import Link

PLAYER, FIRST = "inside.player", "inside.first"
HEIGHT = 260
MOST = -1  # in the choice of inputs: those that add most


def draw(link: Link) -> None:
    """Draw how the open number is computed."""
    state: InsideState = link.state
    player(
        state.trace,
        key=PLAYER,
        on_edit=lambda: None,
        step=state.shown_step,
        jump=link.jumps,
        on_step=partial(handlers.stepped, link, PLAYER),
        height=HEIGHT,
        on_lead=partial(handlers.led, link, PLAYER),
        leads=_leads(state),
    )
    if state.is_wide:
        _inputs(link)
    title = f"{called(state.layer(state.open[0]))} in symbols and numbers"
    lesson.folded(title, "functions", "inside.formula", partial(_formula, state))


def _formula(state: InsideState) -> None:
    if state.trace.formula:
        st.latex(state.trace.formula)
    st.latex(numbers_formula(state.trace, state.shown_step))


def _inputs(link: Link) -> None:
    """Draw the choice of inputs whose terms are written out."""
    state: InsideState = link.state
    inputs, count = state.part.inputs, wide.CHANNELS if state.output(state.open[0]).ndim == 3 else wide.FEATURES
    if len(inputs) <= count:
        return
    word = "channels" if count == wide.CHANNELS else "inputs"
    starts = [MOST, *range(0, len(inputs), count)]
    present = MOST if state.first is None else state.first
    if present not in starts:
        starts.append(present)

    def label(first: int) -> str:
        if first == MOST:
            return f"the {count} that add most"
        return f"{inputs[first]} to {inputs[min(first + count, len(inputs)) - 1]}"

    st.session_state[FIRST] = present
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(f"This number is made from **{len(inputs)}** {word}. Written out are", width="content")
    row.selectbox(
        "Written out",
        starts,
        format_func=label,
        key=FIRST,
        label_visibility="collapsed",
        width=210,
        on_change=partial(_chosen, link),
    )
    row.markdown("The others are one summand.", width="content")


def _chosen(link: Link) -> None:
    first = st.session_state[FIRST]
    handlers.go(link, lambda s: s.with_first(None if first == MOST else first))


def _leads(state: InsideState) -> dict[str, str]:
    number = state.open[0] - 1
    return {"input": f"from {called(state.layer(number))}: open" if number else "to this pixel"}
