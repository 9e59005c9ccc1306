"""Where the Input page's pictures come from: one panel for each source, which returns the chosen pictures.

A panel returns None where nothing has been chosen in it, and the page then keeps what it had. What is wrong
is said in the panel, beside the control.
"""

from collections.abc import Callable

import streamlit as st

from engine.data import cifar10, pictures
from pages.states.input import typed, uploads
from pages.states.picture import Chosen, Spec, draw, from_numbers, spec_from_text
from pages.states.sheet import png

MAX_BATCH = 8
DEFAULTS = {"size": 6, "channels": "rgb", "scale": "0-9", "cut": "middle", "split": "test"}
CUTS = {"middle": 0.5, "start": 0.0, "end": 1.0, "whole": None}
SCALE_NAMES = {"0-255": "0–255", "0-1": "0–1", "0-9": "0–9"}
CHANNEL_NAMES = {"grey": "Grey", "rgb": "RGB"}


def key(name: str) -> str:
    """Return the session's name of one of the page's controls."""
    return f"input_{name}"


def setting(name: str):
    """Return a control's present value."""
    return st.session_state.get(key(name), DEFAULTS.get(name))


def settings_row() -> None:
    """Draw size, channels and scale: what is done to any picture on its way to numbers."""
    lasting = {"persist_state": "session"}
    for name in ("size", "channels", "scale"):
        st.session_state.setdefault(key(name), DEFAULTS[name])
    limits = {"min_value": pictures.MIN_SIZE, "max_value": pictures.MAX_SIZE, "step": 1}
    st.number_input("Size (longer side)", key=key("size"), width=150, **limits, **lasting)
    for name, label, names in (("channels", "Channels", CHANNEL_NAMES), ("scale", "Scale", SCALE_NAMES)):
        st.segmented_control(label, list(names), format_func=names.get, key=key(name), required=True, **lasting)


def examples() -> list[Chosen] | None:
    """The bundled examples, each drawn at the size chosen."""
    st.session_state.setdefault(key("examples"), [])
    names = st.pills(
        "Examples",
        list(pictures.EXAMPLES),
        format_func=_example_label,
        selection_mode="multi",
        key=key("examples"),
        persist_state="session",
        label_visibility="collapsed",
    )
    if not names:
        st.caption("Pick one picture, or several for a batch.")
        return None
    return [draw(Spec(name, setting("channels"), setting("size"), setting("scale"))) for name in names]


@st.cache_data(show_spinner=False)
def _example_label(name: str) -> str:
    return f"![]({png.picture_address(pictures.example(name, 28))}) {name}"


def upload() -> list[Chosen] | None:
    """Files: PNG, JPEG or WebP, one or several."""
    with st.container(horizontal=True):
        files = st.file_uploader(
            "PNG, JPEG or WebP, up to 20 MB; several make a batch",
            type=["png", "jpg", "jpeg", "webp"],
            accept_multiple_files=True,
            max_upload_size=uploads.MAX_BYTES // 2**20,
            key=key("files"),
            width=620,
        )
        _cut()
    if len(files) > MAX_BATCH:
        st.warning(f"There are {len(files)} files; the first {MAX_BATCH} are used.")
    return _from_files([file.getvalue() for file in files[:MAX_BATCH]], "upload")


def camera() -> list[Chosen] | None:
    """One picture from the camera."""
    with st.container(horizontal=True):
        with st.popover("Open the camera", icon=":material/photo_camera:"):
            photo = st.camera_input(
                "The photo goes to this Stride server and nowhere else", key=key("photo"), width=420
            )
        _cut()
    return _from_files([photo.getvalue()] if photo else [], "photo")


def _cut() -> None:
    st.session_state.setdefault(key("cut"), DEFAULTS["cut"])
    st.segmented_control(
        "Cut square from its",
        list(CUTS),
        key=key("cut"),
        required=True,
        persist_state="session",
        help="start: left or top; end: right or bottom; whole: not cut, the sides keep their proportions",
    )


def _from_files(files: list[bytes], title: str) -> list[Chosen] | None:
    chosen = []
    for i, data in enumerate(files):
        name = f"{title} {i}" if len(files) > 1 else title
        try:
            values, notes = _tensor(data, setting("size"), setting("channels"), setting("scale"), CUTS[setting("cut")])
        except ValueError as error:
            st.error(f"{name.capitalize()}: {error}", icon=":material/broken_image:")
            continue
        for note in notes:
            st.caption(f"{name.capitalize()}: {note}")
        chosen.append(from_numbers(values, name, setting("scale")))
    return chosen or None


