"""Slips of place: which cells a window reads, where it begins, and the numbers that a window elsewhere would read."""

from collections.abc import Iterator

import numpy as np

from engine.layers import AdaptiveAvgPool2d, ConvTranspose2d, Upsample
from engine.layers.elementwise import Elementwise
from engine.layers.kerneled import Kerneled
from engine.slips.at import At
from engine.slips.form import Blank, Slip, text
from engine.trace import Board
from engine.trace.crop import size

Move = tuple[str, int, int, str, str]
OFF = (
    ("window-row", 1, 0, "laid the window one row too low"),
    ("window-row", -1, 0, "laid the window one row too high"),
    ("window-column", 0, 1, "laid the window one column too far right"),
    ("window-column", 0, -1, "laid the window one column too far left"),
)


def moves(at: At, right: str = "") -> list[Move]:
    """Return where slips lay a step's window: name, cells down, cells across, what was done, where it lies.

    right: the sentence that says where it lies, if not by its row and column.
    """
    layer, place, (row, column) = at.layer, at.place, corner(at)
    sequence = layer.sequences
    where = f"place {text(column)}" if sequence else f"row {text(row)}, column {text(column)}"
    right = right or f"The window begins at {where}."
    made: list[Move] = []
    if isinstance(layer, Kerneled) and not isinstance(layer, ConvTranspose2d):
        (top, _), (left, _) = layer.pads
        padding, first = (left, "place 0") if sequence else (each(top, left), "row 0, column 0")
        made.append(("padding-ignored", top, left, "began to count behind the padding",
                     f"Padding of {padding} lies before {first}. {right}"))  # fmt: skip
        by = [-k * (s - 1) for k, s in zip(place[1:], layer.strides, strict=True)]
        look = f"The stride is {layer.strides[1] if sequence else each(*layer.strides)}. {right}"
        made.append(("stride-ignored", *by, "moved the window by 1 cell a step", look))
        by = [k * (f - s) for k, f, s in zip(place[1:], layer.kernel, layer.strides, strict=True)]
        made.append(("stride-kernel", *by, "moved the window by its own size", look))
    for name, *by, did in OFF[2:] if sequence else OFF:
        did = did if isinstance(layer, Kerneled) else did.replace("laid the window", "looked")
        made.append((name, *by, did.replace("column", "place") if sequence else did, right))
    return [move for move in made if move[1] or move[2]]


def corner(at: At) -> tuple[int, int]:
    """Return the row and column of the input where a step's window begins; negative in the padding."""
    board = at.board(at.phase.factors[0].board)
    _, rows, columns = np.unravel_index(at.index(0), board.values.shape)
    return int(rows.min()) + board.origin[0], int(columns.min()) + board.origin[1]


def shifted(board: Board, index: np.ndarray, down: int, across: int) -> np.ndarray | None:
    """Return the flat indices of cells of maps, moved; None where one leaves the board."""
    channels, rows, columns = np.unravel_index(index, board.values.shape)
    rows, columns = rows + down, columns + across
    inside = (rows >= 0) & (rows < board.values.shape[1]) & (columns >= 0) & (columns < board.values.shape[2])
    return np.ravel_multi_index((channels, rows, columns), board.values.shape) if inside.all() else None


def moved(at: At, down: int, across: int) -> np.ndarray | None:
    """Return the numbers that a step's window would read elsewhere; None where it leaves the board."""
    board = at.board("input")
    cells = shifted(board, at.index(0), down, across)
    return None if cells is None else at.values("input")[cells]


def begins(at: At) -> Blank:
    """Return the blank of the row and column of the input where a window begins."""
    row, column = corner(at)
    rule = _rule(at)
    slips = [Slip(name, (row + down, column + across), did, look) for name, down, across, did, look in moves(at, rule)]
    return Blank.of("first row and column of the window", (row, column), rule, slips, joint=", ")


