"""What stands around all that follows an edit on a page, as data: any host draws it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pages.states.sheet.sheet import Sheet

Frame = tuple[Sheet, Sheet]


@dataclass(frozen=True)
class Page:
    """A page of pages/states/answers.py.

    name: its address. frames: what stands above and below all that follows an edit, by the name of the state's frame,
    "" where there is one. script, styles: in assets/, what draws it, and its style sheets beside the common ones.
    """

    name: str
    frames: Mapping[str, Frame]
    script: str = "sheet/lesson.js"
    styles: tuple[str, ...] = ()
