"""Script time a frame while the player plays at its fastest, on a page of its own."""

import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from engine.layers import Conv2d
from pages.states.share.standalone import standalone
from tests.benchmarks.rows import Row
from tests.browser.driver import DESKTOP, launch

SECONDS = 4
P95_MS, FRAMES = 4.0, 60
BUSY_MS = 0.3  # a frame without a new step takes less
# Times every animation-frame callback of the page; `strideLayout` has it work out style and layout as well.
WATCH = """
window.strideFrames = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (run) => ask((now) => {
  const began = performance.now();
  run(now);
  if (window.strideLayout) document.body.getBoundingClientRect();
  window.strideFrames.push([now, performance.now() - began]);
});
"""


def play(page: Page, *, layout: bool) -> tuple[np.ndarray, np.ndarray, int]:
    """Play for a while: when each frame began and how long its script took (ms), and how many steps were shown."""
    page.evaluate("(layout) => { window.strideLayout = layout; window.player.go(0) }", layout)
    page.locator(".stride").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(500)
    before = int(page.locator(".stride").get_attribute("data-step"))
    page.evaluate("window.strideFrames.length = 0")
    page.wait_for_timeout(SECONDS * 1000)
    began, took = np.array(page.evaluate("window.strideFrames")).T
    steps = int(page.locator(".stride").get_attribute("data-step")) - before
    page.keyboard.press("Space")
    assert steps > 5, "the player did not play"
    return began, took, steps


def rows() -> list[Row]:
    rng = np.random.default_rng(0)
    x, weight = rng.integers(0, 256, (3, 12, 12)) / 1.0, rng.integers(-2, 3, (4, 3, 3, 3)) / 1.0
    trace = Conv2d(3, 4, 3).trace(x, weight=weight, bias=np.array([2.0, 3, 1, 0]))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "player.html"
        file.write_text(standalone(trace), encoding="utf-8")
        browser = launch(playwright)
        page = browser.new_page(viewport=dict(zip(("width", "height"), DESKTOP, strict=True)))
        page.add_init_script(WATCH)
        page.goto(file.as_uri())
        page.wait_for_function("window.player")
        page.locator('[data-control="speed"]').select_option(label="8×")
        began, script, steps = play(page, layout=False)
        _, whole, _ = play(page, layout=True)
        browser.close()
    rate = (len(began) - 1) / float(began[-1] - began[0]) * 1000
    busy, busy_whole = script[script > BUSY_MS], whole[whole > BUSY_MS]
    p50, p95 = np.percentile(script, [50, 95])
    name = "player: script time a frame"
    how = f"{len(script)} frames with {steps} steps at 8×, 12×12×3 input of 0–255, four 3×3 filters"
    steps_only = f"the {len(busy)} frames over {BUSY_MS} ms, which show a new step"
    laid_out = "the frames that show a new step, with their style and layout forced and counted in"
    p95_busy, p95_whole = (float(np.percentile(each, 95)) for each in (busy, busy_whole))
    return [
        Row.at_most(f"{name}, p95", float(p95), "ms", P95_MS, f"{how}; p50 {p50:.2f} ms"),
        Row.at_most(f"{name} with a new step, p95", p95_busy, "ms", P95_MS, steps_only),
        Row(f"{name} with a new step, style and layout, p95", p95_whole, "ms", detail=laid_out),
        Row.at_least("player: frames a second", round(rate, 1), "/s", FRAMES - 1, f"{how}; the screen has {FRAMES}"),
    ]
