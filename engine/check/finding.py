"""What a check has found: the first wrong number, its mistake's name, or why the function could not be compared."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from engine.check.task import Case, Place


@dataclass(frozen=True)
class Finding:
    """The verdict on a function.

    state: "right"; "wrong", a number or a shape; "changed", where the numbers are right but what came in is another
    one after the call; "broken", where there is nothing to compare. says: sentences, the first one the finding itself.
    slip: the name of the mistake (engine.check.names.TITLES), "" where none fits. also: others that fit as well.
    case: the call. result, index, yours, right: the first wrong number; of a wrong shape `shapes`, the learner's and
    the right one. mine, ours: the whole result. line: of the learner's text, from 1. place: where the right number is
    made.
    """

    state: Literal["right", "wrong", "changed", "broken"]
    says: tuple[str, ...]
    slip: str = ""
    also: tuple[str, ...] = ()
    case: Case | None = None
    result: str = ""
    index: tuple[int, ...] | None = None
    yours: float | None = None
    right: float | None = None
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    mine: Any = field(default=None, repr=False)
    ours: np.ndarray | None = field(default=None, repr=False)
    line: int | None = None
    place: Place | None = None
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken(Exception):
    """A function that cannot be compared: says, and the line of the learner's text where it broke off, if known."""

    says: str
    line: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What one call gave: its results by name, or why there are none; the names of arguments that it has changed."""

    case: Case
    results: dict[str, Any] = field(default_factory=dict)
    broken: Broken | None = None
    changed: tuple[str, ...] = ()
