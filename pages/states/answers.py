"""What every host asks of a page: a state's link and an edit in; the new trace, knobs and link out.

Pure: all that an answer needs is in the request, and nothing is kept. A Streamlit server asks through pages/live.py.
"""

from collections.abc import Mapping
from typing import Any

from engine.trace.payload import payload
from pages.states.backward import link as backward_link
from pages.states.lesson import convolution
from pages.states.lesson.kinds import KINDS
from pages.states.network import link as forward_link

# By page: what has from_query, to_query, with_edit, with_step, knobs, trace, and live(state): whether a link holds all
# of a state.
PAGES = {"convolution": convolution, "forward": forward_link, "backward": backward_link, **KINDS}


def path(page: str) -> str:
    """Return the address for the edits of a page, below the one that the page stands at."""
    return f"engine/{page}"


def answer(page: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Apply an edit to a page's state.

    request: `query` (the state's link), `edit` (as the player sends it) and `step`. Returns `trace`, `knobs`, `query`,
    `message` and whether anything `changed`. Raises ValueError where the request is not of that form or the
    state is not one that a link holds, KeyError where there is no such page.
    """
    kind = PAGES[page]
    try:
        query = {str(key): str(value) for key, value in request["query"].items()}
        edit, step = request["edit"], request["step"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the request has not the form of an edit: {error!r}") from error
    state, problems = kind.from_query(query, None)
    if problems or not kind.live(state):
        raise ValueError(f"this state cannot be edited here: {problems}")
    edited, message = kind.with_edit(state, edit)
    trace = kind.trace(edited)
    if not isinstance(step, int) or step < 0:
        raise ValueError(f"there is no step {step!r}")
    step = min(step, len(trace.steps) - 1)
    return {
        "trace": payload(trace),
        "knobs": [knob.drawn() for knob in kind.knobs(edited)],
        "query": kind.to_query(kind.with_step(edited, step)),
        "message": message,
        "changed": edited is not state,
    }
