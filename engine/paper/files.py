"""The one list of what exercises can be taken along as."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from engine.banks import BANKS, Bank
from engine.banks.plain import as_text
from engine.banks.question import clean
from engine.paper.pack import Pack
from engine.paper.page import page
from engine.paper.parts import link
from engine.paper.sheet import worksheet
from engine.spreadsheet import TYPE
from engine.spreadsheet.exercises import exercises_workbook


@dataclass(frozen=True)
class Sort:
    """A sort of file. make(pack) → its bytes; it raises ValueError where the exercises don't fit into it."""

    label: str
    type: str
    ending: str
    make: Callable[[Pack], bytes]


def _bank(bank: Bank, pack: Pack) -> bytes:
    return bank.make(pack.exercises, pack.title, pack.whose)


def _text(pack: Pack) -> bytes:
    return as_text(pack.exercises, pack.title, pack.whose, pack.answers)


def _spreadsheet(pack: Pack) -> bytes:
    links = (lambda one: link(one, pack.address)) if pack.address else (lambda one: "")
    return exercises_workbook(pack.exercises, clean(pack.title), links, tuple(map(clean, pack.whose)))


FILES: Mapping[str, Sort] = {
    "pdf": Sort("Worksheet (PDF)", "application/pdf", "pdf", worksheet),
    "html": Sort("Worksheet to print (HTML)", "text/html", "html", page),
    **{name: Sort(bank.label, bank.type, bank.ending, partial(_bank, bank)) for name, bank in BANKS.items()},
    "xlsx": Sort("Spreadsheet (.xlsx), with formulas", TYPE, "xlsx", _spreadsheet),
    "text": Sort("Plain text", "text/plain", "txt", _text),
}
