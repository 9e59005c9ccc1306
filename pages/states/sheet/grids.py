"""Small boards in a row, with signs between them: arrays → HTML, whose texts are all ours or escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from engine.writing.display import ROUNDED_DECIMALS, Texts, decimals_needed, texts
from pages.states.sheet.colors import tone

MOST_NUMBERS = 10


@dataclass(frozen=True)
class Grid:
    """One channel (H, W) with its title and a line under it.

    blank: True where a cell is empty. faint: True where a number is only filled in. marked: True where it stands out.
    spoken: whether a screen reader reads its numbers, row by row.
    """

    title: str
    values: np.ndarray
    note: str = ""
    blank: np.ndarray | None = None
    faint: np.ndarray | None = None
    marked: np.ndarray | None = None
    spoken: bool = False


def row(*parts: Grid | str, most: int = MOST_NUMBERS) -> str:
    """Return boards and signs in a row, which breaks where it is too long; all numbers at one precision.

    most: numbers on a side; larger boards are drawn without them.
    """
    needed = [decimals_needed(part.values) for part in parts if isinstance(part, Grid)]
    decimals = min(ROUNDED_DECIMALS, max(ROUNDED_DECIMALS if n is None else n for n in needed))
    drawn = [_sign(part) if isinstance(part, str) else _grid(part, decimals, most) for part in parts]
    return f'<div class="grids">{"".join(drawn)}</div>'


def _sign(text: str) -> str:
    return f'<span class="sign" aria-hidden="true">{escape(text)}</span>'


def _grid(grid: Grid, decimals: int, most: int) -> str:
    height, width = grid.values.shape
    written, title = texts(grid.values, decimals), escape(grid.title)
    numbered = max(grid.values.shape) <= most
    side = max(24, 7 * max(map(len, written.pool)) + 6) if numbered else max(6, min(14, 200 // max(grid.values.shape)))
    masks = {name: np.ravel(m) for name in ("blank", "faint", "marked") if (m := getattr(grid, name)) is not None}
    cells = "".join(
        cell(written, k, [name for name, mask in masks.items() if mask[k]], numbered) for k in range(grid.values.size)
    )
    note = f"<small>{escape(grid.note)}</small>" if grid.note else ""
    label = ", ".join(filter(None, (title, escape(grid.note), f"{height} by {width}")))
    if grid.spoken:
        rows = (", ".join(written.pool[k] for k in row) for row in written.index.reshape(height, width))
        label += f": {'; '.join(rows)}"
    return (
        f'<figure data-grid="{title}"><figcaption>{title}{note}</figcaption><div class="squares" role="img" '
        f'aria-label="{label}" style="--w:{width};--side:{side}px">{cells}</div></figure>'
    )


def cell(written: Texts, flat: int, kinds: Sequence[str], numbered: bool) -> str:
    """Return a cell in the colour of its level. kinds: its classes; numbered: whether its number is written."""
    k = int(written.index.ravel()[flat])
    text = written.pool[k] if numbered and "blank" not in kinds else ""
    named = f' class="{" ".join(kinds)}"' if kinds else ""
    return f'<i{named} style="--v:var(--{tone(int(written.level[k]))})">{text}</i>'
