"""Small boards in a row, with signs between them: arrays → HTML, whose texts are all ours or escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from engine.writing.display import ROUNDED_DECIMALS, Texts, decimals_needed, texts
from pages.ui.draw.colors import css_variables, tone

MOST_NUMBERS = 10  # on a side; larger boards are drawn without their numbers
STYLE = """
.grids { display: flex; flex-wrap: wrap; gap: 10px 10px; align-items: center; }
.grids figure { margin: 0; max-width: 100%; overflow-x: auto; }
.grids figcaption { font-size: 13px; line-height: 1.3; color: var(--ink); margin-bottom: 4px; }
.grids figcaption small { display: block; font-size: 12px; color: var(--muted); }
.grids .cells { display: grid; gap: 1px; grid-template-columns: repeat(var(--w), var(--side)); width: max-content;
  padding: 2px; }
.grids .cells i { font-style: normal; display: flex; align-items: center; justify-content: center;
  height: min(var(--side), 28px); font-size: 12px; border-radius: 2px; background: var(--v); color: var(--ink);
  outline: 1px solid var(--line); outline-offset: -1px; font-variant-numeric: tabular-nums; }
.grids .cells i.blank { background: none; outline-style: dotted; }
.grids .cells i.faint { background: repeating-linear-gradient(135deg, var(--panel) 0 3px, transparent 3px 6px);
  color: var(--muted); outline-style: dashed; }
.grids .cells i.marked { outline: 2px solid var(--accent); font-weight: 700; z-index: 1; }
.grids .sign { font-size: 18px; color: var(--muted); padding-top: 18px; }
"""


@dataclass(frozen=True)
class Grid:
    """One channel (H, W) with its title and a line under it.

    blank: True where a cell is empty. faint: True where a number is only filled in. marked: True where it stands out.
    """

    title: str
    values: np.ndarray
    note: str = ""
    blank: np.ndarray | None = None
    faint: np.ndarray | None = None
    marked: np.ndarray | None = None


def row(*parts: Grid | str) -> str:
    """Return boards and signs in a row, which breaks where it is too long; all numbers at one precision."""
    needed = [decimals_needed(part.values) for part in parts if isinstance(part, Grid)]
    decimals = min(ROUNDED_DECIMALS, max(ROUNDED_DECIMALS if n is None else n for n in needed))
    drawn = [_sign(part) if isinstance(part, str) else _grid(part, decimals) for part in parts]
    return f'<style>{css_variables(".grids")}{STYLE}</style><div class="grids">{"".join(drawn)}</div>'


def _sign(text: str) -> str:
    return f'<span class="sign" aria-hidden="true">{escape(text)}</span>'


def _grid(grid: Grid, decimals: int) -> str:
    height, width = grid.values.shape
    written, title = texts(grid.values, decimals), escape(grid.title)
    numbered = max(grid.values.shape) <= MOST_NUMBERS
    side = max(24, 7 * max(map(len, written.pool)) + 6) if numbered else max(6, min(14, 200 // max(grid.values.shape)))
    masks = {name: np.ravel(m) for name in ("blank", "faint", "marked") if (m := getattr(grid, name)) is not None}
    cells = "".join(
        cell(written, k, [name for name, mask in masks.items() if mask[k]], numbered) for k in range(grid.values.size)
    )
    note = f"<small>{escape(grid.note)}</small>" if grid.note else ""
    label = ", ".join(filter(None, (title, escape(grid.note), f"{height} by {width}")))
    return (
        f'<figure data-grid="{title}"><figcaption>{title}{note}</figcaption><div class="cells" role="img" '
        f'aria-label="{label}" style="--w:{width};--side:{side}px">{cells}</div></figure>'
    )


def cell(written: Texts, flat: int, kinds: Sequence[str], numbered: bool) -> str:
    """Return a cell in the colour of its level. kinds: its classes; numbered: whether its number is written."""
    k = int(written.index.ravel()[flat])
    text = written.pool[k] if numbered and "blank" not in kinds else ""
    named = f' class="{" ".join(kinds)}"' if kinds else ""
    return f'<i{named} style="--v:var(--{tone(int(written.level[k]))})">{text}</i>'
