"""What links of sets hold, and how a set is said in words."""

from engine.exercises import KINDS
from engine.sets import LEVELS, MOST, ExerciseSet, name_of
from pages.states import fields
from pages.states.fields import Field

SET = Field("set", ExerciseSet.read, lambda one: one.code)
LEARNER = Field("learner", name_of)
AT = fields.whole("at", 0, MOST, 0)
LARGE = fields.choice("show", ("large",))


def said(one: ExerciseSet) -> str:
    """Return a set in a sentence."""
    count = "1 exercise" if one.count == 1 else f"{one.count} exercises"
    kinds = ", ".join(KINDS[kind].title for kind in one.kinds[:4]) + (", …" if len(one.kinds) > 4 else "")
    whose = "own numbers for each learner" if one.own else "the same numbers for all"
    return f"{count} ({kinds}), level {one.level} ({LEVELS[one.level]}), {whose}"
