"""Reading a player's numbers off a page, as a user sees them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

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
# Of each cell with a text: how light its ground is, and the contrast of its text, as drawn (WCAG 2).
INKS = """
(root) => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).map((n) => n / 255);
    const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
      const { backgroundColor } = getComputedStyle(at);
      if (!/^rgba\\(.*, 0\\)$/.test(backgroundColor)) return light(backgroundColor);
    }
  };
  const shown = [...root.querySelectorAll('[data-board]')].filter((cell) => cell.innerText.trim() && cell.offsetWidth);
  return shown.map((cell) => {
    const [under, ink] = [ground(cell), light(getComputedStyle(cell).color)];
    return { ground: under, contrast: (Math.max(under, ink) + 0.05) / (Math.min(under, ink) + 0.05) };
  });
}
"""
TEXT = """
(root) => {
  const trees = [...root.querySelectorAll('*')].filter((node) => node.shadowRoot).map(({ shadowRoot }) => shadowRoot);
  return [root, ...trees.flatMap((tree) => [...tree.children])].map((node) => node.innerText ?? '').join('\\n');
}
"""
PASTE = """
(node, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text', text);
  node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true }));
}
"""
MOVING = (
    "(root) => root.getAnimations({ subtree: true }).filter((a) => a.effect.getComputedTiming().duration > 0).length"
)


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


def judge_look(page: Page, *, dark: bool = False, reduced_motion: bool = False, **_) -> None:
    """Hold a page with a player to its look: no wider than the window; numbers that can be read, on dark in the dark;
    nothing that moves where motion is reduced."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    inks = player(page).evaluate(INKS)
    assert len(inks) > 4 and min(ink["contrast"] for ink in inks) >= 4.4  # 4.5 as rounded to bytes
    plain = player(page).evaluate("(root) => getComputedStyle(root).color")
    assert (max(map(int, re.findall(r"\d+", plain)[:3])) > 150) == dark, "light text in the dark, dark text else"
    if reduced_motion:
        player(page).focus()
        before = read(page).step
        page.keyboard.press("ArrowRight")
        assert player(page).evaluate(MOVING) == 0
        assert read(page).step == before + 1


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="{name}"]')


def knob(page: Page, label: str) -> Locator:
    """A number knob beside the player."""
    return page.get_by_role("spinbutton", name=label, exact=True)


def more(page: Page) -> None:
    """Open the knobs that are seldom needed, where they are not open."""
    behind = page.locator(".knobs > .more")
    if not behind.evaluate("(more) => more.open"):
        behind.locator("summary").click()


def read(page: Page) -> Seen:
    """Read everything in one go."""
    seen = player(page).evaluate(READ)
    return Seen(seen["step"], {name: array(cells) for name, cells in seen["boards"].items()}, seen["formula"])


def value_of(text: str) -> float:
    """A number as a page writes it, with either sign for minus, with "∞" and "NaN"."""
    return float(text.strip().strip("()").replace("−", "-").replace("∞", "inf"))


def text(page: Page) -> str:
    """All that the page says, inside its components too."""
    said = page.locator('[data-testid="stMain"], main').first.evaluate(TEXT)
    return said.replace("\xa0", " ")


def query(page: Page) -> dict[str, str]:
    """What the page's address holds."""
    return dict(parse_qsl(urlsplit(page.url).query))


def state_of(page: Page, open_link: Callable):
    """The state that a page's link stands for, as a page's own reader opens it."""
    state, problems = open_link(query(page), None)
    assert problems == []
    return state


def type_into(where: Locator, typed: str) -> None:
    """Open a cell's editor, type, and take it."""
    where.dblclick()
    where.page.keyboard.type(typed)
    where.page.keyboard.press("Enter")


def paste(where: Locator, text: str) -> None:
    """Paste a text into a cell or a field, as the keys would."""
    where.evaluate(PASTE, text)


def judge_fit(page: Page) -> None:
    """Hold a page to its first screen: the player ends on it, and no stage is wider than its room."""
    box = player(page).bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"], box
    assert page.locator(".stage").last.evaluate("node => node.scrollWidth <= node.clientWidth")


def array(cells: list) -> np.ndarray:
    """Put (index, text) pairs into an array."""
    shape = np.max([index for index, _ in cells], axis=0) + 1
    out = np.full(shape, np.nan)
    for index, text in cells:
        if text:
            out[tuple(index)] = value_of(text)
    return out
