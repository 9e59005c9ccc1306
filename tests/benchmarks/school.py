"""A class as it is played: each learner opens a lesson as a browser does, steps, and edits every 5 to 15 seconds.

`python -m tests.benchmarks.school URL LEARNERS SECONDS` prints what they met, as JSON. All come from one address, as
from a school. A learner's browser is a page, a session of Streamlit's over a WebSocket, and acts as page.js in
assets/sheet sends them: one after the other, and again where there was no answer.
"""

import asyncio
import contextlib
import json
import random
import re
import sys
import time
from dataclasses import asdict, dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.benchmarks.class_bench import Connection

PAGE = "convolution"
ACT = 5 / 3, 15 / 3  # seconds from one act to the next; every third is an edit
PAUSES = 0.5, 1.0, 2.0, 4.0  # assets/sheet/ask.js
A_SECOND = 5  # learners that come
LATER = (429, 502, 503, 504)
LINKED = re.compile(rb'(?:src|href)="\./([^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'new URL\("([^"]+)"')
TROUBLES = (OSError, EOFError, WebSocketException, TimeoutError)


@dataclass
class Met:
    """What a class has met: milliseconds of openings, edits, steps and reconnections; what was said; what was wrong."""

    opened: list[float] = field(default_factory=list)
    edits: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: int = 0


