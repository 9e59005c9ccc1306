"""A bound for Streamlit's sessions, and for what they send: each message makes a script run, and one runs at a time."""

import asyncio
import os
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui import guard, rates
from pages.ui.rates import Rates

MOST = 600  # of one process, where STRIDE_SESSIONS says nothing
OF_ADDRESS = 2 / 3  # the share of them that one address may have: a class behind one, and room for others
MESSAGE = 1_000_000  # bytes of one message to a session
AGAIN = 15  # seconds
FULL = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    f"<meta http-equiv='refresh' content='{AGAIN}'><title>Stride is full</title>"
    "<body style='font: 1.125rem/1.5 sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; "
    "color-scheme: light dark'><h1 style='font-size: 1.5rem'>As many people are in Stride as this server has room for"
    f"</h1><p>This page looks for a place every {AGAIN} seconds. Whoever runs the server gives it more by "
    "STRIDE_SESSIONS, or by another replica.</p></html>"
)


def most() -> int:
    """Return how many sessions this process holds at once. ValueError where STRIDE_SESSIONS is no such number."""
    text = os.environ.get("STRIDE_SESSIONS", "") or str(MOST)
    if not text.isdecimal() or not int(text):
        raise ValueError(f"STRIDE_SESSIONS is {text!r}, and not a number of sessions")
    return int(text)


class Bound:
    """Lets a session open where there is room for it; what a session sends too fast waits, and delays nobody else."""

    def __init__(self, app: ASGIApp):
        self.app, self.most = app, most()
        self.opened = Rates(rates.OPENED_BY_ADDRESS)
        self.messages = Rates(rates.MESSAGES_OF_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = guard.address_of(scope)
        if scope["type"] == "websocket":
            if self.is_full(address) or self.opened.take(address):
                await send({"type": "websocket.close", "code": 1013, "reason": "full"})  # the page tries again
                return
            OPEN[address] += 1
            try:
                await self.app(scope, self.slowly(address, receive), send)
            finally:
                OPEN[address] -= 1
                if not OPEN[address]:
                    del OPEN[address]
        elif is_page(scope) and self.is_full(address):
            await HTMLResponse(FULL, 503, {"Retry-After": str(AGAIN)})(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def is_full(self, address: str) -> bool:
        return OPEN.total() >= self.most or OPEN[address] >= max(1, OF_ADDRESS * self.most)

    def slowly(self, address: str, receive: Receive) -> Receive:
        """Return what receives a session's messages, no faster than it may send them, and none that is too long."""
        own = Rates(rates.MESSAGES_OF_SESSION)

        async def slow() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            if len(message.get("bytes") or message.get("text") or b"") > MESSAGE:
                return {"type": "websocket.disconnect", "code": 1009, "reason": "too long"}
            for bucket, name in ((own, ""), (self.messages, address)):
                while wait := bucket.take(name):
                    await asyncio.sleep(wait)
            return message

        return slow


OPEN: Counter[str] = Counter()
"""Sessions that are open, by the address that holds them."""


def is_page(scope: Scope) -> bool:
    """Whether a request is a browser's that opens a page."""
    return (
        scope["type"] == "http" and scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
    )
