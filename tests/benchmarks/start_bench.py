"""From `streamlit run app.py` to a first page that can be used, in a browser that is open already."""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.rows import Row
from tests.browser.driver import DESKTOP, launch, settle, start_server

REPEATS = 3
BUDGET_S = 3.0
FIRST_ELEMENT = '[data-testid="stMain"] [data-testid="stElementContainer"]'


def start_once(browser: Browser, log: Path) -> tuple[float, float]:
    """Seconds until the server answers, and until the page has settled."""
    page = browser.new_page(viewport=dict(zip(("width", "height"), DESKTOP, strict=True)))
    began = time.perf_counter()
    server = start_server(log)
    try:
        server.wait_until_healthy()
        answered = time.perf_counter() - began
        page.goto(server.url, wait_until="commit")
        page.wait_for_selector(FIRST_ELEMENT, timeout=60_000)
        settle(page, quiet_ms=0)
        usable = time.perf_counter() - began
    finally:
        server.stop()
        page.context.close()
    return answered, usable


def rows() -> list[Row]:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch(playwright)
        times = [start_once(browser, Path(folder) / "log.txt") for _ in range(REPEATS)]
        browser.close()
    answered = statistics.median(first for first, _ in times)
    usable = [second for _, second in times]
    detail = (
        f"median of {REPEATS} ({', '.join(f'{seconds:.2f}' for seconds in usable)} s), "
        f"server answers after {answered:.2f} s; home page, empty browser cache, Chromium open already"
    )
    name = "start: streamlit run → first page usable"
    return [Row.at_most(name, statistics.median(usable), "s", BUDGET_S, detail)]
