"""Files that every browser loads: asked for once, packed once, and never anything else."""

import asyncio
import gzip

from starlette.responses import StreamingResponse

from pages.ui import kept

SCRIPT = b"let number = 1;\n" * 100


class App:
    """An app that counts what it is asked for."""

    def __init__(self, cache="public, immutable", status=200, body=SCRIPT, type=b"text/javascript"):
        self.asked, self.answer = [], (status, body, cache, type)

    async def __call__(self, scope, receive, send):
        self.asked.append((scope["path"], dict(scope["headers"])))
        await asyncio.sleep(0)
        status, body, cache, type = self.answer
        headers = [(b"content-type", type), (b"cache-control", cache.encode())]
        headers += [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:7], "more_body": True})
        await send({"type": "http.response.body", "body": body[7:]})


def get(front, *asked, **more):
    return asyncio.run(got(front, *asked, **more))


async def got(front, path="/static/js/index.js", query=b"", method="GET", receive=None, **headers):
    sent = []

    async def send(message):
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": named}
    await front(scope, receive, send)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message["body"] for message in sent[1:])


def test_a_file_is_asked_for_once_and_packed_for_who_takes_that():
    app = App()
    front = kept.InMemory(app)
    for _ in range(3):
        status, told, body = get(front, accept_encoding="gzip, br", if_none_match="x")
        assert status == 200 and told["content-encoding"] == "gzip" and told["vary"] == "Accept-Encoding"
        assert gzip.decompress(body) == SCRIPT and int(told["content-length"]) == len(body) < len(SCRIPT)
    assert len(app.asked) == 1 and not app.asked[0][1], "whoever comes first has nothing yet"
    status, told, body = get(front)
    assert body == SCRIPT and "content-encoding" not in told
    get(front)
    assert len(app.asked) == 2
    get(front, query=b"v=2")
    assert len(app.asked) == 3, "another version"


def test_a_class_that_opens_a_page_at_once_asks_for_a_file_once():
    app = App()
    front = kept.InMemory(app)

    async def all_at_once():
        return await asyncio.gather(*(got(front, accept_encoding="gzip") for _ in range(30)))

    bodies = {body for _, _, body in asyncio.run(all_at_once())}
    assert len(app.asked) == 1 and {gzip.decompress(body) for body in bodies} == {SCRIPT}
    assert front.size == sum(map(len, bodies))


def test_what_may_change_or_is_no_such_file_is_asked_for_each_time():
    for app, asked in (
        (App(cache="no-cache"), {}),
        (App(status=404), {}),
        (App(), {"path": "/engine/pooling"}),
        (App(), {"path": "/static/index.html"}),
        (App(), {"method": "HEAD"}),
        (App(), {"range": "bytes=0-9"}),
    ):
        front = kept.InMemory(app)
        for _ in range(2):
            assert get(front, **asked)[2] == app.answer[1]
        assert len(app.asked) == 2, asked


def test_what_is_kept_is_bounded_and_pictures_are_not_packed(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 5000)
    app = App(type=b"font/woff2")
    front = kept.InMemory(app)
    for k in range(10):
        assert get(front, f"/static/media/{k}.woff2", accept_encoding="gzip")[2] == SCRIPT
    assert front.size <= 5000 and front.size == sum(len(body) for _, body in front.kept.values())
    get(front, "/static/media/9.woff2", accept_encoding="gzip")
    assert len(app.asked) == 10


def test_no_part_before_the_app_keeps_it_from_starting():
    """Else its lifespan is left out, and no training is taken up."""
    from app import MIDDLEWARE

    heard = []

    async def inner(scope, receive, send):
        heard.append(scope["type"])

    app = inner
    for part in MIDDLEWARE:
        app = part(app)
    asyncio.run(app({"type": "lifespan", "asgi": {"version": "3.0"}}, None, None))
    assert heard == ["lifespan"]


def test_a_browser_that_leaves_halfway_leaves_the_whole_file_to_the_others():
    """Starlette ends a stream when who asked for it is gone."""

    async def parts():
        for k in range(0, len(SCRIPT), 100):
            await asyncio.sleep(0.001)
            yield SCRIPT[k : k + 100]

    length = {"cache-control": "public, immutable", "content-length": str(len(SCRIPT))}
    front = kept.InMemory(StreamingResponse(parts(), headers=length, media_type="text/javascript"))

    async def gone():
        return {"type": "http.disconnect"}

    assert get(front, receive=gone)[2] == get(front)[2] == SCRIPT
