"""The engine's own address: whose requests it takes, in which turn, and what it does with those that never end."""

import asyncio
import gzip
import json
import socket
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from engine import limits
from pages import live
from pages.ui import guard, rates
from pages.ui.rates import Rate, Rates
from pages.ui.turns import Full
from tests.pages import address

ASKED = {"query": {"example": "max"}}


def asked(path="/engine/pooling", body=None, method="POST", host="localhost:8501", wait=False, **headers):
    """Send a request to the app as a server would, and return the status and the body. wait: its body never ends."""
    body = json.dumps(ASKED).encode() if body is None else body
    named = {"content-type": "application/json", "host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
    scope = {
        **{"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""},
        **{"scheme": "http", "http_version": "1.1", "client": ("10.0.0.1", 1)},
        "headers": [(k.encode(), v.encode()) for k, v in named.items() if v is not None],
    }
    sent = []

    async def receive():
        if wait:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    app = Starlette(routes=live.routes, middleware=[Middleware(guard.KnownHosts)])
    asyncio.run(app(scope, receive, send))
    content = b"".join(message.get("body", b"") for message in sent[1:])
    if (b"content-encoding", b"gzip") in sent[0]["headers"]:
        content = gzip.decompress(content)
    return sent[0]["status"], content.decode()


def test_an_answer_comes_packed_to_whoever_takes_it_so():
    plain, packed = live.answered("pooling", ASKED), live.answered("pooling", ASKED, packed=True)
    assert gzip.decompress(packed) == plain and 4 * len(packed) < len(plain)
    assert asked(accept_encoding="gzip, br") == asked(accept_encoding="br") == (200, plain.decode())


# Who asks


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost:8501"}, 200),
        ({"sec_fetch_site": "same-origin", "origin": "https://stride.example.org"}, 200),  # a proxy gave another Host
        ({"sec_fetch_site": "none"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site", "origin": "http://localhost:8501"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": None}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/engine/pooling", "/engine/watch/none"])
def test_only_the_servers_own_pages_are_answered(path, headers, status):
    expected = 400 if path.endswith("none") and status == 200 else status  # no act of a run
    assert asked(path, **headers)[0] == expected


def test_a_name_in_STRIDE_HOSTS_may_be_the_origins(monkeypatch):
    monkeypatch.setenv("STRIDE_HOSTS", "stride.example.org")
    assert asked(origin="https://stride.example.org", host="127.0.0.1:8501")[0] == 200


@pytest.mark.parametrize(
    ("host", "known"),
    [
        *((host, True) for host in ("localhost", "localhost:8501", "LOCALHOST", "a.localhost", "127.0.0.1:8501")),
        *((host, True) for host in ("[::1]:8501", "192.168.1.17:8501", "10.0.0.5", "stride.example.org:443", "b.org")),
        *((host, False) for host in ("evil.example", "evil.example:8501", "localhost.evil.example")),
        *((host, False) for host in ("", "[::1", "x:y:z", "stride.example.org.evil.example")),
    ],
)  # fmt: skip
def test_a_server_is_asked_by_an_address_or_by_a_name_of_its_own(host, known, monkeypatch):
    monkeypatch.setenv("STRIDE_HOSTS", "stride.example.org, B.org")
    status, body = asked(host=host)
    assert status == (200 if known else 421)
    if not known:
        assert "STRIDE_HOSTS" in body


def test_this_machines_own_name_is_known_and_a_star_stands_for_any(monkeypatch):
    assert asked(host=f"{socket.gethostname()}:8501")[0] == 200
    monkeypatch.setenv("STRIDE_HOSTS", "*")
    assert asked(host="any.example")[0] == 200


def test_a_socket_of_another_sites_name_is_closed():
    sent = []

    async def send(message):
        sent.append(message)

    async def inner(scope, receive, send):
        raise AssertionError("it went through")

    scope = {"type": "websocket", "headers": [(b"host", b"evil.example")]}
    asyncio.run(guard.KnownHosts(inner)(scope, None, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


# What is asked


BODIES = (
    *('{"query":{},"edit":0,"step":0}', "", "{", "[]", "0", "null", '{"query":5}', '{"query":{},"act":5}', "[" * 9999),
    *('{"query":{},"act":["edit",{"cells":[1e99]}]}', '{"query":{},"ask":{}}', '{"query":{},"has":7}', "\\ud800"),
    *('{"query":{},"step":1e30}', '{"query":{},"step":100000000000000000000}', '{"query":{"step":"9e9"},"key":[]}'),
    *('{"act":["step",NaN],"query":{}}', '{"act":["step",1e999],"query":{}}', '{"act":[{}, 0],"query":{}}'),
)


@pytest.mark.parametrize("path", [*(f"/engine/{page}" for page in live.PAGES), "/engine/watch/none"])
def test_no_body_meets_an_error_of_the_servers(path):
    for body in BODIES:
        assert asked(path, body.encode())[0] in (200, 400), body


@pytest.mark.parametrize("path", ["/engine/pooling", "/engine/watch/none"])
def test_a_request_that_does_not_come_in_whole_is_let_go(path, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.05)
    status, body = asked(path, wait=True)
    assert status == 408 and "within 0.05 seconds" in body


@pytest.mark.parametrize("path", ["/engine/pooling", "/engine/watch/none"])
def test_a_request_that_is_too_long_is_not_read(path):
    assert asked(path, b" " * 200_001)[0] == 413


@pytest.fixture
def half_open(monkeypatch):
    """Start a server of one page and one socket, and return how to connect to it."""
    import uvicorn
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route, WebSocketRoute

    async def page(request):
        return PlainTextResponse("here")

    async def echo(socket):
        await socket.accept()
        await socket.send_text(await socket.receive_text())

    guard.close_half_sent()
    monkeypatch.setattr(guard, "SECONDS", 0.5)
    routes = [Route("/", page), WebSocketRoute("/socket", echo)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    made = []

    def connect():
        made.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        return made[-1]

    yield connect
    for one in made:
        one.close()
    server.should_exit = True
    thread.join(10)


def test_a_connection_that_sends_no_whole_head_is_closed_and_others_are_not(half_open):
    half, idle, late, upgraded = (half_open() for _ in range(4))
    half.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nX-")
    late.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert late.recv(1000).endswith(b"here")
    upgraded.sendall(
        b"GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert upgraded.recv(1000).startswith(b"HTTP/1.1 101")
    assert half.recv(10) == b"" and idle.recv(10) == b"", "they are closed"
    time.sleep(0.5)
    late.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert late.recv(1000).endswith(b"here")
    upgraded.sendall(b"\x81\x82\x00\x00\x00\x00hi")
    assert upgraded.recv(10) == b"\x81\x02hi"


# How much


def test_a_full_queue_answers_at_once_and_says_so(monkeypatch):
    async def full(*_, **__):
        raise Full

    monkeypatch.setattr(live.ACTS, "run", full)
    answer = address.post("/engine/pooling", ASKED)
    assert answer.status == 429 and "Many are asking at once" in answer.data["error"]


def test_who_asks_too_often_is_told_when_to_come_again_and_a_classmate_is_not(monkeypatch):
    monkeypatch.setattr(live, "BY_KEY", Rates(Rate(0.01, 3)))
    statuses = [address.post("/engine/pooling", {**ASKED, "key": "one"}).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    late = address.post("/engine/pooling", {**ASKED, "key": "one"})
    assert int(late.headers["retry-after"]) in range(80, 101) and "Your change is kept" in late.data["error"]
    assert address.post("/engine/pooling", {**ASKED, "key": "two"}).status == 200


@pytest.mark.parametrize("path", ["/engine/pooling", "/engine/watch/none"])
def test_one_address_asks_and_sends_only_so_much(monkeypatch, path):
    monkeypatch.setattr(live, "BYTES", Rates(Rate(0.01, 30)))
    assert address.post(path, {"query": {}, "act": None}).status in (200, 400)
    late = address.post(path, {"query": {}, "act": None})
    assert late.status == 429 and int(late.headers["retry-after"]) > 1000
    monkeypatch.setattr(live, "BYTES", Rates(Rate(0.01, 30)))
    monkeypatch.setattr(limits, "REQUEST", 20)
    assert [address.post(path, {"query": {}, "act": None}).status for _ in range(2)] == [413, 429], "too long counts"
    monkeypatch.setattr(live, "BY_ADDRESS", Rates(Rate(0.01, 1)))
    assert address.get("/engine/watch/none").status == 404
    assert address.get("/engine/watch/none").status == 429


def test_a_class_behind_one_address_is_answered_at_once():
    """300 learners who each act several times in the same second."""
    assert not any(Rates(rates.OF_ADDRESS).take("school") for _ in range(1200))
    assert not any(Rates(rates.BYTES_OF_ADDRESS).take("school", 10_000) for _ in range(1200))
    assert not any(Rates(rates.OPENED_BY_ADDRESS).take("school") for _ in range(300))
    assert not any(Rates(rates.MESSAGES_OF_ADDRESS).take("school") for _ in range(900))


def test_what_stands_in_front_asks_whether_this_process_answers():
    assert address.get("/engine/health").data == {"sessions": 0, "waiting": 0}
