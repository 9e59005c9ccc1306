"""What Home shows, as one value: the picture that goes through the network, and that every lesson is opened with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

from engine.facts.examples import seven
from pages.states import fields, path
from pages.states.input.view import convolved
from pages.states.lesson import along
from pages.states.link import Link, write
from pages.states.picture import PATH, Spec
from pages.states.registry import KINDS

PICTURES = ("digit", "letter", "scene")
NAME = fields.choice("input", PICTURES, PICTURES[0])


@dataclass(frozen=True)
class HomeState:
    """name: of the picture."""

    name: str = PICTURES[0]

    def query(self) -> dict[str, str]:
        return write((NAME, self.name))

    def with_step(self, step: int) -> Self:
        """Return the state: nothing in it has steps."""
        return self

    def carried(self, page: str) -> dict[str, str]:
        """Return the link's query with which another page is opened, so that it begins with the same picture."""
        return _carried(self.name).get(page, {})


@lru_cache(maxsize=len(PICTURES))
def _carried(name: str) -> dict[str, dict[str, str]]:
    """Return the queries of the path's pages: the picture, and what each lesson puts out for it."""
    x = {"x": replace(PATH, name=name).text}
    made, page = {"input": x, "convolution": convolved(x["x"], 1)}, "convolution"
    while page in KINDS:
        query, _ = along.onward(KINDS[page].read(made[page])[0])
        page = path.next_of(page)
        made[page] = query
    network = {"example": seven.KEY, **(x if name != PATH.name else {})}
    return made | {
        "forward": network, "backward": network, "inside": {"run": "lenet5", "x": Spec(name, "grey", 28, "0-255").text},
    }  # fmt: skip


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[HomeState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    state = HomeState(link.take(NAME, PICTURES[0]))
    return state, link.end()


def with_picture(state: HomeState, name: str) -> HomeState:
    if name not in PICTURES:
        raise ValueError(f"there is no picture of the name {name!r}")
    return HomeState(name)
