"""A picture of one's own for the page Inside the network: a file, or the camera's.

Only these two ways need the host: what they bring goes to the page as an act (pages/states/inside/sheet.py), which then
shows it with the present network.
"""

from typing import Any

import streamlit as st

from engine.writing.display import sentence
from pages.states.inside import pictures as inside_pictures
from pages.states.sheet.writing import plain

FILE, PHOTO, EVENT, PROBLEM = "inside.file", "inside.photo", "inside.event", "inside.problem"
# It lies on the end of the page's first line, which keeps its place free (assets/inside/page.css).
PLACE = """<style>
@media (min-width: 900px) {
  div:has(> div > .st-key-inside-own) { position: relative; }
  div:has(> .st-key-inside-own) { position: absolute; top: 26px; right: 0; z-index: 2; width: auto; }
}
</style>"""


def own_picture() -> None:
    """Draw the button behind which a file or the camera is chosen."""
    place = st.container(key="inside-own", width="content")
    place.html(PLACE)
    with place.popover("Own picture", icon=":material/add_photo_alternate:"):
        st.file_uploader(
            "PNG, JPEG or WebP: cut square from the middle, made 32×32", type=["png", "jpg", "jpeg", "webp"], key=FILE,
            on_change=_taken, args=(FILE,), max_upload_size=20,
        )  # fmt: skip
        if st.toggle("Camera", key="inside.camera"):
            st.camera_input(
                "The photo goes to this Stride server and nowhere else", key=PHOTO, width=320,
                on_change=_taken, args=(PHOTO,),
            )  # fmt: skip
        if problem := st.session_state.get(PROBLEM):
            st.error(plain(problem), icon=":material/error:")


def events() -> list[dict[str, Any]]:
    """Return the act of the last picture that was chosen, for pages/ui/sheet.py."""
    event = st.session_state.get(EVENT)
    return [event] if event else []


def _taken(key: str) -> None:
    """Hand the chosen picture to the page; where it cannot be read, say why, and the page stays as it is."""
    file = st.session_state.get(key)
    st.session_state[PROBLEM] = ""
    if file is None:
        return
    try:
        picture, notes = inside_pictures.from_file(file.getvalue())
    except ValueError as error:
        st.session_state[PROBLEM] = sentence(error)
        return
    act = ["file", {"text": picture.text, "note": " ".join(notes)}]
    number = st.session_state.get(EVENT, {"number": 0})["number"] + 1
    st.session_state[EVENT] = {"number": number, "act": act}
