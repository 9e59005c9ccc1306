"""What must hold in every trace. Tests run this over random settings of every layer."""

import numpy as np

from engine.trace import NONE, Phase, Trace

TOLERANCE = 1e-12


def check(trace: Trace) -> None:
    """Raise AssertionError where a trace breaks an invariant.

    - every index that a step reads or writes lies inside its board;
    - a step's terms, in the order shown, reduce to its partials, and these to the value that it writes,
      to 1e-12 relative to the sum of magnitudes;
    - a term is its factors' values joined by the operation;
    - the steps write every cell of the output board exactly once, with that board's value.
    """
    written = np.zeros(trace.board(trace.output_board).values.size, dtype=int)
    for phase in trace.phases:
        _check_indices(trace, phase)
        _check_terms(trace, phase)
        _check_sums(trace, phase)
        board = trace.board(phase.writes.board)
        assert np.array_equal(board.values.ravel()[phase.writes.index], phase.results), (
            f"{phase.name}: a step writes a value that its board does not hold"
        )
        if phase.writes.board == trace.output_board:
            np.add.at(written, phase.writes.index, 1)
    assert (written == 1).all(), f"output cells written {sorted(set(written.tolist()))} times, not once"


def _check_indices(trace: Trace, phase: Phase) -> None:
    cells = [*phase.factors, phase.writes, *(p.cell for p in phase.partials if p.cell is not None)]
    for cell in cells:
        size = trace.board(cell.board).values.size
        index = cell.index[cell.index != NONE]
        assert ((index >= 0) & (index < size)).all(), f"{phase.name}: index outside board {cell.board}"
    absent = [factor.index == NONE for factor in phase.factors]
    assert all(np.array_equal(absent[0], other) for other in absent), f"{phase.name}: half a term"


def _check_terms(trace: Trace, phase: Phase) -> None:
    present = phase.factors[0].index != NONE
    factors = [trace.board(f.board).values.ravel()[f.index].astype(np.float64) for f in phase.factors]
    if phase.operation == "×":
        expected = factors[0] * factors[1]
    elif phase.operation == "÷":
        expected = factors[0] / factors[1]
    elif phase.operation == "−":
        expected = factors[0] - factors[1]
    else:
        expected = factors[0]
    error = np.abs(phase.terms - expected)[present]
    assert (error <= TOLERANCE * np.abs(expected)[present]).all(), f"{phase.name}: a term is not its factors'"


def _check_sums(trace: Trace, phase: Phase) -> None:
    present = phase.factors[0].index != NONE
    neutral = 0.0 if phase.reduce == "sum" else -np.inf
    terms = np.where(present, phase.terms, neutral)
    magnitude = np.abs(np.where(present, phase.terms, 0.0)).sum(axis=1)
    running = np.full(len(phase), neutral)
    for partial in phase.partials:
        magnitude = magnitude + (np.abs(partial.values) if partial.group is None else 0.0)
        if partial.cell is not None:
            read = trace.board(partial.cell.board).values.ravel()[partial.cell.index]
            assert np.array_equal(read, partial.values), f"{phase.name}: {partial.name} is not its cell"
        if partial.group is not None:
            mine = terms[:, phase.groups == partial.group]
            reduced = _in_order(mine) if phase.reduce == "sum" else mine.max(axis=1)
            assert (np.abs(reduced - partial.values) <= TOLERANCE * np.maximum(magnitude, 1e-300)).all(), (
                f"{phase.name}: the terms of {partial.name} do not give its value"
            )
        running = running + partial.values if phase.reduce == "sum" else np.maximum(running, partial.values)
    assert (np.abs(running - phase.before) <= TOLERANCE * np.maximum(magnitude, 1e-300)).all(), (
        f"{phase.name}: the partials do not give the value before {phase.finish or 'writing'}"
    )
    if not phase.finish:
        assert np.array_equal(phase.before, phase.results), f"{phase.name}: result is not the sum"


def _in_order(terms: np.ndarray) -> np.ndarray:
    total = np.zeros(len(terms))
    for column in terms.T:
        total = total + column
    return total
