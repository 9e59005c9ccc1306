"""What a learner says comes next, before it is shown: read here, judged by the engine (`engine.slips`)."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from engine.slips import Blank, Verdict, asked, judge
from engine.trace import Trace
from engine.writing import typed
from pages.states.codec import MAX_VALUE, shown
from pages.states.edits import Malformed
from pages.states.numbers import NUMBER

MAP = "map"  # the results from a step on, as many as are given
CELLS = ("window", "winner")  # answered by cells, not by a text
MOST = 400  # numbers, and cells, in one answer
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
            verdict = _cells(asked(trace, step, target), trace, step, cells)
            return {**_one(verdict), **({"message": "Right."} if verdict.state == "right" else {})}
        text = str(value["text"])
        if target == MAP:
            return _several(trace, step, text)
        return _one(_text(asked(trace, step, target), text))
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed(f"the answer has not the form of one: {error!r}") from error


def readings(text: str) -> list[tuple[Fraction, int | None]]:
    """Return the numbers that a text may mean, each with how many decimals were typed (None: not counted).

    4, 4.0, 4,0, 1/3, −.5, "-0.50", 3e-2: a comma is a point; where thousands could stand apart by it, that too. Raises
    ValueError with a sentence where it is no number.
    """
    bare = typed.number(text.strip().strip("\"'“”„«»").strip())
    above, slash, below = bare.partition("/")
    if slash:
        (one, _), (other, _) = readings(above)[0], readings(below)[0]
        if not other:
            raise ValueError("Nothing can be divided by 0.")
        return [(one / other, None)]
    found = []
    for meant in dict.fromkeys([bare.replace(",", "."), typed.number(bare, apart=",")]):
        if NUMBER.fullmatch(meant) and abs(float(meant)) <= MAX_VALUE:
            decimals = None if "e" in meant.lower() else len(meant.partition(".")[2])
            found.append((Fraction(meant), decimals))
    if not found:
        said = f"{shown(text.strip())} is not a number" if text.strip() else "Nothing is typed yet"
        raise ValueError(f"{said}: type one such as 4, −0.5 or 1/3.")
    return found


def _text(blank: Blank, text: str) -> Verdict:
    """Return the verdict on a typed answer: on the number that it may mean which is right, else on the first."""
    if isinstance(blank.answer, tuple):
        parts = [part for part in _SHAPE.split(text.strip()) if part]
        if not parts or not all(re.fullmatch(r"[0-9]{1,6}", part) for part in parts):
            return Verdict("look", "Type whole numbers with × between them, such as 3×32×32.")
        return judge(blank, [int(part) for part in parts])
    try:
        verdicts = [judge(blank, number, decimals) for number, decimals in readings(text)]
    except ValueError as error:
        return Verdict("look", str(error))
    return next((verdict for verdict in verdicts if verdict.state == "right"), verdicts[0])


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
        last = _text(asked(trace, step + k, "result"), one)
        if last.state != "right":
            before = f"{right} right. The next, {shown(one)}: " if right else ""
            return {"right": right, "wrong": True, "message": f"{before}{last.says}"}
        right += 1
    return {"right": right, "wrong": False, "message": last.says if right == 1 else f"{right} right."}


def _one(verdict: Verdict) -> dict[str, Any]:
    right = verdict.state == "right"
    return {"right": int(right), "wrong": not right, "message": verdict.says}
