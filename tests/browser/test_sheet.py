"""A page's own way to change: no script run, the link in the address, Back, a silent server, two tabs."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from engine.facts.examples import POOLING
from tests.browser.driver import acted, answered, navigate, rerun, settle
from tests.browser.reading import cell, control, knob, player, query, read, text, type_into

pytestmark = pytest.mark.browser
ENGINE = re.compile(r"/engine/\w+$")


def formula(page: Page) -> str:
    """The present numbers' formula, as a user sees it."""
    return page.locator('.block.text:has-text("with the numbers of step") + .block.math math').text_content()


def opened(page: Page, label: str) -> None:
    """Open a worked example."""
    page.get_by_role("button", name="Worked examples").click()
    page.get_by_role("link", name=label).click()


def test_nothing_that_is_done_on_a_lesson_makes_a_script_run(open_page):
    page = open_page("/pooling?example=max")
    asked = []
    page.on("request", lambda request: ENGINE.search(request.url) and asked.append(json.loads(request.post_data)))
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "50")
    assert read(page).boards["input"][0, 0, 0] == 50 and "50" in formula(page) and "x" in query(page)
    with acted(page):
        control(page, "next").click()
    assert query(page)["step"] == "1" and "y0,0,1" in re.sub(r"\s", "", formula(page))
    with acted(page):
        knob(page, "stride").press("ArrowDown")
    assert read(page).boards["output"].shape == (1, 3, 3) and "3 × 3" in text(page)
    with answered(page):
        page.get_by_text("Code to paste").click()
    expect(page.locator(".block.code pre")).to_contain_text("stride=1")
    with acted(page):
        knob(page, "stride").press("ArrowUp")
    expect(page.locator(".block.code pre")).to_contain_text("stride=2")
    with acted(page):
        opened(page, POOLING["three-channels"].title)
    assert query(page) == {"example": "three-channels"} and len(read(page).boards["input"]) == 3
    expect(page.get_by_role("button", name="Worked examples")).to_be_focused()
    with acted(page):
        page.get_by_role("link", name="An average at the edge").click()
    assert query(page)["layer"] == "AvgPool2d"
    assert [len(one["act"] or ()) for one in asked] == [2, 2, 2, 0, 2, 0, 0]
    with acted(page):
        page.go_back()
    assert query(page) == {"example": "three-channels"} and len(read(page).boards["input"]) == 3
    for _ in range(2):  # back over the example and the stride to the edited cell
        with acted(page):
            page.go_back()
    assert read(page).boards["output"].shape == (1, 3, 3) and read(page).boards["input"][0, 0, 0] == 50


def test_a_check_is_out_of_date_once_a_number_has_changed(open_page):
    page = open_page("/pooling?example=max")
    with acted(page):
        page.get_by_role("button", name="Run it in PyTorch").click()
        page.locator(".notice.success").wait_for()
        type_into(cell(page, "input", 0, 0, 0), "50")
    expect(page.locator(".notice.success")).to_have_count(0)
    expect(page.get_by_text("changed since the last check")).to_be_visible()


def test_a_page_is_found_as_it_was_left_and_a_link_to_it_wins(open_page):
    page = open_page("/pooling?example=average")
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "50")
    left = query(page)
    for name in ("Activation", "Pooling"):
        with rerun(page):
            navigate(page, "Lessons", name)
    expect(cell(page, "input", 0, 0, 0)).to_have_text("50")
    settle(page)
    assert query(page) == left
    other = open_page("/pooling?example=max")
    assert read(other).boards["input"][0, 0, 0] != 50, "another tab, a link of its own"


def test_a_busy_or_silent_server_is_said_calmly_and_the_edit_is_done_once_when_it_answers(open_page):
    page = open_page("/pooling?example=max")
    busy = {"status": 429, "headers": {"Retry-After": "1"}, "json": {"error": "Many are asking at once."}}
    page.route(ENGINE, lambda route: route.fulfill(**busy))
    type_into(cell(page, "input", 0, 0, 0), "50")
    note = player(page).get_by_role("alert")
    expect(note).to_contain_text("Your change is kept, and asked for again until it has its turn.")
    page.route(ENGINE, lambda route: route.abort())
    expect(note).to_contain_text("does not answer")
    type_into(cell(page, "input", 0, 0, 1), "-3")
    assert query(page) == {"example": "max"}
    troubles = open_page.troubles(page)
    page.unroute(ENGINE)
    expect(note).to_be_hidden()
    settle(page)
    boards = read(page).boards
    assert (boards["input"][0, 0, 0], boards["input"][0, 0, 1]) == (50, -3)
    troubles[:] = [trouble for trouble in troubles if "ERR_FAILED" not in trouble and " 429 " not in trouble]


