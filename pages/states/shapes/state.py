"""The calculator's state as a whole, its two halves, and how it goes into a link and comes out of one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pages.states.codec import shown
from pages.states.shapes import layer as layer_state
from pages.states.shapes import stack as stack_state
from pages.states.shapes.layer import OneLayer
from pages.states.shapes.stack import Stack

LAYER, STACK = "layer", "stack"
TITLES = {LAYER: "One layer", STACK: "A stack"}


@dataclass(frozen=True)
class Calculator:
    """Both halves, and which one is on show. Only that one is in the link; the other stays as it was left."""

    tab: str = LAYER
    layer: OneLayer = layer_state.FIRST
    stack: Stack = stack_state.FIRST


def to_query(state: Calculator) -> dict[str, str]:
    if state.tab == STACK:
        return {"tab": STACK, **stack_state.to_query(state.stack)}
    return layer_state.to_query(state.layer)


def from_query(
    query: Mapping[str, str], shared: Any = None, before: Calculator | None = None
) -> tuple[Calculator, list[str]]:
    """Return the state of a link. A link without a word of its own keeps the page as it was left."""
    before = before or Calculator()
    if not query:
        return before, []
    tab, problems = query.get("tab", LAYER), []
    if tab not in TITLES:
        problems.append(f"tab {shown(tab)} is none of {', '.join(TITLES)}; {TITLES[LAYER]} is shown.")
        tab = LAYER
    rest = {name: text for name, text in query.items() if name != "tab"}
    if tab == STACK:
        stack, more = stack_state.from_query(rest)
        return replace(before, tab=tab, stack=stack), problems + more
    layer, more = layer_state.from_query(rest)
    return replace(before, tab=tab, layer=layer), problems + more
