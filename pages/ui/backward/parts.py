"""The parts of the backward page, and what happens when each is changed."""

from functools import partial

import streamlit as st

from engine.network.blocks import called
from engine.trace.formula import numbers_formula
from pages.states.backward.state import GradientState
from pages.states.network import overview
from pages.ui import handlers
from pages.ui.backward import overview as backward_overview
from pages.ui.lesson import parts as lesson
from pages.ui.network import parts as network
from pages.ui.session import Link

PAGE, FORWARD = "backward.py", "forward.py"
PLAYER, OVERVIEW, GO = "backward.player", "backward.overview", "backward.go"
HEIGHT = 140


def elsewhere() -> None:
    """Go to the forward page where the learner chose a value, which is computed there."""
    if (query := st.session_state.pop(GO, None)) is not None:
        st.switch_page(FORWARD, query_params=query)


def path(link: Link) -> None:
    """Draw every value and gradient, and the path to the open one; a cell that is chosen opens."""
    taken = handlers.takers(
        link,
        OVERVIEW,
        open=lambda state, cell: state.with_open(*backward_overview.rule_of(str(cell["part"])), int(cell["flat"])),
        back=lambda state, place: state.with_back(int(place)),
        target=lambda state, target: state.with_target(int(target)),
        rule=lambda state, by: state.with_rule(int(by)),
    )
    overview.mount(key=OVERVIEW, data=backward_overview.data(link.state), **taken)


def arithmetic(link: Link) -> None:
    """Draw the player of the open gradient."""
    lesson.arithmetic(link, PLAYER, "backward", height=HEIGHT, leads=_leads(link.state), on_lead=partial(_led, link))


def head(link: Link, question: str) -> None:
    """Draw the question, the networks, and the way to the forward page."""
    state: GradientState = link.state
    head = st.container(horizontal=True, vertical_alignment="bottom")
    with head.container(width="stretch"):
        lesson.question(question)
    with head.popover("Networks", icon=":material/account_tree:"):
        network.presets(PAGE)
        network.beginnings(link, state.forward.seed, handlers.go)
    with head.container(width="content"):
        st.page_link(
            FORWARD, label="The same network forward", icon=":material/arrow_forward:",
            query_params=state.forward.query(),
            help="Its values step by step. Layers, input and numbers can be changed there; a link leads back here.",
        )  # fmt: skip


def formula(state: GradientState) -> None:
    st.markdown(f"##### The chain rule: {backward_overview.rule_title(state)}")
    st.latex(state.trace.formula)
    st.latex(numbers_formula(state.trace, state.shown_step))
    number, name, _ = state.open
    size = "×".join(map(str, state.gradient(number, name).shape))
    of = f"the {name} of {called(state.layer)}" if name else f"what {called(state.layer)} took in"
    st.markdown(f"A gradient has the shape of what it is for: **{size}**, as {of}.")
    if told := state.jump:
        st.caption(told)
    lesson.definition(type(state.layer))


def _leads(state: GradientState) -> dict[str, str]:
    """Return, for each board, the words for the way from a cell to the number's origin."""
    made = {board: "one rule towards the loss: open" for board in state.leads()}
    return {board: "this value on the Forward page: open" for board in state.values_read()} | made


def _led(link: Link) -> None:
    sent = st.session_state[PLAYER].lead
    if not sent or not handlers.present(link, sent):
        return
    board, flat, state = str(sent["board"]), int(sent["flat"]), link.state
    if board in state.leads():
        handlers.go(link, lambda s: s.with_lead(board, flat))
    elif (place := state.value_of(board, flat)) is not None:
        number, at = place
        query = state.forward.query()
        # A pixel was computed by no layer: the layer that reads it shows it.
        st.session_state[GO] = {**query, "at": f"{number}.{at}"} if number else query | {"at": "1.0~0." + str(at)}
