"""The engine's own address for a Streamlit server: an HTTP route around pages/states/answers.py, without a script run.

Streamlit runs one script at a time, and a run takes about a tenth of a second. This address answers in a few
milliseconds, for all learners side by side.
"""

import json
from urllib.parse import unquote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.training.runs import Asker, asking
from pages.states.answers import PAGES, done
from pages.states.training import watch
from pages.ui import session

MAX_BYTES = 200_000
# Python runs one thread at a time: acts that wait their turn are answered sooner than acts that share the processor.
# What takes longer (a check, a picture's search) has threads of its own.
ACTS, ASKS, WATCHES = CapacityLimiter(2), CapacityLimiter(4), CapacityLimiter(2)


def read(body: bytes) -> dict:
    """Return a request's JSON. Raises ValueError where that is none, or no request."""
    try:
        request = json.loads(body)
    except RecursionError as error:
        raise ValueError("the request is nested too deeply") from error
    if not isinstance(request, dict):
        raise ValueError("the request is no object")
    return request


def answered(page: str, request: dict) -> bytes:
    """Return the answer to a request as JSON. Raises ValueError where it makes no sense.

    A picture that no link can hold is the session's, under the request's `key`. `keys`: the browser's, by which it has
    runs.
    """
    key = request.get("key")
    with asking(request.get("keys", ())) as asker:
        answer, state = done(page, request, session.picture_of(key))
    session.keep(key, page, state, answer.get("query"), asker)
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


async def act(request: Request) -> Response:
    """Answer one act; 404: there is no such page; 413: the request is too long; 400: it makes no sense.

    415: it is no JSON. What a page of another site can send here is none, so that it cannot begin a training.
    """
    page = request.path_params["page"]
    if not is_json(request):
        return refused("an act is JSON", 415)
    if page not in PAGES:
        return refused("no such page", 404)
    body = await body_of(request)
    if body is None:
        return refused(f"a request has at most {MAX_BYTES} bytes", 413)
    try:
        asked = read(body)
        limiter = ASKS if "ask" in asked else ACTS
        answer = await to_thread.run_sync(answered, page, asked, limiter=limiter)
        return Response(answer, media_type="application/json")
    except ValueError as error:
        return refused(str(error))


def refused(why: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": why[:500]}, status_code=status)


def is_json(request: Request) -> bool:
    return request.headers.get("content-type") == "application/json"


async def body_of(request: Request) -> bytes | None:
    """Return what was sent; None where it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return body


async def watched(request: Request) -> Response:
    """Answer what a run shows; 204: that is what the watcher `has` already; 404: there is no such run."""
    try:
        asker = keys_of(request)
        shown = await to_thread.run_sync(watch.shown, request.path_params["run"], asker, limiter=WATCHES)
    except ValueError as error:
        return refused(str(error), 404)
    if request.query_params.get("has") == shown.mark:
        return Response(status_code=204)
    return Response(shown.body, media_type="application/json")


async def asked(request: Request) -> JSONResponse:
    """Do something with a run: {"act": "pause"}; 404: there is no such run; 400: it makes no sense.

    415: it is no JSON.
    """
    if not is_json(request):
        return refused("an act is JSON", 415)
    try:
        name = json.loads(await body_of(request) or b"{}")["act"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return refused("the request has not the form of an act")
    if not isinstance(name, str) or name not in watch.ACTS:
        return refused("a run has no such act")
    try:
        asker, id = keys_of(request), request.path_params["run"]
        return JSONResponse(await to_thread.run_sync(watch.acted, id, name, asker, limiter=WATCHES))
    except ValueError as error:
        return refused(str(error), 404)


def keys_of(request: Request) -> Asker:
    """Return who watches a run, by the keys in the header Stride-Keys. ValueError where they are none."""
    header = request.headers.get("stride-keys", "")
    with asking([unquote(key) for key in header.split(",") if key]) as asker:
        return asker


RUN = f"/{watch.path('{run}')}"
routes = [
    Route("/engine/{page}", act, methods=["POST"]),
    Route(RUN, watched, methods=["GET"]),
    Route(RUN, asked, methods=["POST"]),
]
