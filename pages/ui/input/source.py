"""Pictures of one's own for the Input page: files, or the camera's.

Only these two ways need the host: what they bring goes to the page as an act (pages/states/input/acts.py).
"""

from typing import Any

import streamlit as st

from engine.data import pictures
from pages.states import picture
from pages.states.input import acts, uploads
from pages.states.input import state as states
from pages.states.picture import Own
from pages.ui import session
from pages.ui.own import OwnFile

FILES, PHOTO, CUT = "input.files", "input.photo", "input.cut"
OWN = OwnFile("input")
CUTS = {"middle": 0.5, "start": 0.0, "end": 1.0, "whole": None}
MOST_PIXELS = 2 * pictures.MAX_SIZE  # of a kept picture's longer side


def own_picture() -> None:
    """Draw the button behind which files or the camera are chosen; there is none in a page of somebody else's."""
    if st.context.is_embedded:
        return
    with OWN.button("Own picture", ":material/add_photo_alternate:"):
        st.segmented_control(
            "Cut square from its", list(CUTS), key=CUT, default="middle", required=True,
            help="start: left or top; end: right or bottom; whole: not cut, the sides keep their proportions",
        )  # fmt: skip
        st.file_uploader(
            "PNG, JPEG or WebP, up to 20 MB; several make a batch", type=["png", "jpg", "jpeg", "webp"], key=FILES,
            accept_multiple_files=True, max_upload_size=uploads.MAX_BYTES // 2**20, on_change=OWN.take,
            args=(FILES, _files),
        )  # fmt: skip
        if st.toggle("Camera", key="input.camera"):
            st.camera_input(
                "The photo goes to this Stride server and nowhere else", key=PHOTO, width=320,
                on_change=OWN.take, args=(PHOTO, lambda photo: _files([photo])),
            )  # fmt: skip


def _files(files: list[Any]) -> list[Any] | None:
    """Return the act for files: one is the session's, from which it is made at any size; several are numbers."""
    if not files:
        return None
    read = [_own(file.getvalue(), f"Picture {k}: " if len(files) > 1 else "") for k, file in enumerate(files)]
    read, notes = read[: states.MAX_BATCH], [note for _, notes in read for note in notes]
    if len(read) < len(files):
        notes.append(f"There are {len(files)} files; the first {states.MAX_BATCH} are used.")
    mine = session.holder()
    now = states.read(mine.left.get("input", {}), mine.picture)[0].made or acts.FIRST
    made = [picture.from_own(own, now.channels, now.size, now.scale) for own, _ in read]
    if len(made) == 1:
        mine.offered = made[0]
        return ["own", " ".join(notes)]
    if any(one.text is None for one in made):
        raise ValueError("a batch lives in its link, which cannot hold so large pictures: choose a smaller size first")
    return ["files", {"texts": [one.text for one in made], "note": " ".join(notes)}]


def _own(data: bytes, name: str) -> tuple[Own, list[str]]:
    try:
        read = uploads.read(data)
    except ValueError as error:
        raise ValueError(f"{name}{error}") from None
    cut = CUTS[st.session_state.get(CUT, "middle")]
    pixels = read.picture if cut is None else pictures.square(read.picture, cut)
    longer = max(pixels.shape[:2])
    if longer > MOST_PIXELS:
        pixels = pictures.resize(pixels, pictures.fit(*pixels.shape[:2], MOST_PIXELS))
    return Own(pixels, cut), [f"{name}{note}" for note in read.notes]
