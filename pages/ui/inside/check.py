"""The trained network's logits in NumPy beside those in PyTorch, and the code to paste."""

from functools import partial

import numpy as np
import streamlit as st

from engine.pytorch.trained_check import compare_logits, logits_code
from engine.writing.display import rough_text, typographic
from pages.states.inside.state import InsideState
from pages.ui.lesson import parts as lesson

KEY = "inside.check"


def draw(state: InsideState) -> None:
    """Draw the check of this picture's logits, and the script that gives them."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        if st.button("Run this picture in PyTorch", icon=":material/verified:", key=f"{KEY}.run"):
            with st.spinner("Running torch …"):
                logits = compare_logits(state.trained, state.picture.pixels[None])
            st.session_state[f"{KEY}.result"] = (state.key, logits)
        checked, logits = st.session_state.get(f"{KEY}.result", (None, None))
        if checked == state.key:
            _result(state, logits)
        elif logits is not None:
            st.caption("The picture or the network has changed since the last check: run it again.")
    with right:
        lesson.folded("PyTorch code that gives these logits", "content_paste", "code", partial(_code, state))


def _code(state: InsideState) -> None:
    st.markdown("Put `weights.safetensors` (from the network's card) beside the script.")
    st.code(logits_code(state.trained, state.picture.pixels), language="python", height=340)


def _result(state: InsideState, logits) -> None:
    text = f"torch {logits.version} in float32 · largest difference **{rough_text(logits.largest_difference)}**"
    if logits.agrees:
        st.success(f"The logits agree · {text}", icon=":material/check_circle:")
    else:
        st.error(f"{text}: more than rounding.", icon=":material/error:")
    ours, theirs = logits.ours[0], logits.theirs[0]
    order = np.argsort(-ours, kind="stable")
    rows = {
        "class": [state.classes[k] for k in order],
        "NumPy, float64": [typographic(f"{ours[k]:.6f}") for k in order],
        "PyTorch, float32": [typographic(f"{theirs[k]:.6f}") for k in order],
        "difference": [rough_text(abs(ours[k] - theirs[k]), 2) for k in order],
    }
    st.dataframe(rows, hide_index=True, width="stretch")
