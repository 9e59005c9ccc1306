"""A setting, declared once on its dataclass: its values, its default, its meaning, and how a text says its value.

From the declaration come the check of a value, the text in a link and the reading of one, the sentence for a wrong one,
the knob and the option of a command.
"""

import re
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Any, Literal, get_args, get_origin

from engine.writing import typed
from engine.writing.display import shown, typographic

_PAIR = re.compile(r"([0-9]{1,9})(?:x([0-9]{1,9}))?")
_PAIR_OR_NONE = re.compile(r"([0-9]{1,9}|none)x([0-9]{1,9}|none)")
_TUPLE = re.compile(r"^\(?\s*([0-9]+|none)\s*[x×,]\s*([0-9]+|none)\s*\)?$")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]{1,10}(\.[0-9]{0,20})?|\.[0-9]{1,20})(e[+-]?[0-9]{1,3})?")

NUMBERS = {"int": "a whole number", "pair": "a whole number, or two such as 2x1", "float": "a number"}


def setting(
    default: Any = ...,
    *,
    help: str,
    minimum=None,
    maximum=None,
    choices: tuple = (),
    pair=False,
    arriving=None,
    more=False,
    plain: str = "",
) -> Any:
    """Declare a dataclass field as a setting: its default, its meaning and its limits.

    A `pair` may be one int for both axes or (rows, columns), as in PyTorch. Words that a pair or a number takes beside
    numbers stand in the field's type: `Pair | Literal["same", "valid"]`. arriving: the axis of a layer's input that the
    setting counts (−3 the channels), where it follows what arrives. more: it is seldom needed, and stands behind
    “More” at first. plain: what it is in everyday words, to stand beside its name.
    """
    metadata = {"help": help, "minimum": minimum, "maximum": maximum, "choices": choices, "pair": pair}
    metadata |= {"axis": arriving, "more": more, "plain": plain}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Setting:
    """The declaration of one value.

    kind: "choice", "pair", or a type's name: "bool", "int", "float", "str". words: texts that it takes as they are,
    beside numbers. halves: whether a half of a pair may be None, "none" in a text. default: ... where there is none.
    more, plain: as `setting` takes them.
    """

    name: str
    kind: str
    help: str = ""
    default: Any = ...
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple = ()
    words: tuple[str, ...] = ()
    halves: bool = False
    more: bool = False
    plain: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether there is nothing to choose."""
        return len(self.choices) == 1

    def is_default(self, value: Any) -> bool:
        """Whether a value needs no place in a link."""
        return self.default is not ... and value == self.default

    def write(self, value: Any) -> str:
        """Return a value's text: 2x1 for a pair, 1 and 0 for on and off."""
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, tuple):
            rows, columns = ("none" if half is None else str(half) for half in value)
            return rows if rows == columns != "none" else f"{rows}x{columns}"
        if self.kind == "choice":
            return str(value).replace(" ", "-")
        return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)

    def read(self, text: str) -> Any:
        """Return the value of a text. Raises ValueError, with the name, the text and the limits, where it has none."""
        text = text.strip()
        if self.kind in NUMBERS:
            text = typed.number(text, apart="" if self.kind == "float" else ",")
        if text in self.words:
            return text
        if not text and self.kind in NUMBERS:
            raise ValueError(f"{self.name} is empty: it takes {NUMBERS[self.kind]}")
        return getattr(self, f"_read_{self.kind}")(text)

    def check(self, value: Any) -> Any:
        """Return a value of the declared type inside the limits, an int as a float where one is declared.

        Raises ValueError, with the name and the value, for any other.
        """
        kind = {"bool": bool, "int": int, "float": float, "str": str, "choice": type(self.default)}[self.kind]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise ValueError(f"{self.name} is {value!r}, not a {kind.__name__}")
        if self.choices and value not in self.choices:
            raise self._none_of(value)
        return self._within(value)

    def _read_choice(self, text: str) -> Any:
        for choice in self.choices:
            if str(choice).replace(" ", "-") == text or str(choice) == text:
                return choice
        raise self._none_of(text)

    def _read_bool(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError(f"{self.name} {shown(text)} is neither 1 (on) nor 0 (off)")
        return text == "1"

    def _read_int(self, text: str) -> int:
        if not _NUMBER.fullmatch(text) or float(text) % 1:
            raise ValueError(f"{self.name} {shown(text)} is not {NUMBERS['int']}{_with(text)}")
        return self._within(int(float(text)))

    def _read_float(self, text: str) -> float:
        if not _NUMBER.fullmatch(text):
            if _COMMA.fullmatch(text):
                point = text.replace(",", ".")
                raise ValueError(f"{self.name} is {shown(text)}: write decimals with a point, {point}")
            raise ValueError(f"{self.name} {shown(text)} is not {NUMBERS['float']}{_with(text)}")
        return self._within(float(text))

    def _read_pair(self, text: str) -> int | tuple[int, int]:
        text = _TUPLE.sub(r"\1x\2", text)
        if self.halves and (match := _PAIR_OR_NONE.fullmatch(text)):
            rows, columns = (None if part == "none" else self._within(int(part)) for part in match.groups())
            return rows if rows == columns is not None else (rows, columns)
        match = _PAIR.fullmatch(text)
        if not match:
            raise ValueError(f"{self.name} {shown(text)} is not {NUMBERS['pair']}")
        rows, columns = (self._within(int(part)) for part in (match[1], match[2] or match[1]))
        return rows if rows == columns else (rows, columns)

    def _read_str(self, text: str) -> str:
        return text

    def _none_of(self, value: Any) -> ValueError:
        return ValueError(f"{self.name} {shown(str(value))} is none of {', '.join(map(str, self.choices))}")

    def _within(self, value: Any) -> Any:
        least, most = self.minimum, self.maximum
        if least is not None and not least <= value <= most:  # NaN is nowhere
            raise ValueError(
                f"{self.name} {limit(value)} is out of range: it goes from {limit(least)} to {limit(most)}"
            )
        return value


def _with(text: str) -> str:
    named = typed.at_fault(text)
    return f": it has {named}" if named else ""


def limit(value: float) -> str:
    """Return a number as a sentence about limits says it: 4,096."""
    return typographic(f"{value:,}" if isinstance(value, int) and abs(value) < 10**12 else f"{value:g}")


def described(f: Field) -> Setting:
    """Return what a dataclass field declares."""
    meta, types, words = f.metadata, *_types(f.type)
    if meta["choices"] or meta["pair"]:
        kind = "choice" if meta["choices"] else "pair"
    else:
        kind = next(kind.__name__ for kind in (bool, float, int, str) if kind in types)
    default = ... if f.default is MISSING else f.default
    limits = meta["minimum"], meta["maximum"], meta["choices"]
    return Setting(
        f.name, kind, meta["help"], default, *limits, words, _halves(f.type), meta["more"], meta["plain"]
    )  # fmt: skip


def _halves(declared: Any) -> bool:
    """Whether a half of a pair of the declared type may be None."""
    pairs = [part for part in get_args(declared) if get_origin(part) is tuple]
    return any(type(None) in get_args(half) for pair in pairs for half in get_args(pair))


def _types(declared: Any) -> tuple[set[type], tuple[str, ...]]:
    """Return the types of which a value may be, and the words that it may be."""
    if get_origin(declared) is Literal:
        return set(), get_args(declared)
    parts = [_types(part) for part in get_args(declared)] if get_origin(declared) is not tuple else []
    return {declared}.union(*(types for types, _ in parts)), tuple(word for _, words in parts for word in words)


@cache
def settings(cls: type) -> dict[str, Setting]:
    """Return the settings of a dataclass by name."""
    return {f.name: described(f) for f in fields(cls) if "help" in f.metadata}
