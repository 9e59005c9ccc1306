"""A training as a program of its own, to take along."""

from engine.training.script.program import script

__all__ = ["script"]
