"""A zip of one's own pictures for a new training: the host takes it, and the page does the rest, as an act."""

from typing import Any

import streamlit as st

from engine.data import zipped
from pages.states.training import uploads
from pages.ui import files, session
from pages.ui.own import OwnFile

COUNT = "training.zips"
OWN = OwnFile("training")


def own_pictures() -> None:
    """Draw the button behind which a zip is chosen."""
    with OWN.button("Upload a zip", ":material/folder_zip:"):
        key = f"training.zip.{st.session_state.get(COUNT, 0)}"  # another one after each zip: it is not kept in memory
        st.file_uploader(
            f"A zip, up to {zipped.MAX_BYTES // 2**20} MB, of a folder with one folder of pictures for each class",
            type=["zip"], key=key, on_change=OWN.take, args=(key, _act), max_upload_size=zipped.MAX_BYTES // 2**20,
        )  # fmt: skip
        st.caption("It goes to this Stride server. Whoever opens a run on these pictures sees some of them.")


def _act(file: Any) -> list[Any]:
    """Unpack the zip, and let go of it, whether it can be used or not."""
    st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1
    try:
        return ["uploaded", str(uploads.unpacked(file.getvalue(), file.name, session.holder().asker))]
    finally:
        files.forget(file)
