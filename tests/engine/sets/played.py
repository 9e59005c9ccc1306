"""Learners who work through a set: their answers are played through the engine, slips and all."""

from datetime import datetime, timedelta
from functools import cache
from random import Random

from engine.exercises import Exercise
from engine.sets import ExerciseSet, Result, Went, exercises
from engine.sets.result import LATER, OPEN, RIGHT, SHOWN
from engine.slips import judge

SET = ExerciseSet(("conv-number", "max-pool", "neuron", "size-conv"), count=6, level=3, seed=7)
NAMES = (
    *("Ada", "Béla", "Chloé", "Đorđe", "Émile", "Fatma", "Grace Hopper", "Håkon", "İpek", "José", "Kofi", "Łukasz"),
    *("Mia", "Nguyễn Văn An", "Ольга", "Paul", "Quinn", "Renée", "Søren", "太郎", "Uma", "Věra", "William", "Xenia"),
    *("Yuki", "Zoë", "17", "-3", "=1+1", "O'Brien"),
)  # 30 of them
MORNING = datetime(2026, 11, 28, 9, 0)


def worked(one: Exercise, draw: Random) -> Went:
    """Return how an exercise went for a learner who is right, makes a slip first, is told, or gives up."""
    how = draw.choice((OPEN, RIGHT, RIGHT, RIGHT, LATER, LATER, SHOWN))
    if how == OPEN:
        return Went()
    wrong, slips = 0, []
    if how != RIGHT:
        item = next(item for item in one.asked if item.blank.slips)
        for slip in item.blank.slips[: draw.randint(1, 2)]:
            verdict = judge(item.blank, slip.value)
            wrong += verdict.state != "right"
            slips += [verdict.slip] if verdict.slip else []
    if how != SHOWN:
        assert all(judge(item.blank, item.blank.answer).state == "right" for item in one.asked)
    return Went.of(how, wrong, slips)


@cache
def result(name: str, k: int = 0, one: ExerciseSet = SET, seed: int = 0) -> Result:
    draw = Random(f"{name} {seed}")
    went = tuple(worked(exercise, draw) for exercise in exercises(one, name))
    return Result(one.mark, name, MORNING + timedelta(minutes=k), went)
