"""A page's state and its link, in step with each other, and the picture that all pages share."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.states.picture import Chosen

_CHOSEN = "chosen_picture"


def current() -> Chosen | None:
    """Return the picture that this session's pages share."""
    return st.session_state.get(_CHOSEN)


def choose(chosen: Chosen) -> None:
    """Make a picture the one that this session's pages share."""
    st.session_state[_CHOSEN] = chosen


class Link:
    """One page's state in the session, and in the URL.

    A link that the browser brings (first visit, a link on the page, back and forward) replaces the state. A run
    that a knob or the player caused writes the state to the URL: it never reads it, because the browser may
    still hold the link of the run before.
    """

    def __init__(self, page: str):
        self._page = page

    def _get(self, name: str, default: Any = None) -> Any:
        return st.session_state.get(f"{self._page}.{name}", default)

    def _set(self, name: str, value: Any) -> None:
        st.session_state[f"{self._page}.{name}"] = value

    @property
    def state(self) -> Any:
        return self._get("state")

    @state.setter
    def state(self, value: Any) -> None:
        self._set("state", value)

    @property
    def message(self) -> str:
        return self._get("message", "")

    @message.setter
    def message(self, text: str) -> None:
        self._set("message", text)

    @property
    def seen(self) -> int:
        """The number of the last edit that the state holds."""
        return self._get("seen", 0)

    @seen.setter
    def seen(self, number: int) -> None:
        self._set("seen", number)

    @property
    def problems(self) -> list[str]:
        return self._get("problems", [])

    @property
    def jumps(self) -> int:
        """A number that changes whenever the player must go to the state's own step."""
        return self._get("jumps", 0)

    def jump(self) -> None:
        self._set("jumps", self.jumps + 1)

    def keep(self, chosen: Chosen) -> None:
        """Make a picture that no link can hold the session's own, so that a later visit finds it."""
        choose(chosen)
        self._set("picture", chosen)

    def touched(self) -> None:
        """Note that a knob or the player caused this run."""
        self._set("touched", True)

    def sync(self, read: Callable[[Mapping[str, str], Any], tuple[Any, list[str]]]) -> None:
        """Bring state and URL together: read(query, chosen picture) reads a new link, else the state is written."""
        query = st.query_params.to_dict()
        touched, shared = self._get("touched", False), current()
        new_picture = shared is not None and shared is not self._get("picture")
        # Without a query (from the page's entry in the menu) the page is as the learner left it.
        asked = query != self._get("query") if query else new_picture
        # During a fragment's run the browser may still show the old address: only whole runs follow links.
        run = get_script_run_ctx(suppress_warning=True)
        asked = asked and not (run and run.fragment_ids_this_run)
        followed = self.state is not None and asked and not touched
        if self.state is None or followed:
            state, problems = read(query, shared)
            self.state = state
            self._set("problems", problems)
            self._set("picture", shared)
            self.message = ""
            self.jump()
        elif touched:
            self._set("problems", [])
        self._set("touched", False)
        written = self.state.query()
        # Not on a first visit without a query: the browser's Back would lead here again. A link from a page to itself
        # leaves the browser's address as it was, so it is always written.
        if followed or (written != query and (query or touched or self._get("query") is not None)):
            st.query_params.from_dict(written)
        self._set("query", written)
