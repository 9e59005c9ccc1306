"""Every page as hosts see it, by its name.

A page's modules are loaded when the page is first asked for: in a browser those of all pages take seconds.
"""

from collections.abc import Iterable, Iterator, MutableMapping

from engine import lean
from pages.states.registry import LESSONS
from pages.states.view import View


class Views(MutableMapping[str, View]):
    """Views by name; each is loaded when it is first taken."""

    def __init__(self, names: Iterable[str]):
        self._views: dict[str, View | None] = dict.fromkeys(names)

    def __getitem__(self, name: str) -> View:
        if self._views[name] is None:
            self._views[name] = _loaded(name)
        return self._views[name]

    def __setitem__(self, name: str, view: View) -> None:
        self._views[name] = view

    def __delitem__(self, name: str) -> None:
        del self._views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)


def _loaded(name: str) -> View:
    match name:
        case "home":
            from pages.states.home.view import VIEW
        case "input":
            from pages.states.input.view import VIEW
        case "forward":
            from pages.states.network.sheet import VIEW
        case "backward":
            from pages.states.backward.sheet import VIEW
        case "inside":
            from pages.states.inside.sheet import VIEW
        case "learning":
            from pages.states.learning.view import VIEW
        case "calculator":
            from pages.states.shapes.view import VIEW
        case "training" if lean.IN_BROWSER:
            from pages.states.training.away import VIEW
        case "training":
            from pages.states.training.view import VIEW
        case "practice":
            from pages.states.practice.view import VIEW
        case "questions":
            from pages.states.practice.questions import VIEW
        case "sets":
            from pages.states.sets.sets import VIEW
        case "set":
            from pages.states.sets.run import VIEW
        case "results":
            from pages.states.sets.results import VIEW
        case "check":
            from pages.states.check.view import VIEW
        case _:
            (VIEW,) = (lesson.view for lesson in LESSONS if lesson.kind.page == name)
    return VIEW


PAGES = Views((
    "home", "input", *(lesson.kind.page for lesson in LESSONS), "forward", "backward", "inside", "learning",
    "calculator", "training", "practice", "questions", "sets", "set", "results", "check",
))  # fmt: skip
