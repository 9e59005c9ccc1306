"""Sets of exercises for a class: a set is a short code, a learner's result is a short text, and neither is stored.

one = ExerciseSet(("conv-number", "max-pool"), count=6, level=3, seed=7, own=True)
ExerciseSet.read(one.code) == one               the code is all that a link holds
exercises(one, "Ada")                           the exercises of a learner, the same everywhere
Result(one.mark, "Ada", when, went).text        what the learner sends
pasted(text)                                    every result in a text, and a sentence for each that is damaged
summary(one.mark, pasted(text))                 the class's table, and its slips
"""

from engine.sets.form import LEVELS, MOST, MOST_SEED, ExerciseSet, exercise_of, exercises, key_of, name_of
from engine.sets.pasted import Pasted, pasted
from engine.sets.result import Result, Went
from engine.sets.summary import Summary, summary

__all__ = [
    "LEVELS",
    "MOST",
    "MOST_SEED",
    "ExerciseSet",
    "Pasted",
    "Result",
    "Summary",
    "Went",
    "exercise_of",
    "exercises",
    "key_of",
    "name_of",
    "pasted",
    "summary",
]
