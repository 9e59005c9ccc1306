"""Refused changes: each is shown for as long as the value that it was meant for stays the same."""

from typing import Any

import streamlit as st


def keep(key: str, about: Any, refused: Any) -> None:
    """Remember what the control `key` refused. about: the value that stayed as it was."""
    st.session_state[f"{key}.refused"] = (about, refused)


def kept(key: str, about: Any) -> Any:
    """Return what the control refused for this value; None from the moment on that the value has changed."""
    before, refused = st.session_state.get(f"{key}.refused", (about, None))
    if before != about:
        drop(key)
        return None
    return refused


def drop(key: str) -> None:
    st.session_state.pop(f"{key}.refused", None)
