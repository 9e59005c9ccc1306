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

    offered: a picture that the learner has brought, until the page takes it that asked for it. number: changes
    whenever another picture is chosen. left: the link of each page as it was left, by its address.
    asker: who its browser is, by the keys that it sends; nobody before it has sent any.
    """

    key: str
    picture: Chosen | None = None
    offered: Chosen | None = None
    number: int = 0
    left: dict[str, dict[str, str]] = field(default_factory=dict)
    asker: Asker = NOBODY

    def choose(self, chosen: Chosen | None) -> None:
        """Make a picture the one that the session's pages share."""
        before, self.picture = self.picture, chosen
        same = before is not None and chosen is not None and before.text is not None and before.text == chosen.text
        if before is not chosen and not same:
            self.number += 1


_HOLDERS: WeakValueDictionary[str, Holder] = WeakValueDictionary()


def holder() -> Holder:
    """Return what holds this session's picture."""
    if _HOLDER not in st.session_state:
        made = Holder(token_urlsafe(16))
        st.session_state[_HOLDER] = _HOLDERS[made.key] = made
    return st.session_state[_HOLDER]


def picture_of(key: Any) -> Chosen | None:
    """Return the picture of the session that has a key, one that waits before the others; None where that is gone."""
    found = _HOLDERS.get(key) if isinstance(key, str) else None
    return (found.offered or found.picture) if found else None


def keep(
    key: Any, page: str, state: Any, query: dict[str, str] | None, asker: Asker = NOBODY, *, shares: bool = False
) -> None:
    """Keep what a page shows for its session: the link, and a picture that no link can hold, as an edit has left it.

    asker: who asked for it. shares: the picture on show becomes the one that all pages share; none does where it is the
    page's own first one.
    """
    found, chosen = _HOLDERS.get(key) if isinstance(key, str) else None, getattr(state, "chosen", None)
    if not found:
        return
    if shares:
        if found.offered and chosen.own is found.offered.own:
            found.offered = None
        found.choose(chosen if query else None)
    elif isinstance(chosen, Chosen) and chosen.text is None:
        found.picture = chosen
    if query is not None:
        found.left[page] = query
    if asker.keys:
        found.asker = asker
