"""The network's card: where it comes from, its code, its classes, its weights."""

import streamlit as st

from pages.states.inside import models
from pages.states.inside.state import InsideState


def draw(state: InsideState) -> None:
    """Draw the card of the open network."""
    with st.container(key="inside-card"):
        for what, text in models.card(state.model, state.trained):
            left, right = st.columns([1, 5])
            left.markdown(f"**{what}**")
            right.text(text)
    left, right = st.columns(2)
    with left:
        st.code(state.network.code(), language="python", height=300)
    with right:
        st.caption("Classes")
        st.text(", ".join(state.classes))
        if state.model.modified:
            st.download_button(
                "Download the weights (safetensors)",
                state.model.path.read_bytes,
                "weights.safetensors",
                "application/octet-stream",
                icon=":material/download:",
                on_click="ignore",
            )
