"""Who may change a run: the browser that began it, who has the run's own key, and who has the operator's, STRIDE_KEY.

Whoever has a run's link may look at it. A browser makes its key itself, and sends it with what it asks for; a run keeps
only the keys' digests. The run's own key follows from the browser's, and is in the link that the browser gets.
"""

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.training import records
from engine.training.records import Record

FILE = "owner.json"
MOST_KEYS, MOST_KEY = 9, 200  # keys in a request, and characters of one
ANOTHERS = (
    "this run is another browser's: whoever has its link can look at it, but only the browser that began it, or who "
    "has its key, can change it"
)


class Ownership(Record):
    """The digests of the key of the browser that began a run, and of the run's own key; "" where it is nobody's."""

    browser: str = ""
    key: str = ""


NOBODYS = Ownership()
UNKNOWN = Ownership(browser="?", key="?")  # no key has such a digest: only the operator changes the run


@dataclass(frozen=True)
class Asker:
    """Who asks for something. keys: the browser's own first, then those that it was given in links."""

    keys: tuple[str, ...] = ()

    @property
    def browser(self) -> str:
        """The digest by which a run knows its browser; "" where none asks."""
        return digest(self.keys[0]) if self.keys else ""

    @property
    def operates(self) -> bool:
        """Whether the operator's key is among the keys."""
        operator = os.environ.get("STRIDE_KEY", "").encode()
        return bool(operator) and any(hmac.compare_digest(key.encode(), operator) for key in self.keys)

    def owns(self, owner: Ownership) -> bool:
        """Whether the asker may list and change the run of an owner.

        A run that is nobody's, as the command makes them, is everybody's as long as there is no operator's key.
        """
        if self.operates:
            return True
        if not owner.browser:
            return not os.environ.get("STRIDE_KEY")
        return any(digest(key) in (owner.browser, owner.key) for key in self.keys)

    def key_of(self, id: str) -> str:
        """Return the own key of a run that the asker's browser begins, or began. ValueError where none asks."""
        if not self.keys:
            raise ValueError("only a browser with a key has runs")
        return sha256(f"{self.keys[0]} {id}".encode()).hexdigest()[:32]

    def began(self, id: str) -> Ownership:
        """Return the owner of a run that the asker begins."""
        return Ownership(browser=self.browser, key=digest(self.key_of(id))) if self.keys else NOBODYS


NOBODY = Asker()
_ASKER: ContextVar[Asker] = ContextVar("asker", default=NOBODY)


def asker() -> Asker:
    """Return who asks at present."""
    return _ASKER.get()


@contextmanager
def asking(keys: Any) -> Iterator[Asker]:
    """Let the owner of some keys, as a request holds them, be who asks. ValueError where they are no keys.

    A link may have brought anything as a key: one that is too long opens nothing.
    """
    if not isinstance(keys, list | tuple) or len(keys) > MOST_KEYS or not all(isinstance(key, str) for key in keys):
        raise ValueError(f"the keys are no list of at most {MOST_KEYS} texts")
    before = _ASKER.set(Asker(tuple(key for key in keys if 0 < len(key) <= MOST_KEY)))
    try:
        yield _ASKER.get()
    finally:
        _ASKER.reset(before)


def digest(key: str) -> str:
    """Return what a run keeps of a key. Keys are drawn from so many that a digest tells nothing."""
    return sha256(key.encode()).hexdigest()


def read(folder: Path) -> Ownership:
    """Return the owner of the run in a folder: nobody where none is written there, UNKNOWN where it cannot be read."""
    if not os.path.lexists(folder / FILE):
        return NOBODYS
    try:
        return records.read(folder / FILE, Ownership)
    except ValueError:
        return UNKNOWN


def write(folder: Path, owner: Ownership) -> None:
    records.write(folder / FILE, owner)
