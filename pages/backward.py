"""Backpropagation: every gradient of a network, rule by rule from the loss to the pixels."""

import streamlit as st

from engine.learning.passes import both_ways
from engine.trace.gradient import gradient_trace
from pages.states.backward import state as backward
from pages.ui.backward import parts
from pages.ui.backward.answers import answers
from pages.ui.backward.check import check, code
from pages.ui.backward.derivation import derivation
from pages.ui.lesson import parts as lesson
from pages.ui.session import Link

link = Link("backward")


@st.fragment
def page() -> None:
    """Draw everything that follows a change; it draws this again without the navigation around it."""
    parts.elsewhere()
    link.sync(backward.read)
    parts.head(link, "Which way should every number move so that the loss falls?")
    lesson.problems(link.problems)
    parts.path(link)
    parts.arithmetic(link)
    left, right = st.columns(2, gap="large")
    with left:
        parts.formula(link.state)
        derivation(link.state)
    with right:
        check(link.state)
        code(link.state)
    answers(link.state)


page()

lesson.things_to_try(
    parts.PAGE,
    (
        lesson.Try(
            "Follow the strongest pixel to the loss: how many ways lead there?", {"example": "worked", "at": "0.16"}
        ),
        lesson.Try("Call the picture a lion: which gradients change sign?", {"example": "worked", "target": "0"}),
        lesson.Try(
            "LeNet-5 is told that its 7 is a 1: at how many positions did one weight of the second convolution work?",
            {"example": "lenet5", "target": "1", "at": "4.weight.0"},
        ),
    ),
)
lesson.source_code(
    lambda: (both_ways, type(link.state.layer).backward, gradient_trace),
    "The engine's own code: both ways, the open layer's gradients, and tracing one",
)
