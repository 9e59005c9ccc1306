"""The engine's own address for a Streamlit server: an HTTP route around pages/states/answers.py, without a script run.

Streamlit runs one script at a time, and a run takes about a tenth of a second. This address answers in a few
milliseconds, for all learners side by side.
"""

import gzip
import json
import math
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine import limits
from engine.training.runs import Asker, asking
from pages.states.answers import PAGES, done
from pages.states.sheet.words import ENGLISH
from pages.states.training import watch
from pages.ui import guard, rates, session, sessions
from pages.ui.rates import Rates
from pages.ui.turns import Full, Gone, Turns

# Python runs one thread at a time: acts that wait their turn are answered sooner than acts that share the processor.
# What takes longer (a check, a picture's search) has threads of its own.
ACTS, ASKS, WATCHES = Turns(2), Turns(4), Turns(2, each=200)
BY_KEY, BY_ADDRESS, BYTES = Rates(rates.OF_KEY), Rates(rates.OF_ADDRESS), Rates(rates.BYTES_OF_ADDRESS)
PACKING = 3  # of gzip's 1 to 9
Answer = Callable[[Request], Awaitable[Response]]
list(PAGES.values())  # all pages' modules are loaded before anybody asks


class Often(Exception):
    """Somebody asks more often than they may; in so many seconds they may again."""


def guarded(answer: Answer) -> Answer:
    """Return an answer that is given to the server's own pages only, in turn, and to what makes sense.

    403: another site's page asks; 415: it is no JSON; 408: it does not come in whole; 429: too much waits already, or
    this comes too often; Retry-After says in how many seconds it may come again.
    """

    async def guarded(request: Request) -> Response:
        if not guard.is_own(request):
            return refused("this is asked from another site's page", 403)
        if request.method == "POST" and not guard.is_json(request):
            return refused("an act is JSON", 415)
        try:
            bound(BY_ADDRESS, guard.address_of(request.scope))
            return await answer(request)
        except Full:
            return later(1)
        except Often as often:
            return later(*often.args)
        except TimeoutError:
            return refused(f"the request did not come in whole within {guard.SECONDS} seconds", 408)
        except (ClientDisconnect, Gone):
            return Response(status_code=400)  # nobody is there to read it

    return guarded


def bound(bucket: Rates, name: object, much: float = 1) -> None:
    """Raise Often where a name has asked for more than it may."""
    if seconds := bucket.take(name, much):
        raise Often(seconds)


async def body_of(request: Request) -> bytes | None:
    """Return what was sent, as far as its address may send so much; None where it is too long."""
    body = await guard.body_of(request)
    bound(BYTES, guard.address_of(request.scope), limits.REQUEST if body is None else len(body))
    return body


def read(body: bytes) -> dict:
    """Return a request's JSON. Raises ValueError where that is none, or no request."""
    try:
        request = json.loads(body)
    except RecursionError as error:
        raise ValueError("the request is nested too deeply") from error
    if not isinstance(request, dict):
        raise ValueError("the request is no object")
    return request


def answered(page: str, request: dict, packed: bool = False) -> bytes:
    """Return the answer to a request as JSON. Raises ValueError where it makes no sense.

    A picture that no link can hold is the session's, under the request's `key`. `keys`: the browser's, by which it has
    runs. packed: by gzip at its quick levels; Streamlit's middleware would take six times as long for an eighth less.
    """
    key = request.get("key")
    with asking(request.get("keys", ())) as asker:
        answer, state = done(page, request, session.picture_of(key))
    session.keep(key, page, state, answer.get("query"), asker, shares=PAGES[page].shares)
    made = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(made, PACKING, mtime=0) if packed else made


@guarded
async def act(request: Request) -> Response:
    """Answer one act; 404: there is no such page; 413: the request is too long; 400: it makes no sense."""
    page = request.path_params["page"]
    if page not in PAGES:
        return refused("no such page", 404)
    body = await body_of(request)
    if body is None:
        return too_long()
    try:
        asked = read(body)
        turns = ASKS if "ask" in asked else ACTS
        client = guard.client_of(request.scope, asked.get("key"))
        bound(BY_KEY, client)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        answer = await turns.run(client, answered, page, asked, packed, gone=request.is_disconnected)
        headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packed else {})
        return Response(answer, 200, headers, "application/json")
    except ValueError as error:
        return refused(str(error))


def refused(why: str, status: int = 400, **headers: str) -> JSONResponse:
    return JSONResponse({"error": why[:500]}, status, headers)


def later(seconds: float) -> JSONResponse:
    return refused(ENGLISH["busy"], 429, **{"Retry-After": str(math.ceil(seconds))})


def too_long() -> JSONResponse:
    return refused(f"That is too much at once: it can be {limits.REQUEST:,} bytes at most. Nothing has changed.", 413)


@guarded
async def watched(request: Request) -> Response:
    """Answer what a run shows; 204: that is what the watcher `has` already; 404: there is no such run."""
    try:
        run, asker = request.path_params["run"], keys_of(request)
        shown = await WATCHES.run(guard.client_of(request.scope), watch.shown, run, asker)
    except ValueError as error:
        return refused(str(error), 404)
    if request.query_params.get("has") == shown.mark:
        return Response(status_code=204)
    return Response(shown.body, media_type="application/json")


@guarded
async def asked(request: Request) -> JSONResponse:
    """Do something with a run: {"act": "pause"}; 404: there is no such run; 400: it makes no sense."""
    body = await body_of(request)
    if body is None:
        return too_long()
    try:
        name = read(body)["act"]
    except (ValueError, KeyError):
        return refused("the request has not the form of an act")
    if not isinstance(name, str) or name not in watch.ACTS:
        return refused("a run has no such act")
    try:
        asker, id = keys_of(request), request.path_params["run"]
        return JSONResponse(await WATCHES.run(guard.client_of(request.scope), watch.acted, id, name, asker))
    except ValueError as error:
        return refused(str(error), 404)


def keys_of(request: Request) -> Asker:
    """Return who watches a run, by the keys in the header Stride-Keys. ValueError where they are none."""
    header = request.headers.get("stride-keys", "")
    with asking([unquote(key) for key in header.split(",") if key]) as asker:
        return asker


async def health(request: Request) -> JSONResponse:
    """Say to what stands in front that this process answers, how many sessions it has, and how many acts wait."""
    return JSONResponse({"sessions": sessions.OPEN.total(), "waiting": ACTS.waiting})


RUN = f"/{watch.path('{run}')}"
routes = [
    Route("/engine/health", health, methods=["GET"]),
    Route("/engine/{page}", act, methods=["POST"]),
    Route(RUN, watched, methods=["GET"]),
    Route(RUN, asked, methods=["POST"]),
]
