"""What the parts of the learning page share: networks to choose from, grids, buttons that take steps, metrics."""

from collections.abc import Mapping
from html import escape
from typing import Any

from pages.states.learning import knobs
from pages.states.learning.state import LearningState
from pages.states.network.presets import PRESETS
from pages.states.path import PATH
from pages.states.sheet import Sheet

TAKES = (1, 10, 100)
PAUSE_MS = {"kernel": 450, "train": 150}  # between two looks at what plays


def networks(page: Sheet, state: LearningState) -> None:
    """Add the networks to choose from, and the ways to the present one on the other pages."""
    menu = page.menu("Network")
    for name, preset in PRESETS.items():
        menu.link(preset.title, {"part": state.part, "example": name})
    menu.caption("The present one, with its numbers:")
    query = state.network.opened().query()
    for address in ("forward", "backward"):
        menu.link(PATH[address], query, address)


def grids(
    page: Sheet, key: str, lines: list[list[dict]], chosen: tuple[str, int] = ("", -1), act: str | None = None
) -> None:
    """Add lines of grids. act: what a click on a number does, with its `name` and `flat`."""
    page.widget("grids", key, lines=lines, chosen={"name": chosen[0], "flat": chosen[1]}, act=act)


def places(page: Sheet, state: LearningState) -> None:
    """Add the choice of parameter and place, where the network is too large for all of it to be drawn."""
    choice = knobs.places(state)
    if choice:
        page.knobs(choice, "places")


def steps(
    page: Sheet, *, at: int, most: int, ended: bool, takes: bool = True, present: bool = False, **play: Any
) -> None:
    """Add the buttons that take steps, and go back to the start.

    present: whether what they change can be shown in presenter size, where the page has no player for that. at: steps
    taken, of at most `most`. ended: no further one is possible. takes: whether single steps can be taken.
    play: of what can play, the texts `start` and `stop` and what comes with `playing`.
    """
    texts = {"reset": "Reset", "reset_help": "Back to the same start."}
    buttons = [[count, f"Take {count}"] for count in TAKES] if takes else []
    page.widget(
        "steps",
        "steps",
        at=at,
        ended=ended or at >= most,
        takes=buttons,
        texts=texts,
        present=present,
        play=play or None,
    )


def playing(state: LearningState, start: str, stop: str, **how: bool) -> dict[str, Any]:
    """Return what `steps` takes for what plays.

    how: `over`, it stops here; `late`, it goes on by itself until it is where the state says; `again`, its start is a
    new beginning.
    """
    return {"start": start, "stop": stop, "pause": PAUSE_MS[state.part], **how}


def metrics(page: Sheet, values: Mapping[str, str]) -> None:
    """Add numbers that stand out, each under its name."""
    page.html(
        '<dl class="metrics">'
        + "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in values.items())
        + "</dl>"
    )
