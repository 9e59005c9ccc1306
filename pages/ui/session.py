"""What a session's pages share: the picture, and the link of each page as it was left."""

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st

from engine.training.runs import Asker
from engine.training.runs.owner import NOBODY
from pages.states.picture import Chosen

_HOLDER = "picture.holder"


@dataclass(eq=False)
class Holder:
    """The picture that a session's pages share. It lives as long as the session, which holds it.

    number: changes whenever another picture is chosen. left: the link of each page as it was left, by its address.
    asker: who its browser is, by the keys that it sends; nobody before it has sent any.
    """

    key: str
    picture: Chosen | None = None
    number: int = 0
    left: dict[str, dict[str, str]] = field(default_factory=dict)
    asker: Asker = NOBODY


_HOLDERS: WeakValueDictionary[str, Holder] = WeakValueDictionary()


def holder() -> Holder:
    """Return what holds this session's picture."""
    if _HOLDER not in st.session_state:
        made = Holder(token_urlsafe(16))
        st.session_state[_HOLDER] = _HOLDERS[made.key] = made
    return st.session_state[_HOLDER]


def current() -> Chosen | None:
    """Return the picture that this session's pages share."""
    return holder().picture


def choose(chosen: Chosen) -> None:
    """Make a picture the one that this session's pages share."""
    mine = holder()
    if mine.picture is not chosen:
        mine.picture, mine.number = chosen, mine.number + 1


def is_known(key: Any) -> bool:
    """Whether there is a session that has a key."""
    return isinstance(key, str) and key in _HOLDERS


def picture_of(key: Any) -> Chosen | None:
    """Return the picture of the session that has a key; None where that session is gone."""
    found = _HOLDERS.get(key) if isinstance(key, str) else None
    return found.picture if found else None


def keep(key: Any, page: str, state: Any, query: dict[str, str] | None, asker: Asker = NOBODY) -> None:
    """Keep what a page shows for its session: the link, and a picture that no link can hold, as an edit has left it.

    asker: who asked for it.
    """
    found, chosen = _HOLDERS.get(key) if isinstance(key, str) else None, getattr(state, "chosen", None)
    if not found:
        return
    if isinstance(chosen, Chosen) and chosen.text is None:
        found.picture = chosen
    if query is not None:
        found.left[page] = query
    if asker.keys:
        found.asker = asker
