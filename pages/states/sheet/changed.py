"""Boards beside what was computed from each, with marks where they differ: arrays → HTML, texts escaped."""

from dataclasses import dataclass
from html import escape

import numpy as np

from engine.writing.display import ROUNDED_DECIMALS, Texts, decimals_needed, texts
from pages.states.sheet.grids import cell

MOST_NUMBERS = 8  # on a side; larger boards are drawn without their numbers
APART = 70  # pixels of a row that are no cells


@dataclass(frozen=True)
class Board:
    """One channel (H, W) with its title; the cells where `other` is True are marked."""

    title: str
    values: np.ndarray
    other: np.ndarray

    @property
    def written(self) -> Texts:
        needed = decimals_needed(self.values)
        return texts(self.values, ROUNDED_DECIMALS - 1 if needed is None else min(needed, ROUNDED_DECIMALS - 1))

    @property
    def numbered(self) -> bool:
        """Whether the cells are large enough for their numbers."""
        return max(self.values.shape) <= MOST_NUMBERS

    @property
    def side(self) -> int:
        """Pixels of a cell, where there is room."""
        if not self.numbered:
            return max(6, min(14, 168 // max(self.values.shape)))
        return max(26, 7 * max(len(text) for text in self.written.pool) + 6)


def pairs(*rows: tuple[Board, Board]) -> str:
    """Return each board beside the one that was computed from it, a row for each pair."""
    widest = max(sum(board.values.shape[1] * (board.side + 1) for board in row) for row in rows)
    arrow = '<span class="to" aria-hidden="true">→</span>'
    drawn = "".join(_board(first) + arrow + _board(second) for first, second in rows)
    return f'<div class="changed"><div class="changed-rows" style="--all:{widest};--apart:{APART}">{drawn}</div></div>'


def _board(board: Board) -> str:
    height, width = board.values.shape
    written, title, size = board.written, escape(board.title), f"{height}×{width}"
    cells = "".join(
        cell(written, k, ["other"] if mark else [], board.numbered) for k, mark in enumerate(board.other.ravel())
    )
    return (
        f'<figure data-board="{title}"><figcaption>{title} {size}</figcaption>'
        f'<div class="board" role="img" aria-label="{title}, {size}, {int(board.other.sum())} cells marked" '
        f'style="--w:{width};--side:{board.side}">{cells}</div></figure>'
    )
