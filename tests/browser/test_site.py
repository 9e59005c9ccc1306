"""The site without a server: what only this host does. The lessons' contract is held by test_lessons.py."""

import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.states.host.contents import HOME, SECTIONS
from tests.browser import static
from tests.browser.driver import PATIENCE_S, answered, settle
from tests.browser.reading import cell, control, player, read, type_into

pytestmark = pytest.mark.browser
RUNTIME = re.compile(r"pyodide\.asm\.wasm")
# Whether the service worker of a version has come, and none is about to.
CAME = """
async (version) => {
  const { installing, waiting } = await navigator.serviceWorker.ready;
  return !installing && !waiting && (await caches.keys()).some((name) => name.endsWith(version));
}
"""
# A teacher's own page: three lessons in frames, one of them far below.
FRAMES = "".join(
    f'<iframe name="f{k}" src="activation/?embed=true" width="600" height="340"></iframe>'
    f'<div style="height: {height}px"></div>'
    for k, height in enumerate((0, 3000, 0))
)
EXAMPLE = "convolution?example=three-channels-three-filters"


def test_a_page_plays_before_python_is_there_and_what_is_changed_meanwhile_waits(browser, site):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    held = []
    page.route(RUNTIME, lambda route: held.append(route))
    page.goto(f"{site.url}/activation")
    expect(player(page)).to_be_visible(timeout=PATIENCE_S * 1000)
    player(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert read(page).step == 1
    type_into(cell(page, "input", 0, 0, 1), "-7")
    expect(page.locator(".status")).to_contain_text("Python is starting")
    assert page.locator("html[data-python]").count() == 0
    comes_back_to_what_waits(page, held)
    until_asked(page, held)
    held[0].continue_()
    settle(page)
    player(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert read(page).boards["input"][0, 0, 1] == -7 and read(page).boards["output"][0, 0, 1] == 0
    expect(page.locator(".status")).to_be_empty()
    leaves_no_link_in_the_next_page(page, site.url)
    keeps_what_was_left_while_python_starts(page, site.url)
    context.close()


def until_asked(page: Page, held: list) -> None:
    for _ in range(PATIENCE_S * 20):
        if not held:
            page.wait_for_timeout(50)


def comes_back_to_what_waits(page: Page, held: list) -> None:
    """What waits for Python is there again after another page was looked at, and after this one was loaded anew."""
    page.locator("nav.menu summary", has_text="Lessons").click()
    page.locator('nav.menu a[data-page="convolution"]').click()
    expect(page).to_have_title("Convolution · Stride")
    page.locator("nav.menu summary", has_text="Lessons").click()
    page.locator('nav.menu a[data-page="activation"]').click()
    expect(page).to_have_title("Activation · Stride")
    until_asked(page, held)
    held.clear()
    page.reload()
    expect(player(page)).to_be_visible(timeout=PATIENCE_S * 1000)


def leaves_no_link_in_the_next_page(page: Page, url: str) -> None:
    """An edit is on its way while a page is left, and Back comes before the next page has."""
    before, coming = page.url, []
    page.route(re.compile("/convolution/page-"), lambda route: coming.append(route))
    type_into(cell(page, "input", 0, 0, 0), "-5")
    page.locator("nav.menu summary", has_text="Lessons").click()
    page.locator('nav.menu a[data-page="convolution"]').click()
    page.wait_for_timeout(1500)  # the edit is answered
    assert page.url == f"{url}/convolution" and coming
    page.go_back()
    expect(page).to_have_title("Activation · Stride")
    for route in coming:
        route.continue_()
    settle(page)
    assert page.title() == "Activation · Stride" and page.url.startswith(f"{url}/activation")
    assert before.partition("?")[0].rstrip("/") == page.url.partition("?")[0].rstrip("/")


def keeps_what_was_left_while_python_starts(page: Page, url: str) -> None:
    """A page that was left with a fold open is loaded again: its first example, meanwhile, is not what was left."""
    left = "JSON.parse(sessionStorage.getItem('stride:activation'))"
    with answered(page):
        page.locator(".fold summary:visible").first.click()
    before = page.evaluate(left)
    page.goto(f"{url}/activation")
    expect(page.locator(".fold details[open]:visible")).to_have_count(1)
    page.wait_for_timeout(500)  # the fold tells of itself later
    assert page.locator("html[data-python]").count() == 0 and page.evaluate(left) == before


def test_the_menu_leads_to_every_page_and_links_and_back_do(open_page, site):
    page = open_page("/", server=site)
    for section, entries in SECTIONS.items():
        for entry in entries:
            if section:
                page.locator("nav.menu summary", has_text=section).click()
            page.locator(f'nav.menu a[data-page="{entry.name}"]').click()
            expect(page).to_have_title(f"{entry.title} · Stride")
            settle(page, quiet_ms=0)
            assert page.locator(".page h1").count() >= 1 and not page.locator(".block.error").count()
    page.go_back()
    expect(page).to_have_title("Work on a set · Stride")
    page.locator("header .logo").click()
    expect(page).to_have_title("Home · Stride")
    assert page.url == f"{site.url}/" and HOME == "home"
    page.get_by_role("link", name="Lead me through").click()
    expect(page).to_have_title("Input · Stride")
    page.get_by_role("link", name=re.compile("^Next: Convolution")).first.click()
    expect(page).to_have_title("Convolution · Stride")


def test_a_picture_of_ones_own_goes_along_into_the_lessons(open_page, site):
    page = open_page("/input", server=site)
    red, file = io.BytesIO(), page.locator('.own input[type="file"]')
    Image.new("RGB", (40, 30), (255, 0, 0)).save(red, "PNG")
    page.locator(".own summary").click()
    with answered(page):
        file.set_input_files({"name": "red.png", "mimeType": "image/png", "buffer": red.getvalue()})
    expect(page.locator(".own details")).not_to_have_attribute("open", "")
    assert page.url.endswith("x=1x12x12_3~144")  # red as grey, 0.299 of 9
    page.locator(".own summary").click()
    file.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator(".own .why")).to_contain_text("not a PNG, JPEG or WebP picture")
    page.get_by_role("link", name=re.compile("^Next: Convolution")).first.click()
    expect(page).to_have_title("Convolution · Stride")
    settle(page)
    assert len(set(read(page).boards["input"].ravel())) == 1  # one colour


def test_the_second_visit_needs_no_network_and_python_works_there(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/convolution")
    page.wait_for_selector("html[data-python=ready]", timeout=3 * PATIENCE_S * 1000)
    static.until(page, static.KEPT)
    context.set_offline(True)
    page.goto(f"{site.url}/{EXAMPLE}&step=2")
    expect(player(page)).to_have_attribute("data-step", "2", timeout=3 * PATIENCE_S * 1000)
    settle(page)
    with answered(page):
        type_into(cell(page, "input", 0, 0, 0), "5")
    assert read(page).boards["input"][0, 0, 0] == 5
    context.close()


def renewed(folder: Path) -> None:
    """Make another version of a site in its place: its script has another name, and says which version it is of."""
    (old,) = (folder / "parts").glob("site-*.js")
    new = "site-0123456789.js"
    (folder / "parts" / new).write_text(old.read_text("utf-8") + "document.documentElement.dataset.version = 'new';")
    for page in [*folder.rglob("index.html"), folder / "service.js"]:
        text = page.read_text("utf-8").replace(old.name, new)
        page.write_text(re.sub(r'"(version|of)": ?"[0-9a-f]{12}"', r'"\1":"0123456789ab"', text))
    old.unlink()


def test_a_new_version_mixes_with_no_old_one_and_is_there_at_the_second_load(browser, site, tmp_path):
    folder = shutil.copytree(site.folder, tmp_path / "site")
    context = browser.new_context()
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda one: troubles.append(one.url) if one.status >= 400 else None)
    with static.serving(folder) as copy:
        page.goto(f"{copy.url}/check")
        page.wait_for_selector("html[data-python=ready]", timeout=3 * PATIENCE_S * 1000)
        static.until(page, static.KEPT)
        renewed(folder)
        page.locator("nav.menu summary", has_text="Networks").click()  # the tab that is open stays whole
        page.locator('nav.menu a[data-page="forward"]').click()
        expect(page).to_have_title("Forward pass · Stride")
        page.reload()
        expect(page.locator(".page h1")).to_be_visible()
        static.until(page, CAME, "0123456789ab")
        settle(page)
        page.reload()
        expect(page.locator(".page h1")).to_be_visible()
        assert page.evaluate("document.documentElement.dataset.version") == "new"
        settle(page)
        static.until(page, "async () => (await caches.keys()).length === 1")
    assert not troubles
    context.close()


WRONG = """
def relu_forward(x):
    return abs(x), x
"""
RIGHT = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
"""
# A stranger's code that is pasted may compute, and do nothing else.
OUT = """
import js
def relu_forward(x):
    names = "fetch XMLHttpRequest WebSocket EventSource importScripts Worker caches indexedDB navigator".split()
    found = [name for name in names if hasattr(js, name)]
    try:
        found.append(str(js.eval("1 + 1")))
    except BaseException:
        pass
    raise ValueError(f"ways out: {found}")
"""


def run(page: Page, code: str) -> str:
    page.locator("textarea").fill(code)
    control(page, "run").click()
    result = page.locator(".check > .result")
    expect(control(page, "run")).not_to_have_attribute("aria-disabled", "true", timeout=3 * PATIENCE_S * 1000)
    return result.inner_text()


def test_a_learners_function_runs_in_their_browser_and_is_told_its_slip(open_page, site):
    page = open_page("/check?task=relu_forward", server=site)
    assert "should be 0" in run(page, WRONG)
    assert player(page).is_visible()
    assert "right" in run(page, RIGHT).lower()
    assert "ways out: []" in run(page, OUT)


def test_what_a_browser_cannot_make_is_said_and_what_it_can_is_made(open_page, site):
    page = open_page(f"/{EXAMPLE}", server=site)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="PNG").click()
    expect(player(page).get_by_role("alert")).to_contain_text("A browser cannot make this file")
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    assert download.value.suggested_filename == "stride-convolution.svg"
    # The engine's own code comes when it is wanted: Python has bytecode alone.
    fold = page.locator('.fold:has(summary:has-text("own code"))').first
    with answered(page):
        fold.locator("summary").click()
    expect(fold).to_contain_text("def conv2d(")


def test_a_page_of_somebody_elses_shows_the_player_alone_in_its_colours(open_page, site):
    page = open_page(f"/{EXAMPLE}&embed=true", server=site, size=(800, 600), dark=True)
    expect(page.locator("header")).to_be_hidden()
    assert page.get_by_role("link", name="Open in Stride").get_attribute("href").startswith(f"{site.url}/convolution")
    control(page, "next").click()
    assert read(page).step == 1


def test_frames_start_python_one_after_the_other_once_they_are_looked_at_or_used(browser, site):
    context = browser.new_context(service_workers="block", viewport={"width": 1280, "height": 720})
    page = context.new_page()
    asked = []

    def holds(route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route(RUNTIME, holds)
    page.route("**/teacher.html", lambda route: route.fulfill(body=FRAMES, content_type="text/html"))
    page.goto(f"{site.url}/teacher.html")
    first, second, third = (page.frame(name) for name in ("f0", "f1", "f2"))
    for frame in (first, second, third):
        expect(frame.locator(".stride")).to_be_visible(timeout=PATIENCE_S * 1000)
    until_asked(page, asked)
    page.wait_for_timeout(2500)
    assert len(asked) == 1
    asked[0].continue_()
    for frame in (first, second):
        frame.wait_for_selector("html[data-python=ready]", timeout=3 * PATIENCE_S * 1000)
    page.wait_for_timeout(1500)
    assert len(asked) == 2 and not third.locator("html[data-python]").count()
    third.locator(".stride").click()
    third.wait_for_selector("html[data-python=ready]", timeout=3 * PATIENCE_S * 1000)
    context.close()
