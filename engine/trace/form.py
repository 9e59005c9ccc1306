"""What one layer did, step by step, as data: boards of numbers, and the steps that read and write them.

A trace is complete: to draw it, nothing else about the layer is needed. It is stored in columns (one array for all
steps of a phase), so that thousands of steps cost milliseconds; `trace.steps[i]`
gives one step as an object.

A step does, in this order:

    terms     factor ∘ factor, or one factor alone     3 × 2 = 6
    groups    terms of a group reduced (sum or max)    channel R: 6 + 0 + … = 4
    partials  group results and single cells (a bias)  4, −2, 1, bias 2
    before    the partials reduced                     5
    result    finish(before), written to one cell      relu(5) = 5

The same form holds the forward and the backward pass of every layer: a softmax is three phases
(exponentials, their sum, the quotients), the gradient of one weight is a step whose factors are an input
cell and a cell of the output's gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from engine.cached import cached_property
from engine.writing.display import ROUNDED_DECIMALS, decimals_needed, rounded_decimals

Role = Literal["input", "weight", "bias", "scratch", "output", "gradient"]
Reduce = Literal["sum", "max"]
NONE = -1


@dataclass(frozen=True)
class Board:
    """A named array that steps read or write.

    values: any shape; the last two axes are drawn as a grid, the one before them as panes.
    axes: a letter an axis, such as ("C", "H", "W").
    panes: a label for each pane, such as ("R", "G", "B").
    labels: a name for each cell along the last axis, such as ("lion", "tiger", "elephant").
    paged: the first axis of four is chosen by the step (a convolution's filter).
    origin: the row and column that the grid's first cell has outside the board (−1 in a board padded by 1; for
    a board of one axis, (0, place of its first number)).
    first_pane: the channel that the first pane has outside the board, where the board holds only some.
    whole: the size of all that the cells are a part of, without padding and of one page; () where that is not known.
    wrap: a board of one axis is drawn in lines of this many cells; 0 for one line.
    padding: True where a cell is padding (shape of values).
    source: for padding cells that repeat another cell, that cell's flat index, else −1.
    dropped: True where no step reads the cell although a stride passes over it.
    hidden: the cells are empty until a step has written them.
    decimals: places at least, where the values have to be rounded.
    """

    name: str
    role: Role
    values: np.ndarray
    axes: tuple[str, ...]
    title: str
    panes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    paged: bool = False
    origin: tuple[int, int] = (0, 0)
    first_pane: int = 0
    whole: tuple[int, ...] = ()
    wrap: int = 0
    padding: np.ndarray | None = None
    source: np.ndarray | None = None
    dropped: np.ndarray | None = None
    hidden: bool = False
    editable: bool = False
    decimals: int = ROUNDED_DECIMALS

    @cached_property
    def precision(self) -> tuple[int, bool]:
        """At how many decimals the numbers are written, and whether that is exact."""
        values = self.values[self.values != -np.inf]  # padding that no step reads
        needed = decimals_needed(values)
        return (rounded_decimals(values, self.decimals), False) if needed is None else (needed, True)

    def outside(self, flat: int) -> tuple[int, ...] | None:
        """Return the index that a cell has outside the board, in the layer's whole input or output.

        None for padding. A cell of padding that repeats another is padding too.
        """
        if self.padding is not None and self.padding.ravel()[flat]:
            return None
        index = [int(k) for k in np.unravel_index(flat, self.values.shape)]
        index[-1] += self.origin[1]
        if len(index) > 1:
            index[-2] += self.origin[0]
        if len(index) > 2:
            index[-3] += self.first_pane
        return tuple(index)


@dataclass(frozen=True)
class Cells:
    """Cells of one board, by flat index in C order; −1 where a step has none."""

    board: str
    index: np.ndarray


@dataclass(frozen=True)
class Partial:
    """One summand of a step's result: a group of terms reduced, or a single cell such as a bias.

    values: (S,) one a step. group: which group of terms it reduces, or None. cell: where it was read, or None.
    """

    name: str
    values: np.ndarray
    group: int | None = None
    cell: Cells | None = None


@dataclass(frozen=True)
class Phase:
    """S steps of one form, with at most T terms each; −1 in a factor's index means that the term is absent.

    factors: one or two Cells with index (S, T). operation: the sign between them.
    terms: (S, T). groups: (T,) the partial that each term belongs to. grid: (rows, columns) of a group's terms.
    finish: name of the function applied last ("" for none), or what is done in other words ("÷ {divisor}"), with
    {fields}. results: (S,), written to `writes`, index (S,).
    page: (S,) the page (filter) that a step belongs to.
    say: a sentence with {fields}; fields: a text for each step. where: the part of the sentence without a result, for a
    step that stops before its result is shown.
    """

    name: str
    factors: tuple[Cells, ...]
    operation: str
    terms: np.ndarray
    groups: np.ndarray
    group_names: tuple[str, ...]
    grid: tuple[int, int]
    partials: tuple[Partial, ...]
    before: np.ndarray
    results: np.ndarray
    writes: Cells
    page: np.ndarray
    say: str
    reduce: Reduce = "sum"
    finish: str = ""
    where: str = ""
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.results)

    def filled(self, text: str, s: int) -> str:
        """Return one of the phase's texts, such as `where` or `finish`, with the fields of its step s."""
        return text.format(**{name: column[s] for name, column in self.fields.items()})

    @property
    def alone(self) -> bool:
        """Whether a step's sum is one number that is only read; it is written as it stands on its board."""
        return len(self.factors) == 1 and self.terms.shape[1] == 1 and len(self.partials) == 1


