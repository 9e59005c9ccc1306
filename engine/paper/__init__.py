"""Worksheets and other files of any list of exercises.

FILES["pdf"].make(Pack.of(exercises, "Convolution, week 3", size="letter", address="https://stride.example.org"))
"""

from engine.paper.files import FILES
from engine.paper.pack import Pack, Version, fits

__all__ = ["FILES", "Pack", "Version", "fits"]
