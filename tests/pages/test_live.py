"""The engine's own address: whose requests it takes, in which turn, and what it does with those that never end."""

import asyncio
import json
import socket
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from pages import live
from pages.ui import guard
from pages.ui.turns import Full, Gone, Turns
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
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


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


# Turns


def test_a_full_queue_answers_at_once_and_says_so(monkeypatch):
    async def full(*_, **__):
        raise Full

    monkeypatch.setattr(live.ACTS, "run", full)
    answer = address.post("/engine/pooling", ASKED)
    assert answer.status == 429 and "Many are asking at once" in answer.data["error"]


class Work:
    """Work that waits until it may go on, and the order in which it was done."""

    def __init__(self):
        self.go, self.order, self.guard = threading.Event(), [], threading.Lock()
        self.now, self.most = 0, 0

    def __call__(self, name):
        with self.guard:
            self.order.append(name)
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(5)
        with self.guard:
            self.now -= 1
        return name


async def settled():
    for _ in range(20):
        await asyncio.sleep(0.005)


def test_clients_have_their_turns_one_after_the_other():
    async def scene():
        work, turns = Work(), Turns(1)
        names = ["a1", "a2", "a3", "a4", "b1", "c1", "b2"]
        tasks = []
        for name in names:
            tasks.append(asyncio.create_task(turns.run(name[0], work, name)))
            await asyncio.sleep(0)
        await settled()
        assert work.order == ["a1"]
        work.go.set()
        assert await asyncio.gather(*tasks) == names
        return work

    work = asyncio.run(scene())
    assert work.order == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"] and work.most == 1


def test_one_client_never_holds_all_threads():
    async def scene():
        work, turns = Work(), Turns(2)
        hog = [asyncio.create_task(turns.run("hog", work, "hog")) for _ in range(8)]
        await settled()
        other = asyncio.create_task(turns.run("other", work, "other"))
        await settled()
        order = list(work.order)
        work.go.set()
        await asyncio.gather(*hog, other)
        return order, work.most

    order, most = asyncio.run(scene())
    assert order == ["hog", "other"] and most == 2


def test_what_waits_is_bounded_for_each_client_and_for_all():
    async def scene():
        work, turns = Work(), Turns(1, each=2, most=3)
        tasks = [asyncio.create_task(turns.run("a", work, "a")) for _ in range(3)]
        await settled()
        with pytest.raises(Full):
            await turns.run("a", work, "a")
        tasks.append(asyncio.create_task(turns.run("b", work, "b")))
        await settled()
        with pytest.raises(Full):
            await turns.run("c", work, "c")
        work.go.set()
        await asyncio.gather(*tasks)
        assert await turns.run("c", work, "c") == "c"
        return work.order

    assert sorted(asyncio.run(scene())) == ["a", "a", "a", "b", "c"]


def test_who_gives_up_leaves_the_queue_and_an_error_frees_the_thread():
    async def scene():
        work, turns = Work(), Turns(1)
        first = asyncio.create_task(turns.run("a", work, "a"))
        await settled()
        gone = asyncio.create_task(turns.run("b", work, "b"))
        await settled()
        gone.cancel()
        await settled()
        work.go.set()
        await first
        with pytest.raises(ZeroDivisionError):
            await turns.run("c", lambda: 1 / 0)
        assert await turns.run("d", work, "d") == "d"
        return work.order

    assert asyncio.run(scene()) == ["a", "d"]


def test_who_waits_too_long_is_told_to_come_again():
    async def scene():
        work, turns = Work(), Turns(1, patience=0.05)
        first = asyncio.create_task(turns.run("a", work, "a"))
        await settled()
        with pytest.raises(Full):
            await turns.run("b", work, "b")
        work.go.set()
        await first
        assert await turns.run("c", work, "c") == "c"
        return work.order

    assert asyncio.run(scene()) == ["a", "c"]


def test_nothing_is_computed_for_a_client_that_has_gone():
    async def scene():
        work, turns = Work(), Turns(1)
        work.go.set()

        async def gone():
            return True

        with pytest.raises(Gone):
            await turns.run("a", work, "a", gone=gone)
        assert await turns.run("a", work, "b") == "b"
        return work.order

    assert asyncio.run(scene()) == ["b"]
