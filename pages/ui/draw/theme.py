"""Which of the two colour themes the browser shows."""

import streamlit as st


def theme() -> str:
    """Return "dark" or "light"."""
    return "dark" if st.context.theme.type == "dark" else "light"
