"""A question that people ask about networks: predict a number, get it, read why, and see it happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.cached import cached_property
from engine.exercises.form import Scene
from engine.slips import Blank


@dataclass(frozen=True)
class Part:
    """One number to predict.

    predict: what to say, with all that is given. ask: makes its blank, from a layer and its data. why: what the number
    shows. scene: the state of a page that shows it.
    """

    predict: str
    ask: Callable[[], Blank]
    why: str
    scene: Scene

    @cached_property
    def blank(self) -> Blank:
        return self.ask()


@dataclass(frozen=True)
class Question:
    """A question with one number to predict, or two."""

    name: str
    title: str
    parts: tuple[Part, ...]

    def json(self) -> dict[str, Any]:
        """Return the question as data that JSON can hold."""
        return {
            "name": self.name,
            "title": self.title,
            "parts": [
                {"predict": part.predict, "blank": part.blank.json(), "why": part.why, "scene": part.scene.json()}
                for part in self.parts
            ],
        }
