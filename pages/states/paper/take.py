"""Take it along: exercises like the one on show as a worksheet or a question bank, in the menu of its page."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.exercises import KINDS, Exercise
from engine.paper import FILES as SORTS
from engine.paper import Pack
from engine.paper.pack import SIZES, several
from pages.states.link import folder_of
from pages.states.paper.files import file
from pages.states.sheet import Sheet
from pages.states.sheet.writing import plain
from pages.states.view import File

KEY = "take."
COUNT = 10  # exercises of a file
LABEL = "Worksheet, question bank"
COMMAND = "python -m engine.exercises --kinds {kind} --level {level} --seed {seed} --as pdf --answers --out sheet.pdf"


def put(menu: Sheet, one: Exercise) -> None:
    """Add what can be taken along beside an exercise to a menu, folded."""
    menu.fold(KEY, LABEL, partial(_fill, one=one))


def _fill(page: Sheet, one: Exercise) -> None:
    page.text(
        f"{COUNT} exercises about **{plain(one.kind.topic)}** at level {one.level}, from seed {one.seed} on. "
        "A worksheet ends with the answers and their working."
    )
    row = page.row()
    for name, (label, *_) in CHOICES.items():
        row.download(f"{KEY}{name}", label)
    page.caption(
        "In a bank each blank has a mark, and each usual slip its sentence. For any choice, in Stride's folder:"
    )
    page.code(COMMAND.format(kind=one.kind.name, level=one.level, seed=one.seed))


def _kinds(one: Exercise) -> list[str]:
    """Return the kinds of an exercise's topic, its own first."""
    every = [name for name, kind in KINDS.items() if kind.topic == one.kind.topic]
    at = every.index(one.kind.name)
    return every[at:] + every[:at]


def _made(name: str, size: str, state: Any, address: str) -> File | str:
    one = state.exercise
    made = several(_kinds(one), one.level, COUNT, one.seed)
    return file(name, Pack.of(made, one.kind.topic.capitalize(), size=size, address=folder_of(address)))


# What can be taken along, by its key: the label, the sort of file, the size of its paper.
_PAPER = {f"pdf-{size}": (f"Worksheet, {paper} (PDF)", "pdf", size) for size, paper in SIZES.items()}
_BANKS = {name: (sort.label, name, "a4") for name, sort in SORTS.items() if name != "pdf"}
CHOICES: Mapping[str, tuple[str, str, str]] = {**_PAPER, **_BANKS}
# What a view offers beside its state: file(state with an `exercise`, address).
FILES: Mapping[str, Callable[[Any, str], File | str]] = {
    f"{KEY}{key}": partial(_made, name, size) for key, (_, name, size) in CHOICES.items()
}
