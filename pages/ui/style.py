"""Streamlit's own parts of a page in Stride's style, from the first paint on.

What st.html brings comes a second or more after that, and then everything moves. So this stands in the page itself.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui import own

# A page is wide from the start, with less padding than Streamlit's at its sides, and without its bars that stand for
# what is to come, which move when it comes. On paper there is only what the page shows.
STYLE = (
    "<style>.stApp .stMainBlockContainer { max-width: none; padding-inline: clamp(1rem, 2.5vw, 3rem) }"
    f" {own.STYLE}"
    ' .stApp [data-testid="stAppSkeleton"], .stApp [data-testid="stSkeleton"] { display: none }'
    ' .stApp [data-testid="stPageLink"] p { white-space: normal }'
    ' @media print { [data-testid="stHeader"], [data-testid="stLogo"] { display: none !important }'
    " .stApp, .stApp * { overflow: visible !important }"
    " .stApp, .stAppViewContainer, .stMain { position: static !important; height: auto !important } }</style>"
).encode()
END = b"</head>"


class Styled:
    """Puts the style into the app's own HTML page, for a browser that opens one."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        scope = {**scope, "headers": headers, "extensions": {}}  # as bytes that can be read here
        start: list[Message] = []
        parts: list[bytes] = []

        async def styled(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body, head = b"".join(parts), MutableHeaders(raw=list(start[0]["headers"]))
            if head.get("content-type", "").startswith("text/html") and END in body:
                body = body.replace(END, STYLE + END, 1)
                head["content-length"] = str(len(body))
                for name in ("etag", "last-modified", "accept-ranges"):  # they are the file's
                    del head[name]
            await send({**start[0], "headers": head.raw})
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, styled)
