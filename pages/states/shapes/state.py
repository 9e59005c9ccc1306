"""The whole state of the calculator: one layer, a stack, and how both are read from a link and written to one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pages.states import fields
from pages.states.link import Link, write
from pages.states.shapes import layer as layer_state
from pages.states.shapes import stack as stack_state
from pages.states.shapes.layer import OneLayer
from pages.states.shapes.stack import Stack

LAYER, STACK = "layer", "stack"
TITLES = {LAYER: "One layer", STACK: "A stack"}
TAB = fields.choice("tab", TITLES, LAYER)


@dataclass(frozen=True)
class Calculator:
    """One layer, a stack, and which of the two is on show. Only that one is in the link; the other stays as it was."""

    tab: str = LAYER
    layer: OneLayer = layer_state.FIRST
    stack: Stack = stack_state.FIRST

    def query(self) -> dict[str, str]:
        """Return the link of what is on show."""
        return write((TAB, self.tab)) | (stack_state.query(self.stack) if self.tab == STACK else self.layer.query())


def read(
    query: Mapping[str, str], chosen: Any = None, before: Calculator | None = None
) -> tuple[Calculator, list[str]]:
    """Return the state of a link. A link without a word of its own keeps the page as it was left."""
    before, link = before or Calculator(), Link(query)
    if not query:
        return before, link.problems
    tab = link.take(TAB, LAYER)
    half = {"stack": stack_state.read(link)} if tab == STACK else {"layer": layer_state.read(link)}
    return replace(before, tab=tab, **half), link.end()
