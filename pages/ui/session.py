"""A Streamlit session's holder (pages/states/holder.py), by the key that its pages send with each act."""

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st

from engine.training.runs import Asker
from engine.training.runs.owner import NOBODY
from pages.states import holder as states
from pages.states.picture import Chosen

_HOLDER = "picture.holder"


@dataclass(eq=False)
class Holder(states.Holder):
    """asker: who the session's browser is, by the keys that it sends; nobody before it has sent any."""

    key: str = ""
    asker: Asker = NOBODY


_HOLDERS: WeakValueDictionary[str, Holder] = WeakValueDictionary()


def holder() -> Holder:
    """Return what holds this session's picture."""
    if _HOLDER not in st.session_state:
        made = Holder(key=token_urlsafe(16))
        st.session_state[_HOLDER] = _HOLDERS[made.key] = made
    return st.session_state[_HOLDER]


def picture_of(key: Any) -> Chosen | None:
    """Return the picture of the session that has a key; None where that is gone."""
    found = _HOLDERS.get(key) if isinstance(key, str) else None
    return found.chosen if found else None


def keep(
    key: Any, page: str, state: Any, query: dict[str, str] | None, asker: Asker = NOBODY, *, shares: bool = False
) -> None:
    """Keep what a page shows for its session. asker: who asked for it. shares: as Holder.keep has it."""
    found = _HOLDERS.get(key) if isinstance(key, str) else None
    if not found:
        return
    found.keep(page, state, query, shares=shares)
    if asker.keys:
        found.asker = asker
