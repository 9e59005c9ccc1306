"""At how many decimals the numbers of boards and phases are written."""

import numpy as np

from engine.trace.form import Board, Phase
from engine.writing.display import decimals_needed, rounded_decimals, shared_decimals


def board_decimals(board: Board) -> tuple[int, bool]:
    """Return the precision at which a board is written, and whether that is exact."""
    values = board.values[board.values != -np.inf]  # padding that no step reads
    needed = decimals_needed(values)
    return (rounded_decimals(values, board.decimals), False) if needed is None else (needed, True)


def phase_decimals(phase: Phase, written: Board) -> tuple[int, bool]:
    """Return the precision at which a phase's sums are written, and whether that is exact. written: its board."""
    partials = [partial.values for partial in phase.partials]
    decimals, exact = shared_decimals(phase.terms, *partials, phase.before, phase.results)
    return (decimals if exact else rounded_decimals(phase.results, written.decimals)), exact
