"""Pictures of one's own for the Input page: files, or the camera's.

Only these two ways need the host: what they bring goes to the page as an act (pages/states/input/acts.py).
"""

from typing import Any

import streamlit as st

from pages.states.input import own, uploads
from pages.ui import session
from pages.ui.own import OwnFile

FILES, CUT = "input.files", "input.cut"
OWN = OwnFile("input")


def own_picture() -> None:
    """Draw the button behind which files or the camera are chosen; there is none in a page of somebody else's."""
    if st.context.is_embedded:
        return
    with OWN.button("Own picture", ":material/add_photo_alternate:"):
        st.segmented_control(
            own.CUT_LABEL, list(own.CUTS), key=CUT, default=own.CUT, required=True, help=own.CUT_HELP,
        )  # fmt: skip
        st.file_uploader(
            own.FILES_LABEL, type=["png", "jpg", "jpeg", "webp"], key=FILES,
            accept_multiple_files=True, max_upload_size=uploads.MAX_BYTES // 2**20, on_change=OWN.take,
            args=(FILES, _files),
        )  # fmt: skip
        OWN.camera(lambda photo: _files([photo]))


def _files(files: list[Any]) -> list[Any] | None:
    contents = [file.getvalue() for file in files]
    return own.act(session.holder(), contents, st.session_state.get(CUT, own.CUT)) if files else None
