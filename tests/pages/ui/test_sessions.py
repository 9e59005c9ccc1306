"""The bounds of Streamlit's sessions, and of how often somebody asks."""

import asyncio

import pytest

from pages.ui import rates, sessions
from pages.ui.rates import Rate, Rates


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_full_at_first_and_filled_again_as_time_passes():
    clock = Clock()
    bucket = Rates(Rate(2, 3), clock)
    assert [bucket.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert bucket.take("b") == 0, "each name has its own"
    clock.now = 0.5
    assert [bucket.take("a"), bucket.take("a")] == [0, 0.5]
    clock.now = 100
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 0.5], "never more than the burst"
    assert bucket.take("c", 50) == 0 and bucket.take("c") > 20, "one that is larger than the burst is paid off later"


def test_the_names_that_are_remembered_are_bounded(monkeypatch):
    monkeypatch.setattr(rates, "KEPT", 10)
    clock = Clock()
    bucket = Rates(Rate(1, 2), clock)
    for n in range(100):
        clock.now += 0.01
        bucket.take(n)
        bucket.take(n)
    assert len(bucket._left) <= 10 and bucket.take(99) > 0, "the last ones are"


@pytest.fixture
def server(monkeypatch):
    """The bound of three sessions before an app that hears messages until there are none."""
    monkeypatch.setenv("STRIDE_SESSIONS", "3")
    monkeypatch.setattr(sessions, "OPEN", type(sessions.OPEN)())
    heard = []

    async def app(scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                heard.append(scope["client"][0])
            heard.append(message.get("code"))
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})

    bound = sessions.Bound(app)
    bound.heard = heard
    return bound


class Socket:
    """A browser's session, which stays open until it is closed."""

    def __init__(self, server, address):
        self.sent, self.queue = [], asyncio.Queue()

        async def send(message):
            self.sent.append(message)

        scope = {"type": "websocket", "client": (address, 1), "headers": []}
        self.task = asyncio.create_task(server(scope, self.queue.get, send))

    async def says(self, text: bytes):
        await self.queue.put({"type": "websocket.receive", "bytes": text})

    async def close(self):
        await self.queue.put({"type": "websocket.disconnect", "code": 1000})
        await self.task


async def page(server, address="10.0.0.9") -> int:
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "client": (address, 1), "headers": [(b"accept", b"text/html")]}
    await server(scope, None, send)
    if sent[0]["status"] == 503:
        assert b"looks for a place every 15 seconds" in sent[1]["body"]
        assert (b"retry-after", b"15") in sent[0]["headers"]
    return sent[0]["status"]


def test_sessions_have_a_bound_for_all_and_for_one_address_and_a_page_says_so(server):
    async def scene():
        one, two, third = (Socket(server, "10.0.0.1") for _ in range(3))
        await asyncio.sleep(0)
        told = [socket.sent[0]["type"] for socket in (one, two, third)]
        assert told == ["websocket.accept", "websocket.accept", "websocket.close"]
        assert [await page(server, "10.0.0.1"), await page(server)] == [503, 200]
        other, late = Socket(server, "10.0.0.2"), Socket(server, "10.0.0.3")
        await asyncio.sleep(0)
        assert [other.sent[0]["type"], late.sent[0]["type"]] == ["websocket.accept", "websocket.close"]
        assert await page(server) == 503
        await one.close()
        assert await page(server, "10.0.0.1") == 200 and await page(server) == 200
        await two.close()
        await other.close()
        assert not sessions.OPEN

    asyncio.run(scene())


def test_what_one_session_sends_too_fast_waits_and_delays_nobody_else(server, monkeypatch):
    clock, waited, turn = Clock(), [], asyncio.sleep

    async def sleep(seconds):
        waited.append(seconds)
        clock.now += seconds
        await turn(0)

    monkeypatch.setattr(rates, "MESSAGES_OF_SESSION", Rate(20, 2))
    monkeypatch.setattr(sessions, "Rates", lambda rate: Rates(rate, clock))
    monkeypatch.setattr(sessions.asyncio, "sleep", sleep)

    async def scene():
        flood, calm = Socket(server, "10.0.0.1"), Socket(server, "10.0.0.2")
        for _ in range(6):
            await flood.says(b"run")
        await calm.says(b"run")
        await flood.close()
        await calm.close()

    asyncio.run(scene())
    heard = [where for where in server.heard if where != 1000]
    assert waited == pytest.approx([1 / 20] * 4), "the flood waits for all but two"
    assert heard.count("10.0.0.1") == 6 and heard.index("10.0.0.2") <= 3, "the other does not wait for it"


def test_a_message_that_is_too_long_ends_its_session(server, monkeypatch):
    monkeypatch.setattr(sessions, "MESSAGE", 10)

    async def scene():
        socket = Socket(server, "10.0.0.1")
        await socket.says(b"x" * 10)
        await socket.says(b"x" * 11)
        await asyncio.wait_for(socket.task, 5)

    asyncio.run(scene())
    assert len(server.heard) == 2 and server.heard[-1] == 1009


def test_a_wrong_number_of_sessions_is_said(monkeypatch):
    monkeypatch.setenv("STRIDE_SESSIONS", "many")
    with pytest.raises(ValueError, match="STRIDE_SESSIONS is 'many'"):
        sessions.most()
