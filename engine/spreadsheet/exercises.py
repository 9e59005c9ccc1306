"""Exercises as a spreadsheet: what is asked, and the steps of it as formulas of the given numbers."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.exercises import Exercise
from engine.spreadsheet.book import Page, workbook
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
    has own ones. An exercise without steps on boards has its working as text. Raises ValueError where there is no
    exercise, and as `workbook` does.
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
    drawn = scene.trace is not None and any(isinstance(value, np.ndarray) for value in one.data.values())
    facts = [f"{name}: {_text(value)}" for name, value in one.data.items() if not drawn or np.size(value) == 1]
    if drawn:
        return Page(name, scene.trace, scene.step, link, text, lines=tuple(facts))
    return Page(name, None, None, link, text, lines=(*facts, "", *one.working))


def _text(value) -> str:
    if isinstance(value, str):
        return value
    numbers = [number_text(number, DECIMALS) for number in np.ravel(value).astype(np.float64).tolist()]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"
