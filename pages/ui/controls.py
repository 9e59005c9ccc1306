"""Streamlit's controls for settings, made from their declarations and bound to a page's state."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.writing.setting import Setting
from pages.ui import handlers
from pages.ui.session import Link


def bind(link: Link, key: str, value: Any, change: Callable[[Any, Any], Any]) -> dict[str, Any]:
    """Return `key` and `on_change` of a control that shows a value of the state; change(state, new) when it is turned.

    An emptied control, None, changes nothing.
    """
    st.session_state[key] = value

    def turned() -> None:
        new = st.session_state[key]
        if new is not None:
            handlers.change(link, lambda state: change(state, new))

    return {"key": key, "on_change": turned}


def control(
    row: DeltaGenerator, setting: Setting, label: str, width: int, *, help: str = "", step: float = 0.1, **bound
):
    """Draw the control of a setting: a list, a switch or a number, with its limits and its help."""
    help = help or setting.help
    if setting.kind == "choice":
        row.selectbox(label, setting.choices, help=help, width=width, **bound)
    elif setting.kind == "bool":
        row.toggle(label, help=help, **bound)
    elif setting.kind == "int":
        row.number_input(label, setting.minimum, setting.maximum, step=1, help=help, width=width, **bound)
    else:
        ends = float(setting.minimum), float(setting.maximum)
        row.number_input(label, *ends, step=step, format="%g", help=help, width=width, **bound)
