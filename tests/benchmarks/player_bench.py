"""Script time a frame while the player plays at its fastest, on a page of its own."""

import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from engine.layers import Conv2d
from pages.ui.player import standalone
from tests.benchmarks.rows import Row
from tests.browser.driver import launch

SECONDS = 4
P95_MS, FRAMES = 4.0, 60
# Times every animation-frame callback of the page, and counts the frames.
WATCH = """
window.strideFrames = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (run) => ask((now) => {
  const began = performance.now();
  run(now);
  window.strideFrames.push([now, performance.now() - began]);
});
"""


def rows() -> list[Row]:
    rng = np.random.default_rng(0)
    x, weight = rng.integers(0, 10, (3, 12, 12)) / 1.0, rng.integers(-2, 3, (4, 3, 3, 3)) / 1.0
    trace = Conv2d(3, 4, 3).trace(x, weight=weight, bias=np.array([2.0, 3, 1, 0]))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "player.html"
        file.write_text(standalone(trace), encoding="utf-8")
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(WATCH)
        page.goto(file.as_uri())
        page.locator('[data-control="speed"]').select_option(label="8×")
        page.locator(".stride").focus()
        page.keyboard.press("Space")
        page.wait_for_timeout(500)
        page.evaluate("window.strideFrames.length = 0")
        page.wait_for_timeout(SECONDS * 1000)
        frames = page.evaluate("window.strideFrames")
        step = int(page.locator(".stride").get_attribute("data-step"))
        browser.close()
    assert step > 5, "the player did not play"
    times = sorted(took for _, took in frames)
    busy = [took for took in times if took > 0.3] or times
    span = (frames[-1][0] - frames[0][0]) / 1000
    p95, p95_busy = (each[int(0.95 * (len(each) - 1))] for each in (times, busy))
    detail = (
        f"{len(frames)} frames at 8×, 12×12×3 input, four 3×3 filters; frames that change a step: p95 {p95_busy:.1f} ms"
    )
    return [
        Row.at_most("player: script time a frame, p95", p95, "ms", P95_MS, detail),
        Row.at_most("player: script time a frame that shows a new step, p95", p95_busy, "ms", P95_MS, detail),
        Row.at_least("player: frames a second", round((len(frames) - 1) / span, 1), "/s", FRAMES - 1, detail),
    ]
