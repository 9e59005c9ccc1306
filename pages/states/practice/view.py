"""Practice as every host sees it: an exercise with blanks, how each answer is judged, and what follows the last one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.exercises import KINDS, LEVELS, TOPICS, Exercise, Item
from engine.sets import LEVELS as SET_LEVELS
from engine.sets import MOST_SEED, ExerciseSet
from engine.slips import Blank
from engine.slips.names import TITLES as SLIPS
from pages.states import guess
from pages.states.edits import Malformed
from pages.states.paper import take
from pages.states.practice import given, scene
from pages.states.practice.state import PracticeState, Stepping, read
from pages.states.practice.words import ENGLISH
from pages.states.sheet import Sheet
from pages.states.view import PLAYED, Elsewhere, View, menus, player

HEIGHT = 455
IN_SET = 6  # exercises that a set begins with
COUNTED = ("sizes", "counts")  # topics about shapes alone: no numbers to step through, and a layer may not fit yet
GRADIENTS_THERE = "A Linear layer and a loss stand behind it there: they send back the gradients that are given here."
STEP_THERE = "The weight stands there in a small network, whose loss gives it this gradient."
NO_PLACE = "No player can hold just these numbers."
STAY = "These numbers belong to the question, so they stay."
LEVEL_NAMES = {str(level): f"{level}: {name}" for level, name in LEVELS.items()}


def fill(page: Sheet, state: PracticeState) -> None:
    """Put the exercise on the page, and below it, folded, the player of its numbers."""
    menu = menus(page, state)
    take.put(menu, state.exercise)
    menu.link("A set for a class, of this kind", {"set": _set_of(state.exercise).code}, "sets")
    page.widget(
        "practice", "practice", **exercise_data(page, state.exercise), look=_look(state.exercise), fresh=state.fresh,
        chosen=state.topic, topics=list(TOPICS), kinds={name: kind.topic for name, kind in KINDS.items()},
        levels=LEVEL_NAMES, words=ENGLISH,
    )  # fmt: skip
    put_exercise_player(page, state)


def exercise_data(page: Sheet, one: Exercise) -> dict[str, Any]:
    """Return what the browser draws an exercise of (assets/practice/exercise.js)."""
    inner = page.inner()
    given.put(inner, one.data)
    return {
        "link": one.link, "title": one.title, "topic": one.kind.topic, "level": one.level, "question": one.question,
        "given": inner.blocks, "lines": _lines(one),
        "end": None if one.asked else _end(page, one),
    }  # fmt: skip


def _set_of(one: Exercise) -> ExerciseSet:
    """Return a set of exercises like one, to begin with."""
    return ExerciseSet((one.kind.name,), IN_SET, max(one.level, min(SET_LEVELS)), one.seed % (MOST_SEED + 1))


def put_exercise_player(page: Sheet, state: PracticeState) -> None:
    """Add the player of an exercise's numbers, folded, where there are steps to go through."""
    one = state.exercise
    if one.kind.topic not in COUNTED and one.problem.scene.trace is not None:
        put_player(page, state, "-".join(one.link.values()))


def put_player(page: Sheet, state: Stepping, of: str) -> None:
    """Add the player of a state, folded. of: what it belongs to, in short."""
    page.fold(f"player-{of}", "Step through it", lambda part: player(part, state, height=HEIGHT, taken=False))


def _lines(one: Exercise) -> list[dict[str, Any]]:
    """Return the steps of the working as they stand before they are answered.

    `cell`: where one stands on a map of which several cells are blank; such a map is filled in as a whole.
    """
    asked = one.asked
    maps = Counter(item.cell.map for item in asked if item.cell)

    def line(item: Item) -> dict[str, Any]:
        cell = item.cell if item.cell and maps[item.cell.map] > 1 else None
        shown = None if item in asked else item.blank.shown
        return {"label": item.label, "work": one.work(item), "shown": shown, "cell": cell and asdict(cell)}

    return [line(item) for item in one.shown]


def _end(page: Sheet, one: Exercise) -> dict[str, Any]:
    """Return the whole working, and where to look at the same numbers."""
    inner = page.inner()
    lines = [{"label": item.label, "work": item.work, "shown": item.blank.shown} for item in one.problem.items]
    shown, lesson = one.problem.scene, _lesson(one)
    place = scene.place(shown)
    if place is not None:
        inner.link(f"Open in the player: {scene.TITLES[place[0]]}, with these numbers", place[1], place[0])
        if shown.of or shown.optimiser:
            inner.caption(GRADIENTS_THERE if shown.of else STEP_THERE)
    else:
        inner.caption(NO_PLACE)
    if place is None or place[0] != lesson:
        inner.link(f"The lesson: {scene.TITLES[lesson]}", {}, lesson)
    return {"lines": lines, "blocks": inner.blocks}


def _look(one: Exercise) -> dict[str, Any]:
    """Return where to look again: the page with the same numbers, or else the lesson."""
    place = scene.place(one.problem.scene)
    page, query = place or (_lesson(one), {})
    return {"page": page, "query": query, "title": scene.TITLES[page], "same": place is not None}


def _lesson(one: Exercise) -> str:
    """Return the page that teaches what an exercise is about."""
    page, topic = one.problem.scene.page, one.kind.topic
    return scene.LESSON_OF[topic] if topic == "gradients" or page not in scene.TITLES else page


def judged(state: PracticeState, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on an answer: as pages.states.guess, with the `slip`'s title and `slip_name`, and what is
    `shown` where it is right.

    value: `item`, a line by its number, with `text`, or `show` for what stands there; or `end` for the whole working;
    or a guess in the player below. Raises Malformed where it has not that form.
    """
    if not isinstance(value, Mapping):
        raise Malformed("an answer is a mapping")
    if value.get("end"):
        return _end(Sheet(), state.exercise)
    if "item" not in value:
        return guess.judged(state, value)
    return answered([item.blank for item in state.exercise.shown], value)


def answered(blanks: list[Blank], value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on an answer to one of several blanks: `item`, its number, with `text`, or with `show`."""
    try:
        at = int(value["item"])
        if not 0 <= at < len(blanks):
            raise Malformed(f"there is no line {at}")
        blank = blanks[at]
        if value.get("show"):
            return {"right": 0, "wrong": False, "message": "", "shown": blank.shown}
        made = guess.verdict(blank, str(value["text"]))
    except (KeyError, TypeError, OverflowError, ValueError) as error:
        raise Malformed(f"the answer has not the form of one: {error!r}") from error
    shown = {"shown": blank.shown} if made.state == "right" else {}
    return {**guess.said(made), "slip": SLIPS.get(made.slip, ""), "slip_name": made.slip, **shown}


def edited(state: PracticeState, edit: Mapping) -> PracticeState | Elsewhere | tuple[PracticeState, str]:
    """Take an edit in the player to the lesson: an exercise's own numbers stay."""
    one = state.scene
    if one is None or one.of or one.layer is None or scene.place(one) is None:
        return state, STAY
    changed, message = scene.lesson(one).with_edit(edit)
    return (state, message) if message else Elsewhere(one.page, changed.query())


VIEW = View(read, fill, {**PLAYED, "edit": edited}, files=take.FILES, pictured=False, judged=judged)
