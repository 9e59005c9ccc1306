"""A folder's pictures, decoded, as they were when a network was trained on them: for pages that show a few."""

import streamlit as st

from engine.data import decoded, sources

CHANGED = "The folder's pictures have changed since this training."
FRESH = 20  # seconds for which a folder that was looked through is not looked through again


def pictures(source: str, seed: int, key: str = "") -> decoded.Arrays:
    """Return the pictures of "folder:PATH".

    key: sources.fingerprint at the training; "" where it is not known. Raises ValueError, with a sentence, where the
    folder is gone, cannot be trained on, or has changed since.
    """
    return _read(source, seed, key or _mark(source))


# What is raised is not kept by either of these.


@st.cache_resource(max_entries=3, show_spinner="Reading the folder's pictures …")
def _read(source: str, seed: int, key: str) -> decoded.Arrays:
    if _mark(source) != key:  # before all of them are decoded for nothing
        raise ValueError(CHANGED)
    made = decoded.arrays(source, seed, look=True)
    if made.key != key:
        raise ValueError(CHANGED)
    return made


@st.cache_data(max_entries=20, ttl=FRESH, show_spinner=False)
def _mark(source: str) -> str:
    return sources.listing(sources.folder_of(source)).fingerprint()