def window(at: At) -> Blank:
    """Return the blank of which cells a step reads: flat indices on the board of its first factor, in order.

    Of maps of several channels those of the first channel that it reads: the others' lie below them.
    """
    board = at.board(at.phase.factors[0].board)
    index = np.unique(at.index(0))
    if board.values.ndim < 3 or not len(index):
        return Blank.of("cells that are read", tuple(index.tolist()), at.where)
    index = index[index // board.values[0].size == index[0] // board.values[0].size]
    slips = []
    forward, rule = at.forward and board.name == "input", _rule(at)
    for name, down, across, did, look in moves(at, rule) if forward else ():
        cells = shifted(board, index, down, across)
        if cells is not None:
            slips.append(Slip(name, tuple(cells.tolist()), did, look))
    dilations = getattr(at.layer, "dilations", (1, 1))
    if dilations != (1, 1) and forward:
        _, rows, columns = np.unravel_index(index, board.values.shape)
        (u, v) = ((k - k.min()) // d * (d - 1) for k, d in zip((rows, columns), dilations, strict=True))
        close = index - u * board.values.shape[2] - v
        look = f"Dilation {each(*dilations)}: the kernel's cells lie that far apart on the input."
        slips.append(Slip("dilation-ignored", tuple(close.tolist()), "took cells that stand side by side", look))
    return Blank.of("cells that are read", tuple(index.tolist()), rule, slips)


def _rule(at: At) -> str:
    """Return how it follows which cells a step reads, without saying which these are."""
    layer = at.layer
    if not at.forward:
        return at.where
    if isinstance(layer, ConvTranspose2d):
        begins = f"r × {layer.strides[0]}{f' − {layer.paddings[0]}' if layer.paddings[0] else ''}"
        return f"The stamp of input row r begins at output row {begins} and is {layer.extent[0]} high; columns alike."
    if isinstance(layer, Elementwise):
        return "It is made from the number at the same place."
    if isinstance(layer, Upsample | AdaptiveAvgPool2d):
        (rows, made), i = (size(at.board(name))[-2] for name in ("input", "output")), at.place[1]
        if isinstance(layer, Upsample):
            return f"{rows} rows become {made}: divide the output's row by {made // rows}, rounded down; columns alike."
        ends = f"floor({i} × {rows} ÷ {made}) to ceil({i + 1} × {rows} ÷ {made}) − 1"
        return f"{rows} rows become {made}: they are rows {ends}; columns alike."
    if not isinstance(layer, Kerneled):
        return at.where
    rows, columns = (
        f"{k} × {s} − {before}" if before else f"{k} × {s}"
        for k, s, (before, _) in zip(at.place[1:], layer.strides, layer.pads, strict=True)
    )
    less = " − padding" if any(before for before, _ in layer.pads) else ""
    if layer.sequences:
        return f"The window begins at output place × stride{less}: {columns}."
    return f"The window begins at output row × stride{less}: row {rows}; columns alike: {columns}."


def winner(at: At) -> Blank:
    """Return the blank of which cell wins a maximum, by its flat index on the input's board."""
    terms, cells = at.terms, at.index(0)
    best = np.flatnonzero((terms == terms.max()) | np.isnan(terms))
    keeps = f"The window holds {', '.join(map(text, terms))}; the largest wins."
    slips = list(_winner_slips(terms, cells, best, keeps))
    return Blank.of("cell that wins", (int(cells[best[0]]),), keeps, slips)


def _winner_slips(terms: np.ndarray, cells: np.ndarray, best: np.ndarray, keeps: str) -> Iterator[Slip]:
    for t in best[1:]:
        yield Slip("tie", (int(cells[t]),), "chose a later one of equal numbers",
                   "Of equal numbers the first wins, row by row.")  # fmt: skip
    yield Slip("smallest", (int(cells[terms.argmin()]),), "chose the smallest", keeps)
    yield Slip("size-for-value", (int(cells[np.abs(terms).argmax()]),), "chose the number of the largest size",
               f"A negative number is smaller than any positive one. {keeps}")  # fmt: skip


def each(down: int, across: int) -> str:
    """Return a setting of both axes: "2" or "2 × 1"."""
    return str(down) if down == across else f"{down} × {across}"
