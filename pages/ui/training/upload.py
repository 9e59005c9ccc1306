"""A zip of one's own pictures for a new training: the host takes it, and the page does the rest, as an act."""

from typing import Any

import streamlit as st

from engine.data import zipped
from engine.writing.display import sentence
from pages.states.sheet.writing import plain
from pages.states.training import uploads
from pages.ui import files, session

COUNT, EVENT, PROBLEM = "training.zips", "training.zip.event", "training.zip.problem"
# It lies on the end of the page's first line, which keeps its place free (assets/training/training.css).
PLACE = """<style>
@media (min-width: 900px) {
  div:has(> div > .st-key-training-own) { position: relative; }
  div:has(> .st-key-training-own) { position: absolute; top: 26px; right: 0; z-index: 2; width: auto; }
}
</style>"""


def own_pictures() -> None:
    """Draw the button behind which a zip is chosen."""
    place = st.container(key="training-own", width="content")
    place.html(PLACE)
    with place.popover("Upload a zip", icon=":material/folder_zip:"):
        key = f"training.zip.{st.session_state.get(COUNT, 0)}"  # another one after each zip: it is not kept in memory
        st.file_uploader(
            f"A zip, up to {zipped.MAX_BYTES // 2**20} MB, of a folder with one folder of pictures for each class",
            type=["zip"], key=key, on_change=_taken, args=(key,), max_upload_size=zipped.MAX_BYTES // 2**20,
        )  # fmt: skip
        st.caption("It goes to this Stride server. Whoever opens a run on these pictures sees some of them.")
        if problem := st.session_state.get(PROBLEM):
            st.error(plain(problem), icon=":material/error:")


def events() -> list[dict[str, Any]]:
    """Return the act of the last zip that was unpacked, for pages/ui/sheet.py."""
    event = st.session_state.get(EVENT)
    return [event] if event else []


def _taken(key: str) -> None:
    """Unpack the chosen zip and hand its folder to the page; where it cannot be used, say why."""
    file = st.session_state.get(key)
    st.session_state[PROBLEM] = ""
    if file is None:
        return
    st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1
    try:
        folder = uploads.unpacked(file.getvalue(), file.name, session.holder().asker)
    except ValueError as error:
        st.session_state[PROBLEM] = sentence(error)
        return
    finally:
        files.forget(file)
    number = st.session_state.get(EVENT, {"number": 0})["number"] + 1
    st.session_state[EVENT] = {"number": number, "act": ["uploaded", str(folder)]}
