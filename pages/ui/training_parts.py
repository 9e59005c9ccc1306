"""What the parts of the training page share: how a run is read, pictures with texts, words."""

import base64
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from engine import cifar10
from engine.training import decoded
from engine.training.history import History
from engine.training.runs import Run
from pages.ui.colors import css_variables

SYNTHETIC = ":orange-badge[:material/draw: synthetic pictures]"
STATUS = {
    "queued": ("schedule", "gray", "waits"), "running": ("play_arrow", "blue", "trains"),
    "paused": ("pause", "violet", "paused"), "stopped": ("stop", "gray", "stopped"),
    "finished": ("check", "green", "finished"), "diverged": ("trending_up", "orange", "diverged"),
    "failed": ("error", "red", "failed"),
}  # fmt: skip
MOST_HELD = 12
ASSETS = Path(__file__).resolve().parents[2] / "assets" / "training"


@cache
def style() -> str:
    """Return the style sheet of the page's own HTML, once a page."""
    return f"<style>\n{css_variables('.tr')}{(ASSETS / 'training.css').read_text(encoding='utf-8')}</style>"


def plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is: names are users' own."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])", r"\\\1", text)


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
    """A run's history as far as it was read."""

    history: History = field(default_factory=History)
    offset: int = 0


def followed(run: Run) -> History:
    """Return what a run has told so far; only what is new is read."""
    held: dict[str, Followed] = st.session_state.setdefault("training.followed", {})
    mine = held.pop(run.id, None) or Followed()
    held[run.id] = mine
    for old in list(held)[:-MOST_HELD]:
        del held[old]
    events, mine.offset = run.events(mine.offset)
    for event in events:
        mine.history.add(event)
    return mine.history


@st.cache_data(show_spinner=False, max_entries=40)
def test_pictures(
    source: str, seed: int, places: tuple[int, ...], labels: tuple[int, ...]
) -> tuple[dict[int, np.ndarray], str]:
    """Return test pictures (3, 32, 32) by their places, and a sentence where they are not here, or not the same."""
    try:
        if source == "cifar10":
            found = [cifar10.picture("test", place) for place in places]
            made = {place: np.moveaxis(picture, -1, 0) for place, (picture, _) in zip(places, found, strict=True)}
            kept = [label for _, label in found]
        else:
            arrays = decoded.arrays(source, seed, look=True)
            if any(place >= len(arrays.test_labels) for place in places):
                return {}, "The pictures have changed since this training, so none is shown."
            made = {place: np.array(arrays.test_images[place]) for place in places}
            kept = [int(arrays.test_labels[place]) for place in places]
    except (ValueError, OSError) as error:
        return {}, f"The test pictures are not on this machine: {error}"
    if tuple(kept) != labels:
        return {}, "The pictures have changed since this training, so none is shown."
    return made, ""


def address(pixels: np.ndarray) -> str:
    """Return (H, W, 3 or 4) as a PNG's data: address."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


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
    """Return what the run's pictures are called."""
    if history.start:
        return history.start["data"]
    names = {"cifar10": "CIFAR-10", "shapes": "Shapes (synthetic)"}
    return names.get(run.config.data, run.config.data.rstrip("/").rpartition("/")[2])


def is_synthetic(run: Run) -> bool:
    """Whether the run's pictures are drawn ones."""
    return run.config is not None and run.config.data == "shapes"


def percent(share: Any) -> str:
    return "–" if share is None else f"{share:.1%}"
