"""How a learner's set went, as a text with a check sum that is copied, or read aloud, and read back.

Bytes: the set's mark (4), minutes since 2026 plus 1 (3), the name's length and the name in UTF-8, the number of
exercises, then for each one byte (how it ended 2 bits, wrong tries 4, slips 2) and two for each slip; CRC-32 (4).
The letters that stand before the bytes, the form and the number of letters that follow, are in the check sum too: so a
wrong letter, and two that are swapped, are always found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zlib import crc32

from engine.cached import cached_property
from engine.sets import letters
from engine.sets.form import name_of
from engine.slips.names import TITLES

OPEN, LATER, SHOWN, RIGHT = "not done", "right later", "shown", "right"
ENDS = (OPEN, LATER, SHOWN, RIGHT)
"""How an exercise ends: not at all; right, but not at first try; a number was shown; right at first try."""
MOST_TRIES, MOST_SLIPS = 15, 3  # of an exercise that are told: more are not counted
BEGIN = datetime(2026, 1, 1)
MARK, FORM, LENGTH = "STRIDE", 1, 2
SLIP_BITS = 16


@dataclass(frozen=True)
class Went:
    """How one exercise went. end: one of ENDS. wrong: answers that were not right. slips: their names, each once."""

    end: str = OPEN
    wrong: int = 0
    slips: tuple[str, ...] = ()

    @classmethod
    def of(cls, end: str, wrong: int, slips: Iterable[str]) -> "Went":
        """Return it with as much of it as a result tells. Raises ValueError for an end that there is not."""
        if end not in ENDS:
            raise ValueError(f"an exercise does not end {end!r}")
        known = tuple(dict.fromkeys(slip for slip in slips if slip in TITLES))
        return cls(end, max(0, min(wrong, MOST_TRIES)), known[:MOST_SLIPS])


@dataclass(frozen=True)
class Result:
    """What a learner sends. set: the set's mark. when: by the learner's clock; None where that is wrong."""

    set: int
    learner: str
    when: datetime | None
    went: tuple[Went, ...]

    @cached_property
    def letters(self) -> str:
        """The result as letters and digits, without what stands around them."""
        name = self.learner.encode()
        body = self.set.to_bytes(4, "big") + _minutes(self.when).to_bytes(3, "big") + bytes([len(name)]) + name
        body += bytes([len(self.went)])
        for one in self.went:
            body += bytes([ENDS.index(one.end) << 6 | one.wrong << 2 | len(one.slips)])
            body += b"".join(letters.short(slip, SLIP_BITS).to_bytes(2, "big") for slip in one.slips)
        count = -(-(len(body) + 4) * 8 // 5)
        head = letters.digits(FORM, 1) + letters.digits(count, LENGTH)
        return head + letters.written(body + _check(head, body))

    @property
    def text(self) -> str:
        """What is copied: a line for people, and the letters."""
        when = f", {when_of(self)}" if self.when else ""
        said = f"{self.right} of {len(self.went)} right at first try"
        return f"Stride, result of {self.learner}{when}: {said}.\n{MARK}-{letters.grouped(self.letters)}"

    @property
    def right(self) -> int:
        return sum(one.end == RIGHT for one in self.went)

    @property
    def solved(self) -> int:
        """How many came right in the end, without being shown."""
        return sum(one.end in (RIGHT, LATER) for one in self.went)

    @property
    def wrong(self) -> int:
        return sum(one.wrong for one in self.went)

    @classmethod
    def read(cls, text: str) -> "Result":
        """Return the result of its letters. Raises ValueError where they are damaged, or of a later form."""
        head, rest = text[: 1 + LENGTH], text[1 + LENGTH :]
        content = letters.read(rest)
        body, check = content[:-4], content[-4:]
        if _check(head, body) != check:
            raise ValueError("the check sum is another one")
        if letters.number(head[0]) != FORM:
            raise ValueError("a later Stride than this one made it")
        name = name_of(body[8 : 8 + body[7]].decode())
        minutes, count, rest = int.from_bytes(body[4:7], "big"), body[8 + body[7]], body[9 + body[7] :]
        when = BEGIN + timedelta(minutes=minutes - 1) if minutes else None
        went = []
        for _ in range(count):
            end, wrong, slips = rest[0] >> 6, rest[0] >> 2 & 15, rest[0] & 3
            names = (int.from_bytes(rest[1 + 2 * k : 3 + 2 * k], "big") for k in range(slips))
            went.append(Went(ENDS[end], wrong, tuple(_names().get(one, "") for one in names)))
            rest = rest[1 + 2 * slips :]
        return cls(int.from_bytes(body[:4], "big"), name, when, tuple(went))


def when_of(one: Result) -> str:
    return f"{one.when:%Y-%m-%d %H:%M}" if one.when else ""


def length(text: str) -> int:
    """Return how many letters a result has whose first ones are given."""
    return 1 + LENGTH + letters.number(text[1 : 1 + LENGTH])


def _check(head: str, body: bytes) -> bytes:
    return crc32(body, crc32(head.encode())).to_bytes(4, "big")


def _minutes(when: datetime | None) -> int:
    """Return the minutes since 2026, plus 1; 0 where a clock is so wrong that there are none."""
    passed = -1 if when is None else (when - BEGIN) // timedelta(minutes=1)
    return passed + 1 if 0 <= passed < 2**24 - 1 else 0


@cache
def _names() -> dict[int, str]:
    return {letters.short(slip, SLIP_BITS): slip for slip in TITLES}
