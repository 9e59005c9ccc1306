"""What was refused, kept to be shown as long as what it was refused of stays the same."""

from typing import Any

import streamlit as st


def keep(key: str, about: Any, refused: Any) -> None:
    """Keep what was refused for the control `key`. about: the value that stays as it is."""
    st.session_state[f"{key}.refused"] = (about, refused)


def kept(key: str, about: Any) -> Any:
    """Return what was refused of this value; None, for good, where it has changed since, by whatever means."""
    before, refused = st.session_state.get(f"{key}.refused", (about, None))
    if before != about:
        drop(key)
        return None
    return refused


def drop(key: str) -> None:
    st.session_state.pop(f"{key}.refused", None)
