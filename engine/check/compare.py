"""Results beside the right ones: the first wrong number, and the mistake whose numbers these are."""

from typing import Any

import numpy as np

from engine.check import names
from engine.check.finding import Finding, Outcome
from engine.check.task import Mistake, Results, Task
from engine.check.words import listed
from engine.slips import asked, judge
from engine.slips.form import text

NEAR = 1e-6  # of a number, relative above 1, absolute below: single precision is enough
LOOKED_AT = 24  # wrong numbers that a mistake of one step has to explain
TIES = 2  # other mistakes that are named beside the first


def compared(task: Task, outcomes: list[Outcome]) -> Finding:
    """Return the finding of a task's calls, in the order of their cases."""
    rights = [{k: np.asarray(v) for k, v in task.right(**one.case.data).items()} for one in outcomes]
    for outcome, right in zip(outcomes, rights, strict=True):
        if outcome.broken:
            return Finding("broken", (outcome.broken.says,), case=outcome.case, line=outcome.broken.line)
        for name in right:
            if not same(outcome.results[name], right[name]):
                return _wrong(task, outcomes, rights, outcome, right, name)
    cases = tuple(one.case.says for one in outcomes)
    for outcome in outcomes:
        if outcome.changed:
            what = listed(outcome.changed)
            says = (
                f"The numbers are right, but your function has changed what it was given: {what}.",
                f"Whoever calls it still needs {what}. Work on a copy, such as {outcome.changed[0]}.copy().",
            )
            return Finding("changed", says, case=outcome.case, cases=cases)
    return Finding("right", (f"All numbers of all {len(outcomes)} cases are right: {'; '.join(cases)}.",), cases=cases)


def same(given: Any, right: np.ndarray) -> bool:
    """Return whether a result has the right shape and the right numbers."""
    given = np.asarray(given)
    return given.shape == right.shape and not wrong_cells(given, right).any()


def wrong_cells(given: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return where numbers of one shape differ. NaN equals NaN: a mistake may make it, too."""
    given = given.astype(np.float64)
    return ~np.isclose(given, right.astype(np.float64), rtol=NEAR, atol=NEAR, equal_nan=True)


def _wrong(
    task: Task, outcomes: list[Outcome], rights: list[Results], outcome: Outcome, right: Results, name: str
) -> Finding:
    """Return the finding of a result that is not right, the first of all."""
    given, ours = np.asarray(outcome.results[name]), right[name]
    mistakes = _fitting(task, outcomes, rights, outcome, name)
    says, slip = [], mistakes[0].name if mistakes else ""
    if given.shape != ours.shape:
        wanted = shape_text(ours.shape) if ours.ndim else "one number"
        says.append(f"{name} has the shape {shape_text(given.shape)}; it should be {wanted}.")
        if task.shapes and not mistakes:
            says.append(task.shapes)
        first = task.place(outcome.case.data, name, (0,) * ours.ndim)
        found = {"shapes": (given.shape, ours.shape), "place": first}
    else:
        index = tuple(int(k) for k in np.argwhere(wrong_cells(given, ours))[0])
        yours, number = float(given[index]), float(ours[index])
        where = place_text(name, index)
        says.append(f"{where} is {text(yours)}; it should be {text(number)}.")
        place = task.place(outcome.case.data, name, index)
        found = {"index": index, "yours": yours, "right": number, "place": place}
        slip, told = _of_steps(task, outcome, name, given, ours, slip)
        if told:
            says.append(told)
    if mistakes and len(says) == 1:
        says.append(mistakes[0].says)
    cut = not slip and _cut_off(outcomes, rights, name)
    if cut:
        slip = "cut-off"
        kind = f"{name} holds whole numbers ({given.dtype})"
        says.append(f"{kind}, so that halves are cut off. Make it of floats: np.zeros(shape).")
    if not slip and not np.isfinite(given.astype(np.float64)).all():
        says.append("Something was divided by 0, grew too large, or was never filled in (np.empty).")
    also = tuple(dict.fromkeys(one.name for one in mistakes if one.name != slip))[:TIES]
    if also:
        says.append(f"The same numbers come of another mistake, too: {listed([names.TITLES[one] for one in also])}.")
    others = [other for other in right if other != name and not same(outcome.results[other], right[other])]
    if others:
        says.append(f"{listed(others)} {'is' if len(others) == 1 else 'are'} not right either.")
    return Finding(
        "wrong", tuple(says), slip, also, outcome.case, name, mine=given, ours=ours,
        cases=tuple(one.case.says for one in outcomes), **found,
    )  # fmt: skip


def _fitting(task: Task, outcomes: list[Outcome], rights: list[Results], first: Outcome, name: str) -> list[Mistake]:
    """Return the mistakes that give the learner's numbers: in all cases, or else in the first wrong one.

    Where several mistakes were made at once, only the first wrong case tells them apart.
    """
    whole, here = [], []
    for mistake in task.mistakes:
        made = [mistake.make(**one.case.data).get(name) for one in outcomes]
        fits = [
            one.broken is not None or same(one.results[name], right[name] if value is None else np.asarray(value))
            for one, right, value in zip(outcomes, rights, made, strict=True)
        ]
        if fits[outcomes.index(first)]:
            here.append(mistake)
            if all(fits):
                whole.append(mistake)
    return whole or here


def _of_steps(task: Task, outcome: Outcome, name: str, given: np.ndarray, ours: np.ndarray, slip: str):
    """Return the name of the slip that explains wrong numbers one by one, and what the engine says of the first.

    slip: a mistake that fits already; where a number's own slip is the same one, its sentence has the numbers in it.
    """
    told, common = "", None
    for index in np.argwhere(wrong_cells(given, ours))[:LOOKED_AT]:
        at = tuple(int(k) for k in index)
        place = task.place(outcome.case.data, name, at)
        if place is None or not place.judged or not np.isfinite(given[at]):
            return slip, ""
        verdict = judge(asked(place.scene.trace, place.scene.step), float(given[at]))
        fitting = [verdict.slip, *verdict.also] if verdict.state == "slip" else []
        if common is None:
            common, told = fitting, verdict.says
        if slip or not common:
            break
        common = [one for one in common if one in fitting]
    if not common or (slip and slip != common[0]):
        return slip, ""
    return common[0], told.partition(" It could also be that ")[0]


def _cut_off(outcomes: list[Outcome], rights: list[Results], name: str) -> bool:
    """Return whether a result is the right one without its halves, in whole numbers."""
    for one, right in zip(outcomes, rights, strict=True):
        mine = None if one.broken else np.asarray(one.results[name])
        if mine is not None and not (mine.dtype.kind == "i" and same(mine, np.trunc(right[name]))):
            return False
    return True


def place_text(name: str, index: tuple[int, ...]) -> str:
    """Return a number's place as it is written in code: "out[0, 1, 2]"."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as NumPy writes it."""
    return str(tuple(int(k) for k in shape))
