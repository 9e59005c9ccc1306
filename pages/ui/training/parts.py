"""What the parts of the training page share: reading a run, pictures with texts, words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from engine.data import cifar10, decoded, folder
from engine.training.history import History
from engine.training.runs import Run
from pages.states.sheet.png import address
from pages.ui.draw.component import sheet
from pages.ui.session import Link

SYNTHETIC = ":orange-badge[:material/draw: synthetic pictures]"
STATUS = {
    "queued": ("schedule", "gray", "waits"), "running": ("play_arrow", "blue", "trains"),
    "paused": ("pause", "violet", "paused"), "stopped": ("stop", "gray", "stopped"),
    "finished": ("check", "green", "finished"), "diverged": ("trending_up", "orange", "diverged"),
    "failed": ("error", "red", "failed"),
}  # fmt: skip
MOST_HELD, MOST_TOLD = 12, 50
REMOVED = "training.removed"
FILE = "training.py"
link = Link("training")


def style() -> str:
    """Return the style sheets of the page's own HTML, once a page."""
    return sheet("training/training.css", ".tr") + sheet("shapes/volumes.css", ".vol")


def made_room(run: Run) -> None:
    """Remember the names of the runs that were deleted for a new one, until the page is drawn and says so."""
    if run.removed:
        st.session_state[REMOVED] = run.removed


def badge(status: str) -> str:
    """Return a run's status as Markdown."""
    icon, colour, word = STATUS[status]
    return f":{colour}-badge[:material/{icon}: {word}]"


def facts(entries: Iterable[tuple[str, str, str]]) -> None:
    """Draw (name, value, what goes with it) side by side."""
    inside = "".join(
        f"<div><i>{escape(name)}</i><b>{escape(value)}</b><span>{escape(more)}</span></div>"
        for name, value, more in entries
    )
    st.html(f'<div class="tr facts">{inside}</div>')


@dataclass
class Followed:
    """A run's history, as far as it has been read."""

    history: History = field(default_factory=History)
    offset: int = 0


def followed(run: Run) -> History:
    """Return the history of a run so far; only new events are read."""
    histories: dict[str, Followed] = st.session_state.setdefault("training.followed", {})
    mine = histories.pop(run.id, None) or Followed()
    histories[run.id] = mine
    for old in list(histories)[:-MOST_HELD]:
        del histories[old]
    events, mine.offset = run.events(mine.offset)
    for event in events:
        mine.history.add(event)
    return mine.history


def test_pictures(
    run: Run, history: History, places: Sequence[int], labels: Sequence[int]
) -> tuple[dict[int, np.ndarray], str]:
    """Return a run's test pictures (3, 32, 32) by their places, and a sentence where they cannot be had."""
    key = history.start.get("data_key", "") if history.start else ""
    try:
        return _test_pictures(run.config.data, run.config.seed, key, tuple(places), tuple(labels)), ""
    except (ValueError, OSError) as error:
        return {}, f"The test pictures cannot be shown. {error}"


@st.cache_data(show_spinner=False, max_entries=40)  # errors are not cached: a download may bring the pictures
def _test_pictures(
    source: str, seed: int, key: str, places: tuple[int, ...], labels: tuple[int, ...]
) -> dict[int, np.ndarray]:
    if source == "cifar10":
        chosen = [cifar10.picture("test", place) for place in places]
        pictures = [np.moveaxis(picture, -1, 0) for picture, _ in chosen]
        classes = [label for _, label in chosen]
    else:
        drawn = source == "shapes"
        arrays = decoded.arrays(source, seed, look=True) if drawn else folder.pictures(source, seed, key)
        if max(places) >= len(arrays.test_labels):
            raise ValueError(folder.CHANGED)
        pictures = [np.array(arrays.test_images[place]) for place in places]
        classes = arrays.test_labels[list(places)].tolist()
    if tuple(classes) != labels:
        raise ValueError("They are not those of this training.")
    return dict(zip(places, pictures, strict=True))


@dataclass(frozen=True)
class Card:
    """A picture (3, H, W) or None, what it is, and lines: (text, share 0 to 1, whether it is right)."""

    picture: np.ndarray | None
    title: str
    lines: Sequence[tuple[str, float, bool]]


def cards(items: Iterable[Card]) -> None:
    """Draw pictures with what the network says of them."""
    st.html(f'<div class="tr cards">{"".join(map(_card, items))}</div>')


def _card(card: Card) -> str:
    image = ""
    if card.picture is not None:
        image = f'<img alt="" src="{address(np.moveaxis(card.picture, 0, -1))}">'
    lines = "".join(
        f'<span class="r{"" if right else " no"}"><u style="width:{share:.1%}"></u>'
        f"<s>{'✓ ' if right else ''}{escape(text)}</s><s>{share:.0%}</s></span>"
        for text, share, right in card.lines
    )
    return f'<figure>{image}<figcaption><span class="t">{escape(card.title)}</span>{lines}</figcaption></figure>'


def data_name(run: Run, history: History) -> str:
    """Return the name of the run's pictures."""
    if history.start:
        return history.start["data"]
    names = {"cifar10": "CIFAR-10", "shapes": "Shapes (synthetic)"}
    return names.get(run.config.data, run.config.data.rstrip("/").rpartition("/")[2])


def is_synthetic(run: Run) -> bool:
    """Whether the run's pictures are drawn ones."""
    return run.config is not None and run.config.data == "shapes"


def left_out(title: str, files: Sequence[str], count: int) -> None:
    """Draw, folded, which files were left out: the first of them, and how many more there are."""
    told = files[:MOST_TOLD]
    with st.expander(title):
        for one in told:
            st.text(one)
        if count > len(told):
            st.caption(f"… and {count - len(told):,} more.")


def percent(share: Any) -> str:
    return "–" if share is None else f"{share:.1%}"
