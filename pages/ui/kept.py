"""What every browser loads once, kept in memory and packed once: Streamlit's own files, and components.

A page is some 65 files, each of which Streamlit would find and read anew: for a class that opens a page at the same
time, that is more than all else. Their addresses change with what is in them.
"""

import gzip

from anyio import Lock, sleep_forever
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLACES = ("/static/js/", "/static/css/", "/static/media/", "/stride/")
MOST, MOST_OF_ONE = 48_000_000, 8_000_000  # bytes of all, and of one file
PACKED = ("text/", "application/javascript", "application/json", "image/svg")
Kept = tuple[list[tuple[bytes, bytes]], bytes]


class InMemory:
    """Answers with what it has; what it has not, it asks for once, as it is."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.kept: dict[tuple[str, bytes, bool], Kept] = {}
        self.asking = Lock()  # who wants a file while another asks for it gets that one's

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith(PLACES)
        if not is_file or "range" in Headers(scope=scope):
            await self.app(scope, receive, send)
            return
        wanted = Headers(scope=scope)
        key = scope["path"], scope["query_string"], "gzip" in wanted.get("accept-encoding", "")
        status, file = 200, self.kept.get(key)
        if file is None:
            async with self.asking:
                status, file = await self._found(key, scope, receive)
        await _answer(send, status, *file)

    async def _found(self, key: tuple[str, bytes, bool], scope: Scope, receive: Receive) -> tuple[int, Kept]:
        """Return the status and the file, which is kept from now on if it may be."""
        if key in self.kept:
            return 200, self.kept[key]
        status, headers, body = await self._asked(scope)
        told = MutableHeaders(raw=headers)
        if status != 200 or "immutable" not in told.get("cache-control", "") or len(body) > MOST_OF_ONE:
            return status, (headers, body)
        kept = _packed(told, body) if key[2] else (headers, body)
        self._keep(key, kept)
        return status, kept

    async def _asked(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Return what the app answers to whoever has nothing yet, and takes no packed bytes."""
        left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since")
        headers = [(name, value) for name, value in scope["headers"] if name not in left_out]
        answer: list[Message] = []

        async def stays() -> Message:  # who asked may leave: the file is for all
            await sleep_forever()

        async def keep(message: Message) -> None:
            answer.append(message)

        await self.app({**scope, "headers": headers, "extensions": {}}, stays, keep)
        body = b"".join(message.get("body", b"") for message in answer[1:])
        return answer[0]["status"], list(answer[0]["headers"]), body

    def _keep(self, key: tuple[str, bytes, bool], kept: Kept) -> None:
        """Keep a file; those that came first go where there are too many."""
        self.kept[key] = kept
        while self.size > MOST and len(self.kept) > 1:
            del self.kept[next(iter(self.kept))]

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return sum(len(body) for _, body in self.kept.values())


def _packed(headers: MutableHeaders, body: bytes) -> Kept:
    """Return a file as it travels to a browser that takes gzip."""
    packed = gzip.compress(body, mtime=0) if headers.get("content-type", "").startswith(PACKED) else body
    if len(packed) < len(body):
        body = packed
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
    headers["vary"] = "Accept-Encoding"
    return headers.raw, body


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
