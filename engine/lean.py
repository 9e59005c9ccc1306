"""Stride without PyTorch: what a lean install and a browser leave out, and the sentence where that is missed."""

import sys
from functools import cache
from importlib.util import find_spec

# Where Python itself runs in a browser there are no processes, no runs and no files of the learner's.
IN_BROWSER = sys.platform == "emscripten"

# What requirements.txt adds to requirements-lessons.txt, by the names that are imported.
LEFT_OUT = ("torch", "torchvision", "distributed", "cryptography", "typst")
SENTENCE = (
    "This needs PyTorch, which a browser does not have. Paste the code into Python where PyTorch is installed, or open "
    "this link in Stride on a computer, started by “make run”."
    if IN_BROWSER
    else "This needs PyTorch, which is not installed here. Stop Stride and start it by “make run”, which installs "
    "PyTorch; all else works without it."
)

PDF = (
    "A PDF needs the package typst, which is not here: Stride on a computer has it, by “make run”. Take the worksheet "
    "to print (HTML) instead: a browser prints it, or saves it as a PDF."
)

# What makes pictures of steps and files of weights, which there is for no browser.
FILES = ("resvg_py", "fontTools", "safetensors")
FILE = (
    "A browser cannot make this file: open this link in Stride on a computer. A step's picture as SVG can be had here."
)


@cache
def is_lean() -> bool:
    """Return whether one of the packages that only trainings and checks by PyTorch need is not there."""
    return any(find_spec(name) is None for name in LEFT_OUT)


def said(error: ModuleNotFoundError) -> str:
    """Return the sentence for an import that failed because the install is a lean one, or a browser's.

    Raises the error itself where it failed for another reason.
    """
    name = (error.name or "").partition(".")[0]
    if name == "typst":
        return PDF
    if name in LEFT_OUT or error.name == "engine.pytorch":
        return SENTENCE
    if IN_BROWSER and name in FILES:
        return FILE
    raise error


SOURCES = "sources"  # the part that has the engine's own code, for whoever reads it there


class Wanted(Exception):
    """A part of Stride that a browser fetches when it is needed: its name."""
