"""A set as a learner sees it: who it is, one exercise after the other, and the result to send."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.cached import cached_property
from engine.exercises import Exercise, Scene
from engine.sets import ExerciseSet, Result, Went, exercise_of, key_of, name_of
from pages.states.edits import Malformed
from pages.states.link import Link, write
from pages.states.practice import view as practice
from pages.states.practice.state import Stepping
from pages.states.sets.fields import AT, LEARNER, SET, said
from pages.states.sets.words import ENGLISH
from pages.states.sheet import Sheet
from pages.states.view import PLAYED, View

MOST_WRONG = 10_000


@dataclass(frozen=True, eq=False)
class RunState(Stepping):
    """set: None where the learner has not said which; learner: "" where not who; at: the exercise, from 0, or behind
    the last one the result; step: where the player of the exercise's numbers stands, which no link says.
    """

    set: ExerciseSet | None = None
    learner: str = ""
    at: int = 0
    step: int | None = None

    @cached_property
    def exercise(self) -> Exercise | None:
        """The exercise on show, if one is."""
        if self.set is None or not self.learner or self.at >= self.set.count:
            return None
        return exercise_of(self.set, self.at, self.learner)

    @property
    def scene(self) -> Scene | None:
        return self.exercise and self.exercise.problem.scene

    def query(self) -> dict[str, str]:
        return write((SET, self.set), (LEARNER, self.learner or None), (AT, self.at))


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[RunState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    one, learner, at = link.take(SET), link.take(LEARNER, ""), link.take(AT, 0)
    if one is None or not learner:
        at = 0
    return RunState(one, learner if one else "", min(at, one.count) if one else 0), link.end()


def fill(page: Sheet, state: RunState) -> None:
    """Put on the page what comes next: the code, the name, an exercise, or the result."""
    if state.set is None:
        page.widget("entry", "code", act="code", label=ENGLISH["code"], button=ENGLISH["open"],
                    help=[ENGLISH["code_help"]], most=200)  # fmt: skip
        return
    if not state.learner:
        page.text(f"**{said(state.set)}.**")
        own = [ENGLISH["name_own"]] if state.set.own else []
        page.widget("entry", "name", act="name", label=ENGLISH["name"], button=ENGLISH["begin"], who=True,
                    help=[ENGLISH["name_help"], *own, ENGLISH["name_kept"]], most=80)  # fmt: skip
        return
    one = state.exercise
    page.widget(
        "run", "run", run=f"{state.set.code} {key_of(state.learner)}", learner=state.learner, at=state.at,
        other={"set": state.set.code}, about=said(state.set), words=ENGLISH,
        queries=[replace(state, at=k).query() for k in range(state.set.count + 1)],
        exercise=one and practice.exercise_data(page, one),
    )  # fmt: skip
    if one is not None:
        practice.put_exercise_player(page, state)


def with_code(state: RunState, code: str) -> RunState:
    return RunState(ExerciseSet.read(str(code)))


def with_name(state: RunState, name: str) -> RunState:
    return replace(state, learner=name_of(str(name)), at=0)


def judged(state: RunState, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on an answer, as on Practice; or the result of the set, as a text.

    value: what Practice takes; or `result`, for each exercise how it ended, how many answers were wrong and the slips'
    names, with `when`, the time on the learner's clock (2026-11-28T10:42). Raises Malformed where it has not that form.
    """
    if isinstance(value, Mapping) and "result" in value:
        return _result(state, value)
    if state.exercise is None:
        raise Malformed("there is no exercise to answer")
    return practice.judged(state, value)


def _result(state: RunState, value: Mapping[str, Any]) -> dict[str, Any]:
    try:
        went = [
            Went.of(str(end), min(int(wrong), MOST_WRONG), map(str, slips))
            for end, wrong, slips in value["result"]
        ]  # fmt: skip
        when = datetime.fromisoformat(str(value["when"])).replace(tzinfo=None)
        if state.set is None or not state.learner or len(went) != state.set.count:
            raise Malformed("a result has an entry for each exercise of a set, and a learner")
    except (KeyError, TypeError, OverflowError, ValueError) as error:
        raise Malformed(f"the result has not the form of one: {error!r}") from error
    made = Result(state.set.mark, state.learner, when, tuple(went))
    right = f"{made.right} of {len(went)} right at first try"
    later = made.solved - made.right
    return {"text": made.text, "says": f"{right}{f', {later} later' if later else ''}."}


ACTS = {**PLAYED, "edit": practice.edited, "code": with_code, "name": with_name}
VIEW = View(read, fill, ACTS, pictured=False, judged=judged)
