"""Home in a browser: the network's parts lead to their lessons without a reload."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import rerun

pytestmark = pytest.mark.browser


def press(page: Page, selector: str) -> None:
    """Click in the middle of a drawing; what is hit there is the link that lies over it."""
    box = page.locator(selector).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_parts_drawing_leads_to_its_lesson(open_page):
    page = open_page("/")
    page.evaluate("window.notReloaded = true")
    with rerun(page):
        press(page, ".st-key-stage-lesson-input .sx-sheets")
    page.wait_for_url("**/input?x=pic.digit.rgb.6.0-9*")
    expect(page.locator("table.sx-cells")).to_have_count(3)
    with rerun(page):
        page.get_by_test_id("stTopNavLink").filter(has_text="Home").first.click()
    with rerun(page):
        press(page, ".st-key-stage-lesson-convolution .sx-sheets")
    page.wait_for_selector(".stride")
    assert page.evaluate("window.notReloaded") is True


def test_start_here_leads_to_the_first_lesson(open_page):
    page = open_page("/?input=scene")
    expect(page.locator(".sx-bar.sx-best")).to_contain_text("scene")
    with rerun(page):
        page.get_by_role("link", name="Start here").click()
    expect(page.locator(".sx-shape")).to_have_attribute("data-shape", "1,1,6,6")


def test_on_a_phone_in_the_dark_nothing_sticks_out(open_page):
    page = open_page("/", mobile=True, dark=True)
    for box in page.locator(".sx-stage, .sx-sheets, .sx-bars").all():
        seen = box.bounding_box()
        assert seen["x"] >= 0
        assert seen["x"] + seen["width"] <= 390
