"""A network as a table that can be edited, in a component of its own: for the calculator and the forward page."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from engine.network import Network, edit
from engine.network.summary import Row, totals
from engine.network.tables import COLUMNS, shape_text, shares, totals_texts
from engine.writing.display import sentence
from pages.ui.draw import refusals
from pages.ui.draw.component import component
from pages.ui.session import Link

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
KEPT = "The last good network is kept."


@dataclass(frozen=True)
class Refusal:
    """A refused edit: its row (−1 is the input), what was typed (None where nothing was), why, and a remedy."""

    row: int
    text: str | None
    sentence: str
    remedy: edit.Remedy | None = None


def editor(
    network: Network,
    rows: Iterable[Row],
    *,
    key: str,
    columns: Iterable[str] = tuple(COLUMNS),
    on_change: Callable[[], None],
    above: int | None = None,
) -> None:
    """Draw a network as a table, a row a layer, with the columns of engine.network.tables.COLUMNS that are named.

    on_change() is called when the learner changed something; it has `edited` take it over.
    What was refused is shown as long as the network is the same. above: pixels of the page above it: where given, a
    long table scrolls in itself, so that its heads and totals stay on the screen.
    """
    columns = [(name, COLUMNS[name]) for name in columns]
    table = list(rows)
    parts = [[f"{100 * share:.1f}" if share else "" for share in shares(column, table)] for _, column in columns]
    under = totals_texts(totals(network))
    refused = refusals.kept(key, network)
    data = {
        "kinds": edit.KINDS,
        "heads": [{"name": name, "head": column.head, "help": column.help} for name, column in columns],
        "input": ", ".join(map(str, network.input_shape)),
        "input_shape": shape_text(network.input_shape),
        "rows": [_drawn(row, columns, [part[k] for part in parts]) for k, row in enumerate(table)],
        "totals": {name: under[name] for name, _ in columns if name in under},
        "refused": refused and asdict(refused),
        "seen": st.session_state.get(f"{key}.seen", 0),
        "above": above,
        "words": WORDS,
    }
    component("stack/stack.js", "stack/stack.css")(key=key, data=data, on_change_change=on_change)


def _drawn(row: Row, columns: list, parts: list[str]) -> dict[str, Any]:
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


def edited(link: Link, key: str, held: Callable[[Any], Network], follow: Callable[[Any, Network], Any]) -> None:
    """Take over what the learner changed in the editor `key` of held(state); follow(state, network) is the new state.

    Where it cannot be followed, the page keeps its state, and why is said beside the table.
    """
    state, network = link.state, held(link.state)
    link.touched()
    try:
        link.state = follow(state, take(key, network))
        link.message = ""
        link.jump()
    except ValueError as error:
        refusals.keep(key, network, Refusal(-1, None, f"{sentence(error)} {KEPT}"))


def take(key: str, network: Network) -> Network:
    """Return the network after what the learner changed in the editor `key`; refusals keeps what was refused.

    Each change is taken once, in order.
    """
    sent = st.session_state[key].change
    for change in sent["changes"] if sent else ():
        if change["number"] <= st.session_state.get(f"{key}.seen", 0):
            continue
        st.session_state[f"{key}.seen"] = change["number"]
        refusals.drop(key)
        if change["action"] == "dismiss":
            continue
        text = str(change["text"])[: edit.MAX_SETTINGS] if "text" in change else None
        try:
            network = edit.apply(network, change)
        except edit.Refused as error:
            typed = text if error.row == change["row"] else None
            refusals.keep(key, network, Refusal(error.row, typed, f"{error} {KEPT}", error.remedy))
        except ValueError as error:  # a row that an earlier change has removed
            refusals.keep(key, network, Refusal(-1, None, f"That came too late: {error}."))
    return network
