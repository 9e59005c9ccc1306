"""At how many decimals the numbers of a phase are written; those of a board: Board.precision."""

from engine.trace.form import Board, Phase
from engine.writing.display import rounded_decimals, shared_decimals


def phase_decimals(phase: Phase, written: Board) -> tuple[int, bool]:
    """Return the precision at which a phase's sums are written, and whether that is exact. written: its board."""
    partials = [partial.values for partial in phase.partials]
    decimals, exact = shared_decimals(phase.terms, *partials, phase.before, phase.results)
    return (decimals if exact else rounded_decimals(phase.results, written.decimals)), exact
