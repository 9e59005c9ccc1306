"""What a learner says comes next, before it is shown: read here, judged by the engine (`engine.slips`)."""

import re
from collections.abc import Mapping
from typing import Any

from engine.slips import Blank, Verdict, asked, judge
from engine.trace import Trace
from pages.states import numbers
from pages.states.edits import Malformed

MAP = "map"  # the results of several steps
CELLS = ("window", "winner")  # answered by cells, not by a text
MOST = 400  # numbers, and cells, in one answer
LONGEST = 200  # signs of one answer that are looked at
_SHAPE = re.compile(r"[×xX*,;()\[\]\s]+")


def judged(state: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on an answer: `right`, how many numbers of it are right; `wrong`, whether one is not;
    `message`, a sentence; of a map `cells`, the verdict on each, with its `step`.

    value: `step` of the state's trace; `target`, one of engine.slips.targets, or "map"; `text`; or for cells `cells`,
    flat indices on the board that the step reads first; or for a map `answers`, pairs of a step and a text. Raises
    Malformed where it has not that form.
    """
    try:
        step, target, trace = int(value["step"]), str(value["target"]), state.trace
        if not 0 <= step < len(trace.steps):
            raise Malformed(f"there is no step {step}")
        if target in CELLS:
            cells = [int(cell) for cell in value["cells"][:MOST]]
            made = _cells(asked(trace, step, target), trace, step, cells)
            return {**said(made), **({"message": "Right."} if made.state == "right" else {})}
        if target == MAP:
            return _several(trace, [(int(at), str(text)) for at, text in value["answers"][:MOST]])
        return said(verdict(asked(trace, step, target), str(value["text"])))
    except (KeyError, TypeError, AttributeError, OverflowError, IndexError) as error:
        raise Malformed(f"the answer has not the form of one: {error!r}") from error


def verdict(blank: Blank, text: str) -> Verdict:
    """Return the verdict on a typed answer: on the number that it may mean which is right, else on the first."""
    text = text[:LONGEST]
    if isinstance(blank.answer, tuple):
        parts = [part for part in _SHAPE.split(text.strip()) if part]
        if not parts or not all(re.fullmatch(r"[-−]?[0-9]{1,6}", part) for part in parts):
            example = (
                "× between them, such as 3×32×32" if blank.joint == " × " else "a comma between them, such as 2, 0"
            )
            return Verdict("look", f"Type whole numbers with {example}.")
        return judge(blank, [int(part.replace("−", "-")) for part in parts])
    try:
        verdicts = [judge(blank, number, _decimals(text)) for number in numbers.readings(text)]
    except ValueError as error:
        return Verdict("look", str(error))
    return next((one for one in verdicts if one.state == "right"), verdicts[0])


def _decimals(text: str) -> int | None:
    """Return how many decimals were typed; None of a fraction, and of a number with an exponent."""
    if re.search("[/eE]", text):
        return None
    _, sign, after = re.fullmatch(r"(.*?)([.,]?)([^.,]*)", text.strip().strip(numbers.QUOTES)).groups()
    return len(after) if sign else 0


def _cells(blank: Blank, trace: Trace, step: int, cells: list[int]) -> Verdict:
    """Return the verdict on chosen cells: of several channels, those of the first that the step reads."""
    if not cells:
        return Verdict("look", "Choose a cell first.")
    phase, _ = trace.steps.place(step)
    board = trace.board(phase.factors[0].board)
    if board.values.ndim > 2:
        size = board.values[0].size
        first = blank.answer[0] // size
        cells = [cell for cell in cells if cell // size == first] or cells
    return judge(blank, sorted(set(cells)))


def _several(trace: Trace, answers: list[tuple[int, str]]) -> dict[str, Any]:
    """Return the verdict on the results of several steps. Raises Malformed where there is none."""
    if not answers or min(answers)[0] < 0:
        raise Malformed("there is no such step")
    verdicts = [(step, verdict(asked(trace, step), text)) for step, text in answers]
    cells = [{"step": step, **said(one)} for step, one in verdicts]
    wrong = [(step, one) for step, one in verdicts if one.state != "right"]
    right, message = len(cells) - len(wrong), verdicts[0][1].says
    if len(cells) > 1:
        message = f"{right} of {len(cells)} right."
        for step, one in wrong[:1]:
            where = f"{_place(trace, step)}: " if one.state == "slip" else ""  # others say it themselves
            message += f" {where}{one.says}"
    return {"right": right, "wrong": bool(wrong), "message": message, "cells": cells}


def _place(trace: Trace, step: int) -> str:
    """Return where on its map a step's result stands."""
    phase, s = trace.steps.place(step)
    place = trace.board(phase.writes.board).outside(int(phase.writes.index[s])) or (0,)
    return f"Row {place[-2]}, column {place[-1]}" if len(place) > 1 else f"Number {place[-1]}"


def said(one: Verdict) -> dict[str, Any]:
    """Return the verdict on one answer as data."""
    right = one.state == "right"
    return {"right": int(right), "wrong": not right, "message": one.says}
