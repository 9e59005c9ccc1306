"""Where a layer's windows lie on its padded input, for the traces of convolution and pooling."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.cached import cached_property
from engine.functional.shapes import Window
from engine.functional.windows import regions
from engine.functional.working import Line, Working
from engine.layers.steps.axes import AROUND, neighbourhood
from engine.trace import NONE, Board
from engine.writing.display import typographic

LISTED = 8  # the working of an adaptive size lists so many regions


@dataclass(frozen=True)
class Axis:
    """The windows of a run of output rows. Those of columns are described in the same words.

    outputs: the output rows. cells: (windows, taps), the row of the padded input that each tap of a window lies on;
    NONE where it lies beyond the last. size: rows of the padded input. padding: how many of them were added (before,
    after). shown: the rows of the padded input that a board holds.
    """

    outputs: range
    cells: np.ndarray
    size: int
    padding: tuple[int, int]
    shown: range

    @property
    def origin(self) -> int:
        """The row of the input that the board's first row is: −1 in a board padded by 1."""
        return self.shown.start - self.padding[0]

    @cached_property
    def is_padding(self) -> np.ndarray:
        """(size,): True for the rows that were added."""
        rows = np.arange(self.size) - self.padding[0]
        return (rows < 0) | (rows >= self.size - sum(self.padding))

    @cached_property
    def reached(self) -> np.ndarray:
        """(size,): True for the rows that some window has a tap on."""
        rows = np.zeros(self.size, dtype=bool)
        rows[self.cells[self.cells != NONE]] = True
        return rows

    @cached_property
    def inside(self) -> np.ndarray:
        """`cells` with NONE also for the taps that lie on padding."""
        return np.where((self.cells != NONE) & self.is_padding[self.cells], NONE, self.cells)

    @property
    def window(self) -> Window:
        """The largest span of a window, and the largest step from one to the next."""
        first, last = self.cells[:, 0], self.cells.max(axis=1)
        steps = np.concatenate([np.diff(first), np.diff(last), [1]])
        return Window(int((last - first).max()) + 1, int(steps.max()), -self.padding[0])

    def ends(self) -> list[tuple[int, int]]:
        """Return the first row of the padded input that each window reads, and how many it spans; (0, 0) for none."""
        there = self.cells != NONE
        first = np.where(there, self.cells, self.size).min(axis=1)
        last = self.cells.max(axis=1)
        count = np.where(there.any(axis=1), last - first + 1, 0)
        return list(zip(np.where(count > 0, first, 0).tolist(), count.tolist(), strict=True))

    def spans(self, word: str = "") -> list[str]:
        """Return the rows of the input that each window spans, as a text: "−1 to 1"; with a word "rows −1 to 1"."""
        first, last = self.cells[:, 0] - self.padding[0], self.cells.max(axis=1) - self.padding[0]
        return [spanned(*ends, word) for ends in zip(first.tolist(), last.tolist(), strict=True)]


def spanned(first: int, last: int, word: str = "") -> str:
    """Return a run of rows as a text: "−1 to 1", with a word "rows −1 to 1"; of one row "1", "row 1"."""
    one, several = (f"{word} ", f"{word}s ") if word else ("", "")
    return typographic(f"{one}{first}" if first == last else f"{several}{first} to {last}")


def sliding(length, outputs, taps, stride, dilation=1, padding=(0, 0), around=None, reach=AROUND) -> Axis:
    """Return the windows that slide along an axis of `length` cells: `outputs` of them, `stride` apart.

    around: keep to this one and `reach` windows on each side.
    """
    kept = _kept(outputs, around, reach)
    cells = np.array(kept)[:, None] * stride + np.arange(taps) * dilation
    size = length + sum(padding)
    return _axis(kept, np.where(cells < size, cells, NONE), size, padding, whole=around is None)


def sharing(length, outputs, around=None) -> Axis:
    """Return the windows that share out an axis of `length` cells among `outputs`, as adaptive pooling does.

    Window i begins at floor(i × length / outputs) and ends before ceil((i + 1) × length / outputs).
    """
    kept = _kept(outputs, around)
    starts, ends = (edge[kept.start : kept.stop] for edge in regions(length, outputs))
    cells = starts[:, None] + np.arange((ends - starts).max())
    return _axis(kept, np.where(cells < ends[:, None], cells, NONE), length, (0, 0), whole=around is None)


def sharing_working(length: int, outputs: int, letter: str, index: str) -> Working:
    """Return which cells each of `outputs` regions reads, in symbols, in numbers, and one by one.

    letter: of the input's size, H or W. index: of the output, i or j.
    """

    def line(of: str, by: str | int, note: str = "") -> Line:
        first, last = f"{of} {index} / {by}", f"{of} ({index} + 1) / {by}"
        tex = rf"\left\lfloor {first} \right\rfloor \ldots \left\lceil {last} \right\rceil - 1"
        return Line(f"floor({first}) … ceil({last}) − 1", tex.replace("×", r"\times"), note)

    axis = sharing(length, outputs)
    counts = (axis.cells != NONE).sum(axis=1).tolist()
    regions = [
        Line(f"{index} = {k}: {span}", rf"{index} = {k}:\; \text{{{span}}}", f"{count} of {length}")
        for k, span, count in zip(axis.outputs, axis.spans(), counts, strict=True)
    ]
    if outputs > LISTED:
        regions[LISTED - 1 :] = [Line("…", r"\ldots", f"{outputs} regions in all")]
    return Working(
        outputs,
        formula=line(letter, letter.lower(), f"the cells that one output cell reads; {letter.lower()} is output_size"),
        substitution=line(f"{length} ×", outputs),
        steps=tuple(regions),
    )


