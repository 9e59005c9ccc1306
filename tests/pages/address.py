"""The engine's address without a server: one request to the routes, and their answer."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.applications import Starlette

from pages import live


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def data(self) -> Any:
        return json.loads(self.body)


def get(path: str, **query: str) -> Answer:
    return asyncio.run(_asked("GET", path, urlencode(query).encode(), b"", {}))


def post(
    path: str,
    data: Any = None,
    *,
    body: bytes | None = None,
    type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send data as JSON, or a body as it is."""
    body = json.dumps(data).encode() if body is None else body
    all_headers = {**({"Content-Type": type} if type else {}), **(headers or {})}
    return asyncio.run(_asked("POST", path, b"", body, all_headers))


async def _asked(method: str, path: str, query: bytes, body: bytes, headers: dict[str, str]) -> Answer:
    scope = {
        "type": "http", "method": method, "path": unquote(path), "raw_path": path.encode(), "query_string": query,
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        "http_version": "1.1", "scheme": "http",
    }  # fmt: skip
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    await Starlette(routes=live.routes)(scope, receive, send)
    told = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    return Answer(sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]), told)
