"""A set on paper, and in a learning platform: the same exercises, and own ones for each learner that is named."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from engine.paper import Pack, Version, fits
from engine.sets import ExerciseSet, exercises, key_of, letters, name_of
from engine.writing.display import sentence
from pages.states.edits import Malformed
from pages.states.link import folder_of
from pages.states.paper.files import file
from pages.states.paper.take import CHOICES
from pages.states.sets.fields import kinds_of
from pages.states.sets.words import ENGLISH
from pages.states.sheet import Sheet

MOST = 40  # learners
KEY, LABEL = "take", "Worksheet, question bank"
COMMAND = "python -m engine.exercises --set {code}{names} --as pdf --answers --out class.pdf"


def put(page: Sheet, one: ExerciseSet) -> None:
    """Add what a set can be taken along as, folded."""
    page.fold(KEY, LABEL, partial(_fill, one=one))


def _fill(page: Sheet, one: ExerciseSet) -> None:
    page.widget(
        "take", "take", own=one.own, most=MOST * 50, words=ENGLISH,
        files=[{"key": key, "label": label} for key, (label, *_) in CHOICES.items()],
    )  # fmt: skip
    whose = " A worksheet bears each learner's name; a bank holds the exercises of all." if one.own else ""
    page.caption(f"A PDF ends with the answers and their working.{whose} In Stride's folder:")
    page.code(COMMAND.format(code=one.code, names=' --names "Ada, Ben"' if one.own else ""))


def learners(text: str) -> tuple[str, ...]:
    """Return the learners of a list, one a line, each once. Raises ValueError where there are none, or too many."""
    names = {key_of(line): name_of(line) for line in text.splitlines() if line.strip()}
    if not names:
        raise ValueError("this set has own numbers for each learner: write their names or numbers, one a line")
    if len(names) > MOST:
        raise ValueError(f"there are {len(names)} learners, and a file has at most {MOST}: take it in parts")
    return tuple(names.values())


def pack(one: ExerciseSet, names: str = "", **options: Any) -> Pack:
    """Return a set with its exercises; with own ones for each learner of a list, where the set has own numbers."""
    title = f"{kinds_of(one)} · {letters.grouped(one.code)}"
    if not one.own:
        return Pack.of(exercises(one), title, **options)
    whose = learners(names)
    fits(one.count * len(whose))
    versions = tuple(Version(tuple(exercises(one, name)), name) for name in whose)
    return Pack(title, versions, **options)


def made(one: ExerciseSet, value: Mapping[str, Any]) -> dict[str, str]:
    """Return a file in `base64` with its `name` and `type`, or why there is none, as a `message`.

    value: `file`, of CHOICES; `names`, the learners, one a line; `address`, where the page is. Raises Malformed where
    it has not that form.
    """
    try:
        _, sort, size = CHOICES[value["file"]]
        names, address = str(value["names"]), str(value["address"])[:500]
    except (KeyError, TypeError) as error:
        raise Malformed(f"what is asked for has not the form of a file: {error!r}") from error
    try:
        content = file(sort, pack(one, names, size=size, address=folder_of(address)))
    except ValueError as error:
        return {"message": sentence(error)}
    if isinstance(content, str):
        return {"message": content}
    return content.told()