def _kept(outputs: int, around: int | None, reach: int = AROUND) -> range:
    return range(outputs) if around is None else neighbourhood((around,), (outputs,), reach)[0]


def _axis(outputs: range, cells: np.ndarray, size: int, padding: tuple[int, int], whole: bool) -> Axis:
    shown = range(size) if whole else range(int(cells[cells != NONE].min()), int(cells.max()) + 1)
    return Axis(outputs, cells, size, padding, shown)


@dataclass(frozen=True)
class Windows:
    """Windows down and across, numbered row by row."""

    rows: Axis
    columns: Axis

    def __len__(self) -> int:
        return len(self.rows.outputs) * len(self.columns.outputs)

    @property
    def taps(self) -> tuple[int, int]:
        """Taps of the largest window, down and across."""
        return self.rows.cells.shape[1], self.columns.cells.shape[1]

    @property
    def shown(self) -> tuple[slice, slice, slice]:
        """The part of the padded input (C, H, W) that a board holds."""
        rows, columns = self.rows.shown, self.columns.shown
        return np.s_[:, rows.start : rows.stop, columns.start : columns.stop]

    @property
    def written(self) -> tuple[slice, slice, slice]:
        """The part of the output (C, H, W) that the windows write."""
        rows, columns = self.rows.outputs, self.columns.outputs
        return np.s_[:, rows.start : rows.stop, columns.start : columns.stop]

    def reads(self, padding: bool = True) -> np.ndarray:
        """Return the cells of each window in one channel of the board, (windows, taps), flat; NONE where it has none.

        padding: whether taps on padding count.
        """
        rows, columns = (axis.cells if padding else axis.inside for axis in (self.rows, self.columns))
        rows, columns = rows[:, None, :, None], columns[None, :, None, :]
        index = (rows - self.rows.shown.start) * len(self.columns.shown) + (columns - self.columns.shown.start)
        return np.where((rows == NONE) | (columns == NONE), NONE, index).reshape(len(self), -1)

    def input_board(
        self, padded: np.ndarray, panes: Iterable[str], first_pane: int = 0, source=None, channels: int | None = None
    ) -> Board:
        """Return the board of a padded input (C, H, W); its padding is marked, and so is what no window reaches.

        channels: how many the input has, where these are only some.
        """
        padding = self.rows.is_padding[:, None] | self.columns.is_padding
        dropped = ~(self.rows.reached[:, None] & self.columns.reached)
        padding, dropped = (np.broadcast_to(mask, padded.shape)[self.shown] for mask in (padding, dropped))
        title = "padded input" if padding.any() else "input"
        size = tuple(axis.size - sum(axis.padding) for axis in (self.rows, self.columns))
        return Board(
            "input", "input", padded[self.shown], ("C", "H", "W"), title,
            panes=tuple(panes), origin=(self.rows.origin, self.columns.origin), first_pane=first_pane,
            whole=(channels or len(padded), *size), padding=padding, source=source, dropped=dropped, editable=True,
        )  # fmt: skip

    def output_board(
        self, output: np.ndarray, panes: Iterable[str], first_pane: int = 0, channels: int | None = None
    ) -> Board:
        """Return the board of the whole output (C, H, W), of which it holds what the windows write.

        channels: how many the output has, where these are only some.
        """
        origin = (self.rows.outputs.start, self.columns.outputs.start)
        return Board(
            "output", "output", output[self.written], ("C", "H", "W"), "output",
            panes=tuple(panes), origin=origin, first_pane=first_pane,
            whole=(channels or len(output), *output.shape[1:]), hidden=True,
        )  # fmt: skip

    def texts(self, pages: int, across: str = "column") -> dict[str, tuple[str, ...]]:
        """Return the fields row, column, rows and columns of the steps' sentences: the windows, once a page.

        across: what a column is called where a window lies: "columns 0 to 1".
        """
        i, j = (a.ravel() for a in np.indices((len(self.rows.outputs), len(self.columns.outputs))))
        columns = {
            "row": [str(k) for k in self.rows.outputs],
            "column": [str(k) for k in self.columns.outputs],
            "rows": self.rows.spans("row"),
            "columns": self.columns.spans(across),
        }
        along = {"row": i, "rows": i, "column": j, "columns": j}
        return {name: tuple(texts[k] for k in along[name].tolist()) * pages for name, texts in columns.items()}


def tex_place(letter: str, stride: int, tap: str, dilation: int = 1) -> str:
    """Return LaTeX of the row or column that a tap of a window lies on: 2i+3u."""
    first = letter if stride == 1 else f"{stride}{letter}"
    return f"{first}+{tap}" if dilation == 1 else f"{first}+{dilation}{tap}"
