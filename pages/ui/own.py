"""A file of the learner's own, which only the host can take; what it becomes goes to the page as an act.

The button for it lies on the line of the page's question, which keeps its place free (assets/*/page.css, training.css).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.writing.display import sentence
from pages.states.sheet.writing import plain

BELOW_PATH, LINE = 26, 28  # pixels from the page's top to its question, below the bar of the path; of its second line
KEY = "own-"
# Stands among the styles that are there before the button (pages/ui/style.py): so it doesn't move.
STYLE = (
    f'@media (min-width: 900px) {{ .stApp div:has(> div > [class*="st-key-{KEY}"]) {{ position: relative }}'
    f' .stApp div:has(> [class*="st-key-{KEY}"])'
    f" {{ position: absolute; top: {BELOW_PATH}px; right: 0; z-index: 2; width: auto }} }}"
    f' @media (min-width: 900px) and (max-width: 1080px) {{ .stApp div:has(> [class*="st-key-{KEY}"])'
    f" {{ top: {BELOW_PATH + LINE}px }} }}"
)


@dataclass(frozen=True)
class OwnFile:
    """One page's way to take files. name: of the page, with which its keys of the session begin."""

    name: str

    @property
    def _event(self) -> str:
        return f"{self.name}.event"

    @property
    def problem(self) -> str:
        """The key of the session under which the sentence stands why the last file cannot be used."""
        return f"{self.name}.problem"

    @contextmanager
    def button(self, label: str, icon: str) -> Iterator[None]:
        """Draw the button; what is drawn inside stands behind it, and below that what went wrong."""
        with st.container(key=f"{KEY}{self.name}", width="content").popover(label, icon=icon):
            yield
            if problem := st.session_state.get(self.problem):
                st.error(plain(problem), icon=":material/error:")

    def camera(self, act: Callable[[Any], list[Any] | None]) -> None:
        """Draw the switch of the camera, and behind it the camera itself: act(photo), as in `take`."""
        photo = f"{self.name}.photo"
        if st.toggle("Camera", key=f"{self.name}.camera"):
            st.camera_input(
                "The photo goes to this Stride server and nowhere else", key=photo, width=320,
                on_change=self.take, args=(photo, act),
            )  # fmt: skip

    def events(self) -> list[dict[str, Any]]:
        """Return the act of the last file that was taken, for pages/ui/sheet.py."""
        event = st.session_state.get(self._event)
        return [event] if event else []

    def take(self, key: str, act: Callable[[Any], list[Any] | None]) -> None:
        """Hand what an uploader has to the page: act(file or files) → [name, value], or None where there is nothing.

        Its ValueError is what went wrong.
        """
        file = st.session_state.get(key)
        st.session_state[self.problem] = ""
        if file is None:
            return
        try:
            made = act(file)
        except ValueError as error:
            st.session_state[self.problem] = sentence(error)
            return
        if made is None:
            return
        number = st.session_state.get(self._event, {"number": 0})["number"] + 1
        st.session_state[self._event] = {"number": number, "act": made}
