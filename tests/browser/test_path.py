"""The bar of the path: where one is, where one was, and the way on with what was made."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import rerun
from tests.browser.reading import cell, read, type_into

pytestmark = pytest.mark.browser


def test_the_way_on_takes_the_output_along_and_visited_pages_are_marked(open_page):
    page = open_page("/convolution")
    type_into(cell(page, "bias", 0), "-9")
    page.locator('[data-control="reveal"]').click()
    shown = read(page).boards["output"]
    with rerun(page):
        page.get_by_role("link", name="Next: Activation, with this output, 3×4×4").click()
    assert (read(page).boards["input"] == shown).all() and shown[0, 0, 0] == -7
    bar = page.locator("nav.path").first
    expect(bar.locator(".where")).to_have_text("3 of 11")
    marks = bar.locator("li a")
    visited = bar.locator("li a.visited").evaluate_all("(marks) => marks.map(({ title }) => title)")
    assert visited == ["Convolution", "Activation"]
    assert marks.nth(2).get_attribute("aria-current") == "page"
    with rerun(page):
        bar.get_by_role("link", name="← Convolution").click()
    expect(cell(page, "bias", 0)).to_have_text("−9")  # a page is found as it was left
