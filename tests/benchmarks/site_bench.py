"""The site without a server, side by side with the server, in one run: what comes before the first paint, when Python
is there, how long an edit takes, and a second visit without a network.

The site is served by Python's own web server, which packs texts as usual hosts do. STRIDE_PYODIDE names the folder with
Pyodide's files.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Process
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.benchmarks.edit_bench import edits, lesson, summary
from tests.benchmarks.rows import Row
from tests.browser import static
from tests.browser.driver import launch, serving, settle

REPEATS = 3
PAGE = "convolution"
EDIT_MS, PAINT_S, READY_S, AGAIN_S = (25, 60), 1.0, 5.0, 1.0
FIRST_MB, ALL_MB = 0.6, 10.0
PAINTED = """
() => new Promise((done) => new PerformanceObserver((list) => {
  const first = list.getEntriesByName('first-contentful-paint')[0];
  if (first) done(first.startTime);
}).observe({ type: 'paint', buffered: true }))
"""
MB = 1e6


@dataclass
class Arrival:
    """Seconds from the request of a page; megabytes that had come, as they were sent."""

    painted: float
    playable: float
    ready: float
    first_mb: float
    all_mb: float
    requests: int


def arrive(context: BrowserContext, url: str, ready: str, sent: list[tuple[float, int]] | None) -> Arrival:
    """Open a page in a browser that has nothing of it yet.

    ready: what stands there when an edit can be answered. sent: what the page's server has sent, where that counts it;
    else the browser counts, which does not hear of what workers ask for.
    """
    page = context.new_page()
    began = time.perf_counter()
    if sent is None:
        sent, network = [], context.new_cdp_session(page)
        network.send("Network.enable")
        heard = lambda one: sent.append((time.perf_counter(), one["encodedDataLength"]))  # noqa: E731
        network.on("Network.loadingFinished", heard)
    else:
        sent.clear()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(".stride")
    plays = time.perf_counter()
    painted = page.evaluate(PAINTED) / 1000
    page.wait_for_selector(ready, timeout=120_000)
    done = time.perf_counter() - began
    settle(page)
    first = sum(size for at, size in sent if at <= plays)
    whole = sum(size for _, size in sent)
    return Arrival(painted, plays - began, done, first / MB, whole / MB, len(sent))


def spin() -> None:
    while True:
        pass


@contextmanager
def busy(cores: int) -> Iterator[None]:
    """Keep processes busy beside what is measured."""
    others = [Process(target=spin, daemon=True) for _ in range(cores)]
    for other in others:
        other.start()
    try:
        yield
    finally:
        for other in others:
            other.terminate()
            other.join()


def best(browser: Browser, url: str, ready: str, sent: list | None = None) -> Arrival:
    """Return the median visit, by when Python was there."""
    visits = []
    for _ in range(REPEATS):
        context = browser.new_context(service_workers="block")
        visits.append(arrive(context, url, ready, sent))
        context.close()
    return sorted(visits, key=lambda visit: visit.ready)[REPEATS // 2]


def rows() -> list[Row]:
    ready = "html[data-python=ready]"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch(playwright)
        with serving(Path(folder) / "log.txt", env={"STRIDE_DATA": folder}) as server:
            app = best(browser, f"{server.url}/{PAGE}", ".stride")
            page = lesson(browser, server.url)
            edited = sorted(edits(page)[3:])
            page.close()
        beside = (
            f"the server in the same run: painted {app.painted:.2f} s, playable {app.playable:.2f} s, "
            f"{app.all_mb:.1f} MB in {app.requests} requests, an edit {edited[len(edited) // 2]:.0f} ms"
        )
        with static.serving(static.built(Path(folder) / "site")) as site:
            visit = best(browser, f"{site.url}/{PAGE}", ready, site.sent)
            with busy(2):
                loaded = best(browser, f"{site.url}/{PAGE}", ready, site.sent)
            page = lesson(browser, site.url)
            changed = summary("site: edit a cell → new numbers and formula on screen", edits(page), EDIT_MS)
            page.close()
            again = offline(browser, site.url)
        browser.close()
    at_most, cold = Row.at_most, f"median of {REPEATS} visits of {PAGE} with an empty cache"
    return [
        at_most("site: first paint of a lesson", visit.painted, "s", PAINT_S, f"{cold}; {beside}"),
        at_most("site: a lesson plays, before Python is there", visit.playable, "s", PAINT_S, cold),
        at_most("site: Python is ready", visit.ready, "s", READY_S, cold),
        at_most("site: Python is ready beside two busy processes", loaded.ready, "s", READY_S, cold),
        at_most("site: sent before the lesson plays", visit.first_mb, "MB", FIRST_MB, "as sent, texts packed by gzip"),
        at_most("site: sent in all", visit.all_mb, "MB", ALL_MB, f"{visit.requests} requests, until Python is ready"),
        *changed,
        at_most("site: second visit without a network, playable", again, "s", AGAIN_S, PAGE),
    ]


def offline(browser: Browser, url: str) -> float:
    """Return the seconds until a lesson plays at a second visit without a network."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/{PAGE}")
    page.wait_for_selector("html[data-python=ready]", timeout=120_000)
    static.until(page, static.KEPT)
    page.close()
    context.set_offline(True)
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{url}/{PAGE}/", wait_until="commit")
    page.wait_for_selector(".stride")
    taken = time.perf_counter() - began
    context.close()
    return taken
