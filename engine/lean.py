"""Stride without PyTorch: what a lean install leaves out, and the sentence where that is missed."""

from functools import cache
from importlib.util import find_spec

# What requirements.txt adds to requirements-lessons.txt, by the names that are imported.
LEFT_OUT = ("torch", "torchvision", "distributed", "cryptography")
SENTENCE = (
    "This needs PyTorch, which is not installed here. Stop Stride and start it by “make run”, which installs PyTorch; "
    "all else works without it."
)


@cache
def is_lean() -> bool:
    """Return whether one of the packages that only trainings and checks by PyTorch need is not there."""
    return any(find_spec(name) is None for name in LEFT_OUT)


def is_missed(error: ModuleNotFoundError) -> bool:
    """Return whether an import failed because the install is a lean one."""
    return (error.name or "").partition(".")[0] in LEFT_OUT
