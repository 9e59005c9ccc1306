"""Every page as hosts see it, by its name.

A page's modules are loaded when the page is first asked for: in a browser those of all pages take seconds.
"""

from collections.abc import Callable, Iterator, MutableMapping

from engine import lean
from pages.states.registry import LESSONS
from pages.states.view import View


class Views(MutableMapping[str, View]):
    """Views by name; each is made when it is first taken. makers: what makes them."""

    def __init__(self, makers: dict[str, Callable[[], View]]):
        self._makers, self._made = makers, dict[str, View]()

    def __getitem__(self, name: str) -> View:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __setitem__(self, name: str, view: View) -> None:
        self._makers[name] = lambda: view
        self._made[name] = view

    def __delitem__(self, name: str) -> None:
        del self._makers[name]
        self._made.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def _home() -> View:
    from pages.states.home.view import VIEW

    return VIEW


def _input() -> View:
    from pages.states.input.view import VIEW

    return VIEW


def _forward() -> View:
    from pages.states.network.sheet import VIEW

    return VIEW


def _backward() -> View:
    from pages.states.backward.sheet import VIEW

    return VIEW


def _inside() -> View:
    from pages.states.inside.sheet import VIEW

    return VIEW


def _learning() -> View:
    from pages.states.learning.view import VIEW

    return VIEW


def _calculator() -> View:
    from pages.states.shapes.view import VIEW

    return VIEW


def _training() -> View:
    if lean.IN_BROWSER:
        from pages.states.training.away import VIEW
    else:
        from pages.states.training.view import VIEW
    return VIEW


def _practice() -> View:
    from pages.states.practice.view import VIEW

    return VIEW


def _questions() -> View:
    from pages.states.practice.questions import VIEW

    return VIEW


def _sets() -> View:
    from pages.states.sets.sets import VIEW

    return VIEW


def _set() -> View:
    from pages.states.sets.run import VIEW

    return VIEW


def _results() -> View:
    from pages.states.sets.results import VIEW

    return VIEW


def _check() -> View:
    from pages.states.check.view import VIEW

    return VIEW


PAGES = Views({
    "home": _home,
    "input": _input,
    **{lesson.kind.page: (lambda lesson=lesson: lesson.view) for lesson in LESSONS},
    "forward": _forward,
    "backward": _backward,
    "inside": _inside,
    "learning": _learning,
    "calculator": _calculator,
    "training": _training,
    "practice": _practice,
    "questions": _questions,
    "sets": _sets,
    "set": _set,
    "results": _results,
    "check": _check,
})  # fmt: skip
