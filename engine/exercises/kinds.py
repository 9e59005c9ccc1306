"""The one list of kinds of exercises, and how one is drawn: again and again until it is a good one."""

from dataclasses import replace
from functools import partial

from engine.exercises import convolution, gradients, learning, maps, sizes, vectors
from engine.exercises.draw import Draw
from engine.exercises.form import ALL, LEVELS, RESULT, VERSION, Exercise, Item, Kind, Problem
from engine.slips import Blank

MODULES = (convolution, sizes, maps, vectors, gradients, learning)
TURNS = 1000  # drawings at most; each kind needs far fewer (tests)
FEWEST = 2  # slips that the answer needs at least
KINDS: dict[str, Kind] = {kind.name: kind for module in MODULES for kind in module.KINDS}
TOPICS = tuple(dict.fromkeys(kind.topic for kind in KINDS.values()))


def exercise(kind: str, level: int, seed: int, turn: int | None = None, v: int = VERSION) -> Exercise:
    """Return the exercise of a kind, a level (1 to 5) and a seed.

    turn: the drawing to take, as an exercise's link has it; else the first that is good: no two slips of a blank give
    one number, and the answer has slips. Raises ValueError for a kind, a level or a version that there is not.
    """
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is none of {', '.join(KINDS)}")
    if level not in LEVELS:
        raise ValueError(f"level {level} must be 1 to {len(LEVELS)}")
    if v != VERSION:
        raise ValueError(f"the exercise is of version {v}; this is version {VERSION}, with other numbers")
    if turn is not None:
        problem = drawn(kind, level, seed, turn) if 0 <= turn < TURNS else None
        if problem is None:
            raise ValueError(f"turn {turn} of {kind}, level {level}, seed {seed} is no exercise")
        return Exercise(KINDS[kind], level, seed, turn, problem)
    for at in range(TURNS):
        problem = drawn(kind, level, seed, at)
        if problem is not None and _good(made := Exercise(KINDS[kind], level, seed, at, problem)):
            return made
    raise ValueError(f"{kind}, level {level}, seed {seed}: no good exercise in {TURNS} drawings")


def drawn(kind: str, level: int, seed: int, turn: int) -> Problem | None:
    """Return what a kind draws at a turn, good or not; None where it is of no use."""
    problem = KINDS[kind].make(Draw(f"stride exercise {VERSION} {kind} {level} {seed} {turn}"), level)
    if problem is None or problem.apart == ALL:
        return problem
    items = (one if one.depth <= problem.apart else replace(one, ask=partial(_likeliest, one)) for one in problem.items)
    return replace(problem, items=tuple(items))


def _likeliest(item: Item) -> Blank:
    return item.ask().likeliest


def _good(one: Exercise) -> bool:
    """Return whether each answer can be told apart from every slip, and every slip from the others."""
    results = [item for item in one.problem.items if item.depth == RESULT]
    asked = [item for item in one.asked if RESULT < item.depth <= one.problem.apart]
    deepest = sorted(asked, key=lambda item: -item.depth)  # their blanks cost least, and fail most
    return all(item.blank.apart for item in deepest) and all(
        len({slip.name for slip in item.blank.slips}) >= FEWEST and item.blank.apart for item in results
    )
