"""From a change (an edited cell, a knob) to the new numbers and formulas on screen, timed in the browser."""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from engine.training.presets import PRESETS
from engine.training.runs import Run, create
from tests.benchmarks.rows import Row
from tests.browser.driver import DESKTOP, launch, serving, settle
from tests.browser.reading import cell, control, knob, more

REPEATS = 40
ALONE, WATCHED, JUDGING = (20, 40), (100, 100), (40, 40)  # ms: p50, p95
OLD = "before, with a script run after each edit: p50 37, p95 45 ms without the formula; watched 181, 336 ms"
NUMBERS, VERDICT = ('[data-board="total"], .where', ".block.math"), (".verdict",)
# From the key that commits a change to the first frame painted after the texts of all those parts have changed. The
# player may rebuild its boards, so they are looked up anew each time.
TIME = """
([root, parts]) => new Promise((done) => {
  const texts = (what) => [...root.querySelectorAll(what)].map((n) => n.textContent).join();
  const before = parts.map(texts);
  let began;
  document.addEventListener('keydown', () => { began = performance.now(); }, { capture: true, once: true });
  const watch = new MutationObserver(() => {
    if (began === undefined || parts.some((part, k) => texts(part) === before[k])) return;
    watch.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  });
  watch.observe(root, { childList: true, characterData: true, subtree: true });
})
"""


def timed(page: Page, prepare, key: str, parts: tuple[str, ...] = NUMBERS) -> float:
    """Milliseconds from `key` to the painted texts of parts; `prepare` does what comes before the key."""
    prepare()
    root = page.locator(".page").element_handle()
    page.evaluate(f"(given) => {{ window.strideTimed = ({TIME.strip()})(given); }}", [root, list(parts)])
    page.keyboard.press(key)
    taken = page.evaluate("() => Promise.race([window.strideTimed, new Promise((late) => setTimeout(late, 10000))])")
    assert taken is not None, f"{key} changed nothing on screen within 10 s"
    settle(page, quiet_ms=50)
    return taken


def edits(page: Page) -> list[float]:
    """Edit one input cell again and again."""

    def type_number(k: int) -> None:
        cell(page, "input", 0, 0, 0).dblclick()
        page.keyboard.type(str(10 + k))

    return [timed(page, lambda k=k: type_number(k), "Enter") for k in range(REPEATS)]


def knobs(page: Page) -> list[float]:
    """Turn the dilation up and down: the output's size changes each time."""
    return [timed(page, knob(page, "dilation").focus, "ArrowUp" if k % 2 == 0 else "ArrowDown") for k in range(REPEATS)]


def guesses(page: Page) -> list[float]:
    """Give one wrong answer after the other."""
    control(page, "predict").click()
    field = page.locator(".predicted")
    return [timed(page, lambda k=k: field.fill(str(500 + k)), "Enter", VERDICT) for k in range(REPEATS)]


def summary(name: str, times: list[float], budgets: tuple[float, float]) -> list[Row]:
    times = sorted(times[3:])
    median, p95 = statistics.median(times), times[int(0.95 * (len(times) - 1))]
    detail = f"{len(times)} in a row after 3 to warm up, 6×6×3 input, three 3×3 filters; key press to painted frame"
    detail += f"; {OLD}"
    return [
        Row.at_most(f"{name}, p50", median, "ms", budgets[0], detail),
        Row.at_most(f"{name}, p95", p95, "ms", budgets[1], detail),
    ]


def trainings(folder: Path, count: int) -> tuple[dict[str, str], list[Run], Callable[[], None]]:
    """Leave trainings for an app to take up; return its environment, them, and what waits until all take steps."""
    config = replace(PRESETS["standard"].config, data="shapes", epochs=100)
    made = [create(config, f"run {k}", folder=folder / "runs" / f"{k:08x}") for k in range(1, count + 1)]

    def all_train() -> None:
        seen, until = [run.state().step for run in made], time.monotonic() + 300
        while not all(run.state().step > step for run, step in zip(made, seen, strict=True)):
            if time.monotonic() > until:
                raise AssertionError(f"the runs do not train: {[run.state() for run in made]}")
            time.sleep(0.5)

    return {"STRIDE_DATA": str(folder), "STRIDE_RUNS": str(count)}, made, all_train


def rows() -> list[Row]:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch(playwright)
        with serving(Path(folder) / "log.txt", env={"STRIDE_DATA": folder}) as server:
            page = lesson(browser, server.url)
            measured = summary("edit a cell → new numbers and formula on screen", edits(page), ALONE)
            measured += summary("turn a knob → new numbers and formula on screen", knobs(page), ALONE)
            measured += summary("an answer in Predict → its verdict on screen", guesses(page), JUDGING)
            page.close()
        env, runs, both_train = trainings(Path(folder), 2)
        with serving(Path(folder) / "log2.txt", env=env) as server:
            both_train()
            # Two sessions watch them: each asks about once a second for what is new.
            for run in runs:
                watching = browser.new_context().new_page()
                watching.goto(f"{server.url}/training?run={run.id}")
                watching.wait_for_selector(".js-plotly-plot .nsewdrag")
            page = lesson(browser, server.url)
            measured += summary("the same edit while two sessions watch their runs train", edits(page), WATCHED)
            measured += summary("the same knob while two sessions watch their runs train", knobs(page), WATCHED)
            both_train()
        browser.close()
    return measured


def lesson(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport=dict(zip(("width", "height"), DESKTOP, strict=True)))
    page.goto(f"{url}/convolution?example=three-channels-three-filters")
    page.wait_for_selector(".stride")
    settle(page)
    more(page)
    return page
