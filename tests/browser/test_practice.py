"""Practice in a browser: answered by keys, a slip beside its field, what was missed again, what is kept and cleared."""

import pytest
from playwright.sync_api import Page, expect

from engine.exercises import exercise
from tests.browser.driver import answered, settle
from tests.browser.reading import paste
from tests.browser.test_access import AXE, FOUND

pytestmark = pytest.mark.browser
FIRST = exercise("conv-number", 3, 1)
FIRST_LINK = "&".join(f"{key}={value}" for key, value in FIRST.link.items())
KEPT = "JSON.parse(localStorage.getItem('stride:practice') ?? 'null')"


def said(page: Page, k: int):
    return page.locator(".said-of").nth(k)


def answer(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def shown(page: Page) -> None:
    """Give up on every blank of the exercise."""
    for _ in range(page.locator(".practice .field").count()):
        left = page.locator(".practice .field").count()
        page.get_by_role("button", name="Show me").click()
        expect(page.locator(".practice .field")).to_have_count(left - 1)
    expect(page.get_by_role("button", name="Next exercise")).to_be_focused()


def test_an_exercise_is_answered_by_keys_with_a_slip_on_the_way(open_page):
    page = open_page(f"/practice?{FIRST_LINK}")
    runs = page.evaluate("window.strideRuns")
    page.locator(".practice .field").first.focus()
    items = FIRST.asked
    first, last = (FIRST.shown.index(item) for item in (items[0], items[-1]))
    page.route("**/engine/practice", lambda route: route.fulfill(status=400, json={"error": "There is no line 9."}))
    answer(page, "1")
    expect(said(page, first)).to_have_text("There is no line 9.")  # what cannot be answered later is said as it is
    expect(page.locator(".blanks > .live")).to_have_text("There is no line 9.")
    page.unroute("**/engine/practice")
    open_page.troubles(page).clear()
    page.locator(".practice .field").first.fill("")
    answer(page, items[0].blank.shown)
    expect(said(page, first)).to_have_text("Right")
    expect(page.locator(".practice .field").first).to_be_focused()
    slip = next(slip for slip in items[-1].blank.slips if slip.name == "bias-forgotten")
    answer(page, f"{slip.value:g}")
    expect(said(page, last)).to_contain_text("You left out the bias")
    expect(page.locator(".blanks > .live")).to_contain_text("You left out the bias")
    expect(page.locator(".practice .field")).to_have_attribute("aria-invalid", "true")
    assert page.locator(".block.fold:visible").count() == 0, "the player would give the answer away"
    answer(page, items[-1].blank.shown)  # over the selected wrong one
    onward = page.get_by_role("button", name="Next exercise")
    expect(onward).to_be_focused()
    expect(page.get_by_role("link", name="Open in the player")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert [(one["right"], one["slips"]) for one in kept["log"]] == [(False, ["bias left out"])]
    page.locator(".practice .report summary").click()
    expect(page.locator(".practice .report")).to_contain_text("0 of 1 right at first try.")
    expect(page.locator(".practice .report")).to_contain_text("bias left out, 1 ×")
    page.get_by_text("Step through it").click()
    expect(page.locator(".stride")).to_have_attribute("data-step", str(FIRST.problem.scene.step))
    with answered(page):
        onward.press("Enter")
    expect(page.locator(".practice .field").first).to_be_focused()
    assert "kind=conv-number" not in page.url and "level=2" in page.url
    assert page.evaluate("window.strideRuns") == runs


def test_what_was_missed_comes_again_after_one_other_and_can_be_forgotten(open_page):
    page = open_page(f"/practice?{FIRST_LINK}")
    shown(page)
    with answered(page):
        page.get_by_role("button", name="Next exercise").click()
    shown(page)
    with answered(page):
        page.get_by_role("button", name="Next exercise").click()
    assert page.url.endswith(FIRST_LINK)
    expect(page.locator(".practice .note")).to_have_text("level 3 · this one came before")
    page.goto(page.url.partition("?")[0] + "?topic=counts")  # a lesson's link: another one than its first
    page.wait_for_url("**/practice?kind=count-*")
    settle(page)
    page.locator(".practice .report summary").click()
    expect(page.locator(".practice .report .links a")).to_have_count(4)
    page.get_by_role("button", name="Clear what is kept").click()
    assert page.evaluate(KEPT) is None
    expect(page.locator(".practice .report")).to_contain_text("Nothing yet.")


def test_a_topic_and_a_level_are_chosen_and_a_worked_one_is_read(open_page):
    page = open_page("/practice?topic=sizes")
    assert page.get_by_role("button", name="sizes").get_attribute("aria-pressed") == "true"
    with answered(page):
        page.get_by_label("Level").select_option("1")
    assert "kind=size-" in page.url and "level=1" in page.url
    expect(page.locator(".practice .note")).to_have_text("level 1 · a worked one, to read")
    assert page.locator(".practice .field").count() == 0
    with answered(page):
        page.get_by_role("button", name="counts").click()
        page.get_by_role("button", name="sizes").click()
    expect(page.locator(".practice")).to_be_visible()
    page.wait_for_url("**/practice?kind=count-*")
    assert page.evaluate(KEPT)["log"] == [], "another topic was chosen: the worked one was not read"
    with answered(page):
        page.get_by_role("button", name="Next exercise").click()
    assert [one["read"] for one in page.evaluate(KEPT)["log"]] == [True]


def test_a_question_is_predicted_on_a_phone_and_marked(open_page):
    page = open_page("/questions?q=parameters", mobile=True)
    page.locator(".questions .field").tap()
    answer(page, "2600")
    expect(said(page, 0)).to_contain_text("channels")
    answer(page, "7600")
    expect(page.locator(".questions .why")).to_contain_text("they forget the three channels")
    expect(page.locator(".questions li.answered")).to_have_count(1)
    with answered(page):
        page.get_by_role("link", name="Next: How large").tap()
    assert page.url.endswith("/questions?q=floor")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".questions .said-of")).to_have_text("")
    expect(page.locator(".questions .answered .mark")).to_have_text("answered")


def test_a_map_is_filled_in_on_a_phone_cell_by_cell(open_page):
    one = exercise("max-pool", 4, 1)
    page = open_page("/practice?" + "&".join(f"{key}={value}" for key, value in one.link.items()), mobile=True)
    fields, texts = page.locator(".square .field"), [""] * 4
    for item in one.shown:
        texts[2 * item.cell.row + item.cell.column] = item.blank.shown.replace("−", "-")
    assert fields.count() == 4 and fields.first.bounding_box()["width"] >= 40
    fields.first.tap()
    answer(page, texts[0])
    expect(fields).to_have_count(3)
    expect(page.locator(".square .number")).to_have_text(texts[0].replace("-", "−"))
    page.keyboard.type("812")
    page.keyboard.press("ArrowDown")
    answer(page, texts[3])
    expect(page.locator(".square [aria-invalid=true]")).to_be_focused()
    expect(page.locator(".blank-map .said-of:visible")).to_contain_text("row 0, column 1")
    expect(fields).to_have_count(2)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert [found for found in page.evaluate(FOUND, [[], []]) if "blank-map" in found or "field" in found] == []
    paste(page.locator(".square .field:focus"), f"{texts[1]}\n{texts[3]}")
    page.keyboard.press("ArrowLeft")
    answer(page, "")
    expect(fields).to_have_count(1)  # what was pasted is right; the last one is left
    expect(fields).to_be_focused()
    answer(page, texts[2])
    expect(page.get_by_role("button", name="Next exercise")).to_be_focused()
    assert page.evaluate(KEPT)["log"][0]["right"] is False