@dataclass(frozen=True)
class Term:
    """One product (or single number) of a step and the cells that it was made from."""

    cells: tuple[tuple[str, int], ...]
    value: float
    group: int


@dataclass(frozen=True)
class Step:
    """One step: cells read by board, the terms in order, the partial results, and the cell written."""

    reads: dict[str, np.ndarray]
    terms: tuple[Term, ...]
    partials: tuple[tuple[str, float], ...]
    before: float
    writes: tuple[str, int]
    result: float
    page: int
    say: str


class Steps(Sequence):
    """The steps of a trace as objects, made when asked for."""

    def __init__(self, phases: tuple[Phase, ...]):
        self._phases = phases
        self._starts = np.cumsum([0] + [len(phase) for phase in phases])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def place(self, i: int) -> tuple[Phase, int]:
        """Return the phase of a step, and which of the phase's steps it is."""
        if not -len(self) <= i < len(self):
            raise IndexError(f"step {i} of a trace with {len(self)} steps")
        i %= len(self)
        number = int(np.searchsorted(self._starts, i, side="right")) - 1
        return self._phases[number], i - int(self._starts[number])

    def first(self, name: str) -> int:
        """Return the first step of the phase of a name. KeyError where there is none."""
        for phase, start in zip(self._phases, self._starts.tolist(), strict=False):
            if phase.name == name:
                return start
        raise KeyError(f"no phase {name!r}; this trace has {', '.join(phase.name for phase in self._phases)}")

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        return _step(*self.place(i))


def _step(phase: Phase, s: int) -> Step:
    present = np.flatnonzero(phase.factors[0].index[s] != NONE)
    terms = tuple(
        Term(
            cells=tuple((f.board, int(f.index[s, t])) for f in phase.factors),
            value=float(phase.terms[s, t]),
            group=int(phase.groups[t]),
        )
        for t in present
    )
    reads: dict[str, list[np.ndarray]] = {}
    for factor in phase.factors:
        reads.setdefault(factor.board, []).append(factor.index[s, present])
    for partial in phase.partials:
        if partial.cell is not None:
            reads.setdefault(partial.cell.board, []).append(partial.cell.index[s : s + 1])
    return Step(
        reads={board: np.unique(np.concatenate(index)) for board, index in reads.items()},
        terms=terms,
        partials=tuple((p.name, float(p.values[s])) for p in phase.partials),
        before=float(phase.before[s]),
        writes=(phase.writes.board, int(phase.writes.index[s])),
        result=float(phase.results[s]),
        page=int(phase.page[s]),
        say=phase.filled(phase.say, s),
    )


@dataclass(frozen=True)
class Trace:
    """Boards, phases of steps, and what to call them.

    layer: the layer that was traced. title: one line. formula: LaTeX, with the present numbers put in.
    page_name: what a page is called ("filter"). output_board: the board that holds the layer's output. input_shape: of
    the layer's whole input, (C, H, W), where its windows lie on maps; the boards may hold a part of it.
    """

    layer: object
    title: str
    boards: tuple[Board, ...]
    phases: tuple[Phase, ...]
    formula: str
    output_board: str = "output"
    page_name: str = ""
    input_shape: tuple[int, ...] = ()

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.phases)

    def step_at(self, index: tuple[int, ...]) -> int:
        """Return the step that writes the output cell with this index of the layer's whole output.

        LookupError where the trace does not hold that cell.
        """
        start, board = 0, self.board(self.output_board)
        for phase in self.phases:
            if phase.writes.board == board.name:
                for s, flat in enumerate(phase.writes.index.tolist()):
                    if board.outside(flat) == tuple(index):
                        return start + s
            start += len(phase)
        raise LookupError(f"no step writes {board.name} {tuple(index)}")

    def board(self, name: str) -> Board:
        for board in self.boards:
            if board.name == name:
                return board
        raise KeyError(f"no board {name!r}; this trace has {', '.join(b.name for b in self.boards)}")

    def factors(self, term: Term) -> list[float]:
        """Return the numbers that a term was made from."""
        return [self.board(board).values.flat[k] for board, k in term.cells]

    @property
    def output(self) -> np.ndarray:
        """The output as the steps wrote it, cell by cell."""
        board = self.board(self.output_board)
        written = np.full(board.values.size, np.nan)
        for phase in self.phases:
            if phase.writes.board == self.output_board:
                written[phase.writes.index] = phase.results
        return written.reshape(board.values.shape)
