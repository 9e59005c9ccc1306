"""Exercises: (kind, level, seed) → one exercise, the same everywhere, for ever.

one = exercise("conv-channels", level=3, seed=7)
one.question, one.data                          what is asked, and what is given
judge(one.asked[0].blank, 4.0)                  a Verdict on an answer
one.working, one.json(), one.link               an answer sheet; data for a page; what brings it back
"""

from engine.exercises.form import LARGEST_SEED, LEVELS, VERSION, Exercise, Item, Kind, Problem, Scene
from engine.exercises.kinds import KINDS, TOPICS, exercise

__all__ = [
    "KINDS",
    "LARGEST_SEED",
    "LEVELS",
    "TOPICS",
    "VERSION",
    "Exercise",
    "Item",
    "Kind",
    "Problem",
    "Scene",
    "exercise",
]
