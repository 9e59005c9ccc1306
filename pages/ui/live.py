"""The engine's own address for edits: a link and an edit in, the new trace and link out, without a script run.

Streamlit answers an interaction by running the page's script, which takes a browser about a tenth of a second
to take in. This answers in a few milliseconds. It holds no state: all that it needs is in the request.
"""

import json
import math

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.payload import payload
from pages.ui import conv_state

PATH = "engine/convolution"
MAX_BYTES = 200_000


def answer(body: bytes) -> dict:
    """Apply an edit to the Convolution page's state.

    body: JSON with `query` (the state's link), `edit` (as the player sends it) and `step`. Returns `trace`,
    `query`, `message` and whether anything `changed`. Raises ValueError where the request is not of that form
    or the state is not one that is stepped through whole.
    """
    try:
        asked = json.loads(body)
        query = {str(key): str(value) for key, value in asked["query"].items()}
        edit, step = asked["edit"], asked["step"]
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"the request has not the form of an edit: {error!r}") from error
    state, problems = conv_state.from_query(query, None)
    if problems or not state.stepped:
        raise ValueError(f"this state cannot be edited here: {problems or state.output_shape}")
    if not isinstance(step, int) or not 0 <= step < math.prod(state.output_shape):
        raise ValueError(f"there is no step {step!r}")
    edited, message = conv_state.with_edit(state, edit)
    changed = edited is not state
    edited = conv_state.replace(edited, step=step)
    trace = edited.layer.trace(edited.chosen.values, **edited.parameters)
    return {
        "trace": payload(trace),
        "query": conv_state.to_query(edited),
        "message": message,
        "changed": changed,
    }


async def edit(request: Request) -> JSONResponse:
    """Answer one edit; 413 where it is too long, 400 where it makes no sense."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": f"an edit has at most {MAX_BYTES} bytes"}, status_code=413)
    try:
        return JSONResponse(await run_in_threadpool(answer, body))
    except ValueError as error:
        return JSONResponse({"error": str(error)[:500]}, status_code=400)


routes = [Route(f"/{PATH}", edit, methods=["POST"])]
