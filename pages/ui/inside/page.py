"""What the page Inside the trained network is made of, from top to bottom, and what each change does."""

from functools import partial

import streamlit as st

from engine.facts import saliency, wide
from engine.network.blocks import called
from engine.trace.formula import numbers_formula
from engine.training import trained
from pages.states.inside import models as inside_models
from pages.states.inside import state as inside_state
from pages.states.inside.state import InsideState
from pages.states.network.state import AT
from pages.ui import handlers
from pages.ui.draw.markdown import plain
from pages.ui.inside import check as inside_check
from pages.ui.inside import excite as inside_excite
from pages.ui.inside import kernels as inside_kernels
from pages.ui.inside import source as inside_source
from pages.ui.inside import why as inside_why
from pages.ui.inside.view import view
from pages.ui.lesson import parts as lesson
from pages.ui.player import player
from pages.ui.session import Link

PAGE = "inside.py"
PLAYER, VIEW = "inside.player", "inside.view"
HEIGHT = 260
QUESTION = "What does a trained network see in a picture, and how is each number made?"
MOST = -1  # in the choice of inputs: those that add most


@st.fragment
def body(link: Link) -> None:
    """Draw everything that follows a change."""
    try:
        link.sync(inside_state.read)
    except ValueError as error:
        _nothing(str(error))
        return
    state: InsideState = link.state
    head = st.container(horizontal=True, vertical_alignment="center")
    with head.container(width="stretch", key="inside-question"):
        # On a phone the question takes a line of its own.
        st.html("<style>div:has(> .st-key-inside-question) { min-width: min(330px, 85vw) }</style>")
        lesson.question(QUESTION)
    inside_source.head(head, link)
    lesson.problems(link.problems)
    inside_source.messages(link)
    if link.message:
        st.warning(plain(link.message), icon=":material/error:")
    view(state, key=VIEW, on_open=partial(_opened, link), on_back=partial(_back, link))
    if state.is_block:
        name = called(state.layer(state.open[0]))
        st.info(f"{name} is a block of layers: its maps are shown, but it cannot be stepped through.")
    else:
        _arithmetic(link)
    why, filters, excites, check, card = st.tabs(
        ["Why this answer?", "Kernels", "What excites a channel?", "Check against PyTorch", "The network's card"],
        key="inside.tab", on_change="rerun",
    )  # fmt: skip
    for tab, draw in (
        (why, partial(inside_why.draw, link)), (filters, partial(inside_kernels.draw, state)),
        (excites, partial(inside_excite.draw, state)), (check, partial(inside_check.draw, state)),
        (card, partial(_card, state)),
    ):  # fmt: skip
        if tab.open:
            with tab:
                draw()
    _below(state)


def _nothing(why: str) -> None:
    """Say that there is no network to look into, and where one comes from."""
    lesson.question(QUESTION)
    st.info(
        "There is no trained network on this machine yet. Train one: when it has finished, it opens here.",
        icon=":material/model_training:",
    )
    st.page_link("training.py", label="To the Training page", icon=":material/arrow_forward:")
    if why:
        st.text(why)


def _arithmetic(link: Link) -> None:
    """Draw the open number's arithmetic."""
    state: InsideState = link.state
    player(
        state.trace, key=PLAYER, on_edit=lambda: None, step=state.shown_step, jump=link.jumps,
        on_step=partial(handlers.stepped, link, PLAYER), height=HEIGHT,
        on_lead=partial(_led, link), leads=_leads(state),
    )  # fmt: skip
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

    widget = "inside.first"
    st.session_state[widget] = present

    def changed() -> None:
        first = st.session_state[widget]
        handlers.go(link, lambda s: s.with_first(None if first == MOST else first))

    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(f"This number is made from **{len(inputs)}** {word}; written out are", width="content")
    row.selectbox(
        "Written out", starts, format_func=label, key=widget, label_visibility="collapsed", width=210,
        on_change=changed,
    )  # fmt: skip
    row.markdown("the others are one summand.", width="content")


def _card(state: InsideState) -> None:
    rows = inside_models.card(state.model, state.trained)
    with st.container(key="inside-card"):
        for what, text in rows:
            left, right = st.columns([1, 5])
            left.markdown(f"**{what}**")
            right.text(text)
    left, right = st.columns(2)
    with left:
        st.code(state.network.code(), language="python", height=300)
    with right:
        st.caption("Classes")
        st.text(", ".join(state.classes))
        if state.model.mark:
            st.download_button(
                "Download the weights (safetensors)", state.model.path.read_bytes, "weights.safetensors",
                "application/octet-stream", icon=":material/download:", on_click="ignore",
            )  # fmt: skip


def _below(state: InsideState) -> None:
    tries, beliefs = st.columns(2, gap="large")
    with tries:
        query = {"run": state.model.key}
        layers = list(enumerate(state.network.layers, start=1))
        last_maps = next((k for k, _ in reversed(layers) if state.output(k).ndim == 3), 1)
        kernels = [k for k, layer in layers if called(layer) == "Conv2d"] or [1]
        lesson.things_to_try(
            PAGE,
            (
                lesson.Try(
                    "Start at the answer: which inputs of the last layer speak for it?",
                    {**query, "at": AT.write(state.answer_path)},
                ),
                lesson.Try(
                    "One number of the last convolution: follow it back, layer by layer, to the pixels",
                    {**query, "at": f"{kernels[-1]}.0"},
                ),
                lesson.Try(
                    "The last maps: how much of the picture does one cell see?", {**query, "at": f"{last_maps}.0"}
                ),
            ),
        )
    with beliefs:
        lesson.misunderstandings(
            (
                (
                    "A deep channel stands for one thing, such as a wheel.",
                    "Most answer to several patterns. Look at what excites a channel: the nine pictures often share a "
                    "colour or an edge, not an object.",
                ),
                (
                    "97 % means that it is right 97 times in 100.",
                    "It is the softmax of the logits. Networks are often surer than they are right: look for confident "
                    "mistakes.",
                ),
                (
                    "The saliency map shows what the network looks at.",
                    "It shows where a small change would move the logit. Occlusion asks another question, and the two "
                    "often differ.",
                ),
            )
        )
    parts = trained.load, wide.part, saliency.gradient, saliency.occlusion, saliency.peaks
    lesson.source_code(lambda: parts, "The engine's own code for this page")


def _leads(state: InsideState) -> dict[str, str]:
    number = state.open[0] - 1
    return {"input": f"from {called(state.layer(number))}: open" if number else "to this pixel"}


def _opened(link: Link) -> None:
    sent = st.session_state[VIEW].open
    if sent:
        handlers.go(link, lambda s: s.with_open(int(sent["number"]), int(sent["flat"])))


def _back(link: Link) -> None:
    place = st.session_state[VIEW].back
    if place is not None:
        handlers.go(link, lambda s: s.with_back(int(place)))


def _led(link: Link) -> None:
    sent = st.session_state[PLAYER].lead
    if sent and handlers.present(link, sent):
        board, flat = str(sent["board"]), int(sent["flat"])
        handlers.go(link, lambda s: s.with_step(int(sent["step"])).with_lead(board, flat))
