"""The bar of the path: where one is, where one was, and the way on with what was made."""

import pytest
from playwright.sync_api import expect

from pages.states.path import PATH
from tests.browser.driver import answered, rerun
from tests.browser.reading import cell, read, type_into

pytestmark = pytest.mark.browser


def test_the_way_on_takes_the_output_along_and_visited_pages_are_marked(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    with answered(page):
        type_into(cell(page, "bias", 0), "-9")
    page.locator('[data-control="reveal"]').click()
    shown = read(page).boards["output"]
    with rerun(page):
        page.get_by_role("link", name="Next: Activation, with these maps, 3×4×4").last.click()
    assert (read(page).boards["input"] == shown).all() and shown[0, 0, 0] == -7
    bar = page.locator("nav.path").first
    expect(bar.locator(".where")).to_have_text("3 of 11")
    expect(page.locator('.head [data-slot="came"]')).to_have_text("from Convolution: its 3 maps, 3×4×4")
    marks = bar.locator("li a")
    visited = bar.locator("li a.visited").evaluate_all("(marks) => marks.map(({ title }) => title)")
    assert visited == ["Convolution", "Activation"]
    assert marks.nth(2).get_attribute("aria-current") == "page"
    with rerun(page):
        bar.get_by_role("link", name="← Convolution").click()
    expect(cell(page, "bias", 0)).to_have_text("−9")  # a page is found as it was left


def test_one_button_a_page_leads_from_the_picture_to_the_inside_of_a_network(open_page):
    """It stands on the first screen, above the question; the bar says what came over."""
    page = open_page("/input")
    words = page.get_by_role("button", name="Words")
    words.press("Enter")
    expect(page.locator(".popup:popover-open")).to_contain_text("pixel: one point of a picture")
    page.keyboard.press("Escape")
    expect(words).to_be_focused()
    for at, title in enumerate(PATH.values(), start=1):
        expect(page.locator(".head .where")).to_have_text(f"{at} of 11")
        if at > 1:
            expect(page.locator(".head [data-slot=came]")).to_contain_text(f"from {list(PATH.values())[at - 2]}: ")
        if title == "Inside the network":
            return
        button = page.locator('.head [data-slot="ahead"] a')
        expect(button).to_contain_text(f"Next: {list(PATH.values())[at]}")
        expect(button).to_be_in_viewport(ratio=1)
        assert button.bounding_box()["y"] < page.locator("h1").first.bounding_box()["y"]
        with rerun(page):
            button.click()
