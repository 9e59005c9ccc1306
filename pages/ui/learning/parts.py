"""What the parts of the learning page share: controls bound to the state, and buttons that change it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.writing.setting import settings
from pages.states.learning import state as learning_state
from pages.states.learning.state import LearningState
from pages.ui import handlers
from pages.ui.controls import bind, control
from pages.ui.session import Link

PAGE = "learning.py"


def key(part: str, name: str) -> str:
    return f"learning.{part}.{name}"


def bound(link: Link, part: str, name: str, value: Any, change: Callable[[LearningState, Any], LearningState]) -> dict:
    """Return the key and the action of a control that shows a value of the state, and changes the state when turned."""
    return bind(link, key(part, name), value, change)


def binding(link: Link, part: str, name: str, **changes) -> dict:
    """Return `bound` for a field of a part's settings; `changes` are set to these values with it."""
    held = learning_state.HELD[part]

    def change(state: LearningState, value: Any) -> LearningState:
        settings = replace(getattr(state, held), **{name: value}, **changes)
        return replace(state, **{held: settings}, before=())

    return bound(link, part, name, getattr(getattr(link.state, held), name), change)


def setting(row: DeltaGenerator, link: Link, part: str, name: str, label: str, width: int, changes=None, **how):
    """Draw the control of a part's setting; `how` as for `control`, and `changes` as for `field`."""
    own = settings(type(getattr(link.state, learning_state.HELD[part])))[name]
    control(row, own, label, width, **binding(link, part, name, **changes or {}), **how)


def step_buttons(link: Link, count: int, most: int, *, stopped: bool, playing: bool = False) -> None:
    """Draw the buttons that take steps, and those that go back. stopped: no further step is possible."""
    part = link.state.part
    with st.container(horizontal=True, gap="xsmall", key=f"steps-{part}"):
        for number in (1, 10, 100):
            st.button(
                f"Take {number}", key=key(part, f"take{number}"), disabled=stopped or count >= most or playing,
                type="primary" if number == 1 else "secondary",
                on_click=partial(
                    handlers.change, link, lambda state, by=number: learning_state.with_count(state, count + by)
                ),
            )  # fmt: skip
        st.button(
            "Undo", key=key(part, "undo"), disabled=not count or playing,
            on_click=partial(handlers.change, link, learning_state.undone),
        )  # fmt: skip
        st.button(
            "Reset", key=key(part, "reset"), disabled=not count or playing,
            help="Back to the same start.",
            on_click=partial(handlers.change, link, lambda s: learning_state.with_count(s, 0)),
        )  # fmt: skip


def picked(link: Link, grids: str) -> None:
    """Choose the number of the network that was clicked in the grids of this key."""
    sent = st.session_state[grids].pick
    if sent:
        handlers.change(link, lambda state: learning_state.with_number(state, str(sent["name"]), int(sent["flat"])))
