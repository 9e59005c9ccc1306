"""What stands on a worksheet, whatever typesets it."""

import io
from typing import Any
from urllib.parse import urlencode

import segno

from engine import limits
from engine.banks.given import given
from engine.banks.question import clean
from engine.exercises import Exercise, Item
from engine.paper.pack import SIZES, Pack

ROOM = {4: "line", 5: "box"}  # by level: room for the working beside a blank, or below all


def link(one: Exercise, address: str) -> str:
    """Return where an exercise can be answered in Stride."""
    return f"{address.rstrip('/')}/practice?{urlencode(one.link)}"


def code(text: str) -> str:
    """Return a QR code as SVG."""
    made = io.BytesIO()
    drawn = segno.make(text, micro=False, error="L")
    drawn.save(made, kind="svg", border=0, xmldecl=False, dark="#000", omitsize=True)
    return made.getvalue().decode()


def parts(pack: Pack) -> dict[str, Any]:
    """Return all that a worksheet shows, as data that JSON can hold: texts, and the codes as SVG.

    Raises ValueError for another size of paper than A4 and Letter, or where there is no exercise.
    """
    if pack.size not in SIZES:
        raise ValueError(f"paper {pack.size!r} is none of {', '.join(SIZES)}")
    if not pack.exercises:
        raise ValueError("a worksheet needs one exercise at least")
    versions = [
        {"name": clean(version.name), "exercises": [_exercise(one, pack.address) for one in version.exercises]}
        for version in pack.versions
    ]
    return {"title": clean(pack.title), "size": pack.size, "answers": pack.answers, "versions": versions}


def _exercise(one: Exercise, address: str) -> dict[str, Any]:
    limits.look()
    there = given(one.data)
    return {
        "title": one.title,
        "level": one.level,
        "seed": one.seed,
        "question": one.question,
        "boards": [{"title": board.title, "rows": board.rows} for board in there.boards],
        "facts": [list(fact) for fact in there.facts],
        "lines": [_line(one, item) for item in one.shown],
        "room": ROOM.get(one.level, ""),
        "working": [[item.line.removesuffix(item.blank.shown), item.blank.shown] for item in one.problem.items],
        "code": code(link(one, address)) if address else None,
    }


def _line(one: Exercise, item: Item) -> dict[str, Any]:
    shown = None if item in one.asked else item.blank.shown
    wide = isinstance(item.blank.answer, (tuple, str))  # such as a shape
    return {"label": item.label, "work": one.work(item), "sign": item.sign, "shown": shown, "wide": wide}
