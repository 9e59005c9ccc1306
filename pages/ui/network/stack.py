"""A network as a table that can be edited, in a component of its own, for pages that Streamlit draws."""

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from engine.network import Network
from engine.network.summary import Row
from engine.network.tables import COLUMNS
from engine.writing.display import sentence
from pages.states.network import stack
from pages.states.network.stack import KEPT, Refusal
from pages.ui.draw import refusals
from pages.ui.draw.component import component
from pages.ui.session import Link


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
    data = stack.table(network, rows, columns, refused=refusals.kept(key, network), above=above)
    seen = st.session_state.get(f"{key}.seen", 0)
    component("stack/streamlit.js", "stack/stack.css")(key=key, data={**data, "seen": seen}, on_change_change=on_change)


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
        made = stack.changed(network, change)
        if isinstance(made, Refusal):
            refusals.keep(key, network, made)
        else:
            network = made
    return network
