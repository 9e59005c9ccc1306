"""Two arrays beside each other, what differs marked: arrays → HTML, with no one's text in it."""

from html import escape

import numpy as np

from engine.display import ROUNDED_DECIMALS, Texts, decimals_needed, texts, typographic
from pages.ui.colors import css_variables

MOST_NUMBERS = 8  # on a side; larger boards are drawn without their numbers
STYLE = """
.changed { display: grid; grid-template-columns: repeat(3, max-content); gap: 12px 18px; align-items: center; }
.changed figure { margin: 0; max-width: 100%; }
.changed figcaption { font-size: 13px; color: var(--muted); margin-bottom: 3px; }
.changed .board { display: grid; gap: 1px; grid-template-columns: repeat(var(--w), var(--cell)); width: max-content; }
.changed .board i { font-style: normal; display: flex; align-items: center; justify-content: center;
  height: var(--cell); font-size: 12px; border-radius: 2px; background: var(--v); color: var(--ink);
  outline: 1px solid var(--line); outline-offset: -1px; }
.changed .board i.other { outline: 2px solid var(--accent); outline-offset: -2px; font-weight: 700; }
.changed .to { padding-top: 18px; color: var(--muted); font-size: 20px; }
"""


def board(title: str, values: np.ndarray, other: np.ndarray) -> str:
    """Return one channel (H, W) as a board; cells where `other` is True are marked."""
    height, width = values.shape
    decimals = decimals_needed(values)
    written = texts(values, ROUNDED_DECIMALS - 1 if decimals is None else min(decimals, ROUNDED_DECIMALS - 1))
    small = max(height, width) <= MOST_NUMBERS
    longest = max(len(text) for text in written.pool)
    side = max(26, 7 * longest + 6) if small else max(6, min(14, 168 // max(height, width)))
    cells = "".join(_cell(written, flat, bool(mark), small) for flat, mark in enumerate(other.ravel()))
    size = f"{height}×{width}"
    return (
        f'<figure data-board="{escape(title)}"><figcaption>{escape(title)} {size}</figcaption>'
        f'<div class="board" role="img" aria-label="{escape(title)}, {size}, {int(other.sum())} cells marked" '
        f'style="--w:{width};--cell:{side}px">{cells}</div></figure>'
    )


def _cell(written: Texts, flat: int, mark: bool, small: bool) -> str:
    k = int(written.index.ravel()[flat])
    level = int(written.level[k])
    colour = "zero" if not level else f"{'positive' if level > 0 else 'negative'}-{abs(level)}"
    kind = ' class="other"' if mark else ""
    return f'<i{kind} style="--v:var(--{colour})">{typographic(written.pool[k]) if small else ""}</i>'


def pairs(*rows: tuple[str, str]) -> str:
    """Return boards in rows, each with the board that was made from it."""
    arrow = '<span class="to" aria-hidden="true">→</span>'
    drawn = "".join(first + arrow + second for first, second in rows)
    return f'<style>{css_variables(".changed")}{STYLE}</style><div class="changed">{drawn}</div>'
