"""What one request may cost: one table, worked out from shapes before anything is computed, for every page and route.

What passes the table and still takes long is stopped: whoever computes step by step, or layer by layer, calls `look`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# What comes in and what goes out
REQUEST = 200_000  # bytes of a request
FILE = 16_000_000  # bytes of a file that is asked for
LAYERS = 300  # layers of a stack that is read
SIZE = 4096  # a side of an input, and a setting that is tried, in a table of sizes
CELLS = 10**15  # of an array in a table of sizes; nothing of it is computed
TERMS = 100_000  # terms of a trace that is sent whole: an answer has about 2 MB at most
LESSON = 500_000  # bytes of a lesson as one file
EXERCISES, LEARNERS, EXERCISES_IN_ALL = 200, 60, 1000  # of a file of exercises: one learner's, the learners, all
SHEET_CELLS, SHEET_TERMS, SHEETS = 30_000, 100_000, 200  # cells of a spreadsheet, terms of its formulas, its traces
DRAWN, PICTURES = 4096, 100  # cells of a board in a picture of a step, and pictures of an animation
# What is computed
STEPPED, VECTOR = 16, 64  # sides of maps, and numbers of a vector, of which a lesson shows every step
WHOLE_SIDE, WHOLE_TERMS = 12, 12_000  # of a layer of a network of which every step is shown
FOLLOWED = 16  # layers of a stack that is followed number by number
SIDE, CHANNELS = 32, 4  # of its input
NUMBERS = 65_536  # its weights and biases
CLASSES = 16  # its scores, where they are to have a loss
PASS = 20_000_000  # multiply-adds, additions and comparisons of one pass through it
LEARNT = 200_000_000  # the same of all steps that one request takes
TRAINED_NUMBERS = 50_000_000  # weights and biases of a network that PyTorch trains
SECONDS, ASKED_SECONDS = 4.0, 20.0  # processor time of an act, and of what is asked for beside the page


@dataclass(frozen=True)
class Cost:
    """What it takes to compute one layer on one picture, in numbers.

    held: the largest array on the way, such as the padded input, or the windows that are gathered at once. window: what
    one output reads. output: the output. work: multiply-adds, additions and comparisons. terms: those of all steps of a
    trace. needed: the steps that one output rests on, which a trace of it alone keeps too.
    """

    held: int
    window: int
    output: int
    work: int
    terms: int
    needed: int = 1


@dataclass(frozen=True)
class Limit:
    """The largest value of one part of a cost, and the sentence's end about what is above it."""

    most: int
    says: str


TABLE = {
    "output": Limit(8192, "it gives {:,} numbers; at most {:,} can be shown"),
    "held": Limit(2_000_000, "it holds {:,} numbers at once, padding and all; at most {:,} are computed with here"),
    "window": Limit(16_384, "each output is made from {:,} numbers; at most {:,} can be followed"),
    "needed": Limit(4096, "each output rests on {:,} others that are normalised with it; at most {:,} can be followed"),
    "work": Limit(PASS, "it takes {:,} multiply-adds or comparisons; at most {:,} are computed here"),
}
WHOLE = {
    **TABLE,
    "terms": Limit(1_000_000, "its gradients are made from {:,} terms; at most {:,} can be followed back"),
}
"""What is followed back is traced as a whole."""
TRAINED = {
    "held": Limit(20_000_000, "it holds {:,} numbers for each picture, padding and all; at most {:,} are trained with"),
    "work": Limit(2_000_000_000, "it takes {:,} multiply-adds for each picture; at most {:,} are trained with"),
}
"""A network that PyTorch trains, in a process of its own, and that Inside then opens."""


def check(cost: Cost, table: dict[str, Limit] = TABLE) -> None:
    """Raise ValueError, with both numbers, where a cost is above a limit."""
    for name, limit in table.items():
        value = getattr(cost, name)
        if value > limit.most:
            raise ValueError(limit.says.format(value, limit.most))


# Time


class TooLong(Exception):
    """An answer took longer than it may. No ValueError: what reads a link part by part would go on with the next."""

    def __init__(self, seconds: float):
        super().__init__(
            f"This was stopped: it took more than {seconds:g} seconds to compute. Make something smaller: the input, "
            "a kernel, the stack, or the number of steps."
        )


_used = getattr(time, "thread_time", time.monotonic)  # a browser has one clock
PATIENCE = 5  # the time on the clock, where others keep the processor or a disk is slow, in times of the processor's
_END: ContextVar[tuple[float, float, float] | None] = ContextVar("end", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is done inside take so much of its thread's processor time: `look` then raises TooLong.

    Processor time, so that nothing valid is stopped where a machine is busy with something else. Inside another one
    nothing changes.
    """
    if _END.get() is not None:
        yield
        return
    token = _END.set((_used() + seconds, time.monotonic() + PATIENCE * seconds, seconds))
    try:
        yield
    finally:
        _END.reset(token)


@contextmanager
def undivided() -> Iterator[None]:
    """Let what is done inside be done to its end: a step of what others go on with, that must not break off in it."""
    token = _END.set(None)
    try:
        yield
    finally:
        _END.reset(token)


def look() -> None:
    """Raise TooLong where the time is over."""
    end = _END.get()
    if end is not None and (_used() > end[0] or time.monotonic() > end[1]):
        raise TooLong(end[2])
