"""What is asked of a learner: a blank, the answers that usual slips would put there, and the verdict on an answer."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import numpy as np

from engine.writing.display import decimals_needed, number_text, rounded_decimals, signed_text

Value = float | tuple[int, ...] | str
"""An answer: a number, whole numbers in a row (a shape, cells by flat index), or one of several words."""
FEWEST = 2  # decimals at which a number that goes on for ever is told from another one
LIKE = 0.02  # a rounded number stands for a slip's where it is this near, as a share of it


@dataclass(frozen=True)
class Slip:
    """A wrong answer that a usual mistake makes.

    name: in engine.slips.names.TITLES. did: what was done, after "You" ("left out the bias: 3 + 1 = 4"). look: a
    sentence about what to do instead.
    """

    name: str
    value: Value
    did: str
    look: str

    @property
    def says(self) -> str:
        return f"You {self.did}. {self.look}"


@dataclass(frozen=True)
class Blank:
    """One thing that a learner is to say.

    what: its name ("output row 0, column 1"). look: a sentence that says where to look, for an answer that no slip
    makes. slips: the likelier first; none has the right answer. decimals: how many are shown of an answer that is
    rounded; None where it is exact. near: what the rounded numbers on show give, which is right too. joint: what
    stands between whole numbers in a row. alike: other ways to say the answer, such as a sequence's shape in PyTorch.
    """

    what: str
    answer: Value
    look: str
    slips: tuple[Slip, ...] = ()
    decimals: int | None = None
    near: tuple[float, ...] = ()
    joint: str = " × "
    alike: tuple[Value, ...] = ()

    @classmethod
    def of(cls, what: str, answer: Value, look: str, slips: Iterable[Slip] = (), **rounded) -> "Blank":
        """Return the blank without the slips that give a right answer, or no number; of each name and value one."""
        bare, kept = cls(what, answer, look, **rounded), {}
        for slip in slips:
            if (not _is_number(slip.value) or np.isfinite(slip.value)) and not is_right(bare, slip.value):
                kept.setdefault((slip.name, slip.value), slip)
        return cls(what, answer, look, tuple(kept.values()), **rounded)

    @property
    def shown(self) -> str:
        """The right answer as it is written."""
        if isinstance(self.answer, str):
            return self.answer
        if isinstance(self.answer, tuple):
            return self.joint.join(text(float(k)) for k in self.answer)
        return text(self.answer) if self.decimals is None else number_text(self.answer, self.decimals)

    @property
    def apart(self) -> bool:
        """Whether an answer can be told to be one slip alone: no two different slips have one answer."""
        return not any(_coincide(one, other) for k, one in enumerate(self.slips) for other in self.slips[:k])

    @property
    def likeliest(self) -> "Blank":
        """The blank with the likeliest slip alone for each number: it is `apart`."""
        kept: list[Slip] = []
        for slip in self.slips:
            if not any(_coincide(slip, other) for other in kept):
                kept.append(slip)
        return replace(self, slips=tuple(kept))

    def json(self) -> dict:
        """Return the blank as data that JSON can hold."""
        return {**asdict(self), "shown": self.shown}


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth.

    state: "right"; "slip", where `slip` is its name; or "look", where nobody knows how it came about. also: names of
    other slips that give this answer. says: the sentence to show.
    """

    state: Literal["right", "slip", "look"]
    says: str
    slip: str = ""
    also: tuple[str, ...] = ()


def judge(blank: Blank, given: Value | Fraction | Iterable[int], decimals: int | None = None) -> Verdict:
    """Return the verdict on an answer. decimals: how many of a number were typed; None where nobody counted them.

    As many digits as are shown are enough, and more are welcome. Cells and shapes are whole numbers in any iterable.
    """
    if not isinstance(given, str) and isinstance(given, Iterable):
        given = tuple(int(k) for k in given)
    elif not isinstance(given, str):
        given = float(given)
    if type(given) is not type(blank.answer) and not (isinstance(given, float) and _is_number(blank.answer)):
        return Verdict("look", blank.look)
    if is_right(blank, given):
        return Verdict("right", f"Right: {blank.shown}.")
    made = [slip for slip in blank.slips if _same_slip(slip, given, decimals)]
    if made:
        first, others = made[0], {slip.name: slip for slip in made[1:] if slip.name != made[0].name}
        rest = "".join(f" It could also be that you {slip.did.partition(':')[0]}." for slip in others.values())
        return Verdict("slip", first.says + rest, first.name, tuple(others))
    if isinstance(given, float) and blank.decimals is not None and _too_short(blank, given, decimals):
        return Verdict("look", f"Right so far: {blank.decimals} decimals are shown here, so write as many.")
    return Verdict("look", f"Not that. {blank.look}" if blank.look else "Not that.")


