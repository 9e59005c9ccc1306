"""Where the boards of a trace stand on a sheet: beside one another, the panes of each below one another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.trace import Board, Trace

TOP = 3  # the row of the first boards' titles
ACROSS = 40  # columns of a band of boards; a board that is wider has one of its own
SIGNS = 6  # of a title, or of a label, that a column holds
BETWEEN = 2  # rows between two bands of boards


@dataclass(frozen=True)
class Block:
    """A grid of cells with its name and its numbers: a pane of a board, or a page of a pane.

    line: the line of blocks that it stands in, behind those before it. down, across: what stands before its rows and
    above its columns. cells: the flat index of each of its cells in the board, row by row; fewer where the last row is
    not full. top, left: the place of its first cell, counted from 0, once it has one.
    """

    line: int
    name: str
    rows: int
    columns: int
    down: tuple[str, ...]
    across: tuple[str, ...]
    cells: np.ndarray
    top: int = 0
    left: int = 0

    @property
    def before(self) -> int:
        """Columns for what stands before its rows."""
        return max(1, -(-max(map(len, self.down), default=1) // SIGNS))

    @property
    def width(self) -> int:
        return self.before + self.columns


class Layout:
    """The places of all cells of a trace. titles: where each board's title stands. blocks: of each board.

    Boards stand beside one another in bands. Panes stand below one another, channel R of a kernel beside channel R of
    the input; the pages of a kernel, its filters, side by side.
    """

    def __init__(self, trace: Trace):
        self.titles: dict[str, tuple[int, int]] = {}
        self.blocks: dict[str, list[Block]] = {}
        self._rows, self._columns = {}, {}
        self.rows, self.columns = TOP, 0
        lying, page_name = _lying(trace), trace.page_name or "page"
        shapes = {board.name: _shapes(board, board.name in lying, page_name) for board in trace.boards}
        for band in _bands(shapes, {board.name: title(board) for board in trace.boards}):
            self._place(band, shapes, {board.name: board for board in trace.boards})

    def at(self, board: str, flat: int) -> tuple[int, int]:
        """Return the row and column of a cell, counted from 0."""
        return int(self._rows[board][flat]), int(self._columns[board][flat])

    def places(self, board: str, cells: np.ndarray) -> np.ndarray:
        """Return the row and column of cells, (…, 2)."""
        return np.stack([self._rows[board][cells], self._columns[board][cells]], axis=-1)

    def _place(self, band: Mapping[str, int], shapes: Mapping[str, list[Block]], boards: Mapping[str, Board]) -> None:
        """Give the boards of a band their places, below what is there."""
        top = self.rows + (BETWEEN if self.blocks else 0)
        every = [one for name in band for one in shapes[name]]
        heights = [max(one.rows for one in every if one.line == line) for line in range(1 + max(o.line for o in every))]
        # Above each block: its name, and the numbers of its columns, where any of them has these.
        head = 2 if any(one.name for one in every) else int(any(any(one.across) for one in every))
        tops = top + 1 + head + np.cumsum([0, *(height + 1 + head for height in heights)])
        left = 0
        for name, width in band.items():
            self.titles[name] = top, left
            rows, columns = np.zeros(boards[name].values.size, int), np.zeros(boards[name].values.size, int)
            blocks, right = [], {}
            for one in shapes[name]:
                first = right.get(one.line, left) + one.before
                right[one.line] = first + one.columns
                place = int(tops[one.line]), first
                blocks.append(replace(one, top=place[0], left=place[1]))
                down, across = np.divmod(np.arange(len(one.cells)), one.columns)
                rows[one.cells], columns[one.cells] = place[0] + down, place[1] + across
            self.blocks[name], self._rows[name], self._columns[name] = blocks, rows, columns
            left += width
        self.rows, self.columns = int(tops[-1]) - 1 - head, max(self.columns, left)


def title(board: Board) -> str:
    """Return a board's title with its sizes: "padded input 3×6×6"."""
    sizes = "×".join(map(str, board.values.shape))
    return board.title if sizes in ("", "1") else f"{board.title} {sizes}"


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell: (0, 0) is A1."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _bands(shapes: Mapping[str, list[Block]], titles: Mapping[str, str]) -> list[dict[str, int]]:
    """Return the boards that stand beside one another, each with its columns."""
    bands: list[dict[str, int]] = [{}]
    for name, blocks in shapes.items():
        lines = {one.line for one in blocks}
        width = max(sum(one.width for one in blocks if one.line == line) for line in lines)
        width = max(width, -(-len(titles[name]) // SIGNS) + 1)
        if bands[-1] and sum(bands[-1].values()) + width > ACROSS:
            bands.append({})
        bands[-1][name] = width
    return bands


def _lying(trace: Trace) -> set[str]:
    """Return the vectors that meet the rows of a matrix: they lie as these do, while others stand."""
    found = set()
    for phase in trace.phases:
        boards = [trace.board(factor.board) for factor in phase.factors]
        if phase.terms.shape[1] > 1 and any(board.paged and board.values.ndim == 2 for board in boards):
            found |= {board.name for board in boards if board.values.ndim == 1}
    return found


def _shapes(board: Board, lying: bool, page_name: str) -> list[Block]:
    """Return a board's blocks. lying: whether a vector lies, as the rows of a matrix do; else it stands."""
    *more, last = board.values.shape
    cells = np.arange(board.values.size)
    first_row, first = board.origin
    if not more:
        return [_vector(board, 0, "", cells, board.wrap or (last if lying else 1))]
    if len(more) == 1 and board.wrap and board.paged:
        rows = enumerate(cells.reshape(more[0], last))
        return [_vector(board, p, f"{page_name} {first_row + p}", page, board.wrap) for p, page in rows]
    down = _numbers(first_row, more[-1])
    across = board.labels or _numbers(first, last)
    if len(more) == 1:
        return [Block(0, "", more[-1], last, down, across, cells)]
    pages = more[0] if len(more) == 3 else 1
    made = []
    for page, of_page in enumerate(cells.reshape(pages, more[-2], more[-1], last)):
        for k, pane in enumerate(of_page):
            names = (f"{page_name} {page}" if len(more) == 3 else "", board.panes[k] if k < len(board.panes) else "")
            name = ", ".join(filter(None, names))
            made.append(Block(k, name, more[-1], last, down, across, pane.ravel()))
    return made


def _vector(board: Board, line: int, name: str, cells: np.ndarray, columns: int) -> Block:
    """Return the block of numbers in a line, in several lines, or below one another."""
    count, first = len(cells), board.origin[1]
    rows = -(-count // columns)
    names = board.labels if len(board.labels) == count else _numbers(first, count) if count > 1 else ("",)
    if columns == 1:
        return Block(line, name, rows, 1, names, ("",), cells)
    down = ("",) if rows == 1 else tuple(names[k] for k in range(0, count, columns))
    across = names if rows == 1 else _numbers(0, columns)
    return Block(line, name, rows, columns, down, tuple(f"+{k}" for k in across) if rows > 1 else across, cells)


def _numbers(first: int, count: int) -> tuple[str, ...]:
    return tuple(str(k).replace("-", "−") for k in range(first, first + count))
