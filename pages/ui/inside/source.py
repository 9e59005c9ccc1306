"""The top row of the page Inside the trained network: which network, and which picture."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.data import pictures
from pages.states import picture
from pages.states.inside import models as inside_models
from pages.states.inside import pictures as inside_pictures
from pages.states.inside.pictures import Picture, TestSet
from pages.states.inside.state import InsideState
from pages.ui import handlers, session
from pages.ui.draw.markdown import plain
from pages.ui.session import Link
from pages.ui.training.parts import SYNTHETIC

PAGE, LONG = "inside.py", 30
FILE, PHOTO, NUMBER, NOTES = "inside.file", "inside.photo", "inside.number", "inside.notes"


def head(row, link: Link) -> None:
    """Draw the choices."""
    state: InsideState = link.state
    tests = _test_set(state)
    if tests is not None:
        _numbers(row, link, tests)
    with row.popover("Picture", icon=":material/image:"):
        _pictures(link)
    with row.popover(_title(state), icon=":material/account_tree:"):
        _networks(state)
    if state.trained.card.get("synthetic"):
        row.markdown(SYNTHETIC, width="content")


def messages(link: Link) -> None:
    """Say what was changed in a file before it became the picture."""
    for note in st.session_state.get(NOTES, ()):
        st.caption(note)
    if link.state.picture.text is None:
        st.caption("The link cannot hold this picture: it stays in this session.")
    _, why = inside_pictures.own_set(link.state.trained)
    if why:
        st.caption(f":material/folder_off: {plain(why)}")


def _title(state: InsideState) -> str:
    title = state.model.title
    return plain(title if len(title) <= LONG else f"{title[: LONG - 2]} …")


def _test_set(state: InsideState) -> TestSet | None:
    """Return the test set to step through: the present picture's, else the one that fits."""
    key = (state.picture.text or "").partition("-")[0]
    sets = {one.key: one for one in inside_pictures.test_sets(state.trained)}
    return sets.get(key) or inside_pictures.fitting(state.trained)


def _numbers(row, link: Link, tests: TestSet) -> None:
    """Draw the number of the test picture, with ways to the next, to the one before, and to any."""
    state: InsideState = link.state
    key, _, number = (state.picture.text or "").partition("-")
    st.session_state[NUMBER] = int(number) if key == tests.key else None

    def changed() -> None:
        number = st.session_state[NUMBER]
        if number is not None:
            _take(link, lambda: tests.picture(int(number)))

    row.number_input(
        "Number of the test picture", 0, tests.count - 1, key=NUMBER, on_change=changed, width=170,
        label_visibility="collapsed", placeholder=f"0 to {tests.count - 1}", icon=":material/tag:",
        help=f"{plain(tests.title)}: picture 0 to {tests.count - 1:,}",
    )  # fmt: skip


def _pictures(link: Link) -> None:
    state: InsideState = link.state
    st.caption("Test pictures, which the network was not trained on" if len(_sets(state)) else "")
    with st.container(horizontal=True, gap="xsmall"):
        for one in _sets(state):
            _link(state, f"{one.key}-0", f"{one.title} 0")
    st.caption("Drawn examples")
    with st.container(horizontal=True, gap="xsmall"):
        for name in pictures.EXAMPLES:
            _link(state, picture.Spec(name, "rgb", 32, "0-255").text, name)
    shared = session.current()
    if shared is not None:
        st.button(
            "Use the picture of the Input page", icon=":material/move_down:",
            on_click=partial(_take, link, lambda: inside_pictures.from_chosen(shared)),
        )  # fmt: skip
    st.file_uploader(
        "PNG, JPEG or WebP: cut square from the middle, made 32×32", type=["png", "jpg", "jpeg", "webp"], key=FILE,
        on_change=partial(_from_widget, link, FILE, "upload"), max_upload_size=20,
    )  # fmt: skip
    if st.toggle("Camera", key="inside.camera"):
        st.camera_input(
            "The photo goes to this Stride server and nowhere else", key=PHOTO, width=320,
            on_change=partial(_from_widget, link, PHOTO, "photo"),
        )  # fmt: skip
    st.page_link("input.py", label="Type a picture as numbers on the Input page", icon=":material/edit:")


def _sets(state: InsideState) -> list[TestSet]:
    return inside_pictures.test_sets(state.trained)


def _link(state: InsideState, text: str, label: str) -> None:
    query = replace(state, step=None).query()
    st.page_link(PAGE, label=plain(label), query_params={**query, "x": text}, width="content")


def _from_widget(link: Link, key: str, title: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    notes: list[str] = []

    def read() -> Picture:
        picture, changes = inside_pictures.from_file(file.getvalue(), title)
        notes.extend(changes)
        return picture

    _take(link, read)
    st.session_state[NOTES] = tuple(notes)


def _take(link: Link, read) -> None:
    """Show another picture; where it cannot be read, keep the present one and say why."""
    st.session_state[NOTES] = ()
    handlers.go(link, lambda state: state.with_picture(read()))


def _networks(state: InsideState) -> None:
    query = {"x": state.picture.text} if state.picture.text else {}
    for model in inside_models.choices():
        icon = ":material/inventory_2:" if model.bundled else ":material/model_training:"
        now = " (open)" if model.key == state.model.key else ""
        st.page_link(PAGE, label=plain(model.title) + now, query_params={**query, "run": model.key}, icon=icon)
