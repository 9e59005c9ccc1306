"""A class on one server process: learners who edit once a second, and watchers of a run that trains beside editors.

Each learner is a connection that stays open, in a process beside the server's; requests are those of
assets/sheet/page.js and assets/training/watch.js. Timed is each edit, from its request to the end of its answer.
"""

import asyncio
import contextlib
import gzip
import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.edit_bench import trainings
from tests.benchmarks.rows import Row
from tests.browser.driver import ROOT, serving

LEARNERS, WATCHERS, EDITORS = 50, 25, 5
SECONDS, PERIOD = 20, 1.0
CLASS_MS, BESIDE_MS = 100, 150
BEFORE_CLASS = (
    "before, each edit was followed by a script run: with 14 learners the formula came 2 s late, with 30 3.6 s, with "
    "50 connections broke"
)
BEFORE_BESIDE = "before, each watcher ran the script each second: an edit beside 25 watchers took 1.3 s"


@dataclass
class Heard:
    """What a class has met: milliseconds of each edit, answers to watchers that had news or not, what broke."""

    edits: list[float] = field(default_factory=list)
    news: int = 0
    same: int = 0
    broken: list[str] = field(default_factory=list)


class Connection:
    """A learner's HTTP connection, which stays open, with the cookies that it is given.

    own: the address that it comes from, one for each learner where none is named.
    """

    addresses = itertools.cycle(f"127.0.0.{number}" for number in range(2, 250))

    def __init__(self, url: str, own: str = ""):
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        self.own, self.cookies = own or next(self.addresses), {}

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, local_addr=(self.own, 0))

    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def ask(self, method: str, path: str, body: bytes = b"", accept: str = "*/*") -> tuple[int, bytes]:
        """Return the status and the body of an answer, of which a browser would take the bytes packed."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/json\r\n"
            f"Accept: {accept}\r\nAccept-Encoding: gzip\r\nCookie: {self.cookie()}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        await self.writer.drain()
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = [line.split(": ", 1) for line in lines[1:] if line]
        for name, value in fields:
            if name.lower() == "set-cookie":
                self.cookies.update([value.partition(";")[0].split("=", 1)])
        told = {name.lower(): value.lower() for name, value in fields}
        content = await self._content(told)
        return int(lines[0].split()[1]), gzip.decompress(content) if told.get("content-encoding") == "gzip" else content

    async def _content(self, told: dict[str, str]) -> bytes:
        if told.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(told.get("content-length", 0)))
        chunks = []
        while size := int((await self.reader.readuntil(b"\r\n")).strip(), 16):
            chunks.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(chunks)


async def each_second(
    heard: Heard, act: Callable[[Connection], Awaitable[None]], url: str, start: float, seconds: float
) -> None:
    """Act once a second from a moment of its own on; the next time only after the answer."""
    await asyncio.sleep(start)
    try:
        connection = Connection(url)
        await connection.open()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            await asyncio.wait_for(act(connection), timeout=30)
            await asyncio.sleep(max(0.0, PERIOD - (time.monotonic() - began)))
    except (OSError, ValueError, KeyError, asyncio.IncompleteReadError, TimeoutError) as error:
        heard.broken.append(repr(error))


def editor(heard: Heard, seed: int) -> Callable[[Connection], Awaitable[None]]:
    """Return what edits a cell of an own state, which each answer's link holds; first, the page is opened."""
    numbers, last = random.Random(seed), {}

    async def edit(connection: Connection) -> None:
        if not last:
            last.update(await posted(connection, {"query": {}, "act": None}))
        trace = next(block["data"]["trace"] for block in last["sheet"] if block.get("widget") == "player")
        board = next(board for board in trace["boards"] if board["name"] == "input")
        cell = numbers.randrange(board["shape"][-1] * board["shape"][-2])
        change = {name: board.get(name) for name in ("shape", "origin", "first_pane")}
        change |= {"board": "input", "cells": [cell], "text": str(100 + len(heard.edits))}
        asked = {"query": last["query"], "act": ["edit", change], "step": 0, "has": [trace["id"]]}
        began = time.perf_counter()
        answer = await posted(connection, asked)
        heard.edits.append((time.perf_counter() - began) * 1000)
        if answer["message"] or answer["query"] == last["query"]:
            raise ValueError(f"the edit changed nothing: {answer['message']}")
        last.update(answer)

    async def posted(connection: Connection, asked: dict) -> dict:
        body = json.dumps({"step": None, "unfolded": [], "has": [], "key": str(seed), **asked})
        status, told = await connection.ask("POST", "/engine/convolution", body.encode())
        if status != 200:
            raise ValueError(f"{status}: {told[:300]}")
        return json.loads(told)

    return edit


