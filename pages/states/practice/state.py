"""What Practice shows, as one value: an exercise, which a link brings back the same everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from engine.exercises import KINDS, LARGEST_SEED, LEVELS, TOPICS, VERSION, Exercise, Scene, exercise
from engine.exercises.kinds import TURNS
from engine.trace import Trace
from pages.states import fields
from pages.states.link import Link, write

START, SEED0 = 2, 1  # the level and the seed where a link names none
KIND = fields.choice("kind", KINDS)
LEVEL = fields.whole("level", min(LEVELS), max(LEVELS))
SEED = fields.whole("seed", 0, LARGEST_SEED)
TURN = fields.whole("turn", 0, TURNS - 1)
EDITION = fields.whole("v", 0, 999_999)
TOPIC = fields.choice("topic", TOPICS)
# The kind with which a lesson's practice begins.
KIND_OF = {
    "convolution": "conv-number",
    "transposed": "conv-transposed",
    "activation": "relu",
    "pooling": "max-pool",
    "fully_connected": "neuron",
    "output_loss": "softmax",
    "batch_norm": "norm-training",
}


class Stepping:
    """What has the player of a scene: a dataclass with `scene`, and `step`, where the player stands if not there."""

    scene: Scene | None
    step: int | None

    @property
    def trace(self) -> Trace:
        """What the player steps through. Raises AttributeError where there is nothing to step through."""
        if self.scene is None or self.scene.trace is None:
            raise AttributeError("there is no player here")
        return self.scene.trace

    @property
    def shown_step(self) -> int:
        return min(self.scene.step if self.step is None else self.step, len(self.trace.steps) - 1)

    def with_step(self, step: int) -> Self:
        return replace(self, step=step)


@dataclass(frozen=True, eq=False)
class PracticeState(Stepping):
    """An exercise. topic: the one that a lesson's link chose; fresh: whether the link named no exercise, so that the
    browser may open one that it has not seen; step: where the player of its numbers stands, which no link says.
    """

    exercise: Exercise
    topic: str = ""
    fresh: bool = False
    step: int | None = None

    @property
    def scene(self) -> Scene:
        return self.exercise.problem.scene

    def query(self) -> dict[str, str]:
        return self.exercise.link


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[PracticeState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    topic, kind = link.take(TOPIC, ""), link.take(KIND)
    level, seed = link.take(LEVEL, START), link.take(SEED, SEED0)
    turn, edition = link.take(TURN), link.take(EDITION, VERSION)
    made = link.attempt(exercise, kind, level, seed, turn, edition) if kind else None
    if made is None:
        made = exercise(next(name for name, one in KINDS.items() if topic in ("", one.topic)), START, SEED0)
    fresh = not link.has(SEED) and bool(topic or not kind)
    return PracticeState(made, topic, fresh), link.end()


def of_lesson(page: str) -> dict[str, str]:
    """Return the link's query that begins with what a lesson is about, and goes on with its topic."""
    kind = KIND_OF[page]
    return write((TOPIC, KINDS[kind].topic), (KIND, kind))
