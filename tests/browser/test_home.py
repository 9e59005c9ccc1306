"""Home in a browser: alive on arrival, still at a touch, three ways in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import acted, rerun
from tests.browser.reading import read

pytestmark = pytest.mark.browser
PIXEL = ".alive-pixels i:nth-child({})"
BOX = """
(box) => { const [b, m] = [box, box.parentElement].map((node) => node.getBoundingClientRect());
  return [b.top - m.top, b.left - m.left, b.height, b.width].map((part) => Math.round((28 * part) / m.width)); }
"""


def waits_for(page: Page, condition: str) -> None:
    """Wait until a condition on the network `alive` holds."""
    page.locator(".alive-stages").evaluate(
        "(alive, condition) => new Promise((done) => { const holds = new Function('alive', `return ${condition}`);"
        " const look = () => (holds(alive) ? done() : requestAnimationFrame(look)); look(); })",
        condition,
    )


def test_it_lives_on_arrival_and_stops_at_a_touch(open_page):
    page = open_page("/?input=scene")
    alive = page.locator(".alive")
    expect(alive).to_have_attribute("data-playing", "yes")
    box = page.locator(".alive-pixels > .alive-box")
    waits_for(page, "alive.dataset.stage === 'conv1' && !alive.querySelector('.alive-pixels > .alive-box').hidden")
    first = box.evaluate(BOX)
    waits_for(page, "parseFloat(alive.querySelector('.conv1').style.getPropertyValue('--t')) > 0")
    assert box.evaluate(BOX) != first
    page.locator(".alive-stage.conv1 .alive-map").first.click()
    expect(alive).to_have_attribute("data-playing", "no")
    grown = page.locator(".alive-stage.conv1").get_attribute("style")
    page.wait_for_timeout(200)
    assert page.locator(".alive-stage.conv1").get_attribute("style") == grown


def test_pointing_at_a_pixel_frames_what_it_reaches_and_shows_the_answer(open_page):
    page = open_page("/", reduced_motion=True)
    expect(page.locator(".alive")).to_have_attribute("data-playing", "no")
    assert page.locator(".alive-share.best.shown").inner_text().split() == ["7", "100", "%"]
    page.locator(PIXEL.format(14 * 28 + 15)).hover()
    expect(page.locator(".alive-says")).to_contain_text("Row 14, column 14: 5.")
    # 14 reaches 12 … 16 of the first maps, through 5 × 5 windows with padding 2.
    assert page.locator(".alive-stage.conv1 .alive-box").first.evaluate(BOX) == [12, 12, 5, 5]
    assert page.locator(".alive-map > .alive-box:visible").count() == 6 * 3 + 16 * 3
    says = page.locator(".alive-says[aria-live=polite]")
    expect(says).to_have_count(0)
    page.locator(".alive-pixels").focus()
    page.keyboard.press("ArrowDown")
    expect(says).to_contain_text("Row 15, column 14")
    whole = page.get_by_role("application", name="The picture as numbers")
    assert not re.search(r"\d", whole.aria_snapshot().replace("28 by 28", ""))  # 784 numbers are not read out in a row
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".alive")).to_have_attribute("data-playing", "yes")


def test_the_chosen_picture_goes_along_and_a_choice_makes_no_script_run(open_page):
    page = open_page("/", reduced_motion=True)
    page.evaluate("window.notReloaded = true")
    with acted(page):
        page.get_by_role("button", name="letter").click()
    assert page.url.endswith("?input=letter")
    expect(page.locator(".alive-says")).to_contain_text("calls any picture a digit")
    page.get_by_role("button", name="Open a lesson").click()
    with rerun(page):
        page.locator(".popup").get_by_role("link", name="Convolution", exact=True).click()
    assert read(page).boards["input"].shape == (1, 12, 12) and "pic.letter.grey.12.0-9" in page.url
    with rerun(page):
        page.go_back()
    with rerun(page):
        page.get_by_role("link", name="Lead me through").click()
    page.wait_for_url("**/input?x=pic.letter.grey.12.0-9")
    assert page.evaluate("window.notReloaded") is True


def test_nothing_sticks_out_overlaps_or_is_too_small_to_read(open_page):
    page = open_page("/", reduced_motion=True)
    for size in ((1280, 720), (1920, 1080), (820, 1180), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        look(page, size)


def look(page: Page, size: tuple[int, int]) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    boxes = [one.bounding_box() for one in page.locator(".alive-stage").all()]
    for k, a in enumerate(boxes):
        assert a["x"] >= 0 and a["x"] + a["width"] <= size[0]
        for b in boxes[k + 1 :]:
            apart = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
            assert apart or a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1, (a, b)
    least = "(nodes) => Math.min(...nodes.map((node) => parseFloat(getComputedStyle(node).fontSize)))"
    assert page.locator(".page *").evaluate_all(least) >= 12
    pixels = page.locator(".alive-pixels").bounding_box()
    assert pixels["width"] >= (560 if size[0] == 1920 else 340)


def test_the_phones_menu_closes_on_a_choice(open_page):
    page = open_page("/", mobile=True)
    page.get_by_test_id("stExpandSidebarButton").click()
    with rerun(page):
        page.get_by_test_id("stSidebarNavLink").filter(has_text="Pooling").first.click()
    page.wait_for_selector(".stride")
    expect(page.locator('[data-testid="stSidebar"][data-collapsed="true"]')).to_have_count(1)
    assert page.url.endswith("/pooling")