def watcher(heard: Heard, run: str) -> Callable[[Connection], Awaitable[None]]:
    mark = ""

    async def watch(connection: Connection) -> None:
        nonlocal mark
        status, body = await connection.ask("GET", f"/engine/watch/{run}?has={mark}")
        if status == 204:
            heard.same += 1
            return
        if status != 200:
            raise ValueError(f"{status}: {body[:300]}")
        heard.news += 1
        mark = json.loads(body)["mark"]

    return watch


async def lesson(url: str, seconds: float, editors: int, watchers: int = 0, run: str = "") -> Heard:
    heard, count = Heard(), editors + watchers
    acts = [editor(heard, seed) for seed in range(editors)] + [watcher(heard, run) for _ in range(watchers)]
    random.Random(0).shuffle(acts)
    await asyncio.gather(*(each_second(heard, act, url, PERIOD * k / count, seconds) for k, act in enumerate(acts)))
    return heard


async def beside(*given: object) -> Heard:
    """Hold a lesson in a process of its own, so that it does not wait for the one that measures."""
    command = [sys.executable, "-m", "tests.benchmarks.class_bench", *map(str, given)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return Heard(**json.loads(told))


def summary(name: str, heard: Heard, p95_ms: float, detail: str) -> list[Row]:
    times = sorted(heard.edits)
    if not times:
        raise AssertionError(f"{name}: nothing was answered: {heard.broken[:3]}")
    if heard.broken:
        print(f"{name}: {heard.broken[:3]}", flush=True)
    return [
        Row(f"{name}, p50", times[len(times) // 2], "ms", detail=f"{len(times)} edits; {detail}"),
        Row.at_most(f"{name}, p95", times[int(0.95 * (len(times) - 1))], "ms", p95_ms, detail),
        Row(f"{name}, slowest", times[-1], "ms", detail=detail),
        Row.at_most(f"{name}, broken connections", len(heard.broken), "", 0, detail),
    ]


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with serving(root / "log.txt", env={"STRIDE_DATA": folder}) as server:
            name = f"{LEARNERS} learners who edit every second"
            heard = asyncio.run(beside(server.url, SECONDS, LEARNERS))
            measured = summary(name, heard, CLASS_MS, f"one process, {SECONDS} s; {BEFORE_CLASS}")
        env, runs, all_train = trainings(root, 1)
        with serving(root / "log2.txt", env=env) as server:
            all_train()
            heard = asyncio.run(beside(server.url, SECONDS, EDITORS, WATCHERS, runs[0].id))
            all_train()
            name = f"{EDITORS} learners beside {WATCHERS} watchers of a run"
            if not heard.news:
                raise AssertionError("the watchers saw nothing new")
            detail = f"{heard.news} answers with news, {heard.same} without; {BEFORE_BESIDE}"
            measured += summary(name, heard, BESIDE_MS, detail)
            with contextlib.suppress(ValueError):
                runs[0].control("stop")
    return measured


if __name__ == "__main__":
    url, seconds, editors, *more = sys.argv[1:]
    heard = asyncio.run(lesson(url, float(seconds), int(editors), int(more[0]) if more else 0, *more[1:]))
    print(json.dumps(asdict(heard)))
