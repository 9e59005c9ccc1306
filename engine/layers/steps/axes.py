"""What layers share about axes: channels' names, a cell's place in words, its neighbours, the lines of a vector."""

from math import isqrt

from engine.trace import Board

ONE_LINE, LONGEST_LINE, SHORTEST_LINE = 16, 20, 8
AROUND = 2  # cells shown on each side of the one that a trace keeps around
MOST_CELLS = 12_000  # of all windows of a channel that it keeps


def cell_name(board: Board, flat: int) -> str:
    """Name a cell of maps or of a vector at the head of a sentence: "Channel R, row 1, column 2", "Number 4"."""
    index = board.outside(flat)
    if len(index) == 1:
        return f"Number {index[0]}"
    channel, row, column = index
    name = board.panes[channel - board.first_pane]
    return f"Channel {name}, row {row}, column {column}" if name else f"Row {row}, column {column}"


def line_of(count: int, square: bool = False) -> int:
    """Return how many numbers of a vector stand in a line: 0 for one line, else 8 to 20, so that lines are full.

    square: where no line would be full, as a square, which is the map that such a vector mostly was.
    """
    if count <= ONE_LINE:
        return 0
    full = (n for n in range(LONGEST_LINE, SHORTEST_LINE - 1, -1) if count % n == 0)
    side = isqrt(count)
    return next(full, side if square and side**2 == count else LONGEST_LINE)


def line_grid(count: int, square: bool = False) -> tuple[int, int]:
    """Return the rows and columns in which a vector is drawn."""
    line = line_of(count, square) or count
    return -(-count // line), line


def neighbourhood(index: tuple[int, ...], shape: tuple[int, ...], reach: int = AROUND) -> tuple[range, ...]:
    """Return, for each axis, the cells at most `reach` away from an index and inside the shape."""
    return tuple(range(max(0, k - reach), min(n, k + reach + 1)) for k, n in zip(index, shape, strict=True))


def reach_of(kernel: int) -> int:
    """Return how many outputs on each side a trace keeps whose windows have so many cells: fewer where they are large.

    Channels don't count: what is written out of a wide layer has the same outputs as the whole (engine/facts/wide.py).
    """
    return next((k for k in range(AROUND, 0, -1) if (2 * k + 1) ** 2 * kernel <= MOST_CELLS), 0)
