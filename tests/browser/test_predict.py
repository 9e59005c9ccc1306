"""Predict in a real browser: what is blank, what a right and a wrong answer bring, by keys, by pointer and by touch."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import cell, control, paste, player, read
from tests.browser.test_access import AXE, FOUND

pytestmark = pytest.mark.browser


def verdict(page: Page):
    return page.locator(".predict .verdict")


def question(page: Page) -> str:
    return page.locator(".predict .question").inner_text()


def guess(page: Page, text: str, says: str) -> None:
    """Type an answer into the field that has the focus, and wait for what is said of it."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(verdict(page)).to_contain_text(says)


def begin(page: Page, blank: str = "result") -> None:
    control(page, "predict").click()
    if blank != "result":
        control(page, "blank").select_option(blank)


def test_a_result_is_blank_until_it_is_said_by_keys_alone(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    runs = page.evaluate("window.strideRuns")
    control(page, "predict").focus()
    page.keyboard.press("Enter")
    first, formula = cell(page, "output", 0, 0, 0), page.locator('[data-gives="step"]')
    expect(page).to_have_url(re.compile("[?&]predict=result"))
    assert not formula.is_visible(), "the formula below would give the result away"
    assert first.inner_text() == "" and "value not computed yet" in first.get_attribute("aria-label")
    assert read(page).boards["sums"].tolist() == [-2, 3, 1], "only the result is blank"
    stands = page.locator(".area").bounding_box()
    guess(page, "0", "You counted channel R alone: −2 + 2 = 0.")  # in two lines
    assert verdict(page).bounding_box()["height"] > 30 and page.locator(".area").bounding_box() == stands
    guess(page, "2", "You left out the bias: −2 + 3 + 1 = 2.")
    assert cell(page, "output", 0, 0, 0).inner_text() == ""
    guess(page, "4,0", "Right: 4.")  # over the selected wrong one
    field = page.locator(".predicted")
    expect(field).to_be_focused()  # also before the play goes on: no key is lost, no phone's keyboard goes
    place = field.get_attribute("aria-describedby")
    assert page.locator(f"#{place}").inner_text().startswith("Filter 0, output row 0, column")
    assert cell(page, "output", 0, 0, 0).inner_text() == "4" and formula.is_visible()
    expect(player(page)).to_have_attribute("data-step", "1")  # the play goes on
    assert cell(page, "output", 0, 0, 1).inner_text() == "", "the next result is blank again"
    guess(page, "1", "Not that.")
    page.keyboard.press("Tab")  # Check
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Show me
    assert cell(page, "output", 0, 0, 1).inner_text() == "0"
    page.keyboard.press("Enter")  # Go on
    expect(player(page)).to_have_attribute("data-step", "2")
    expect(field).to_be_focused()
    control(page, "present").click()  # at a projector a clicker shows what the class has said, and goes on
    expect(player(page)).to_have_class(re.compile("presenting"))
    control(page, "show-me").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#predicted")).to_be_focused()
    page.keyboard.press("PageDown")
    assert cell(page, "output", 0, 0, 2).inner_text() != "" and read(page).step == 2
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("PageDown")
    expect(player(page)).to_have_attribute("data-step", "3")
    assert cell(page, "output", 0, 0, 3).inner_text() == ""
    page.keyboard.press("PageUp")
    expect(player(page)).to_have_attribute("data-step", "2")
    control(page, "present").click()
    expect(player(page)).not_to_have_class(re.compile("presenting"))
    page.keyboard.press("Escape")
    control(page, "predict").click()
    assert cell(page, "output", 0, 0, 2).inner_text() != "" and formula.is_visible()
    expect(page).not_to_have_url(re.compile("predict"))
    assert page.evaluate("window.strideRuns") == runs


def test_sums_and_products_are_said_one_after_the_other(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    begin(page, "sums")
    for group, total in (("R", "−2"), ("G", "3"), ("B", "1")):
        assert question(page) == f"What do the products of {group} add up to?"
        guess(page, total.replace("−", "-"), f"Right: {total}.")
    assert read(page).boards["sums"].tolist() == [-2, 3, 1]
    guess(page, "4", "Right: 4.")
    expect(player(page)).to_have_attribute("data-step", "1")
    control(page, "check").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(control(page, "blank")).to_be_focused()  # and so the arrows lead further
    expect(control(page, "blank")).to_have_value("products")
    assert question(page).endswith("= ?") and read(page).boards["sums"].shape[0] == 3
    assert page.locator('[data-board="products"]').all_inner_texts() == [""] * 27


def test_cells_are_chosen_by_pointer_and_by_keys(open_page):
    page = open_page("/pooling?example=max")
    begin(page, "winner")
    cell(page, "input", 0, 1, 0).click()
    expect(verdict(page)).to_contain_text("chose the smallest")
    cell(page, "input", 0, 0, 0).focus()
    page.keyboard.press("Enter")
    expect(verdict(page)).to_have_text("Right.")
    expect(player(page)).to_have_attribute("data-step", "1")
    control(page, "blank").select_option("reads")
    assert page.locator(".in-window").count() == 0, "the window is what is asked"
    assert "rows" not in page.locator(".inspector .says").inner_text()
    for row, column in ((0, 2), (0, 3), (1, 2)):
        cell(page, "input", 0, row, column).click()
    assert page.locator(".cell.chosen").count() == 3
    control(page, "check").click()
    expect(verdict(page)).to_contain_text("Not that.")
    cell(page, "input", 0, 1, 3).click()
    control(page, "check").click()
    expect(verdict(page)).to_have_text("Right.")


def test_a_map_and_the_shape(open_page):
    page = open_page("/pooling?example=max")
    begin(page, "map")
    field = page.locator(".filling")
    control(page, "present").click()
    expect(field.last).to_be_visible()
    page.keyboard.press("Escape")
    field.first.focus()
    assert field.count() == 4 and page.locator(".in-window").first.get_attribute("data-index") == "0,0,0"
    guess(page, "15", "Right: 15.")
    expect(cell(page, "output", 0, 0, 0)).to_have_text("15")
    expect(field.first).to_be_focused()  # the cell after it, whose window is on show
    assert field.count() == 3 and page.locator(".in-window").first.get_attribute("data-index") == "0,0,2"
    page.keyboard.type("8")
    page.keyboard.press("ArrowDown")
    guess(page, "0", "1 of 2 right. Row 1, column 1: You ")
    expect(field.last).to_be_focused()
    assert field.last.get_attribute("aria-invalid") == "true"
    page.keyboard.press("ArrowLeft")
    paste(page.locator(".filling:focus"), "20\t5")
    guess(page, "", "2 of 2 right.")
    expect(player(page)).to_have_attribute("data-step", "3")
    assert [cell(page, "output", 0, *at).inner_text() for at in ((0, 0), (0, 1), (1, 0), (1, 1))] == [
        "15",
        "8",
        "20",
        "5",
    ]
    control(page, "blank").select_option("shape")
    assert (
        not cell(page, "output", 0, 0, 0).is_visible() and not page.locator('[data-gives="shape"]').first.is_visible()
    )
    page.locator(".predicted").fill("1x2x2")
    control(page, "check").click()
    expect(verdict(page)).to_contain_text("Right: 1 × 2 × 2.")
    assert cell(page, "output", 0, 0, 0).is_visible()


def opened(page: Page) -> list[str]:
    """Return the colours of the numbers that the overview marks as open."""
    shown = page.locator(".network .open").locator("xpath=descendant-or-self::*[text()]")
    shown = shown.filter(has_text=re.compile("[0-9]"))
    return [one.evaluate("(node) => getComputedStyle(node).color") for one in shown.all()]


@pytest.mark.parametrize("path", ["forward", "backward", "inside", "learning"])
def test_the_pages_of_networks_ask_too(path, open_page):
    more = {"forward": "&embed=true", "learning": "&part=kernel"}.get(path, "")
    page = open_page(f"/{path}?predict=result{more}", mobile=True)  # as a teacher sends it
    expect(page.locator(".predicted")).to_be_visible()
    for given in page.locator('.crumb:last-child b, [data-gives="step"], .chosen footer b').all():
        assert given.is_hidden()
    assert set(opened(page)) == (set() if path in ("inside", "learning") else {"rgba(0, 0, 0, 0)"})
    assert float(page.locator(".predicted").evaluate("(n) => getComputedStyle(n).fontSize").removesuffix("px")) >= 16
    shaped = {"inside": 1}.get(path, 0)  # a loss and a gradient have no shape to be asked for
    assert control(page, "blank").locator('option[value="shape"]').count() == shaped
    page.locator(".predicted").fill("123456")
    control(page, "check").tap()
    expect(verdict(page)).not_to_have_text("")
    box, bar = page.locator(".predict").bounding_box(), player(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and bar["width"] <= 390
    control(page, "show-me").tap()
    if path == "forward":  # it stood at the last step
        expect(player(page)).to_be_focused()
    else:
        control(page, "check").tap()
        expect(page.locator(".predicted")).to_be_focused()
    control(page, "blank").select_option("map")
    for field in page.locator(".filling").all():
        assert min(field.bounding_box()[side] for side in ("width", "height")) >= 24
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert [found for found in page.evaluate(FOUND, [[], []]) if "predict" in found] == []
