"""What an exercise is: data, the steps of the working with their answers, and which of them are blank at a level."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.cached import cached_property
from engine.layers import Layer
from engine.learning.optim import Optimiser
from engine.slips import Blank
from engine.trace import Trace

VERSION = 1
"""Of the drawing: it changes whenever some (kind, level, seed) would give other numbers (tests hold examples)."""
LARGEST_SEED = 999_999_999  # as a page's link takes it
LEVELS = {
    1: "read a worked one",
    2: "one blank",
    3: "the sums blank",
    4: "all but the data blank",
    5: "a problem of its own",
}
RESULT, SUMS, ALL = 1, 2, 3


@dataclass(frozen=True)
class Cell:
    """Where a number stands on a map of `rows` by `columns` that is called `map`."""

    map: str
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Item:
    """One number of the working.

    label: what it is. depth: RESULT is asked for first, then SUMS, then ALL. ask: makes its blank. how: how it is made,
    without the answer ("2 × 3"), or what tells it. cell: where it stands on a map, if it does.
    """

    label: str
    depth: int
    ask: Callable[[], Blank]
    how: str | Callable[[], str] = ""
    cell: Cell | None = None

    @cached_property
    def work(self) -> str:
        return self.how if isinstance(self.how, str) else self.how()

    @cached_property
    def blank(self) -> Blank:
        return self.ask()

    @property
    def sign(self) -> str:
        """What stands between the item and its number: ≈ where that is rounded."""
        answer, decimals = self.blank.answer, self.blank.decimals
        return "=" if decimals is None or round(answer, decimals) == answer else "≈"

    @property
    def line(self) -> str:
        """The item's line in the working."""
        return f"{self.label}: {f'{self.work} {self.sign} ' if self.work else ''}{self.blank.shown}"


@dataclass(frozen=True)
class Scene:
    """The state of a page that shows an exercise's numbers.

    page: its address; "" where no page shows them. layer: the layer, or None. arrays: its input ("input"), parameters
    and other arguments by name; for a gradient of `of` also what arrives ("grad_output"). step: of the trace. layers:
    a whole stack, where the exercise is about one. optimiser: where it is about a step of a "weight" with its
    "gradient", and the "velocity" before it.
    """

    page: str = ""
    layer: Layer | None = None
    arrays: Mapping[str, Any] = field(default_factory=dict)
    of: str = ""
    step: int = 0
    layers: tuple[Layer, ...] = ()
    optimiser: Optimiser | None = None

    @cached_property
    def trace(self) -> Trace | None:
        """The trace that the page steps through; None where there is none."""
        if self.layer is None or "input" not in self.arrays:
            return None
        given = {n: v for n, v in self.arrays.items() if n not in ("input", "grad_output")}
        if self.of:
            return self.layer.trace_backward(self.of, self.arrays["grad_output"], self.arrays["input"], **given)
        return self.layer.trace(self.arrays["input"], **given)

    def at(self, step: int) -> "Scene":
        """Return the scene at another step of its trace, which is not made again where it is there."""
        made = replace(self, step=step)
        if "trace" in vars(self):
            vars(made)["trace"] = self.trace
        return made

    def json(self) -> dict[str, Any]:
        """Return the scene as data that JSON can hold."""
        return {
            "page": self.page, "layer": self.layer and self.layer.code(), "of": self.of, "step": self.step,
            "layers": [layer.code() for layer in self.layers],
            "optimiser": self.optimiser and self.optimiser.code(),
            "arrays": {name: plain(value) for name, value in self.arrays.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """What a kind draws. data: what is given, by name, in the order shown. story, names: the words of level 5, and what
    the data are called there. apart: to which depth a drawing is good only where no two slips of a blank give one
    number; a deeper blank keeps the likelier of two.
    """

    question: str
    story: str
    data: Mapping[str, Any]
    items: tuple[Item, ...]
    scene: Scene
    names: Mapping[str, str] = field(default_factory=dict)
    apart: int = ALL


@dataclass(frozen=True)
class Kind:
    """A kind of exercise. topic: the group that it is chosen by. make: draws a problem, or None where it is no good."""

    name: str
    title: str
    topic: str
    make: Callable


@dataclass(frozen=True)
class Exercise:
    """One exercise: (kind, level, seed) give it, the same everywhere. turn: the drawing that was good enough."""

    kind: Kind
    level: int
    seed: int
    turn: int
    problem: Problem

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def question(self) -> str:
        return self.problem.story if self.level == 5 else self.problem.question

    @property
    def link(self) -> dict[str, str]:
        """What brings the exercise back, whatever slips are known by then: `exercise` takes it."""
        return {"kind": self.kind.name, "level": str(self.level), "seed": str(self.seed), "turn": str(self.turn),
                "v": str(VERSION)}  # fmt: skip

    @property
    def data(self) -> dict[str, Any]:
        """What is given, by name: at level 5 by the names of its words."""
        names = self.problem.names if self.level == 5 else {}
        return {names.get(name, name): value for name, value in self.problem.data.items()}

    @property
    def shown(self) -> tuple[Item, ...]:
        """The steps that are on show, blank or not, in the order of the working; at level 5 the answer alone."""
        return tuple(item for item in self.problem.items if self.level < 5 or item.depth == RESULT)

    @property
    def asked(self) -> tuple[Item, ...]:
        """The steps that are blank."""
        depth = {1: 0, 5: RESULT}.get(self.level, self.level - 1)
        return tuple(item for item in self.shown if item.depth <= depth)

    def work(self, item: Item) -> str:
        """Return how an item on show is made; "" where that would give a blank away, or is what is asked."""
        hidden = self.level >= 4 or any(other.depth > item.depth for other in self.asked)
        return "" if hidden else item.work

    @property
    def working(self) -> tuple[str, ...]:
        """Every step with its answer, for an answer sheet."""
        return tuple(item.line for item in self.problem.items)

    def json(self) -> dict[str, Any]:
        """Return the exercise as data that JSON can hold."""
        asked = self.asked
        return {
            "link": self.link,
            "title": self.title,
            "topic": self.kind.topic,
            "question": self.question,
            "data": {name: plain(value) for name, value in self.data.items()},
            "items": [
                {"label": item.label, "work": self.work(item), "blank": item.blank.json() if item in asked else None,
                 "shown": item.blank.shown} for item in self.shown
            ],
            "working": list(self.working),
            "scene": self.problem.scene.json(),
        }  # fmt: skip


def plain(value: Any) -> Any:
    """Return numbers and arrays as JSON holds them."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value
