"""In which terms of a traced phase a board's cells stand, and in which columns their gradients' terms are drawn."""

import numpy as np

from engine.trace.form import NONE, Board, Phase


def pairs_of(phase: Phase, target: Board, board: str):
    """Return (target cell, step, term, other factor's board, its cell) of every term that reads the board."""
    source = None
    if target.padding is not None and target.padding.any():
        source = np.arange(target.values.size)
        source[target.padding.ravel()] = NONE
        if target.source is not None:
            copies = target.padding.ravel() & (target.source.ravel() != NONE)
            source[copies] = target.source.ravel()[copies]
    for k, factor in enumerate(phase.factors):
        if factor.board != board:
            continue
        index = factor.index
        if phase.reduce == "max":
            present = np.where(index == NONE, -np.inf, phase.terms)
            winner = np.arange(index.shape[1]) == present.argmax(axis=1)[:, None]
            index = np.where(winner, index, NONE)
        s, t = np.nonzero(index != NONE)
        cell = index[s, t]
        if source is not None:
            cell = source[cell]
            kept = cell != NONE
            s, t, cell = s[kept], t[kept], cell[kept]
        other = phase.factors[1 - k] if len(phase.factors) == 2 else None
        return cell, s, t, other.board if other else None, other.index[s, t] if other else None
    for partial in phase.partials:
        if partial.cell is not None and partial.cell.board == board:
            s = np.flatnonzero(partial.cell.index != NONE)
            return partial.cell.index[s], s, np.zeros(len(s), int), None, None
    return None


def columns_of(phase: Phase, target: Board, cell, s, t) -> tuple[np.ndarray, list[int], tuple[int, int]]:
    """Return each pair's column, the width of each group of columns, and the grid that a group is drawn in.

    The input's terms lie where the kernel's cells do, filter by filter; a weight's where the output's cells do.
    """
    pages = phase.page[s]
    many = len(np.unique(pages)) > 1 and _most(cell, pages) > 1 and target.role == "input"
    if not many:
        order = _rank(cell)
        if target.role == "input" and phase.grid != (1, 1) and _most(cell, t) == 1:
            order, width, grid = t, int(t.max(initial=0)) + 1, phase.grid
            if width > grid[0] * grid[1]:  # several channels share a term's place
                order, width, grid = _rank(cell), int(_rank(cell).max(initial=0)) + 1, (1, 0)
        else:
            width, grid = int(order.max(initial=0)) + 1, (1, 0)
        return order, [width], grid if grid[1] else (1, width)
    taps = phase.grid[0] * phase.grid[1]
    groups = np.unique(pages)
    place = np.searchsorted(groups, pages)
    at, grid = t % taps, phase.grid
    if _most(cell, place * taps + at) > 1:  # copies in the padding meet a cell of the kernel once more
        at = _rank(cell * len(groups) + place)
        taps = int(at.max()) + 1
        grid = (1, taps)
    return place * taps + at, [taps] * len(groups), grid


def _most(cell: np.ndarray, key: np.ndarray) -> int:
    """Return the largest number of pairs that one cell has with one key."""
    if not len(cell):
        return 0
    return int(np.unique(cell * (int(key.max()) + 1) + key, return_counts=True)[1].max())


def _rank(cell: np.ndarray) -> np.ndarray:
    """Return, for each pair, how many pairs of the same cell come before it."""
    order = np.argsort(cell, kind="stable")
    ordered = cell[order]
    first = np.searchsorted(ordered, ordered, side="left")
    rank = np.empty(len(cell), int)
    rank[order] = np.arange(len(cell)) - first
    return rank