def is_right(blank: Blank, given: Value) -> bool:
    """Return whether an answer is right, as precise as it is shown."""
    if not _is_number(given) or not _is_number(blank.answer):
        return given in (blank.answer, *blank.alike)
    answer = float(blank.answer)
    if abs(given - answer) <= 1e-9 * max(1.0, abs(answer)):
        return True
    if blank.decimals is None:
        return False
    half = 0.5 * 10.0**-blank.decimals * (1 + 1e-9)
    shown = [float(np.round(one, blank.decimals)) for one in (answer, *blank.near)]
    return any(abs(given - one) <= half for one in (*shown, *blank.near))


@lru_cache(maxsize=8192)
def text(value: float) -> str:
    """Return a number for a sentence: exact where six decimals are enough, else rounded."""
    if not np.isfinite(value):
        return number_text(value, 0)
    if value == round(value, FEWEST) and abs(value) < 1e9:  # most are: quickly
        return number_text(float(value), FEWEST)
    array = np.asarray(float(value))
    needed = decimals_needed(array)
    return number_text(float(value), rounded_decimals(array) if needed is None else needed)


def chain(values: Iterable[float], sign: str = "+") -> str:
    """Return numbers as they stand in a sum: "−2 + 3 + (−1)"."""
    first, *rest = [text(value) for value in values]
    return f" {sign} ".join([first, *map(signed_text, rest)])


def total(values: Iterable[float]) -> str:
    """Return a sum with its result: "−2 + 3 + (−1) = 0"."""
    values = list(values)
    result = sum(values)
    if len(values) == 1:
        return text(values[0])
    return f"{chain(values)} {'=' if _exact([*values, result]) else '≈'} {text(result)}"


def _exact(values: list[float]) -> bool:
    return decimals_needed(np.array(values)) is not None


def _is_number(value: Value) -> bool:
    return not isinstance(value, (tuple, str))


def _coincide(one: Slip, other: Slip) -> bool:
    """Return whether one answer may be either of two different slips."""
    if one.name == other.name:
        return False
    if _is_number(one.value) and _is_number(other.value) and abs(one.value - other.value) > 1:
        return False  # most are: quickly
    return _same_slip(one, other.value, None)


def _same_slip(slip: Slip, given: Value, decimals: int | None) -> bool:
    """Return whether an answer is a slip's: equal, or what its number is when it is rounded as the answer was."""
    if not _is_number(given) or not _is_number(slip.value):
        return given == slip.value
    value = float(slip.value)
    error = abs(given - value)
    if error <= 1e-9 * max(1.0, abs(value)):
        return True
    if error > 0.5 * 10.0**-FEWEST * (1 + 1e-9):
        return False
    if abs(value - round(value, FEWEST)) <= 1e-9 * max(1.0, abs(value)):  # FEWEST decimals write it exactly
        return False
    digits = _digits(given) if decimals is None else decimals
    return error <= min(0.5 * 10.0 ** -max(digits, FEWEST) * (1 + 1e-9), LIKE * abs(value))


def _digits(given: float) -> int:
    needed = decimals_needed(np.asarray(given))
    return 6 if needed is None else needed


def _too_short(blank: Blank, given: float, decimals: int | None) -> bool:
    """Return whether an answer is the right one, rounded to fewer decimals than are shown, but to one at least."""
    digits = _digits(given) if decimals is None else decimals
    half = 0.5 * 10.0**-digits * (1 + 1e-9)
    return 1 <= digits < blank.decimals and abs(given - float(blank.answer)) <= half
