"""Following a number back through a trace: the cells that a step depends on."""

from collections.abc import Iterable

from engine.trace import Trace


def origins(trace: Trace, step: int, boards: Iterable[str]) -> dict[str, list[int]]:
    """Return the cells of the given boards that a step rests on: those it reads, and those that cells on the way
    there were made from (a softmax's exponentials from the logits).

    Flat indices by board, in order; boards of which it reads none are left out.
    """
    boards = set(boards)
    writers: dict[tuple[str, int], int] = {}
    start = 0
    for phase in trace.phases:
        writers |= {(phase.writes.board, flat): start + s for s, flat in enumerate(phase.writes.index.tolist())}
        start += len(phase)
    found: dict[str, set[int]] = {}
    waiting, seen = [step], {step}
    while waiting:
        for board, flats in trace.steps[waiting.pop()].reads.items():
            if board in boards:
                found.setdefault(board, set()).update(flats.tolist())
                continue
            for flat in flats.tolist():
                writer = writers.get((board, flat))
                if writer is not None and writer not in seen:
                    seen.add(writer)
                    waiting.append(writer)
    return {board: sorted(flats) for board, flats in found.items()}
