"""The one list of what exercises can be taken along as."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from engine.banks import BANKS, Bank
from engine.banks.plain import as_text
from engine.paper.pack import Pack
from engine.paper.sheet import worksheet


@dataclass(frozen=True)
class Sort:
    """A sort of file. make(pack) → its bytes; it raises ValueError where the exercises don't fit into it."""

    label: str
    type: str
    ending: str
    make: Callable[[Pack], bytes]


def _bank(bank: Bank, pack: Pack) -> bytes:
    return bank.make(pack.exercises, pack.title)


FILES: Mapping[str, Sort] = {
    "pdf": Sort("Worksheet (PDF)", "application/pdf", "pdf", worksheet),
    **{name: Sort(bank.label, bank.type, bank.ending, partial(_bank, bank)) for name, bank in BANKS.items()},
    "text": Sort("Plain text", "text/plain", "txt", lambda pack: as_text(pack.exercises, pack.title, pack.answers)),
}
