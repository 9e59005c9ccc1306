"""The columns of a drawn step: a board, or the products, each with its panes below one another."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.trace import NONE
from pages.states.share.canvas import Canvas, width_of
from pages.states.share.shown import ShownBoard, ShownPhase

LARGEST, LEAST = 30.0, 13.0  # a cell's height, in pixels
ROOM = 420  # for the panes of a column
APART = 12  # between two panes
TITLE, NAME = 13, 12  # heights of texts


@dataclass(frozen=True)
class DrawnCell:
    """A cell of a pane: its place, its number, the name of its ground, and whether it lies in the frame."""

    row: int
    column: int
    text: str
    ground: str
    lit: bool = False


@dataclass(frozen=True)
class Column:
    """Panes of cells below one another. names: of the panes; labels: of the rows; frame: around lit cells."""

    title: str
    panes: list[list[DrawnCell]]
    rows: int
    columns: int
    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    frame: str = "accent"

    @property
    def tall(self) -> float:
        count = len(self.panes)
        return max(LEAST, min(LARGEST, (ROOM - APART * count) / (count * self.rows)))

    @property
    def size(self) -> float:
        return min(15.0, 0.56 * self.tall)

    @property
    def wide(self) -> float:
        longest = max((len(cell.text) for pane in self.panes for cell in pane), default=1)
        return max(self.tall, width_of("0" * longest, self.size) + 6)

    @property
    def beside(self) -> float:
        """Room for names and labels, on the left."""
        longest = max(map(len, (*self.names, *self.labels)), default=0)
        return width_of("0" * longest, NAME) + 8 if longest else 0.0

    @property
    def height(self) -> float:
        """The height of one pane."""
        return self.rows * self.tall

    @property
    def width(self) -> float:
        return max(self.beside + self.columns * self.wide, width_of(self.title, TITLE))

    def draw(self, canvas: Canvas, x: float, tops: list[float]) -> None:
        """Draw the column with its left side at x, and the panes at `tops`."""
        tall, wide = self.tall, self.wide
        middle = x + self.width / 2
        left = max(x + self.beside, middle - self.columns * wide / 2)
        canvas.text(middle, tops[0] - 14, self.title, TITLE, "muted", "middle", bold=True)
        for k, (pane, top) in enumerate(zip(self.panes, tops, strict=True)):
            if k < len(self.names):
                canvas.text(left - 8, top + self.height / 2, self.names[k], NAME, "muted", "end", bold=True)
            for cell in pane:
                place = (left + cell.column * wide, top + cell.row * tall)
                canvas.cell(*place, wide, tall, cell.text, cell.ground, self.size)
                if self.labels and cell.column == 0:
                    canvas.text(left - 8, place[1] + tall / 2, self.labels[cell.row], NAME, "muted", "end")
            self._frame(canvas, [cell for cell in pane if cell.lit], left, top)

    def _frame(self, canvas: Canvas, lit: list[DrawnCell], left: float, top: float) -> None:
        if not lit:
            return
        rows, columns = [cell.row for cell in lit], [cell.column for cell in lit]
        place = (left + min(columns) * self.wide - 1, top + min(rows) * self.tall - 1)
        wide = (max(columns) - min(columns) + 1) * self.wide + 2
        tall = (max(rows) - min(rows) + 1) * self.tall + 2
        canvas.box(*place, wide, tall, line=self.frame, thick=3, round=3)


def board_column(board: ShownBoard, page: int, lit: Iterable[int], frame: str, done: set[int] | None = None) -> Column:
    """Return a board. page: of a paged one; lit: the cells in the frame; done: those with their number, or None."""
    lit = set(lit)
    written = board.written

    def drawn(flat: int, row: int, column: int) -> DrawnCell:
        if done is not None and flat not in done:
            return DrawnCell(row, column, "", "panel", flat in lit)
        ground = "panel" if flat in board.padding else written.tone(flat)
        return DrawnCell(row, column, written.text(flat), ground, flat in lit)

    panes = [[drawn(*cell) for cell in board.cells(page, pane)] for pane in range(board.panes)]
    sizes = "×".join(map(str, board.shape))
    upright = board.wrapped and board.columns == 1
    return Column(
        f"{board.title} {sizes}" if sizes not in ("", "1") else board.title, panes, board.rows, board.columns,
        tuple(board.pane_names) if board.panes > 1 else (), tuple(board.labels) if upright else (), frame,
    )  # fmt: skip


def products_column(phase: ShownPhase, s: int) -> Column:
    """Return the terms of a step, a pane for each group."""
    rows, columns = phase.data["grid"]
    count, groups = len(phase.groups), len(phase.data["group_names"])
    if rows * columns * groups != count:
        rows, columns = count, 1
    panes: list[list[DrawnCell]] = [[] for _ in range(groups)]
    for t, group in enumerate(phase.groups.tolist()):
        at, k = s * count + t, len(panes[group])
        there = phase.factors[0][s, t] != NONE
        text, ground = (phase.terms.text(at), phase.terms.tone(at)) if there else ("", "surface")
        panes[group].append(DrawnCell(k // columns, k % columns, text, ground))
    return Column("products", panes, rows, columns)
