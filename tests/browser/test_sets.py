"""Sets in a browser: a teacher's link is opened on a phone and worked through, and the result is checked."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from engine.exercises import KINDS
from engine.sets import ExerciseSet, exercises, pasted
from tests.browser.driver import answered, settle
from tests.browser.reading import control

pytestmark = pytest.mark.browser
SET = ExerciseSet(("max-pool", "relu"), count=2, level=2, seed=3)
GROUND = "(node) => getComputedStyle(node).backgroundColor"
FIRST, SECOND = exercises(SET, "Zoë")


def solve(page: Page, one) -> None:
    for item in one.asked:
        page.keyboard.type(item.blank.shown)
        page.keyboard.press("Enter")
    expect(page.locator(".practice .ending .press.main")).to_be_focused()


def test_a_set_is_made_worked_through_and_its_result_checked(open_page):
    page = open_page(f"/sets?set={SET.code}")
    expect(page.locator(".invite .qr svg")).to_be_visible()
    expect(page.locator(".invite .place")).to_contain_text("/set")
    with answered(page):
        page.get_by_role("button", name="Show it large").click()
    sides = page.locator(".invite .qr svg").bounding_box()
    assert sides["width"] >= 480 and sides["y"] + sides["height"] <= 720, "the QR code is large, and whole"
    link = page.locator(".invite textarea").input_value()
    assert link == page.url.partition("/sets")[0] + f"/set?set={SET.code}"
    back_row = Image.open(io.BytesIO(page.screenshot())).resize((427, 240))  # as a phone sees the projector from there
    assert zxingcpp.read_barcode(back_row).text == link

    page = open_page(link.removeprefix(page.url.partition("/sets")[0]), mobile=True)
    page.get_by_label("Your name or number").fill(" zoë ")
    with answered(page):
        page.get_by_role("button", name="Begin").tap()
    expect(page.locator(".practice .name").first).to_have_text("Max pooling")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".practice .field").first.tap()
    slip = next(slip for slip in FIRST.asked[0].blank.slips if isinstance(slip.value, float))
    page.keyboard.type(f"{slip.value:g}")
    page.keyboard.press("Enter")
    expect(page.locator(".practice .field").first).to_have_attribute("aria-invalid", "true")
    page.reload()  # what was answered is kept
    settle(page)
    runs = page.evaluate("window.strideRuns")
    page.locator(".practice .field").first.tap()
    solve(page, FIRST)
    with answered(page):
        page.get_by_text("Step through it").tap()
    grounds = [
        main.evaluate(GROUND) for main in (control(page, "play"), page.get_by_role("button", name="Next exercise"))
    ]
    assert grounds[0] == grounds[1], "the player's own buttons look as everywhere"
    with answered(page):
        page.get_by_role("button", name="Next exercise").tap()
    expect(page.locator(".practice .field").first).to_be_focused()
    solve(page, SECOND)
    with answered(page):
        page.get_by_role("button", name="To the result").tap()
    expect(page.locator(".result .went")).to_have_text("1 of 2 right at first try, 1 later.")
    ends = page.locator(".places a").evaluate_all("(links) => links.map(({ dataset }) => dataset.end)")
    assert ends == ["right later", "right", ""]
    assert page.evaluate("window.strideRuns") == runs
    text = page.locator(".result textarea").input_value()
    (result,) = pasted(text).results
    assert (result.learner, result.went[0].wrong, result.went[0].slips) == ("zoë", 1, (slip.name,))
    assert "learner=zo%C3%AB&at=2" in page.url
    # Phones that come by http have no clipboard for pages: what is copied is selected.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy it").tap()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page = open_page("/results")
    page.get_by_label("The learners' results").fill("STRIDE-11ZZZ\n\n> ")
    page.keyboard.press("Control+V")
    expect(page.get_by_label("The learners' results")).to_have_value(f"STRIDE-11ZZZ\n\n> {text}")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".checked .block.table").last).to_contain_text("zoë")
    expect(page.locator(".checked")).to_contain_text("it is cut short")
    expect(page.locator(".checked .plot [data-drawn]")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Table as CSV").click()
    assert "zoë" in download.value.path().read_text(encoding="utf-8-sig")
    page.reload()
    expect(page.locator(".checked .block.table").last).to_contain_text("zoë")
    title = KINDS[SET.kinds[0]].title
    expect(page.locator(".checked")).not_to_contain_text(title)
    page.locator("summary", has_text="Name the set").click()
    page.get_by_label("The set's code").fill(SET.code)
    page.get_by_role("button", name="Take this set").click()
    expect(page.locator(".checked")).to_contain_text(title)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".checked")).to_contain_text("What comes here")
    expect(page.locator(".checked .block.table")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('stride:sets:pasted')") is None
