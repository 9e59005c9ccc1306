"""The backward page's check against torch.autograd, and the code that gives the same gradients."""

from functools import partial

import streamlit as st

from engine.learning.code import gradient_code
from engine.writing.display import rough_text
from pages.states.backward.state import GradientState
from pages.ui.lesson import parts as lesson
from pages.ui.network.check import fingerprint

KEY = "backward.check"


@st.fragment
def check(state: GradientState) -> None:
    """Draw the check of every gradient."""
    forward = state.forward
    st.markdown("##### Check against torch.autograd")
    if st.button("Compare all gradients", icon=":material/verified:", key=f"{KEY}.run"):
        from engine.pytorch.network_check import compare_gradients

        with st.spinner("Running torch …"):
            results = compare_gradients(forward.network, forward.parameters, forward.input, forward.target)
        st.session_state[f"{KEY}.result"] = (fingerprint(forward), results)
    checked, results = st.session_state.get(f"{KEY}.result", (None, None))
    if checked != fingerprint(forward):
        if results is not None:
            st.caption("The numbers have changed since the last check: run it again.")
        return
    worst = max(results, key=lambda result: result.largest_difference)
    text = f"torch {worst.version} · largest difference **{rough_text(worst.largest_difference)}** in float64"
    wrong = [result.name for result in results if not result.agrees and not result.sides]
    aside = [result for result in results if result.sides]
    if wrong:
        st.error(f"{text}: more than rounding in {', '.join(wrong)}.", icon=":material/error:")
    elif aside:
        names = ", ".join(result.name for result in aside)
        why = " ".join(aside[0].sides)
        st.info(
            f"{text}. {why} Both are right. Only for this reason do the gradients for {names} differ; the other "
            f"{len(results) - len(aside)} agree.",
            icon=":material/call_split:",
        )
    else:
        st.success(f"{len(results)} gradients agree · {text}", icon=":material/check_circle:")
    with st.expander("Gradient by gradient", icon=":material/table_rows:"):
        st.table(
            [
                {
                    "gradient for": result.name,
                    "shape": "×".join(map(str, result.shape)) or "1",
                    "largest difference": rough_text(result.largest_difference),
                }
                for result in results
            ]
        )


def code(state: GradientState) -> None:
    """Draw the code to paste, and the file with the numbers where they are too many for it."""
    forward = state.forward
    parts = forward.network, forward.input, forward.parameters
    made = partial(gradient_code, *parts, forward.target)
    lesson.code_to_paste("PyTorch code that prints the same gradients", *parts, made)
