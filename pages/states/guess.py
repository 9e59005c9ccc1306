"""What a learner says comes next, before it is shown: read here, judged by the engine (`engine.slips`)."""

import re
from collections.abc import Mapping
from typing import Any

from engine.slips import Blank, Verdict, asked, judge
from engine.trace import Trace
from pages.states import numbers
from pages.states.codec import shown
from pages.states.edits import Malformed

MAP = "map"  # the results from a step on, as many as are given
CELLS = ("window", "winner")  # answered by cells, not by a text
MOST = 400  # numbers, and cells, in one answer
LONGEST = 200  # signs of one answer that are looked at
_SHAPE = re.compile(r"[×xX*,;()\[\]\s]+")


def judged(state: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on an answer: `right`, how many numbers of it are right from the first on; `wrong`, whether
    one is not; `message`, a sentence.

    value: `step` of the state's trace; `target`, one of engine.slips.targets, or "map"; `text`, or for cells `cells`,
    flat indices on the board that the step reads first. Raises Malformed where it has not that form.
    """
    try:
        step, target, trace = int(value["step"]), str(value["target"]), state.trace
        if not 0 <= step < len(trace.steps):
            raise Malformed(f"there is no step {step}")
        if target in CELLS:
            cells = [int(cell) for cell in value["cells"]][:MOST]
            made = _cells(asked(trace, step, target), trace, step, cells)
            return {**said(made), **({"message": "Right."} if made.state == "right" else {})}
        text = str(value["text"])
        if target == MAP:
            return _several(trace, step, text)
        return said(verdict(asked(trace, step, target), text))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Malformed(f"the answer has not the form of one: {error!r}") from error


def verdict(blank: Blank, text: str) -> Verdict:
    """Return the verdict on a typed answer: on the number that it may mean which is right, else on the first."""
    text = text[:LONGEST]
    if isinstance(blank.answer, tuple):
        parts = [part for part in _SHAPE.split(text.strip()) if part]
        if not parts or not all(re.fullmatch(r"[0-9]{1,6}", part) for part in parts):
            return Verdict("look", "Type whole numbers with × between them, such as 3×32×32.")
        return judge(blank, [int(part) for part in parts])
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


def _several(trace: Trace, step: int, text: str) -> dict[str, Any]:
    """Return the verdict on the results of a step and of those after it, up to the first that is not right."""
    given = re.split(r"[\s;|]+", text.strip())[:MOST]
    phase, s = trace.steps.place(step)
    right, last = 0, None
    for k, one in enumerate(given[: len(phase.results) - s]):
        last = verdict(asked(trace, step + k, "result"), one)
        if last.state != "right":
            before = f"{right} right. The next, {shown(one)}: " if right else ""
            return {"right": right, "wrong": True, "message": f"{before}{last.says}"}
        right += 1
    return {"right": right, "wrong": False, "message": last.says if right == 1 else f"{right} right."}


def said(one: Verdict) -> dict[str, Any]:
    """Return the verdict on one answer as data."""
    right = one.state == "right"
    return {"right": int(right), "wrong": not right, "message": one.says}
