"""A picture of one's own for the page Inside the network: a file, or the camera's.

Only these two ways need the host: what they bring goes to the page as an act (pages/states/inside/sheet.py), which then
shows it with the present network.
"""

from typing import Any

import streamlit as st

from pages.states.inside import pictures as inside_pictures
from pages.ui.own import OwnFile

FILE = "inside.file"
OWN = OwnFile("inside")


def own_picture() -> None:
    """Draw the button behind which a file or the camera is chosen; there is none in a page of somebody else's."""
    if st.context.is_embedded:
        return
    with OWN.button("Own picture", ":material/add_photo_alternate:"):
        st.file_uploader(
            "PNG, JPEG or WebP: cut square from the middle, made as small as the network takes it",
            type=["png", "jpg", "jpeg", "webp"], key=FILE, on_change=OWN.take, args=(FILE, _act), max_upload_size=20,
        )  # fmt: skip
        OWN.camera(_act)


def _act(file: Any) -> list[Any]:
    return inside_pictures.act(file.getvalue())
