"""What a set is, its code, and which exercises it has for a learner."""

import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from zlib import crc32

from engine import limits
from engine.cached import cached_property
from engine.exercises import KINDS, LARGEST_SEED, VERSION, Exercise, exercise
from engine.exercises import LEVELS as NAMES
from engine.exercises.draw import Draw
from engine.sets import letters

FORM = 1  # of the code; another one has another meaning
LEVELS = {level: name for level, name in NAMES.items() if level > 1}  # at level 1 there is nothing to answer
MOST = 30  # exercises
MOST_SEED = 999_999
KIND_BITS, KIND_LETTERS = 15, 3
HEAD, CHECK = 8, 2  # letters before the kinds, and after them
PRIME = 1021  # a wrong letter, or two that are swapped, always leave another remainder
MOST_NAME, MOST_BYTES = 40, 120  # signs of a learner's name, and bytes
JOINERS = "\u200c\u200d"  # signs without a width that some languages write with


@dataclass(frozen=True)
class ExerciseSet:
    """Exercises for a class.

    kinds: each comes up in its turn, again and again. own: whether each learner has own numbers. seed: another one
    gives other numbers. version: of the drawing. Raises ValueError where there is no such set.
    """

    kinds: tuple[str, ...]
    count: int
    level: int
    seed: int = 1
    own: bool = True
    version: int = VERSION

    def __post_init__(self):
        wrong = next((kind for kind in self.kinds if kind not in KINDS), None)
        if wrong is not None:
            raise ValueError(f"kind {wrong!r} is none of {', '.join(KINDS)}")
        if not self.kinds or len(set(self.kinds)) < len(self.kinds):
            raise ValueError("a set has at least one kind of exercise, and each once")
        if not len(self.kinds) <= self.count <= MOST:
            raise ValueError(
                f"a set of {len(self.kinds)} kinds has {len(self.kinds)} to {MOST} exercises, not {self.count}"
            )
        if self.level not in LEVELS:
            raise ValueError(f"the level of a set is one of {', '.join(map(str, LEVELS))}, not {self.level}")
        if not 0 <= self.seed <= MOST_SEED:
            raise ValueError(f"the seed of a set is 0 to {MOST_SEED}, not {self.seed}")

    @cached_property
    def code(self) -> str:
        """The set as letters and digits. A wrong one of them, and two that are swapped, are found when it is read."""
        head = (FORM, 1), (self.version, 1), (self.level + 8 * self.own, 1), (self.count, 1), (self.seed, 4)
        body = "".join(letters.digits(*part) for part in (*head, *((short_of(k), KIND_LETTERS) for k in self.kinds)))
        return body + letters.digits(letters.number(body) % PRIME, CHECK)

    @property
    def mark(self) -> int:
        """What stands for the set in a result: 32 bits of its code."""
        return crc32(self.code.encode())

    @classmethod
    def read(cls, code: str) -> "ExerciseSet":
        """Return the set of a code, however it is spaced. Raises ValueError where it is none."""
        text = letters.meant("".join(c for c in code if not c.isspace() and c not in "-−–"))
        count, rest = divmod(len(text) - HEAD - CHECK, KIND_LETTERS)
        if rest or count < 1 or not set(text) <= set(letters.LETTERS):
            raise ValueError("the code of the set is not complete: copy it again, or scan it")
        body, check = text[:-CHECK], letters.number(text[-CHECK:])
        if letters.number(body) % PRIME != check:
            raise ValueError("the code of the set has a wrong letter: compare it with the one on the board")
        form, version, level, amount = (letters.number(letter) for letter in body[:4])
        if form != FORM:
            raise ValueError("the set was made by a later Stride than this one")
        if version != VERSION:
            raise ValueError(f"the set is of version {version}; this is version {VERSION}, with other numbers")
        parts = [letters.number(body[k : k + KIND_LETTERS]) for k in range(HEAD, len(body), KIND_LETTERS)]
        unknown = [part for part in parts if part not in _shorts()]
        if unknown:
            raise ValueError("the set has a kind of exercise that this Stride does not know: a later one made it")
        kinds = tuple(_shorts()[part] for part in parts)
        return cls(kinds, amount, level % 8, letters.number(body[4:HEAD]), level >= 8, version)

    def changed(self, **fields) -> "ExerciseSet":
        return replace(self, **fields)


def short_of(kind: str) -> int:
    return letters.short(kind, KIND_BITS)


@cache
def _shorts() -> dict[int, str]:
    return {short_of(kind): kind for kind in KINDS}


def name_of(text: str) -> str:
    """Return a learner's name, or number, as it is shown: NFC, one space between words, none around.

    Raises ValueError where nothing is left, or it is too long.
    """
    name = unicodedata.normalize("NFC", " ".join("".join(map(_seen, text)).split()))
    if not name.strip(JOINERS):
        raise ValueError("write a name or a number")
    if len(name) > MOST_NAME or len(name.encode()) > MOST_BYTES:
        raise ValueError(f"a name has at most {MOST_NAME} characters, and this one has {len(name)}: shorten it")
    return name


def _seen(sign: str) -> str:
    """Return a sign of a name: a space for what breaks a line, nothing for what cannot be seen."""
    category = unicodedata.category(sign)
    if category == "Cc" or category[0] == "Z":
        return " "
    return "" if category in ("Cf", "Cs") and sign not in JOINERS else sign


def key_of(learner: str) -> str:
    """Return what is the same for two spellings of a learner's name: capital or not, composed or not."""
    return unicodedata.normalize("NFC", name_of(learner).casefold())


def exercise_of(one: ExerciseSet, k: int, learner: str = "") -> Exercise:
    """Return exercise k of a set, from 0. learner: a name or number, where the set has own numbers for each.

    Raises ValueError where there is none, or no learner.
    """
    if not 0 <= k < one.count:
        raise ValueError(f"the set has the exercises 0 to {one.count - 1}, and no {k}")
    whose = key_of(learner) if one.own else ""
    seed = Draw(f"stride set {one.version} {one.seed} {k} {whose}").whole(0, LARGEST_SEED)
    return exercise(one.kinds[k % len(one.kinds)], one.level, seed, v=one.version)


def exercises(one: ExerciseSet, learner: str = "") -> list[Exercise]:
    """Return the exercises of a set. Raises ValueError where it has own numbers for each, and there is no learner."""
    made = []
    for k in range(one.count):
        limits.look()
        made.append(exercise_of(one, k, learner))
    return made
