"""A part of a trace: the steps around one cell, and only those cells of the boards that they read and write."""

from dataclasses import replace

import numpy as np

from engine.trace import NONE, Board, Cells, Phase, Trace

REACH = 2  # cells shown on each side


def around(trace: Trace, index: tuple[int, ...], reach: int = REACH) -> Trace:
    """Return the trace kept to the steps that write the output cell `index` and its neighbours.

    index: as Board.outside names cells of the output board. Neighbours lie in the same channel (and filter) at most
    `reach` rows and columns away. Boards are cropped to the cells that are left; their origin and first_pane tell
    where these lie. Steps of earlier phases stay where later ones depend on them.
    Raises LookupError where no step writes the cell.
    """
    trace.step_at(index)
    steps = _steps_kept(trace, index, reach)
    named = {name for phase, kept in zip(trace.phases, steps, strict=True) if len(kept) for name in _named(phase)}
    boards, moved = [], {}
    for board in trace.boards:
        found = [_cells_of(phase, board.name, kept) for phase, kept in zip(trace.phases, steps, strict=True)]
        cells = np.unique(np.concatenate(found))
        if not len(cells):
            if board.name not in named:
                continue
            cells = np.zeros(1, int)  # no step has a term there: one cell stands for the board
        cropped, moved[board.name] = _crop(board, cells)
        boards.append(cropped)
    phases = tuple(_kept(phase, kept, moved) for phase, kept in zip(trace.phases, steps, strict=True) if len(kept))
    return replace(trace, boards=tuple(boards), phases=phases)


def _named(phase: Phase) -> set[str]:
    """Return the boards that a phase reads or writes."""
    cells = [phase.writes, *phase.factors, *(p.cell for p in phase.partials if p.cell is not None)]
    return {one.board for one in cells}


def _steps_kept(trace: Trace, index: tuple[int, ...], reach: int) -> list[np.ndarray]:
    """Return the steps of each phase that stay: those near the cell, and the earlier ones that they depend on."""
    output = trace.board(trace.output_board)
    needed: dict[str, list[np.ndarray]] = {}
    kept: list[np.ndarray] = []
    for phase in reversed(trace.phases):
        if phase.writes.board == trace.output_board:
            places = np.array([output.outside(flat) for flat in phase.writes.index.tolist()])
            away = np.abs(places - np.array(index))
            steps = np.flatnonzero((away[:, -2:] <= reach).all(axis=1) & (away[:, :-2] == 0).all(axis=1))
        else:
            wanted = np.concatenate(needed.get(phase.writes.board, [np.zeros(0, int)]))
            steps = np.flatnonzero(np.isin(phase.writes.index, _box(trace.board(phase.writes.board), wanted)))
        for board in trace.boards:
            if len(cells := _cells_of(phase, board.name, steps, written=False)):
                needed.setdefault(board.name, []).append(cells)
        kept.insert(0, steps)
    return kept


def _box(board: Board, cells: np.ndarray) -> np.ndarray:
    """Return all cells of the smallest box around some, so that none of a cropped board stays empty."""
    if not len(cells):
        return cells
    spans = [range(int(k.min()), int(k.max()) + 1) for k in np.unravel_index(cells, board.values.shape)]
    return np.ravel_multi_index(np.ix_(*spans), board.values.shape).ravel()


def _cells_of(phase: Phase, name: str, steps: np.ndarray, written: bool = True) -> np.ndarray:
    """Return the cells of a board that some steps read or, unless told otherwise, write."""
    found = [phase.writes.index[steps]] if written and phase.writes.board == name else []
    found += [factor.index[steps].ravel() for factor in phase.factors if factor.board == name]
    found += [p.cell.index[steps] for p in phase.partials if p.cell is not None and p.cell.board == name]
    cells = np.concatenate(found) if found else np.zeros(0, int)
    return np.unique(cells[cells != NONE])


def _crop(board: Board, cells: np.ndarray) -> tuple[Board, np.ndarray]:
    """Return the board cropped around cells, and for each old flat index the new one (NONE where it is gone).

    The first axis of a board with four stays whole: its pages are not told apart by any origin.
    """
    shape = board.values.shape
    index = np.unravel_index(cells, shape)
    free = len(shape) - 3 if len(shape) > 3 else 0
    if board.paged and len(shape) < 4:
        free = 1
    first = [0 if axis < free else int(index[axis].min()) for axis in range(len(shape))]
    last = [shape[axis] - 1 if axis < free else int(index[axis].max()) for axis in range(len(shape))]
    view = tuple(slice(a, b + 1) for a, b in zip(first, last, strict=True))
    kept = np.arange(board.values.size).reshape(shape)[view]
    moved = np.full(board.values.size, NONE)
    moved[kept.ravel()] = np.arange(kept.size)
    changes = {"values": board.values[view]}
    if kept.size < board.values.size:
        changes["whole"] = board.whole or size(board)
    for name in ("padding", "dropped"):
        mask = getattr(board, name)
        if mask is not None:
            changes[name] = mask[view]
    if board.source is not None:
        source = board.source[view]
        changes["source"] = np.where(source == NONE, NONE, moved[source])
    down = first[-2] if len(shape) > 1 else 0
    changes["origin"] = (board.origin[0] + down, board.origin[1] + first[-1])
    if len(shape) > 2 and free <= len(shape) - 3:
        changes["first_pane"] = board.first_pane + first[-3]
        changes["panes"] = board.panes[view[-3]]
    if len(shape) == 1:
        changes["labels"] = board.labels[view[0]]
        changes["wrap"] = board.wrap if kept.size > board.wrap else 0
    return replace(board, **changes), moved


def size(board: Board) -> tuple[int, ...]:
    """Return the size of one page of a board, without its padding."""
    shape = board.values.shape
    if board.padding is not None:
        shape = tuple(len(np.unique(places)) for places in np.nonzero(~board.padding))
    return shape[1 if board.paged else 0 :][-3:]


def _kept(phase: Phase, steps: np.ndarray, moved: dict[str, np.ndarray]) -> Phase:
    """Return a phase with some of its steps, on the cropped boards, without columns of terms that none of them has."""
    present = (phase.factors[0].index[steps] != NONE).any(axis=0)

    def at(cells: Cells, index: np.ndarray) -> Cells:
        places = moved[cells.board]
        return Cells(cells.board, np.where(index == NONE, NONE, places[index]))

    columns = np.arange(len(present))
    grid = phase.grid
    if present.any() and not present.all() and grid[0] == 1 and len(phase.group_names) == 1:
        columns = np.flatnonzero(present)
        grid = (1, len(columns))
    partials = tuple(
        replace(p, values=p.values[steps], cell=None if p.cell is None else at(p.cell, p.cell.index[steps]))
        for p in phase.partials
    )
    return replace(
        phase,
        factors=tuple(at(f, f.index[np.ix_(steps, columns)]) for f in phase.factors),
        terms=phase.terms[np.ix_(steps, columns)],
        groups=phase.groups[columns],
        grid=grid,
        partials=partials,
        before=phase.before[steps],
        results=phase.results[steps],
        writes=at(phase.writes, phase.writes.index[steps]),
        page=phase.page[steps],
        fields={name: tuple(column[s] for s in steps.tolist()) for name, column in phase.fields.items()},
    )
