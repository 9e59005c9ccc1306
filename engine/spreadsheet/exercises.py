"""Exercises as a spreadsheet: what is asked, and the steps of it as formulas of the given numbers."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.exercises import Exercise, Scene
from engine.learning.optim import Adam
from engine.spreadsheet.book import Page, workbook
from engine.spreadsheet.sums import Sum
from engine.writing.display import number_text

DECIMALS = 4  # of a number that is given by itself


def exercises_workbook(
    exercises: Sequence[Exercise],
    title: str = "",
    link: Callable[[Exercise], str] = lambda one: "",
    whose: Sequence[str] = (),
) -> bytes:
    """Return an .xlsx file with a sheet or two for each exercise: its boards, and the asked step in full.

    The answers are in it. link: where Stride asks an exercise, or "". whose: the learner of each, where each learner
    has own ones. A step of an optimiser is a line for each of its numbers; any other exercise without steps on boards
    has its working as text. Raises ValueError where there is no exercise, and as `workbook` does.
    """
    if not exercises:
        raise ValueError("there is no exercise to write")
    owners = whose or [""] * len(exercises)
    pages = [
        _page(number, one, link(one), who) for number, (one, who) in enumerate(zip(exercises, owners, strict=True), 1)
    ]
    return workbook(pages, title or "Exercises")


def _page(number: int, one: Exercise, link: str, who: str) -> Page:
    """Return an exercise's page: its trace where it gives numbers on boards, else its working as texts."""
    text = f"{who}: {one.question}" if who else one.question
    name, scene = f"{number} {one.title}", one.problem.scene
    if scene.optimiser is not None:
        return Page(name, None, None, link, text, sums=_step(scene))
    drawn = scene.trace is not None and any(isinstance(value, np.ndarray) for value in one.data.values())
    facts = [f"{name}: {_text(value)}" for name, value in one.data.items() if not drawn or np.size(value) == 1]
    if drawn:
        return Page(name, scene.trace, scene.step, link, text, lines=tuple(facts))
    return Page(name, None, None, link, text, lines=(*facts, "", *one.working))


def _step(scene: Scene) -> tuple[Sum, ...]:
    """Return a step of an optimiser, number by number, its first where no velocity is given."""
    rule, given = scene.optimiser, {name: np.array([float(value)]) for name, value in scene.arrays.items()}
    memory = {"velocity": given["velocity"]} if "velocity" in given else {}
    update = rule.update(given["weight"], given["gradient"], memory)
    parts = {name: float(value[0]) for name, value in update.parts.items()}
    weight, gradient = (Sum(name, float(given[name][0])) for name in ("weight", "gradient"))
    rate, after = Sum("learning rate", rule.lr), Sum("new weight", float(update.after[0]), "{weight}-{change}")
    if isinstance(rule, Adam):
        (first, second), change = rule.betas, "{learning rate}*{m̂}/(SQRT({v̂})+{ε})"
        made = (
            Sum("β₁", first), Sum("β₂", second), Sum("ε", rule.eps),
            Sum("m", parts["m"], "(1-{β₁})*{gradient}"), Sum("v", parts["v"], "(1-{β₂})*{gradient}^2"),
            Sum("m̂", parts["mean"], "{m}/(1-{β₁})"), Sum("v̂", parts["square"], "{v}/(1-{β₂})"),
        )  # fmt: skip
    elif memory:
        change = "{learning rate}*{velocity}"
        made = (
            Sum("momentum", rule.momentum), Sum("old velocity", parts["old"]),
            Sum("velocity", parts["velocity"], "{momentum}*{old velocity}+{gradient}"),
        )  # fmt: skip
    else:
        made, change = (), "{learning rate}*{gradient}"
    return (weight, gradient, rate, *made, Sum("change", parts["change"], change), after)


def _text(value) -> str:
    if isinstance(value, str):
        return value
    numbers = [number_text(number, DECIMALS) for number in np.ravel(value).astype(np.float64).tolist()]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"
