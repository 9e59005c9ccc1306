"""Stride's style stands in Streamlit's own page, and in nothing else that the server sends."""

import asyncio

import pytest

from pages.ui import style

PAGE = b"<html><head><title>x</title></head><body></body></html>"


def sent(accept: str, kind: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body that come through, of an app that sends a body in two parts."""
    got: list[dict] = []

    async def app(scope, receive, send):
        assert "text/html" not in accept or not [name for name, _ in scope["headers"] if name == b"accept-encoding"]
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), (b"etag", b'"1"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body[:20], "more_body": True})
        await send({"type": "http.response.body", "body": body[20:]})

    async def send(message):
        got.append(message)

    headers = [(b"accept", accept.encode()), (b"accept-encoding", b"gzip")]
    asyncio.run(style.Styled(app)({"type": "http", "headers": headers}, None, send))
    head = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    return head, b"".join(message["body"] for message in got[1:])


def test_a_browser_gets_the_page_with_the_style_before_the_first_paint():
    head, body = sent("text/html,*/*", "text/html; charset=utf-8", PAGE)
    assert body == PAGE.replace(b"</head>", style.STYLE + b"</head>")
    assert int(head["content-length"]) == len(body) and "etag" not in head


@pytest.mark.parametrize(
    ("accept", "kind"), [("*/*", "text/html"), ("text/html", "text/javascript"), ("image/png", "image/png")]
)
def test_all_else_comes_as_it_is(accept, kind):
    head, body = sent(accept, kind, PAGE)
    assert body == PAGE and head["etag"] == '"1"' and int(head["content-length"]) == len(PAGE)
