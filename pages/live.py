"""The engine's own address for a Streamlit server: an HTTP route around pages/states/answers.py, without a script run.

Streamlit answers an interaction by running the page's script, and the browser then needs about a tenth of a second
to show the result. This address answers in a few milliseconds.
"""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pages.states.answers import PAGES, answer

MAX_BYTES = 200_000


def answered(page: str, body: bytes) -> dict:
    """Return the answer to a request's JSON. Raises ValueError where that is no JSON, or no request."""
    try:
        request = json.loads(body)
    except RecursionError as error:
        raise ValueError("the request is nested too deeply") from error
    return answer(page, request)


async def edit(request: Request) -> JSONResponse:
    """Answer one edit; 404: there is no such page; 413: the request is too long; 400: it makes no sense."""
    page = request.path_params["page"]
    if page not in PAGES:
        return JSONResponse({"error": "no such page"}, status_code=404)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return JSONResponse({"error": f"an edit has at most {MAX_BYTES} bytes"}, status_code=413)
    try:
        return JSONResponse(await run_in_threadpool(answered, page, body))
    except ValueError as error:
        return JSONResponse({"error": str(error)[:500]}, status_code=400)


routes = [Route("/engine/{page}", edit, methods=["POST"])]
