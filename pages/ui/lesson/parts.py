"""The heading of a page that the script draws, and what of its link could not be read."""

from collections.abc import Iterable

import streamlit as st


def question(text: str) -> None:
    """Draw a lesson's question: the page's heading."""
    st.markdown(f"### {text}")


def problems(sentences: Iterable[str]) -> None:
    """Draw what was wrong in a link, and what is shown instead. Sentences may quote typed text."""
    sentences = list(sentences)
    if sentences:
        with st.container(key="problems"):
            st.warning("This link could not be followed in full; the rest is shown.", icon=":material/link_off:")
            for sentence in sentences:
                st.text(sentence)
