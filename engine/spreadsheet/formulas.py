"""What a traced step does, as the formula of a cell: =SUMPRODUCT(C6:E8,M6:O8)+M12.

A step says which cells it reads, how terms are joined and reduced, and what is applied last, so its formula follows
from the trace alone. Only a function of its own is said by the layer's class (`cell`).
"""

import re

import numpy as np

from engine.spreadsheet.layout import Layout, cell_name
from engine.trace import NONE, Phase, Trace
from engine.trace.finish import SIGNS, known

LONGEST = 8192  # signs of a formula, in Excel
MOST_ARGUMENTS = 255  # of a function
ONE = re.compile(r"\$?[A-Z]+\$?[0-9]+|[A-Z]+\([^()]*\)")  # a cell, or a function: it needs no parentheses
ARGUMENT = re.compile(r"(?<=[(,])\{x\}(?=[),])")


def formulas(trace: Trace, layout: Layout) -> dict[str, dict[int, str]]:
    """Return each board's formulas, without "=", by the flat index of their cells.

    A cell of padding that repeats another has one too. Raises ValueError where a function of a step has no formula, or
    a formula would be longer than a spreadsheet takes.
    """
    made: dict[str, dict[int, str]] = {board.name: {} for board in trace.boards}
    for board in trace.boards:
        if board.source is None:
            continue
        source = board.source.ravel()
        for flat in np.flatnonzero(board.padding.ravel() & (source != NONE)).tolist():
            made[board.name][flat] = cell_name(*layout.at(board.name, int(source[flat])))
    for phase in trace.phases:
        for s, flat in enumerate(phase.writes.index.tolist()):
            formula = step_formula(trace, layout, phase, s)
            if formula is not None:
                made[phase.writes.board][flat] = formula
    return made


def step_formula(trace: Trace, layout: Layout, phase: Phase, s: int) -> str | None:
    """Return the formula of what a step writes; None where it is the largest of no cells, which is −∞."""
    body = _sum(layout, phase, s) if phase.reduce == "sum" else _largest(layout, phase, s)
    if body is None:
        return None
    made = finished(trace, phase, s, body)
    if len(made) >= LONGEST:
        raise ValueError(
            f"a formula of it has {len(made):,} signs, and a spreadsheet takes {LONGEST:,}: take fewer channels, or a "
            "smaller kernel"
        )
    return made


def finished(trace: Trace, phase: Phase, s: int, inside: str) -> str:
    """Return the formula of what is applied last to `inside`; ValueError where nobody knows it."""
    if not phase.finish:
        return inside
    finish = phase.filled(phase.finish, s)
    function = known(trace.layer, finish)
    if function is None or not function.cell:
        raise ValueError(f"{finish} has no formula in a spreadsheet")
    bare = inside if ONE.fullmatch(inside) else f"({inside})"
    return ARGUMENT.sub(lambda _: inside, function.cell).replace("{x}", bare)


def _sum(layout: Layout, phase: Phase, s: int) -> str:
    parts = []
    for k, partial in enumerate(phase.partials):
        if partial.cell is not None:
            parts.append(cell_name(*layout.at(partial.cell.board, int(partial.cell.index[s]))))
            continue
        pieces = _pieces(layout, phase, s, partial.group if partial.group is not None else k)
        if len(phase.factors) == 2:
            parts += [_joined(piece, phase.operation) for piece in pieces]
        elif pieces:
            parts.append(_called("SUM", [_area(piece, 0) for piece in pieces]))
    return "+".join(parts) or "0"


def _largest(layout: Layout, phase: Phase, s: int) -> str | None:
    pieces = [piece for k in range(len(phase.group_names)) for piece in _pieces(layout, phase, s, k)]
    if not pieces:
        return None
    of = [_area(piece, 0) if len(phase.factors) == 1 else _joined(piece, phase.operation) for piece in pieces]
    return of[0] if len(of) == 1 and ":" not in of[0] else _called("MAX", of, always=True)


def _called(name: str, arguments: list[str], always: bool = False) -> str:
    """Return a function of areas: nested where they are too many; a single cell stands as it is."""
    if len(arguments) == 1 and ":" not in arguments[0] and not always:
        return arguments[0]
    while len(arguments) > MOST_ARGUMENTS:
        runs = range(0, len(arguments), MOST_ARGUMENTS)
        arguments = [f"{name}({','.join(arguments[k : k + MOST_ARGUMENTS])})" for k in runs]
    return f"{name}({','.join(arguments)})"


Piece = tuple[tuple[int, ...], int, int]  # rows and columns of its first cell on each factor's board; its size


def _pieces(layout: Layout, phase: Phase, s: int, group: int) -> list[Piece]:
    """Return a group's terms as rectangles, in each of which all factors' cells lie in one order."""
    columns = np.flatnonzero((phase.groups == group) & (phase.factors[0].index[s] != NONE))
    if not len(columns):
        return []
    places = np.concatenate([layout.places(f.board, f.index[s, columns]) for f in phase.factors], axis=-1)
    runs: list[Piece] = []
    for place in map(tuple, places.tolist()):
        if runs and place == _moved(runs[-1][0], 0, runs[-1][2]):
            first, _, width = runs[-1]
            runs[-1] = (first, 1, width + 1)
        else:
            runs.append((place, 1, 1))
    pieces: list[Piece] = []
    for first, _, width in runs:
        if pieces and pieces[-1][2] == width and first == _moved(pieces[-1][0], pieces[-1][1], 0):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + 1, width)
        else:
            pieces.append((first, 1, width))
    return pieces


def _moved(place: tuple[int, ...], down: int, across: int) -> tuple[int, ...]:
    return tuple(k + (across if axis % 2 else down) for axis, k in enumerate(place))


def _area(piece: Piece, factor: int) -> str:
    """Return what a spreadsheet calls a rectangle: "C6:E8", or "C6"."""
    place, height, width = piece
    row, column = place[2 * factor : 2 * factor + 2]
    first = cell_name(row, column)
    return first if height == width == 1 else f"{first}:{cell_name(row + height - 1, column + width - 1)}"


def _joined(piece: Piece, operation: str) -> str:
    """Return the sum of a rectangle's terms: a product, or all products in one SUMPRODUCT."""
    one, other = _area(piece, 0), _area(piece, 1)
    if ":" not in one:
        return f"{one}{SIGNS[operation]}{other}"
    return f"SUMPRODUCT({one},{other})" if operation == "×" else f"SUMPRODUCT({one}{SIGNS[operation]}{other})"
