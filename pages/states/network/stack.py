"""A network as a table that can be edited, as data: its rows and totals, and what a change of one makes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from engine.network import Network, edit
from engine.network.summary import Row, totals
from engine.network.tables import COLUMNS, Column, shape_text, shares, totals_texts
from engine.writing.display import sentence

WORDS = {
    "layer": "layer",
    "settings": "settings, as in PyTorch",
    "input": "input",
    "input_shape": "Shape of the input",
    "settings_of": "Settings of layer {row}, {kind}",
    "class_of": "Class of layer {row}",
    "open": "Show the layers inside",
    "add": "Add a layer below (Alt+Enter)",
    "up": "Move up (Alt+↑)",
    "down": "Move down (Alt+↓)",
    "remove": "Remove (Alt+Delete)",
    "total": "total",
    "none": "0",
    "dismiss": "keep the last good one",
}
State = TypeVar("State")
KEPT = "The last good network is kept."


@dataclass(frozen=True)
class Refusal:
    """A refused edit: its row (−1 is the input), what was typed (None where nothing was), why, and a remedy."""

    row: int
    text: str | None
    sentence: str
    remedy: edit.Remedy | None = None


def table(
    network: Network,
    rows: Iterable[Row],
    columns: Iterable[str] = tuple(COLUMNS),
    *,
    refused: Refusal | None = None,
    above: int | None = None,
) -> dict[str, Any]:
    """Return a network as a table, a row a layer, with the columns of engine.network.tables.COLUMNS that are named.

    refused: shown at its row. above: pixels of the page above the table: where given, a long one scrolls in itself, so
    that its heads and totals stay on the screen.
    """
    named = [(name, COLUMNS[name]) for name in columns]
    lines = list(rows)
    parts = [[f"{100 * share:.1f}" if share else "" for share in shares(column, lines)] for _, column in named]
    under = totals_texts(totals(network, lines))
    return {
        "kinds": edit.KINDS,
        "heads": [{"name": name, "head": column.head, "help": column.help} for name, column in named],
        "input": ", ".join(map(str, network.input_shape)),
        "input_shape": shape_text(network.input_shape),
        "rows": [_line(row, named, [part[k] for part in parts]) for k, row in enumerate(lines)],
        "totals": {name: under[name] for name, _ in named if name in under},
        "refused": refused and asdict(refused),
        "above": above,
        "words": WORDS,
    }


def _line(row: Row, columns: list[tuple[str, Column]], parts: list[str]) -> dict[str, Any]:
    cells = []
    for (_, column), part in zip(columns, parts, strict=True):
        text, plain = column.text(row), column.plain(row)
        whole = f"{plain:,}" if isinstance(plain, int) and f"{plain:,}" != text else ""
        cells.append({"text": text, "share": "" if row.block else part, "whole": whole})
    return {
        "row": row.number - 1 if row.depth == 0 else None,
        "number": str(row.number),
        "kind": row.kind,
        "text": row.settings,
        "depth": row.depth,
        "block": row.block,
        "cells": cells,
    }


def changed(network: Network, change: Mapping[str, Any]) -> Network | Refusal:
    """Return the network after a change of its table (engine.network.edit.apply), or why it is refused.

    Raises KeyError or TypeError where the change has not the form of one.
    """
    text = str(change["text"])[: edit.MAX_SETTINGS] if "text" in change else None
    try:
        return edit.apply(network, change)
    except edit.Refused as error:
        return Refusal(error.row, text if error.row == change["row"] else None, f"{error} {KEPT}", error.remedy)
    except ValueError as error:  # a row that an earlier change has removed
        return Refusal(-1, None, f"That came too late: {error}.")


def followed(network: Network, change: Mapping[str, Any], follow: Callable[[Network], State]) -> State | Refusal:
    """Return follow(network) after a change of its table, or why the change, or what follows from it, is refused."""
    made = changed(network, change)
    if isinstance(made, Refusal):
        return made
    try:
        return follow(made)
    except ValueError as error:
        return Refusal(-1, None, f"{sentence(error)} {KEPT}")
