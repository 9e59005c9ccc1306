"""The calculator's state: one layer or a stack, and how either is read from a link and written to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pages.states import fields
from pages.states.knobs import Refusal as RefusedTurn
from pages.states.link import Link, write
from pages.states.network.stack import Refusal as RefusedChange
from pages.states.shapes import layer, stack
from pages.states.shapes.layer import OneLayer
from pages.states.shapes.stack import Stack

LAYER, STACK = "layer", "stack"
TITLES = {LAYER: "One layer", STACK: "A stack"}
TAB = fields.choice("tab", TITLES, LAYER)


@dataclass(frozen=True)
class RefusedCode:
    """Why pasted code could not be read."""

    sentence: str


@dataclass(frozen=True)
class CodeRead:
    """What is to be said of pasted code that was read: what of it was taken for what."""

    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calculator:
    """What the page shows: one layer, or a stack. refused: what was just refused, or read; no link has it."""

    shown: OneLayer | Stack = layer.FIRST
    refused: RefusedTurn | RefusedChange | RefusedCode | CodeRead | None = None

    @property
    def tab(self) -> str:
        return STACK if isinstance(self.shown, Stack) else LAYER

    def query(self) -> dict[str, str]:
        """Return the link."""
        return write((TAB, self.tab)) | self.shown.query()

    def with_step(self, step: int) -> Self:
        """Return the state: nothing in it has steps."""
        return self


def read(query: Mapping[str, str], chosen: Any = None, *, traced: bool = True) -> tuple[Calculator, list[str]]:
    """Return the state of a link, and a sentence for each part of it that could not be read."""
    link = Link(query)
    half = stack.read(link) if link.take(TAB, LAYER) == STACK else layer.read(link)
    return Calculator(half), link.end()
