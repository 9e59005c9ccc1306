"""What the parts of the training page share: pictures with texts, facts, words. HTML with every text escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np

from engine.training.history import History
from engine.training.runs import Run
from pages.states.sheet.png import address

WORDS = {
    "queued": "waits", "running": "trains", "paused": "paused", "stopped": "stopped", "finished": "finished",
    "diverged": "diverged", "failed": "failed",
}  # fmt: skip
SYNTHETIC = "synthetic pictures"
MOST_TOLD = 50


def facts(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return (name, value, what goes with it) side by side."""
    inside = "".join(
        f"<div><i>{escape(name)}</i><b>{escape(value)}</b><span>{escape(more)}</span></div>"
        for name, value, more in entries
    )
    return f'<div class="tr facts">{inside}</div>'


@dataclass(frozen=True)
class Card:
    """A picture (3, H, W) or None, what it is, and lines: (text, share 0 to 1, whether it is right)."""

    picture: np.ndarray | None
    title: str
    lines: Sequence[tuple[str, float, bool]]


def cards(items: Iterable[Card]) -> str:
    """Return pictures with what the network says of them."""
    return f'<div class="tr cards">{"".join(map(_card, items))}</div>'


@lru_cache(maxsize=256)  # a run shows the same pictures again and again
def _address(pixels: bytes, shape: tuple[int, int, int]) -> str:
    return address(np.moveaxis(np.frombuffer(pixels, np.uint8).reshape(shape), 0, -1))


def _card(card: Card) -> str:
    image = ""
    if card.picture is not None:
        image = f'<img alt="" src="{_address(card.picture.tobytes(), card.picture.shape)}">'
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


def left_out(files: Sequence[str], count: int) -> tuple[list[str], str]:
    """Return the first files that were left out, and how many more there are, as a sentence or ""."""
    told = list(files[:MOST_TOLD])
    return told, f"… and {count - len(told):,} more." if count > len(told) else ""


def percent(share: Any) -> str:
    return "–" if share is None else f"{share:.1%}"
