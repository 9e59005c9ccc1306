"""Exercises as JSON, for programs, and as plain text."""

import json
from collections.abc import Sequence

from engine.banks.body import line
from engine.banks.given import given
from engine.banks.question import clean, names
from engine.exercises import Exercise

BLANK = "______"


def as_json(exercises: Sequence[Exercise], title: str, whose: Sequence[str] = ()) -> bytes:
    """Return all that the exercises are made of: questions, data, steps, answers, slips, links (Exercise.json).

    whose: the learner of each, where each has own ones.
    """
    learners = [{"learner": clean(who)} for who in whose] or [{}] * len(exercises)
    made = [{**learner, **one.json()} for learner, one in zip(learners, exercises, strict=True)]
    whole = {"title": clean(title), "exercises": made}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1).encode()


def as_text(exercises: Sequence[Exercise], title: str, whose: Sequence[str] = (), answers: bool = False) -> bytes:
    """Return the exercises as a text. answers: with the working of each at the end."""
    heads = [f"{at}. {called}" for at, called in enumerate(names(exercises, whose), 1)]
    parts = [clean(title), *(f"{head}\n{_exercise(one)}" for head, one in zip(heads, exercises, strict=True))]
    if answers:
        parts.append("Answers")
        parts += ["\n".join([head, *one.working]) for head, one in zip(heads, exercises, strict=True)]
    return ("\n\n".join(parts) + "\n").encode()


def _exercise(one: Exercise) -> str:
    there = given(one.data)
    rows = [one.question]
    for board in there.boards:
        wide = max(len(text) for row in board.rows for text in row)
        rows.append("\n".join([board.title, *("  ".join(text.rjust(wide) for text in row) for row in board.rows)]))
    facts = [f"{name} {text}" for name, text in there.facts]
    lines = [f"{line(one, item)} {BLANK if item in one.asked else item.blank.shown}" for item in one.shown]
    return "\n".join([*rows, *([" · ".join(facts)] if facts else []), *lines])
