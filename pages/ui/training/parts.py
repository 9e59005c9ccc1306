"""How Streamlit draws what the parts of the training page share."""

import json

import streamlit as st

from pages.states.sheet.colors import resolved
from pages.states.training import parts
from pages.ui.draw.component import sheet
from pages.ui.draw.theme import theme

SYNTHETIC = ":orange-badge[:material/draw: synthetic pictures]"
STATUS = {
    "queued": ("schedule", "gray"), "running": ("play_arrow", "blue"), "paused": ("pause", "violet"),
    "stopped": ("stop", "gray"), "finished": ("check", "green"), "diverged": ("trending_up", "orange"),
    "failed": ("error", "red"),
}  # fmt: skip
FILE = "training.py"


def style() -> str:
    """Return the style sheet of the results' own HTML, once a page."""
    return sheet("training/training.css", ".tr")


def badge(status: str) -> str:
    """Return a run's status as Markdown."""
    icon, colour = STATUS[status]
    return f":{colour}-badge[:material/{icon}: {parts.WORDS[status]}]"


def plot(figure: dict, key: str) -> None:
    """Draw a figure of pages/states, without Plotly's bar of buttons."""
    whole = json.loads(resolved(json.dumps(figure), theme()))
    st.plotly_chart(whole, key=key, config={"displayModeBar": False})
