"""Reading a player's numbers off a page, as a user sees them."""

from dataclasses import dataclass

import numpy as np
from playwright.sync_api import Locator, Page

READ = """
(root) => {
  const seen = {};
  for (const cell of root.querySelectorAll('[data-board]')) {
    (seen[cell.dataset.board] ??= []).push([cell.dataset.index.split(',').map(Number), cell.innerText.trim()]);
  }
  return { step: Number(root.dataset.step), boards: seen, formula: root.querySelector('.line.whole').innerText };
}
"""


@dataclass
class Seen:
    """What a player shows: its step, its boards' numbers (NaN where a cell is empty), and the sum written out."""

    step: int
    boards: dict[str, np.ndarray]
    formula: str


def player(page: Page) -> Locator:
    return page.locator(".stride")


def cell(page: Page, board: str, *index: int) -> Locator:
    return page.locator(f'[data-board="{board}"][data-index="{",".join(map(str, index))}"]')


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="{name}"]')


def knob(page: Page, label: str) -> Locator:
    """A number knob beside the player."""
    return page.get_by_role("spinbutton", name=label, exact=True)


def read(page: Page) -> Seen:
    """Read everything in one go."""
    seen = player(page).evaluate(READ)
    return Seen(seen["step"], {name: array(cells) for name, cells in seen["boards"].items()}, seen["formula"])


def array(cells: list) -> np.ndarray:
    """Put (index, text) pairs into an array."""
    shape = np.max([index for index, _ in cells], axis=0) + 1
    out = np.full(shape, np.nan)
    for index, text in cells:
        if text:
            out[tuple(index)] = float(text.replace("∞", "inf"))
    return out
