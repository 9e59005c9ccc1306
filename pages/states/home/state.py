"""What Home shows, as one value: the picture that goes through the network, and that every lesson is opened with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pages.states import fields
from pages.states.link import Link, write
from pages.states.picture import Spec

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
        if page in ("input", "convolution"):
            return {"x": Spec(self.name, "grey", 12, "0-9").text}
        if page == "inside":
            return {"x": Spec(self.name, "rgb", 32, "0-255").text}
        return {}


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[HomeState, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    state = HomeState(link.take(NAME, PICTURES[0]))
    return state, link.end()


def with_picture(state: HomeState, name: str) -> HomeState:
    if name not in PICTURES:
        raise ValueError(f"there is no picture of the name {name!r}")
    return HomeState(name)
