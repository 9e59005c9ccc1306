"""A page's state and its link, in step with each other, and the picture that all pages share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.states.picture import Chosen

_HOLDER = "picture.holder"


@dataclass(eq=False)
class Holder:
    """The picture that a session's pages share. It lives as long as the session, which holds it.

    number: changes whenever another picture is chosen. left: the link of each page as it was left, by its address.
    """

    key: str
    picture: Chosen | None = None
    number: int = 0
    left: dict[str, dict[str, str]] = field(default_factory=dict)


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


def picture_of(key: Any) -> Chosen | None:
    """Return the picture of the session that has a key; None where that session is gone."""
    found = _HOLDERS.get(key) if isinstance(key, str) else None
    return found.picture if found else None


def keep(key: Any, page: str, state: Any, query: dict[str, str] | None) -> None:
    """Keep what a page shows for its session: the link, and a picture that no link can hold, as an edit has left it."""
    found, chosen = _HOLDERS.get(key) if isinstance(key, str) else None, getattr(state, "chosen", None)
    if not found:
        return
    if isinstance(chosen, Chosen) and chosen.text is None:
        found.picture = chosen
    if query is not None:
        found.left[page] = query


class _Value:
    """A value of a page in the session, under the attribute's name; the default until it is set."""

    def __init__(self, default: Any = None):
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, link: "Link", owner: type) -> Any:
        return st.session_state.get(f"{link.page}.{self._name}", self._default)

    def __set__(self, link: "Link", value: Any) -> None:
        st.session_state[f"{link.page}.{self._name}"] = value


class Link:
    """One page's state in the session, and in the URL.

    A link that the browser brings (first visit, a link on the page, back and forward) replaces the state. A run
    that a knob or the player caused writes the state to the URL: it never reads it, because the browser may
    still hold the link of the run before.

    message: why the last change was refused. problems: what of the link could not be read. seen: the number of the last
    edit that the state holds. jumps: changes whenever the player must go to the state's own step. turned: whether this
    run was caused by a knob or the player.
    """

    state, query, picture = _Value(), _Value(), _Value()
    message, problems = _Value(""), _Value(())
    seen, jumps, turned = _Value(0), _Value(0), _Value(False)

    def __init__(self, page: str):
        self.page = page

    def jump(self) -> None:
        self.jumps += 1

    def keep(self, chosen: Chosen) -> None:
        """Make a picture that no link can hold the session's own, so that a later visit finds it."""
        choose(chosen)
        self.picture = chosen

    def touched(self) -> None:
        """Say that this run was caused by a knob or the player."""
        self.turned = True

    def sync(self, read: Callable[[Mapping[str, str], Any], tuple[Any, list[str]]]) -> None:
        """Bring state and URL together: read(query, chosen picture) reads a new link, else the state is written."""
        query = st.query_params.to_dict()
        shared = current()
        new_picture = shared is not None and shared is not self.picture
        # Without a query (the page's own entry in the menu) the page is as it was left.
        asked = query != self.query if query else new_picture
        # A fragment's run may still carry the address that a link has just left: only whole runs follow links.
        run = get_script_run_ctx(suppress_warning=True)
        asked = asked and not (run and run.fragment_ids_this_run)
        followed = self.state is not None and asked and not self.turned
        if self.state is None or followed:
            self.state, self.problems = read(query, shared)
            self.picture = shared
            self.message = ""
            self.jump()
        elif self.turned:
            self.problems = ()
        written = self.state.query()
        # Not on a first visit without a query: the way back would lead here again. A link from a page to itself leaves
        # the browser's address as it was, so it is always written.
        if followed or (written != query and (query or self.turned or self.query is not None)):
            st.query_params.from_dict(written)
        self.query, self.turned = written, False
