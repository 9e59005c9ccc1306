"""The training page where nothing can be trained: in a browser, on the site without a server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pages.states import path
from pages.states.sheet import Page, Sheet, parts
from pages.states.view import View


@dataclass(frozen=True)
class Away:
    """What a link holds, so that it opens the same training on a computer."""

    link: Mapping[str, str] = field(default_factory=dict)

    def query(self) -> dict[str, str]:
        return dict(self.link)


def _read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[Away, list[str]]:
    return Away(query), []


def fill(page: Sheet, state: Away) -> None:
    """Say what is not here, what to do, and what there is instead."""
    path.onward(page, "training", what="a trained network")
    page.text(
        "Training on CIFAR-10 needs PyTorch, which does not run in a browser, as all of this site does. Install Stride "
        "on a computer, start it by “make run”, and open this page's link there."
    )
    page.link("Here, a small network learns in NumPy, live: Learning", {"part": "train"}, "learning", main=True)
    page.link("Look inside a network that was trained on CIFAR-10", {}, "inside")


VIEW = View(_read, fill, pictured=False)
head, _ = parts.head("How does a network learn to see, step by step?")
PAGE = Page("training", {"": (head, Sheet())})
