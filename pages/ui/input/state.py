"""What the Input page shows, kept between runs and in its URL: "x" holds the pictures, one value each.

The link's text is the state: it is written after every run, and read where it differs from what was written
last. "source", "n", "row" and "col" are bound to their controls by Streamlit.
"""

import streamlit as st

from engine import limits
from pages.states.codec import shown
from pages.states.picture import Chosen, Spec, draw, picture_from_text
from pages.ui import session
from pages.ui.input.sources import DEFAULTS, MAX_BATCH, PANELS, key, setting, settle_controls

MAX_LINK = 16_000
_BATCH, _LINK, _GIVEN, _ARRIVED = key("batch"), key("link"), key("given"), key("arrived")


def open_link() -> list[str]:
    """Take over the URL's pictures where they are new, and return a sentence for each that cannot be shown.

    Without any, the page keeps the session's pictures: those that it showed last, or the one that another page has made
    from them since.
    """
    state = st.session_state
    first = _BATCH not in state
    if first:
        name = Spec("digit", DEFAULTS["channels"], DEFAULTS["size"], DEFAULTS["scale"])
        state[_BATCH] = [draw(name)]
    texts = [text for text in st.query_params.get_all("x") if text]
    problems: list[str] = []
    opened = None
    state[_ARRIVED] = first or bool(texts and texts != state.get(_LINK))
    if texts and texts != state.get(_LINK):
        opened, problems = read_link(texts)
    elif session.current() is not None and session.current() is not state.get(_GIVEN):
        opened = [session.current()]
    if opened:
        state[_BATCH] = opened
    raw = st.query_params.get("source")
    if raw is not None and raw not in PANELS:
        problems.append(f"source: {shown(raw)} is not one of {', '.join(PANELS)}.")
        raw = None
    if opened or first:
        panel = settle_controls(state[_BATCH])
        if raw is None:
            state["source"] = panel
    return problems


def read_link(texts: list[str]) -> tuple[list[Chosen], list[str]]:
    """Return the pictures of a link's texts, and a sentence for each text that is left out."""
    pictures, problems = [], []
    if len(texts) > MAX_BATCH:
        problems.append(f"The link holds {len(texts)} pictures; the first {MAX_BATCH} are shown.")
    for i, text in enumerate(texts[:MAX_BATCH]):
        try:
            pictures.append(picture_from_text(text))
        except ValueError as error:
            sentence = str(error).removeprefix("picture: ").rstrip(".")
            which = f" {i}" if len(texts) > 1 else ""
            problems.append(f"The link's picture{which} cannot be shown: {sentence}.")
    stacked, left_out = stackable(pictures)
    return stacked, problems + left_out


def stackable(pictures: list[Chosen]) -> tuple[list[Chosen], list[str]]:
    """Return the pictures that have the first one's shape, and a sentence for each other."""
    if not pictures:
        return [], []
    shape = pictures[0].values.shape
    alike = [p for p in pictures if p.values.shape == shape]
    first = " × ".join(map(str, shape))
    return alike, [
        f"{p.title.capitalize()} is {' × '.join(map(str, p.values.shape))} and is left out: the pictures of a "
        f"batch have one shape, here {first}."
        for p in pictures
        if p.values.shape != shape
    ]


def source_control() -> str:
    """Draw the choice of a source, and return the choice."""
    return st.segmented_control(
        "Take it from", list(PANELS), key="source", bind="query-params", required=True, on_change=_switched
    )


def _switched() -> None:
    """Bring the new panel's controls into line with what is shown, at a size that suits its pictures."""
    settle_controls(st.session_state[_BATCH])
    least = {"Upload": 16, "Camera": 16, "CIFAR-10": 32}.get(st.session_state.get("source"), 0)
    st.session_state[key("size")] = max(setting("size"), least)


def take(picked: list[Chosen] | None, problems: list[str]) -> list[Chosen]:
    """Return the batch to show: what a panel picked, else what was shown before."""
    before = st.session_state[_BATCH]
    batch, left_out = stackable(picked or before)
    problems += left_out
    if len(batch) == len(before) == 1 and _equal(batch[0], before[0]):
        batch = before
    st.session_state[_BATCH] = batch
    return batch


def _equal(one: Chosen, other: Chosen) -> bool:
    """Whether the typed numbers are those of the picture on show, which then keeps its name and its link."""
    a, b = one.values, other.values
    return one.scale is None and a.shape == b.shape and bool((a == b).all())


def check_number(name: str, most: int, shown_instead: int) -> str | None:
    """Return a sentence where a link that has just been opened has no whole number from 0 to `most` in `name`."""
    raw = st.query_params.get(name)
    if not st.session_state[_ARRIVED] or raw is None or (raw.isdecimal() and len(raw) < 7 and int(raw) <= most):
        return None
    numbers = f"a whole number from 0 to {most}" if most else "0, the only one there is"
    return f"{name}: {shown(raw)} is not {numbers}; {shown_instead} is shown."


def hold(name: str, most: int, default: int = 0) -> int:
    """Drop a bound number that is too large by now, as there are fewer things to count; return the number to show."""
    value = st.session_state.get(name)
    if value is not None and not 0 <= value <= most:
        del st.session_state[name]
        value = None
    return default if value is None else value


def finish(batch: list[Chosen], n: int) -> str | None:
    """Hand picture n to the other pages and write the link; return a sentence where a link cannot hold it."""
    session.choose(batch[n])
    st.session_state[_GIVEN] = batch[n]
    texts = [chosen.text for chosen in batch]
    sentence = None
    if None in texts:
        h, w = batch[0].values.shape[1:]
        side = limits.SIDE
        sentence = f"At {h} × {w} it stays in this session: a link can hold such pictures up to {side} × {side}."
    elif (length := sum(map(len, texts))) > MAX_LINK:
        sentence = (
            f"The batch stays in this session: its link would have {length:,} characters, where {MAX_LINK:,} "
            "are the most. Choose a smaller size or fewer pictures."
        )
    if sentence is not None:
        if "x" in st.query_params:
            del st.query_params["x"]
        st.session_state[_LINK] = None
    else:
        if st.query_params.get_all("x") != texts:
            st.query_params["x"] = texts
        st.session_state[_LINK] = texts
    return sentence
