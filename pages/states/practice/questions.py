"""Twenty questions as every host sees them: predict, get the number, read why, see it in the player."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.exercises import KINDS, Scene
from engine.exercises.questions import QUESTIONS, Part, Question
from pages.states import fields, guess
from pages.states.edits import Malformed
from pages.states.link import Link
from pages.states.practice import scene
from pages.states.practice.state import KIND, Stepping
from pages.states.practice.view import STAY, answered, put_player
from pages.states.practice.words import ENGLISH
from pages.states.sheet import Sheet
from pages.states.view import PLAYED, View, menus

FIRST = next(iter(QUESTIONS))
# The kind of exercise that asks the same of other numbers.
ALIKE = {
    "own-weights": "count-parameters", "parameters": "count-parameters", "floor": "size-conv",
    "same-valid": "size-padding", "in-features": "size-in-features", "unseen-column": "size-conv",
    "channel": "conv-channels", "learned": "count-parameters", "one-by-one": "conv-1x1",
    "dimensions": "conv-sequence", "odd-kernels": "size-padding", "cross-correlation": "conv-number",
    "pooling-learns": "grad-max-pool", "max-gradient": "grad-max-pool", "turned-kernel": "grad-input",
    "dying-relu": "grad-relu", "logits": "loss", "bias-zero-grad": "grad-bias", "norm-transposed": "norm-evaluation",
    "field-equivariant": "count-receptive-field",
}  # fmt: skip
NAME = fields.choice("q", QUESTIONS)


@dataclass(frozen=True)
class QuestionsState(Stepping):
    """name: of the question that is open; step: where the player of its gradients stands, which no link says."""

    name: str = FIRST
    step: int | None = None

    @property
    def scene(self) -> Scene | None:
        """The gradients that it is about, if any: a player of them alone stands below."""
        return next((part.scene for part in reversed(self.question.parts) if part.scene.of), None)

    @property
    def question(self) -> Question:
        return QUESTIONS[self.name]

    def query(self) -> dict[str, str]:
        return {NAME.name: NAME.write(self.name)}


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[QuestionsState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    return QuestionsState(link.take(NAME, FIRST)), link.end()


def fill(page: Sheet, state: QuestionsState) -> None:
    """Put the list and the open question on the page."""
    menus(page, state)
    names = list(QUESTIONS)
    after = names[(names.index(state.name) + 1) % len(names)]
    page.widget(
        "questions", "questions", name=state.name, title=state.question.title,
        parts=[part.predict for part in state.question.parts], next=after, words=ENGLISH,
        all=[{"name": name, "title": one.title, "query": QuestionsState(name).query()}
             for name, one in QUESTIONS.items()],
    )  # fmt: skip
    if state.scene is not None:
        put_player(page, state, state.name)


def judged(state: QuestionsState, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on a prediction, with `why`, and where to see it, once it is right or shown.

    value: `item`, the part by its number, with `text`, or `show`; or a guess in the player below. Raises Malformed
    where it has not that form.
    """
    if not isinstance(value, Mapping):
        raise Malformed("an answer is a mapping")
    if "item" not in value:
        return guess.judged(state, value)
    parts = state.question.parts
    made = answered([part.blank for part in parts], value)
    return {**made, "blocks": _why(state.name, parts[int(value["item"])])} if "shown" in made else made


def _why(name: str, part: Part) -> list[dict[str, Any]]:
    page = Sheet()
    page.text(part.why)
    place = scene.place(part.scene)
    if place is not None:
        page.link("See it in the player", place[1], place[0])
    elif part.scene.page:
        page.link(f"The lesson: {scene.TITLES[part.scene.page]}", {}, part.scene.page)
    if part is QUESTIONS[name].parts[-1]:
        kind = ALIKE[name]
        page.link(f"With other numbers: {KINDS[kind].title}", {KIND.name: kind}, "practice")
    return page.blocks


VIEW = View(read, fill, {**PLAYED, "edit": lambda state, edit: (state, STAY)}, pictured=False, judged=judged)
