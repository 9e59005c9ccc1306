"""What links of sets hold, and how a set is said in words."""

from engine.exercises import KINDS
from engine.sets import LEVELS, MOST, ExerciseSet, name_of
from pages.states import fields
from pages.states.fields import Field

SET = Field("set", ExerciseSet.read, lambda one: one.code)
LEARNER = Field("learner", name_of)
AT = fields.whole("at", 0, MOST, 0)
SAID = 4  # kinds that are said
LARGE = fields.choice("show", ("large",))


def said(one: ExerciseSet) -> str:
    """Return a set in a sentence."""
    count = "1 exercise" if one.count == 1 else f"{one.count} exercises"
    whose = "own numbers for each learner" if one.own else "the same numbers for all"
    return f"{count} ({kinds_of(one)}), level {one.level} ({LEVELS[one.level]}), {whose}"


def kinds_of(one: ExerciseSet) -> str:
    """Return what a set is about: its first kinds."""
    return ", ".join(KINDS[kind].title for kind in one.kinds[:SAID]) + (", …" if len(one.kinds) > SAID else "")