@st.cache_data(show_spinner=False, max_entries=2 * MAX_BATCH)  # a batch, and its last size
def _tensor(data: bytes, size: int, channels: str, scale: str, cut: float | None):
    upload = uploads.read(data)
    picture = upload.picture if cut is None else pictures.square(upload.picture, cut)
    h, w = picture.shape[:2]
    notes = list(upload.notes)
    if min(h, w) > 1 and max(h, w) < size:
        notes.append(f"It is only {h} × {w}, so the pixels between its own were filled in.")
    return pictures.tensor(picture, size, channels, scale), tuple(notes)


def numbers() -> list[Chosen] | None:
    """Numbers typed or pasted."""
    st.session_state.setdefault(key("numbers"), "")
    left, right = st.columns([3, 2], gap="medium")
    text = left.text_area(
        "Numbers, a row to a line",
        key=key("numbers"),
        height=158,
        persist_state="session",
        placeholder="1 0 -1\n2 0 -2\n1 0 -1",
    )
    with right:
        st.caption(
            "Type, or paste a block from a spreadsheet, a list from Python, a tensor from PyTorch, or a matrix of "
            "MATLAB or LaTeX. Numbers stand apart by spaces, commas or tabs; decimals have a point; an empty line "
            f"starts the next channel. Up to {typed.MAX_CHANNELS} channels of {typed.MAX_SIDE} × {typed.MAX_SIDE}. "
            "Ctrl+Enter applies them."
        )
        if not text.strip():
            return None
        try:
            values, notes = typed.parse(text)
        except ValueError as error:
            st.error(str(error), icon=":material/edit_off:")
            return None
        for note in notes:
            st.caption(note)
    return [from_numbers(values)]


def cifar10_pictures() -> list[Chosen] | None:
    """CIFAR-10, where its files are in the data folder."""
    if not cifar10.present():
        st.caption(f"CIFAR-10 is not on this machine. Stride looks for it in `{cifar10.folder()}`.")
        return None
    st.session_state.setdefault(key("split"), DEFAULTS["split"])
    with st.container(horizontal=True):
        split = st.segmented_control(
            "Set", list(cifar10.SPLITS), key=key("split"), required=True, persist_state="session"
        )
        try:
            last = cifar10.count(split) - 1
        except ValueError as error:
            st.error(str(error))
            return None
        for name, value, most in (("index", 0, last), ("count", 1, MAX_BATCH)):
            st.session_state.setdefault(key(name), value)
            st.session_state[key(name)] = min(st.session_state[key(name)], most)
        first = st.number_input(
            f"Picture, 0 to {last:,}", 0, last, key=key("index"), width=190, persist_state="session"
        )
        count = st.number_input("How many", 1, MAX_BATCH, key=key("count"), width=130, persist_state="session")
    indices = range(first, min(first + count, last + 1))
    specs = [Spec(f"cifar10-{split}-{i}", setting("channels"), setting("size"), setting("scale")) for i in indices]
    try:
        return [draw(spec) for spec in specs]
    except ValueError as error:
        st.error(str(error))
        return None


PANELS: dict[str, Callable[[], list[Chosen] | None]] = {
    "Examples": examples,
    "Upload": upload,
    "Camera": camera,
    "Numbers": numbers,
    "CIFAR-10": cifar10_pictures,
}
UNSCALED = ("Numbers",)


def settle_controls(batch: list[Chosen]) -> str:
    """Set the controls of every panel as if they had chosen these pictures, and name the panel that can choose them.

    Runs before the controls are drawn, or in a callback.
    """
    specs = [spec_from_text(chosen.text) for chosen in batch if (chosen.text or "").startswith("pic.")]
    same = len(specs) == len(batch) and len({(s.channels, s.size, s.scale) for s in specs}) == 1
    if same:
        for name in ("size", "channels", "scale"):
            st.session_state[key(name)] = getattr(specs[0], name)
    names = [spec.name for spec in specs if spec.cifar10 is None]
    drawn = same and len(set(names)) == len(batch)
    st.session_state[key("examples")] = names if drawn else []
    first = batch[0]
    alone = len(batch) == 1 and _typeable(first)
    st.session_state[key("numbers")] = typed.to_text(first.values) if alone else ""
    if drawn:
        return "Examples"
    if same and _consecutive(specs):
        split, index = specs[0].cifar10
        values = {"split": split, "index": index, "count": len(specs)}
        st.session_state.update({key(name): value for name, value in values.items()})
        return "CIFAR-10"
    return "Numbers"


def _typeable(chosen: Chosen) -> bool:
    c, h, w = chosen.values.shape
    return c <= typed.MAX_CHANNELS and max(h, w) <= typed.MAX_SIDE


def _consecutive(specs: list[Spec]) -> bool:
    places = [spec.cifar10 for spec in specs]
    if None in places:
        return False
    split, index = places[0]
    return places == [(split, index + k) for k in range(len(places))]
