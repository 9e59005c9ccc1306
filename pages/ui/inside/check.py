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
        run = partial(compare_logits, state.trained, state.picture.pixels[None])
        changed = "The picture or the network has"
        logits = lesson.kept_check(KEY, "Run this picture in PyTorch", state.key, run, changed)
        if logits is not None:
            _result(state, logits)
    with right:
        lesson.folded("PyTorch code that gives these logits", "content_paste", "code", partial(_code, state))


def _code(state: InsideState) -> None:
    st.markdown("Put `weights.safetensors` (from the network's card) beside the script.")
    st.code(logits_code(state.trained, state.picture.pixels), language="python", height=340)


def _result(state: InsideState, logits) -> None:
    text = f"torch {logits.version} in float32 · {lesson.largest(logits)}"
    lesson.verdict(logits.agrees, f"The logits agree · {text}", f"{text}: more than rounding.")
    ours, theirs = logits.ours[0], logits.theirs[0]
    order = np.argsort(-ours, kind="stable")
    rows = {
        "class": [state.classes[k] for k in order],
        "NumPy, float64": [typographic(f"{ours[k]:.6f}") for k in order],
        "PyTorch, float32": [typographic(f"{theirs[k]:.6f}") for k in order],
        "difference": [rough_text(abs(ours[k] - theirs[k]), 2) for k in order],
    }
    st.dataframe(rows, hide_index=True, width="stretch")
