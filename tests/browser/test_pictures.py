"""The Convolution lesson as pictures first: the map is seen, grows as it plays, and then the numbers come in stages."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import acted
from tests.browser.reading import cell, control, player, query, read

pytestmark = pytest.mark.browser
SEVEN = "/convolution?x=pic.digit.grey.12.0-9"
SHOWN = """(root) => {
  const board = (name) => [...root.querySelectorAll(`.cell[data-board="${name}"]`)];
  const whole = (cells) => cells.every((cell) => {
    const box = cell.getBoundingClientRect();
    return box.width > 12 && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  });
  return {
    size: board("input")[0].getBoundingClientRect().height,
    both: whole(board("input")) && whole(board("output")),
    drawn: board("output").filter((cell) => cell.dataset.tone !== "hidden").length,
    letters: ["input", "weight", "output"].flatMap(board).some((cell) => getComputedStyle(cell).fontSize !== "0px"),
    seen: [".strip", ".pane.products", ".sum", ".total"].filter((part) => root.querySelector(part)?.checkVisibility()),
  };
}"""


def shown(page):
    return player(page).evaluate(SHOWN)


def test_a_picture_and_its_map_then_the_numbers_in_stages(open_page):
    page = open_page(SEVEN)
    first = shown(page)
    assert first["both"] and first["drawn"] == 100 and not first["letters"] and first["seen"] == []
    assert first["size"] >= 28
    expect(control(page, "view-picture")).to_have_attribute("aria-pressed", "true")
    # Pointing at a pixel of the map lights its window, at one of the picture all that it reaches.
    cell(page, "output", 0, 4, 5).hover()
    assert page.locator('[data-board="input"].in-window').count() == 9
    cell(page, "input", 0, 5, 5).hover()
    assert page.locator('[data-board="output"].lit').count() == 9
    page.mouse.move(0, 0)
    # Playing empties the map, and it grows.
    control(page, "speed").select_option(label="8×")
    player(page).press(" ")
    page.wait_for_function("(root) => Number(root.dataset.step) >= 4", arg=player(page).element_handle())
    player(page).press(" ")
    step = read(page).step
    assert shown(page)["drawn"] == step + 1 < 100
    with acted(page):
        control(page, "see-numbers").click()
    assert "view" not in query(page)
    after = shown(page)
    assert after["letters"] and after["drawn"] == 0
    assert player(page).get_attribute("data-stage") == "window" and read(page).step == 0
    expect(control(page, "stages")).to_have_attribute("aria-pressed", "true")
    with acted(page):
        control(page, "view-picture").click()
    assert query(page)["view"] == "picture" and not shown(page)["letters"]


def test_on_a_phone_both_pictures_are_seen_at_once(open_page):
    page = open_page(SEVEN, size=(390, 844))
    assert shown(page)["both"]
