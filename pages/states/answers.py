"""How every page answers an edit: a state's link and the edit go in; the new trace, knobs and link come out.

Pure functions: all that an answer needs is in the request, and nothing is remembered. A Streamlit server
asks through pages/live.py.
"""

from collections.abc import Mapping
from typing import Any

from engine.trace.payload import payload
from pages.states.backward import state as backward
from pages.states.network import state as network
from pages.states.registry import KINDS

# By page: read(query) → state, problems. A state has trace, knobs, query(), with_edit, with_step, and live: whether its
# link holds all of it.
PAGES = {"forward": network.read, "backward": backward.read, **{page: kind.read for page, kind in KINDS.items()}}


def path(page: str) -> str:
    """Return the address to which a page's edits go, relative to the page's own."""
    return f"engine/{page}"


def answer(page: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Apply an edit to a page's state.

    request: `query` (the state's link), `edit` (as the player sends it) and `step`. Returns `trace`, `knobs`, `query`,
    `message` and whether anything `changed`. Raises ValueError where the request has another form, or where no link can
    hold the state; KeyError where there is no such page.
    """
    read = PAGES[page]
    try:
        query = {str(key): str(value) for key, value in request["query"].items()}
        edit, step = request["edit"], request["step"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the request has not the form of an edit: {error!r}") from error
    state, problems = read(query)
    if problems or not state.live:
        raise ValueError(f"this state cannot be edited here: {problems}")
    edited, message = state.with_edit(edit)
    if not isinstance(step, int) or step < 0:
        raise ValueError(f"there is no step {step!r}")
    return {
        "trace": payload(edited.trace),
        "knobs": [knob.drawn() for knob in edited.knobs],
        "query": edited.with_step(min(step, len(edited.trace.steps) - 1)).query(),
        "message": message,
        "changed": edited is not state,
    }