def test_two_tabs_of_one_learner_do_not_meet(open_page):
    page = open_page("/pooling?example=max")
    tab = page.context.new_page()
    tab.goto(page.url)
    settle(tab)
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "50")
    with acted(tab):
        type_into(cell(tab, "input", 0, 0, 0), "-7")
    with acted(page):
        control(page, "next").click()
    assert read(page).boards["input"][0, 0, 0] == 50 and read(tab).boards["input"][0, 0, 0] == -7
    assert query(page)["x"] != query(tab)["x"]


def test_the_hosts_own_parameters_stay_in_the_address(open_page):
    page = open_page("/pooling?example=max&embed=true")
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "50")
    assert query(page)["embed"] == "true" and "x" in query(page)


def test_an_edit_that_was_made_before_the_page_went_elsewhere_is_left_out_with_a_sentence(open_page):
    page = open_page("/output_loss?example=batch")
    waiting = []
    page.route(ENGINE, lambda route: waiting.append(route))
    page.get_by_role("button", name="Open").nth(2).click()
    type_into(cell(page, "input", 0, 0), "50")
    while not waiting:
        page.wait_for_timeout(10)
    waiting.pop().continue_()
    page.unroute(ENGINE)
    expect(player(page).get_by_role("alert")).to_contain_text("left out")
    settle(page)
    assert query(page) == {"example": "batch", "step": str(read(page).step)}, "no number has changed"


def test_a_run_of_the_script_changes_nothing_that_was_done_here(open_page):
    page = open_page("/pooling?example=max")
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "50")
    left = query(page)
    with rerun(page):
        page.locator("body").press("r")
    assert query(page) == left and read(page).boards["input"][0, 0, 0] == 50


def test_a_step_is_told_once_it_rests_and_not_while_the_player_plays(open_page):
    page = open_page("/pooling?example=three-channels")
    asked = []
    page.on("request", lambda request: ENGINE.search(request.url) and asked.append(json.loads(request.post_data)))
    control(page, "speed").select_option(label="8×")
    with acted(page):
        control(page, "play").click()
        page.locator('.stride[data-step="26"][data-playing="false"]').wait_for()
    assert [one["act"] for one in asked] == [["step", 26]]
    assert query(page)["step"] == "26"


def test_what_answers_a_button_stays_when_the_step_before_it_is_told(open_page):
    page = open_page("/pooling?example=max")

    def refuse(route):
        if "ask" in route.request.post_data_json:
            route.fulfill(json={"sheet": [], "more": False, "message": "Not here."})
        else:
            route.continue_()

    page.route(ENGINE, refuse)
    check = page.get_by_role("button", name="Run it in PyTorch")
    player(page).focus()
    with acted(page):
        page.keyboard.press("ArrowRight")
        check.evaluate("(button) => button.click()")  # before the player has been at rest for long
    assert read(page).step == 1 and query(page)["step"] == "1"
    expect(player(page).get_by_role("alert")).to_have_text("Not here.")


def test_an_error_of_the_servers_is_said_and_the_next_edit_is_done(open_page):
    page = open_page("/pooling?example=max")
    page.route(ENGINE, lambda route: route.fulfill(status=500, body="Internal Server Error"), times=1)
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "50")
    assert "Something went wrong in Stride, not with you" in player(page).get_by_role("alert").inner_text()
    assert read(page).boards["input"][0, 0, 0] != 50 and query(page) == {"example": "max"}
    with acted(page):
        type_into(cell(page, "input", 0, 0, 1), "-3")
    assert read(page).boards["input"][0, 0, 1] == -3
    troubles = open_page.troubles(page)
    troubles[:] = [trouble for trouble in troubles if "500" not in trouble]


def test_a_server_with_too_much_to_do_is_said_calmly_and_the_edit_and_the_check_are_done_in_their_turn(open_page):
    page = open_page("/pooling?example=max")
    busy = {"status": 429, "body": json.dumps({"error": "full"}), "content_type": "application/json"}
    page.route(ENGINE, lambda route: route.fulfill(**busy))
    type_into(cell(page, "input", 0, 0, 0), "50")
    note = player(page).get_by_role("alert")
    expect(note).to_contain_text("Many are asking at once")
    page.unroute(ENGINE)
    expect(note).to_be_hidden()
    settle(page)
    assert read(page).boards["input"][0, 0, 0] == 50
    page.route(ENGINE, lambda route: route.fulfill(**busy), times=1)
    page.get_by_role("button", name="Run it in PyTorch").click()
    expect(note).to_contain_text("Many are asking at once")
    page.locator(".notice.success").wait_for()
    expect(note).to_be_hidden()
    troubles = open_page.troubles(page)
    troubles[:] = [trouble for trouble in troubles if "429" not in trouble]
