"""The parts of the forward page, and what happens when each is changed."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from engine.data import pictures
from engine.network import summary
from engine.network.blocks import called
from engine.trace.formula import numbers_formula
from pages.states import picture
from pages.states.network import overview
from pages.states.network.presets import PRESETS
from pages.states.network.state import NetworkState
from pages.ui import handlers, session
from pages.ui.lesson import parts as lesson
from pages.ui.network import stack
from pages.ui.session import Link

PAGE = "forward.py"
PLAYER, OVERVIEW, STACK = "forward.player", "forward.overview", "forward.stack"
HEIGHT = 205
COLUMNS = ("output", "parameters", "multiply_adds", "field")


def path(link: Link) -> None:
    """Draw every layer of the network, and the path to the open number; a cell that is chosen opens."""
    overview.mount(
        key=OVERVIEW,
        data=overview.data(link.state),
        **overview.opens(link, OVERVIEW),
        **handlers.takers(link, OVERVIEW, handlers.change, target=lambda state, target: state.with_target(int(target))),
    )


def arithmetic(link: Link) -> None:
    """Draw the player of the open layer."""
    lesson.arithmetic(link, PLAYER, "forward", height=HEIGHT, leads=_leads(link.state))


def head(link: Link, question: str) -> None:
    """Draw the question, the networks and the inputs to choose from."""
    state: NetworkState = link.state
    head = st.container(horizontal=True, vertical_alignment="bottom")
    with head.container(width="stretch"):
        lesson.question(question)
    with head.popover("Examples", icon=":material/account_tree:"):
        presets(PAGE)
    with head.popover("Input", icon=":material/image:"):
        query = state.opened().query()
        if state.network.input_shape == state.preset.network.input_shape and state.preset.inputs:
            with st.container(horizontal=True, gap="xsmall"):
                for name, (text, target) in state.preset.inputs.items():
                    known = {"x": text, "target": str(target)} if target < state.logits.size else {"x": text}
                    st.page_link(PAGE, label=name, query_params={**query, **known}, width="content")
        channels, height, width = state.input.shape if state.input.ndim == 3 else (0, 0, 0)
        if height == width and channels in (1, 3) and height >= pictures.MIN_SIZE:
            for name in pictures.EXAMPLES:
                spec = picture.Spec(name, "grey" if channels == 1 else "rgb", height, _scale(state))
                st.page_link(PAGE, label=name, query_params={**query, "x": spec.text}, icon=":material/image:")
        st.page_link("input.py", label="A picture of your own", icon=":material/add_photo_alternate:")
        beginnings(link, state.seed, handlers.change)
    if state.has_loss:
        with head.container(width="content"):
            st.page_link(
                "backward.py", label="Backward", icon=":material/keyboard_double_arrow_left:",
                query_params=state.opened().query(),
                help="The same network's gradients, from the loss back.",
            )  # fmt: skip


def presets(page: str) -> None:
    """Draw links to the known networks on a page."""
    for name, preset in PRESETS.items():
        st.page_link(page, label=preset.title, query_params={"example": name}, icon=":material/grid_on:")
        st.caption(preset.about)


def beginnings(link: Link, seed: int, take: Callable) -> None:
    """Draw what gives a network another picture or other numbers. take: what applies the change of the numbers."""
    shared = session.current()
    if shared is not None:
        use = partial(handlers.go, link, lambda state: state.with_picture(shared))
        st.button("Use the picture of the Input page", icon=":material/move_down:", on_click=use)
    st.button(
        "Draw the weights anew",
        icon=":material/casino:",
        on_click=partial(take, link, lambda state: state.with_seed(seed + 1)),
        help="Other numbers from another seed, the network stays.",
    )
    undo = partial(take, link, lambda state: state.with_seed(0))
    st.button("The weights as they began", icon=":material/undo:", on_click=undo)


def _scale(state: NetworkState) -> str:
    """Return the scale of the input's numbers, so that another picture comes in on the same scale."""
    if state.text.startswith("pic."):
        return state.text.rpartition(".")[2]
    return "0-1" if state.input.min() >= 0 and state.input.max() <= 1 else "0-9"


def edit_stack(link: Link) -> None:
    """Draw the stack as a table to edit."""
    state: NetworkState = link.state
    st.markdown("##### The stack")
    rows = summary.rows(state.network)
    edited = partial(stack.edited, link, STACK, lambda s: s.network, NetworkState.with_network)
    stack.editor(state.network, rows, key=STACK, columns=COLUMNS, on_change=edited)
    if state.preset.about and state.network.layers == state.preset.network.layers:
        st.caption(state.preset.about)


def formula(state: NetworkState) -> None:
    number, _ = state.open
    st.markdown(f"##### {'The loss' if number > len(state.network) else called(state.layer(number))}")
    if state.trace.formula:
        st.latex(state.trace.formula)
    st.latex(numbers_formula(state.trace, state.shown_step))
    lesson.definition(type(state.layer(number)))


def _leads(state: NetworkState) -> dict[str, str]:
    """Return, for each board, the words for the way from a cell to where its number was computed."""
    made = {}
    for board, number in state.leads().items():
        made[board] = f"from {called(state.layer(number))}: open" if number else "to this pixel"
    return made
