"""The calculator as every host sees it: what stands on it, and what can be done to it."""

from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar

from pages.states import knobs
from pages.states.edits import Malformed
from pages.states.network import stack as table
from pages.states.shapes import layer, layer_sheet, stack, stack_sheet
from pages.states.shapes.layer import OneLayer
from pages.states.shapes.stack import Stack
from pages.states.shapes.state import LAYER, STACK, TITLES, Calculator, CodeRead, RefusedCode, read
from pages.states.sheet import Sheet
from pages.states.view import View, menus

Half = TypeVar("Half", OneLayer, Stack)
FIRST = {LAYER: Calculator(layer.FIRST), STACK: Calculator(stack.FIRST)}


def fill(page: Sheet, state: Calculator) -> None:
    """Put one layer or a stack on the page."""
    menus(page, state)
    above = page.into("menus")
    queries = {tab: first.query() for tab, first in FIRST.items()} | {state.tab: state.query()}
    above.tabs(state.tab, {tab: (title, queries[tab]) for tab, title in TITLES.items()})
    if isinstance(state.shown, OneLayer):
        layer_sheet.menus(above)
        layer_sheet.fill(page, state.shown, _refused(state, knobs.Refusal))
    else:
        stack_sheet.menus(above, state.shown, _refused(state, RefusedCode))
        stack_sheet.fill(page, state.shown, _refused(state, table.Refusal | CodeRead))


def _refused(state: Calculator, kind: type) -> Any:
    return state.refused if isinstance(state.refused, kind) else None


def _of(kind: type[Half], state: Calculator) -> Half:
    """Return what is on show. Raises Malformed where that is the other half of the page."""
    if not isinstance(state.shown, kind):
        raise Malformed(f"this cannot be done while {TITLES[state.tab]!r} is on show")
    return state.shown


def _edited(state: Calculator, edit: Mapping) -> Calculator:
    one = _of(OneLayer, state)
    made = layer_sheet.turned(one, edit)
    return Calculator(one, made) if isinstance(made, knobs.Refusal) else Calculator(made)


def _stacked(state: Calculator, change: Mapping) -> Calculator:
    shown = _of(Stack, state)
    made = table.followed(shown.network, change, Stack)
    return Calculator(shown, made) if isinstance(made, table.Refusal) else Calculator(made)


def _imported(state: Calculator, text: str) -> Calculator:
    shown = _of(Stack, state)
    if not isinstance(text, str):
        raise Malformed("what is imported is a text")
    try:
        return Calculator(*stack_sheet.imported(shown, text))
    except ValueError as error:
        return Calculator(shown, stack_sheet.refused_code(text, error))


def _exported(key: str, state: Calculator) -> Any:
    return stack_sheet.export(key, _of(Stack, state).network)


VIEW = View(
    read,
    fill,
    {"edit": _edited, "stack": _stacked, "import": _imported},
    stays=("edit", "stack"),
    asks={key: partial(_exported, key) for key in stack_sheet.EXPORTS},
    frame=lambda state: state.tab,
    pictured=False,
)
