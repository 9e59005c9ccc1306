"""Why the gradient for the logits is p − q: the derivation behind a click, with the present numbers."""

from functools import partial

import streamlit as st

from engine.facts.rules import softmax_derivation
from pages.states.backward.state import GradientState
from pages.ui.lesson import parts as lesson


def derivation(state: GradientState) -> None:
    """Draw the steps from the loss to the logit that is open, or to the true class's."""
    title = "Why p − q (in many texts p − y)? The derivation with these numbers"
    lesson.folded(title, "function", "derivation", partial(_steps, state))


def _steps(state: GradientState) -> None:
    number, name, flat = state.shown
    chosen = flat if (number, name) == (state.logits, "") else state.forward.target
    classes = state.forward.classes
    for text, latex in softmax_derivation(state.both.probabilities, state.forward.target, chosen, classes):
        st.markdown(text)
        st.latex(latex)
