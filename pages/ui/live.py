"""The engine's own address for edits: a link and an edit in, the new trace and link out, without a script run.

Streamlit answers an interaction by running the page's script, which takes a browser about a tenth of a second
to take in. This answers in a few milliseconds. It holds no state: all that it needs is in the request.
"""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.trace.payload import payload
from pages.states.backward import link as backward_link
from pages.states.lesson import convolution as conv_state
from pages.states.lesson.kinds import KINDS
from pages.states.network import link as forward_link

# By page: what has from_query, to_query, with_edit, with_step, knobs, trace, and live(state): whether a link holds all
# of a state.
PAGES = {"convolution": conv_state, "forward": forward_link, "backward": backward_link, **KINDS}
MAX_BYTES = 200_000


def path(page: str) -> str:
    """Return the address for the edits of a page."""
    return f"engine/{page}"


def answer(page: str, body: bytes) -> dict:
    """Apply an edit to a page's state.

    body: JSON with `query` (the state's link), `edit` (as the player sends it) and `step`. Returns `trace`, `knobs`,
    `query`, `message` and whether anything `changed`. Raises ValueError where the request is not of that form
    or the state is not one that a link holds, KeyError where there is no such page.
    """
    kind = PAGES[page]
    try:
        asked = json.loads(body)
        query = {str(key): str(value) for key, value in asked["query"].items()}
        edit, step = asked["edit"], asked["step"]
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
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


async def edit(request: Request) -> JSONResponse:
    """Answer one edit; 404 where there is no such page, 413 where it is too long, 400 where it makes no sense."""
    page = request.path_params["page"]
    if page not in PAGES:
        return JSONResponse({"error": "no such page"}, status_code=404)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": f"an edit has at most {MAX_BYTES} bytes"}, status_code=413)
    try:
        return JSONResponse(await run_in_threadpool(answer, page, body))
    except ValueError as error:
        return JSONResponse({"error": str(error)[:500]}, status_code=400)


routes = [Route("/engine/{page}", edit, methods=["POST"])]
