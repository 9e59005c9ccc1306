"""Who may ask this server, and how: the names that it is reached by, and what a request must be like."""

import os
import socket
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from anyio import fail_after
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from engine import limits

SECONDS = 15  # in which a request must have come in whole
KEY = 64  # signs of a session's key that tell it from others
REFUSED = (
    "This server does not go by that name. Whoever runs it lists its names in STRIDE_HOSTS, such as stride.example.org."
)


class KnownHosts:
    """Answers only where the server was asked by a name of its own.

    Else a page of another site, whose name its owner points at this machine, could read and do here what the learner
    can (DNS rebinding). An address is no name that anybody can point elsewhere, so that every address is served.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_known(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "unknown host"})
        else:
            await PlainTextResponse(REFUSED, status_code=421)(scope, receive, send)


def is_known(host: str) -> bool:
    """Whether a Host header, with or without a port, is an address or a name of this server."""
    name = name_of(f"//{host}")
    if name is None:
        return False
    try:
        ip_address(name)
        return True
    except ValueError:
        known = names() | named()
        return "*" in known or name in known or name.endswith(".localhost")


def name_of(url: str) -> str | None:
    """Return the host of a URL in small letters; None where there is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def named() -> set[str]:
    """Return the names in STRIDE_HOSTS, which a comma or a space parts; * stands for any."""
    return set(os.environ.get("STRIDE_HOSTS", "").lower().replace(",", " ").split())


@cache
def names() -> frozenset[str]:
    """Return what this machine calls itself, and what Streamlit was told that it is called."""
    from streamlit import config

    own = socket.gethostname().lower()
    told = [config.get_option(option) for option in ("server.address", "browser.serverAddress")]
    return frozenset({"localhost", own, f"{own.partition('.')[0]}.local", *(str(one).lower() for one in told if one)})


@cache
def close_half_sent() -> None:
    """Make uvicorn close a connection that sends no head of a request within SECONDS; it has no setting for that."""
    made = AutoHTTPProtocol.connection_made

    def connection_made(self, transport) -> None:
        made(self, transport)
        self.loop.call_later(SECONDS, _close_where_nothing_came, self)

    AutoHTTPProtocol.connection_made = connection_made


def _close_where_nothing_came(protocol: AutoHTTPProtocol) -> None:
    transport = protocol.transport  # a WebSocket's has another protocol by now
    if protocol.cycle is None and transport.get_protocol() is protocol and not transport.is_closing():
        transport.close()


def is_json(request: Request) -> bool:
    """Whether a request says that it is JSON. What a page of another site can send unasked is not."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def is_own(request: Request) -> bool:
    """Whether a request comes from this server's own pages, or from no page at all.

    A browser says so itself on https and on this machine; elsewhere it names the page's origin.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    if origin is None:
        return True
    return origin.partition("//")[2] == request.headers.get("host") or name_of(origin) in named()


async def body_of(request: Request) -> bytes | None:
    """Return what was sent; None where it is too long. Raises TimeoutError where it does not come in whole in time."""
    body = b""
    with fail_after(SECONDS):
        async for chunk in request.stream():
            body += chunk
            if len(body) > limits.REQUEST:
                return None
    return body


def address_of(scope: Scope) -> str:
    """Return the address that asks. Where a proxy in front is trusted, uvicorn has put in what the proxy says.

    It trusts those in FORWARDED_ALLOW_IPS, by default a proxy on this machine.
    """
    client = scope.get("client")
    return client[0] if client else "nobody"


def client_of(scope: Scope, key: object = None) -> tuple[str, str]:
    """Return who asks: the address, and the session's key, which may be one that another replica has given."""
    return address_of(scope), key[:KEY] if isinstance(key, str) else ""
