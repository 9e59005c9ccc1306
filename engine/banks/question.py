"""An exercise as a learning platform sees it: gaps, each with its right answers, and with the slips' wrong ones.

The same for all formats, so that none of them knows more than how it is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.exercises import Exercise, Item
from engine.slips import Blank
from engine.slips.form import FEWEST, LIKE
from engine.writing.display import plain_number

SEPARATORS = (" × ", "×", " x ", "x", ", ", ",", " ")  # between the numbers of a shape, as learners type them
DIGITS = 10  # of an answer, as it is written in a file


@dataclass(frozen=True)
class Number:
    """An answer: a number, and how far from it another one may be."""

    value: float
    within: float = 0.0

    @property
    def text(self) -> str:
        """The number as programs read it."""
        return plain_number(self.value, DIGITS)

    @property
    def tolerance(self) -> str:
        return plain_number(self.within, DIGITS)

    @property
    def bounds(self) -> tuple[str, str]:
        return plain_number(self.value - self.within, DIGITS), plain_number(self.value + self.within, DIGITS)


Answer = Number | str


@dataclass(frozen=True)
class Wrong:
    """What a slip gives, and the sentence for it. shown: as it is written in a sentence."""

    answers: tuple[Answer, ...]
    says: str
    shown: str


@dataclass(frozen=True)
class Gap:
    """A blank. rights: the first is the answer as it is shown. look: the sentence for any other wrong answer."""

    label: str
    rights: tuple[Answer, ...]
    wrongs: tuple[Wrong, ...]
    right: str
    look: str

    @property
    def numeric(self) -> bool:
        return isinstance(self.rights[0], Number)

    @classmethod
    def of(cls, item: Item) -> "Gap":
        blank = item.blank
        look = f"Not that. {blank.look}".strip()
        return cls(item.label, _rights(blank), _wrongs(blank), f"Right: {blank.shown}.", look)


def gaps(one: Exercise) -> tuple[Gap, ...]:
    """Return the gaps of an exercise, in the order of its lines."""
    return tuple(Gap.of(item) for item in one.asked)


def asking(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """Return exercises for a bank. Raises ValueError where there are none, or one has nothing to answer."""
    made = tuple(exercises)
    if not made:
        raise ValueError("a question bank needs one exercise at least")
    if any(not one.asked for one in made):
        raise ValueError("an exercise of level 1 is one to read: a question bank needs level 2, 3, 4 or 5")
    return made


def name(one: Exercise) -> str:
    """Return an exercise's name in a list: "Several channels, level 3, seed 7"."""
    return f"{one.title}, level {one.level}, seed {one.seed}"


def names(exercises: Sequence[Exercise], whose: Sequence[str] = ()) -> list[str]:
    """Return each exercise's name in a list; with whose it is, where each learner has own ones."""
    owners = whose or [""] * len(exercises)
    return [f"{clean(who)}: {name(one)}" if who else name(one) for one, who in zip(exercises, owners, strict=True)]


def key(one: Exercise) -> str:
    """Return an exercise's identifier: letters, digits, hyphens."""
    return f"stride-{one.kind.name}-{one.level}-{one.seed}-{one.turn}"


def keys(exercises: Sequence[Exercise]) -> list[str]:
    """Return an identifier for each exercise, no two alike."""
    return [f"{key(one)}-{at}" for at, one in enumerate(exercises)]


def category(title: str) -> str:
    """Return where Moodle puts the questions of a bank."""
    return f"$course$/top/{clean(title).replace('/', '//')}"


def clean(text: str) -> str:
    """Return what somebody typed on one line, without signs that no file may hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _rights(blank: Blank) -> tuple[Answer, ...]:
    if isinstance(blank.answer, (str, tuple)):
        return _typed(blank.answer)
    if blank.decimals is None:
        return (Number(float(blank.answer)),)
    half, values = 0.5 * 10.0**-blank.decimals, (float(blank.answer), *blank.near)
    shown = [float(np.round(value, blank.decimals)) for value in values]
    return tuple(Number(value, half) for value in dict.fromkeys((*shown, *values)))


def _wrongs(blank: Blank) -> tuple[Wrong, ...]:
    """Return what slips give, the first that fits first.

    A number that goes on for ever stands for what it is rounded to (as engine.slips.judge takes it): first where no
    other slip is as near, as three decimals tell, then with as few decimals as are enough.
    """
    near, far = [], []
    for slip in blank.slips:
        shown = Blank("", slip.value, "").shown
        if isinstance(slip.value, (str, tuple)):
            near.append(Wrong(_typed(slip.value), slip.says, shown))
            continue
        value = float(slip.value)
        if abs(value - round(value, FEWEST)) <= 1e-9 * max(1.0, abs(value)):
            near.append(Wrong((Number(value),), slip.says, shown))
            continue
        for those, decimals in ((near, FEWEST + 1), (far, FEWEST)):
            within = min(0.5 * 10.0**-decimals, LIKE * abs(value))
            those.append(Wrong((Number(value, within),), slip.says, shown))
    return (*near, *far)


def _typed(value: str | tuple[int, ...]) -> tuple[Answer, ...]:
    """Return words, or a shape, as learners may type them; a single whole number is a number."""
    if isinstance(value, str):
        return (value,)
    if len(value) == 1:
        return (Number(float(value[0])),)
    return tuple(dict.fromkeys(separator.join(map(str, value)) for separator in SEPARATORS))
