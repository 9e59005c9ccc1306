"""A page's link: it is read key by key, as far as it can be read, and written without what has its default."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.writing.display import sentence, shown
from engine.writing.setting import Setting
from pages.states.fields import Field

ADDED = re.compile(r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|igsh(id)?|mc_[ce]id|_gl")


class Link:
    """A query while it is read. What cannot be read is left out, with a sentence for each such part in `problems`."""

    def __init__(self, query: Mapping[str, str]):
        self.query, self.problems = dict(query), list[str]()
        self._known: set[str] = set()
        self._broken: set[str] = set()

    def has(self, field: Setting | Field) -> bool:
        return self._key(field) is not None

    def take(self, field: Setting | Field, default: Any = None) -> Any:
        """Return what the link says of a field; the default where it says nothing, or nothing that can be read."""
        key = self._key(field)
        if key is None or key in self._broken:
            return default
        before = len(self.problems)
        value = self.attempt(field.read, self.query[key], default=default)
        if len(self.problems) > before:
            self._broken.add(key)  # said once, however often it is asked for
        return value

    def skip(self, field: Setting | Field) -> None:
        """Leave out a field that has no meaning any more, because a sentence has already said why."""
        self._broken.add(self._key(field))

    def attempt(self, read: Callable, *arguments: Any, default: Any = None) -> Any:
        """Return read(*arguments); where that raises ValueError, keep its sentence and return the default."""
        try:
            return read(*arguments)
        except ValueError as error:
            # A key is written as it stands in the link, even where it begins a sentence.
            begins = str(error).partition(" ")[0].rstrip(":") in self._known
            self.problems.append(f"{str(error).removesuffix('.')}." if begins else sentence(error))
            return default

    def end(self) -> list[str]:
        """Return all problems, when everything has been asked for."""
        unknown = [key for key in self.query if key not in self._known]
        for key in unknown[:1]:
            self.problems.append(f"This page does not know {shown(key)}, so it is left out of the link.")
        return self.problems

    def _key(self, field: Setting | Field) -> str | None:
        keys = (field.name, *getattr(field, "also", ()))
        self._known.update(keys)
        return next((key for key in keys if key in self.query), None)


def without_added(query: Mapping[str, str]) -> dict[str, str]:
    """Return a link's query without what mail programs, chats and social networks add to links that they pass on."""
    return {key: value for key, value in query.items() if not ADDED.fullmatch(key)}


def write(*parts: tuple[Setting | Field, Any]) -> dict[str, str]:
    """Return the query of (field, value) pairs, without None and without defaults."""
    return {
        field.name: field.write(value) for field, value in parts if value is not None and not field.is_default(value)
    }


def folder_of(address: str) -> str:
    """Return where all pages lie, of the address of one: the folder of …/sets, which a site without a server has as
    …/sets/ or …/sets/index.html."""
    return address.removesuffix("/index.html").rstrip("/").rpartition("/")[0]
