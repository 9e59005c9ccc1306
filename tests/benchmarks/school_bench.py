"""A school's class: 300 learners from one address, over Caddy and three replicas; a run trains, a replica is killed.

STRIDE_CLASS and STRIDE_CLASS_SECONDS make it smaller. Everything runs on this machine, the learners too, by loopback.
Not played are the 80 small files that a browser loads once and keeps. Then the knee: how many edits a second are
answered within the budget, by one process and by three.
"""

import asyncio
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.benchmarks.class_bench import beside
from tests.benchmarks.edit_bench import trainings
from tests.benchmarks.rows import Row
from tests.benchmarks.school import A_SECOND, Met
from tests.browser.driver import ROOT, Server, free_port, serving

LEARNERS = int(os.environ.get("STRIDE_CLASS", "300"))
SECONDS = float(os.environ.get("STRIDE_CLASS_SECONDS", "180"))
EDIT_MS, SESSION_MB = 500, 8
RATES, RATE_SECONDS = (10, 20, 40, 60, 80, 120, 160), 6  # edits a second
REPLICAS = 3


@contextlib.contextmanager
def replicas(root: Path, count: int, env: dict[str, str]) -> Iterator[list[Server]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(serving(root / f"log{k}.txt", env=env)) for k in range(count)]


@contextlib.contextmanager
def in_front(root: Path, servers: list[Server]) -> Iterator[str]:
    """Serve replicas through Caddy, with the house's own Caddyfile; yield the address."""
    caddy = shutil.which("caddy")
    if not caddy:
        raise AssertionError("Caddy is not installed: on Debian, apt-get install caddy")
    port = free_port()
    named = {
        "STRIDE_SITE": f"http://:{port}", "STRIDE_REPLICAS": " ".join(server.url[7:] for server in servers),
        "XDG_DATA_HOME": str(root), "XDG_CONFIG_HOME": str(root),
    }  # fmt: skip
    command = [caddy, "run", "--adapter", "caddyfile", "--config", str(ROOT / "Caddyfile")]
    with (root / "caddy.txt").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **named}, stdout=log, stderr=log)
    server = Server(process, f"http://localhost:{port}", root / "caddy.txt")
    try:
        server.wait_until_healthy()
        yield server.url
    finally:
        server.stop()


def played(url: str, servers: list[Server]) -> tuple[Met, float]:
    """Let the class play, kill a replica half-way; return what it met, and the MB of a session."""
    command = [sys.executable, "-m", "tests.benchmarks.school", url, str(LEARNERS), str(SECONDS)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as class_:
        wait(lambda: min(sessions(server) for server in servers) >= 1)
        first, held = sum(sessions(server) for server in servers), memory(servers)
        came = time.monotonic() + LEARNERS / A_SECOND
        with contextlib.suppress(AssertionError):  # some may still be coming
            wait(lambda: sum(sessions(server) for server in servers) >= LEARNERS, came - time.monotonic() + SECONDS / 4)
        more = sum(sessions(server) for server in servers) - first
        each = (memory(servers) - held) / max(1, more)
        time.sleep(max(0.0, came + SECONDS / 2 - time.monotonic()))
        servers[-1].process.kill()
        told, _ = class_.communicate(timeout=SECONDS + 300)
    return Met(**json.loads(told)), each


def wait(ready, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            raise AssertionError("the class did not come in time")
        time.sleep(0.2)


def sessions(server: Server) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{server.url}/engine/health", timeout=30) as told:
        return json.load(told)["sessions"]


def memory(servers: list[Server]) -> float:
    """Return the megabytes that the processes have to themselves."""
    return sum(psutil.Process(server.process.pid).memory_full_info().uss for server in servers) / 1e6


def knee(name: str, url: str) -> Row:
    """Return the most edits a second of which 95 % are answered within the budget."""
    best, told = 0, []
    for rate in RATES:
        heard = asyncio.run(beside(url, RATE_SECONDS, rate))
        p95 = quantile(heard.edits, 0.95)
        told.append(f"{rate}: {len(heard.edits) / RATE_SECONDS:.0f}/s, p95 {p95:.0f} ms")
        if heard.broken or p95 > EDIT_MS:
            break
        best = rate
    return Row(f"{name}: most edits a second with p95 ≤ {EDIT_MS} ms", best, "/s", detail="; ".join(told))


def quantile(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))] if times else float("inf")


def summary(met: Met, each: float) -> list[Row]:
    name = f"{LEARNERS} learners over {REPLICAS} replicas, a run training, one replica killed"
    for wrong in met.errors[:5]:
        print(f"{name}: {wrong}", flush=True)
    detail = (
        f"{SECONDS:g} s; {len(met.edits)} edits, {len(met.steps)} steps; a page opened: p50 "
        f"{quantile(met.opened, 0.5):.0f} ms, p95 {quantile(met.opened, 0.95):.0f} ms"
    )
    mended = f"{len(met.again)} came back, after {statistics.median(met.again or [0]) / 1000:.1f} s"
    return [
        Row(f"{name}: an edit, p50", quantile(met.edits, 0.5), "ms", detail=detail),
        Row.at_most(f"{name}: an edit, p95", quantile(met.edits, 0.95), "ms", EDIT_MS, detail),
        Row(f"{name}: a step, p95", quantile(met.steps, 0.95), "ms", detail=detail),
        Row.at_most(f"{name}: errors", len(met.errors), "", 0, f"{mended}; said in passing: {len(met.said)}"),
        Row.at_most(f"{name}: lost states", met.lost, "", 0, detail),
        Row.at_most(f"{name}: memory of a session", each, "MB", SESSION_MB, "own memory of the processes"),
    ]


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        env, runs, all_train = trainings(root, 1)
        with replicas(root, REPLICAS, env) as servers, in_front(root, servers) as url:
            all_train()
            measured = summary(*played(url, servers))
            with contextlib.suppress(ValueError):
                runs[0].control("stop")
        quiet = {"STRIDE_DATA": str(root / "quiet")}
        with replicas(root, REPLICAS, quiet) as servers:
            measured.append(knee("one process", servers[0].url))
            with in_front(root, servers) as url:
                measured.append(knee(f"{REPLICAS} replicas", url))
    return measured
