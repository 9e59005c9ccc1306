"""Stride without PyTorch: what a lean install and a browser leave out, and the sentence where that is missed."""

import sys
from functools import cache
from importlib.util import find_spec

# Where Python itself runs in a browser there are no processes, no runs and no files of the learner's.
IN_BROWSER = sys.platform == "emscripten"

# What requirements.txt adds to requirements-lessons.txt, by the names that are imported.
LEFT_OUT = ("torch", "torchvision", "distributed", "cryptography")
SENTENCE = (
    "This needs PyTorch, which a browser does not have. Paste the code into Python where PyTorch is installed, or open "
    "this link in Stride on a computer, started by “make run”."
    if IN_BROWSER
    else "This needs PyTorch, which is not installed here. Stop Stride and start it by “make run”, which installs "
    "PyTorch; all else works without it."
)


@cache
def is_lean() -> bool:
    """Return whether one of the packages that only trainings and checks by PyTorch need is not there."""
    return any(find_spec(name) is None for name in LEFT_OUT)


def is_missed(error: ModuleNotFoundError) -> bool:
    """Return whether an import failed because the install is a lean one, or a browser's."""
    return (error.name or "").partition(".")[0] in LEFT_OUT or error.name == "engine.pytorch"


class Wanted(Exception):
    """A part of Stride that a browser fetches when it is needed: its name."""
