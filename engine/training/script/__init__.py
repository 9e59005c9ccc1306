"""A training as a stand-alone program, to take along."""

from engine.training.script.program import script

__all__ = ["script"]
