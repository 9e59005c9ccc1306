"""The backward page's check against torch.autograd, and the code that gives the same gradients."""

from functools import partial

import streamlit as st

from engine.learning.code import gradient_code
from pages.states.backward.state import GradientState
from pages.ui.lesson import parts as lesson
from pages.ui.network.check import fingerprint

KEY = "backward.check"


@st.fragment
def check(state: GradientState) -> None:
    """Draw the check of every gradient."""
    forward = state.forward
    st.markdown("##### Check against torch.autograd")

    def run() -> list:
        from engine.pytorch.network_check import compare_gradients

        return compare_gradients(forward.network, forward.parameters, forward.input, forward.target)

    results = lesson.kept_check(KEY, "Compare all gradients", fingerprint(forward), run)
    if results is None:
        return
    worst = max(results, key=lambda result: result.largest_difference)
    text = f"torch {worst.version} · {lesson.largest(worst)} in float64"
    wrong = [result.name for result in results if not result.agrees and not result.sides]
    aside = [result for result in results if result.sides]
    if aside and not wrong:
        names = ", ".join(result.name for result in aside)
        why = " ".join(aside[0].sides)
        st.info(
            f"{text}. {why} Both are right. Only for this reason do the gradients for {names} differ; the other "
            f"{len(results) - len(aside)} agree.",
            icon=":material/call_split:",
        )
    else:
        right = f"{len(results)} gradients agree · {text}"
        lesson.verdict(not wrong, right, f"{text}: more than rounding in {', '.join(wrong)}.")
    lesson.differences("Gradient by gradient", ("gradient for", "shape"), results)


def code(state: GradientState) -> None:
    """Draw the code to paste, and the file with the numbers where they are too many for it."""
    forward = state.forward
    parts = forward.network, forward.input, forward.parameters
    made = partial(gradient_code, *parts, forward.target)
    lesson.code_to_paste("PyTorch code that prints the same gradients", *parts, made)
