"""Inside the trained network: its maps, filters and answers on any picture, and how each number is computed."""

from functools import partial

import streamlit as st

from engine.facts import saliency, wide
from engine.network.blocks import called
from engine.training import trained
from pages.states.inside import state as inside_state
from pages.states.inside.state import InsideState
from pages.states.network.state import AT
from pages.ui.draw.markdown import plain
from pages.ui.inside import arithmetic, card, check, excite, kernels, source, why
from pages.ui.inside.view import view
from pages.ui.lesson import parts as lesson
from pages.ui.session import Link

link = Link("inside")
QUESTION = "What does a trained network see in a picture, and how is each number made?"


def nothing(problem: str) -> None:
    """Say that there is no network to look into, and where one comes from."""
    lesson.question(QUESTION)
    st.info(
        "There is no trained network on this machine yet. Train one: when it has finished, it opens here.",
        icon=":material/model_training:",
    )
    st.page_link("training.py", label="To the Training page", icon=":material/arrow_forward:")
    if problem:
        st.text(problem)


def things_to_try(state: InsideState) -> None:
    query, numbers = {"run": state.model.key}, range(1, len(state.network) + 1)
    last_maps = max((k for k in numbers if state.output(k).ndim == 3), default=1)
    last_convolution = max((k for k in numbers if called(state.layer(k)) == "Conv2d"), default=1)
    lesson.things_to_try(
        "inside.py",
        (
            lesson.Try(
                "Start at the answer: which inputs of the last layer support it?",
                {**query, "at": AT.write(state.answer_path)},
            ),
            lesson.Try(
                "One number of the last convolution: follow it back, layer by layer, to the pixels",
                {**query, "at": f"{last_convolution}.0"},
            ),
            lesson.Try("The last maps: how much of the picture does one cell see?", {**query, "at": f"{last_maps}.0"}),
        ),
    )


@st.fragment
def page() -> None:
    """Draw the page; a change draws it again without the navigation around it."""
    try:
        link.sync(inside_state.read)
    except ValueError as error:
        nothing(str(error))
        return
    state: InsideState = link.state

    head = st.container(horizontal=True, vertical_alignment="center")
    with head.container(width="stretch", key="inside-question"):
        # On a phone the question takes a line of its own.
        st.html("<style>div:has(> .st-key-inside-question) { min-width: min(330px, 85vw) }</style>")
        lesson.question(QUESTION)
    source.head(head, link)
    lesson.problems(link.problems)
    source.messages(link)
    if link.message:
        st.warning(plain(link.message), icon=":material/error:")

    view(link)
    if state.is_block:
        name = called(state.layer(state.open[0]))
        st.info(f"{name} is a block of layers: its maps are shown, but it cannot be stepped through.")
    else:
        arithmetic.draw(link)

    tabs = {
        "Why this answer?": partial(why.draw, link),
        "Kernels": partial(kernels.draw, state),
        "What excites a channel?": partial(excite.draw, state),
        "Check against PyTorch": partial(check.draw, state),
        "The network's card": partial(card.draw, state),
    }
    for tab, draw in zip(st.tabs(list(tabs), key="inside.tab", on_change="rerun"), tabs.values(), strict=True):
        if tab.open:
            with tab:
                draw()

    tries, beliefs = st.columns(2, gap="large")
    with tries:
        things_to_try(state)
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
                    "It is the softmax of the logits. Networks are often more certain than they should be: look for "
                    "confident mistakes.",
                ),
                (
                    "The saliency map shows what the network looks at.",
                    "It shows where a small change would move the logit. Occlusion asks another question, and often "
                    "has another answer.",
                ),
            )
        )
    parts = trained.load, wide.part, saliency.gradient, saliency.occlusion, saliency.peaks
    lesson.source_code(lambda: parts, "The engine's own code for this page")


page()