class Learner:
    def __init__(self, url: str, number: int, met: Met):
        self.url, self.met, self.chance = url, met, random.Random(number)
        self.browser, self.is_open = Connection(url, own="127.0.0.1"), False
        self.query: dict[str, str] = {}
        self.trace: dict | None = None
        self.typed: dict[int, str] = {}  # what was typed into which cell
        self.socket: ClientConnection | None = None
        self.session = self.key = ""

    # The page

    async def opens(self) -> None:
        """Open the page: its files, the session, the script's run."""
        began = time.perf_counter()
        _, html = await self.got(f"/{PAGE}", accept="text/html")
        await self.loads([f"/{file.decode()}" for file in LINKED.findall(html)])
        component = await self.connects()
        await self.got(f"/{IMPORTED.search(component.js_content)[1]}")
        self.takes(json.loads(component.json)["answer"])
        self.met.opened.append(1000 * (time.perf_counter() - began))

    async def connects(self):
        """Open a session, or the one before again; return what the script draws."""
        told = ["streamlit", "none", *([self.session] if self.session else [])]
        headers = {"Cookie": self.browser.cookie()}
        url = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self.socket = await connect(
            url, subprotocols=told, additional_headers=headers, origin=self.url, max_size=2**24, compression=None
        )
        asked = BackMsg()
        asked.rerun_script.page_name = PAGE
        await self.socket.send(asked.SerializeToString())
        component = None
        while True:
            message = ForwardMsg.FromString(await self.socket.recv())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
                component = message.delta.new_element.bidi_component
            elif kind == "script_finished":
                break
        self.key = json.loads(component.json)["key"]
        return component

    async def stays(self) -> None:
        """Read what the session is sent; where it breaks off, connect again, as Streamlit's front end does."""
        while True:
            try:
                async for _ in self.socket:
                    pass
            except TROUBLES:
                pass
            began = time.perf_counter()
            while True:
                await asyncio.sleep(1 + self.chance.random())
                try:
                    await asyncio.wait_for(self.connects(), 30)
                    break
                except TROUBLES:
                    continue
            self.met.again.append(1000 * (time.perf_counter() - began))

    # What is asked

    async def loads(self, paths: list[str]) -> None:
        """Get files over six connections, as browsers do."""

        async def some(paths: list[str]) -> None:
            other = Learner(self.url, 0, self.met)
            other.browser.cookies = self.browser.cookies
            for path in paths:
                await other.got(path)
            other.browser.writer.close()

        await asyncio.gather(*(some(paths[k::6]) for k in range(6)))

    async def got(self, path: str, accept: str = "*/*") -> tuple[int, bytes]:
        status, body = await self.asks("GET", path, accept=accept)
        if status != 200:
            raise ValueError(f"{path}: {status}")
        return status, body

    async def asks(self, method: str, path: str, body: bytes = b"", accept: str = "*/*") -> tuple[int, bytes]:
        """Ask, over another connection where the last one was closed."""
        if not self.is_open or self.browser.reader.at_eof():
            await self.browser.open()
        self.is_open = False
        answer = await asyncio.wait_for(self.browser.ask(method, path, body, accept), 30)
        self.is_open = True
        return answer

    async def acts(self, name: str, value: object) -> float:
        """Do an act as a page does; return the milliseconds until its answer is there."""
        has = [self.trace["id"]] if self.trace else []
        began = time.perf_counter()
        for tried in range(100):
            asked = {"query": self.query, "act": [name, value], "step": 0, "unfolded": [], "has": has, "key": self.key}
            try:
                status, body = await self.asks("POST", f"/engine/{PAGE}", json.dumps(asked).encode())
            except TROUBLES as error:
                status, body = 0, repr(error).encode()
            if status == 200:
                answer = json.loads(body)
                if answer["message"]:
                    self.met.errors.append(answer["message"])
                self.takes(answer)
                return 1000 * (time.perf_counter() - began)
            if status and status not in LATER:
                raise ValueError(f"{status}: {body[:300]}")
            if not tried:
                self.met.said.append("busy" if status == 429 else f"silent ({status})")
            await asyncio.sleep(PAUSES[min(tried, 3)] * (1 + self.chance.random() / 2))
        raise ValueError("no answer after 100 tries")

    def takes(self, answer: dict) -> None:
        self.query = answer["query"]
        widgets = (block for block in answer["sheet"] if block.get("widget") == "player")
        trace = next(widgets)["data"].get("trace")
        if trace and "boards" in trace:
            self.trace = trace

    # The lesson

    async def edits(self) -> None:
        board = next(board for board in self.trace["boards"] if board["name"] == "input")
        cell = self.chance.randrange(board["shape"][-1] * board["shape"][-2])
        text = str(self.chance.randrange(1, 100))
        change = {name: board.get(name) for name in ("shape", "origin", "first_pane")}
        took = await self.acts("edit", {**change, "board": "input", "cells": [cell], "text": text})
        self.typed[cell] = text
        self.met.edits.append(took)

    async def plays(self, until: float) -> None:
        """Come, act until a moment, and go."""
        staying = None
        try:
            await self.opens()
            staying = asyncio.create_task(self.stays())
            for number in range(1, 10_000):
                await asyncio.sleep(self.chance.uniform(*ACT))
                if time.monotonic() > until:
                    break
                if number % 3:
                    self.met.steps.append(await self.acts("step", self.chance.randrange(9)))
                else:
                    await self.edits()
        except (*TROUBLES, ValueError, KeyError, TypeError) as error:
            self.met.errors.append(repr(error))
        finally:
            if staying:
                staying.cancel()
            with contextlib.suppress(*TROUBLES):
                if self.socket:
                    await self.socket.close()

    def is_kept(self) -> bool:
        """Whether the link that the learner has at the end holds all that was typed."""
        from pages.states.answers import opened

        before, after = (opened(PAGE, query)[1].input for query in ({}, self.query))
        expected = before.copy()
        for cell, text in self.typed.items():
            expected.reshape(-1)[cell] = float(text)
        return expected.shape == after.shape and bool((expected == after).all())


async def school(url: str, count: int, seconds: float) -> Met:
    """Let learners come, so many a second, and play for so long after the last has come."""
    met = Met()
    learners = [Learner(url, number, met) for number in range(count)]
    until = time.monotonic() + count / A_SECOND + seconds

    async def comes(number: int, learner: Learner) -> None:
        await asyncio.sleep(number / A_SECOND)
        await learner.plays(until)

    await asyncio.gather(*(comes(number, learner) for number, learner in enumerate(learners)))
    met.lost = sum(not learner.is_kept() for learner in learners)
    return met


if __name__ == "__main__":
    url, count, seconds = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(school(url, int(count), float(seconds))))))
