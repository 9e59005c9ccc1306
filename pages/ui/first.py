"""The first paint of a page: what Streamlit's HTML needs before its first script run tells it how wide a page is.

Until then it lays a page out in a column of 736 pixels, and all that stands there jumps.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STYLE = b"""<style>
.stMainBlockContainer { max-width: none !important; padding-inline: clamp(1rem, 2.5vw, 3rem) !important }
</style>"""
PLAIN = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")  # what would bring something else
OF_FILES = ("etag", "last-modified", "accept-ranges")


class FirstPaint:
    """Puts STYLE into the head of every HTML page that a browser opens."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        opens = scope["type"] == "http" and scope["method"] == "GET"
        if not opens or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def styled(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            whole = body.replace(b"</head>", STYLE + b"</head>", 1)
            headers = MutableHeaders(raw=start["headers"])
            headers["content-length"] = str(len(whole))
            for name in OF_FILES:
                del headers[name]
            await send(start)
            await send({"type": "http.response.body", "body": whole})

        plain = [(name, value) for name, value in scope["headers"] if name not in PLAIN]
        await self.app({**scope, "headers": plain}, receive, styled)
