"""The engine's own address for a Streamlit server: an HTTP route around pages/states/answers.py, without a script run.

Streamlit runs one script at a time, and a run takes about a tenth of a second. This address answers in a few
milliseconds, for all learners side by side.
"""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pages.states.answers import PAGES, done
from pages.ui import session

MAX_BYTES = 200_000


def answered(page: str, body: bytes) -> dict:
    """Return the answer to a request's JSON. Raises ValueError where that is no JSON, or no request.

    A picture that no link can hold is the session's, under the request's `key`.
    """
    try:
        request = json.loads(body)
    except RecursionError as error:
        raise ValueError("the request is nested too deeply") from error
    if not isinstance(request, dict):
        raise ValueError("the request is no object")
    key = request.get("key")
    answer, state = done(page, request, session.picture_of(key))
    session.keep(key, page, state, answer.get("query"))
    return answer


async def act(request: Request) -> JSONResponse:
    """Answer one act; 404: there is no such page; 413: the request is too long; 400: it makes no sense."""
    page = request.path_params["page"]
    if page not in PAGES:
        return JSONResponse({"error": "no such page"}, status_code=404)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": f"a request has at most {MAX_BYTES} bytes"}, status_code=413)
    try:
        return JSONResponse(await run_in_threadpool(answered, page, body))
    except ValueError as error:
        return JSONResponse({"error": str(error)[:500]}, status_code=400)


routes = [Route("/engine/{page}", act, methods=["POST"])]
