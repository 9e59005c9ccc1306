"""The Pooling page in a real browser: every number is read off the page."""

import numpy as np
import pytest
import torch

from engine.facts.examples import POOLING
from pages.states.picture import picture_from_text
from tests.browser.driver import acted, navigate, rerun
from tests.browser.reading import cell, control, knob, more, player, read, text
from tests.engine.parity import torch_module

pytestmark = pytest.mark.browser
MAP = np.array([[15, 3, 8, 2], [1, 9, 0, 4], [7, 20, 5, 1], [6, 2, 3, 0]])
WINDOWS = [MAP[i : i + 2, j : j + 2] for i in (0, 2) for j in (0, 2)]


def torch_output(example):
    module = torch_module(example.layer)
    return module(torch.tensor(example.input)).numpy()


def test_worked_example_4_max_number_by_number(open_page):
    page = open_page("/pooling?example=max")
    player(page).focus()
    for step, (window, largest) in enumerate(zip(WINDOWS, (15, 8, 20, 5), strict=True)):
        seen = read(page)
        assert seen.step == step
        np.testing.assert_array_equal(seen.boards["input"], MAP[None])
        np.testing.assert_array_equal(seen.boards["products"], window[None])
        assert seen.boards["total"][0] == largest
        assert seen.boards["output"].ravel()[step] == largest
        assert np.isnan(seen.boards["output"].ravel()[step + 1 :]).all(), "a cell shows its value before its step"
        page.keyboard.press("ArrowRight")
    assert read(page).boards["output"].tolist() == [[[15, 8], [20, 5]]]


def test_worked_example_4_average_number_by_number(open_page):
    page = open_page("/pooling?example=average")
    player(page).focus()
    for step, (window, total, mean) in enumerate(zip(WINDOWS, (28, 14, 35, 9), (7, 3.5, 8.75, 2.25), strict=True)):
        seen = read(page)
        np.testing.assert_array_equal(seen.boards["products"], window[None])
        assert seen.boards["sums"][0] == total == seen.boards["products"].sum()
        assert seen.boards["total"][0] == seen.boards["output"].ravel()[step] == mean
        assert f"{total} ÷ 4 = {mean:g}" in " ".join(seen.formula.split()), "the division is written out"
        page.keyboard.press("ArrowRight")
    assert read(page).boards["output"].tolist() == [[[7, 3.5], [8.75, 2.25]]]


def test_the_cell_that_wins_is_marked_and_said(open_page):
    page = open_page("/pooling?example=max&step=2")
    assert page.locator('[data-board="products"].winner').all_inner_texts() == ["20"]
    assert cell(page, "input", 0, 2, 1).get_attribute("class").split().count("winner") == 1
    assert "the largest of 7, 20, 6, 2 is 20, at input row 2, column 1" in player(page).inner_text()
    page.keyboard.press("Tab")
    player(page).focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator('[data-board="input"].winner').all_inner_texts() == ["8"]


@pytest.mark.parametrize("name", ["max", "average"])
def test_an_edit_gives_pytorchs_new_numbers(name, open_page):
    page = open_page(f"/pooling?example={name}&step=1")
    with acted(page):
        cell(page, "input", 0, 1, 2).dblclick()
        page.keyboard.type("9.5")
        page.keyboard.press("Enter")
    assert read(page).step == 1, "the step stays where it was"
    control(page, "reveal").click()
    seen = read(page).boards
    assert seen["input"][0, 1, 2] == 9.5
    y = torch_output(POOLING[name])
    module = torch_module(POOLING[name].layer)
    changed = module(torch.tensor(seen["input"])).numpy()
    assert changed[0, 0, 1] != y[0, 0, 1]
    np.testing.assert_array_equal(seen["output"], changed)
    if name == "max":
        assert "first of" not in player(page).inner_text()


def test_what_is_being_typed_stays_when_the_answer_to_an_earlier_turn_comes(open_page):
    page = open_page("/pooling?example=dropped")
    stride = knob(page, "stride")
    with acted(page):
        knob(page, "padding").press("ArrowUp")
        stride.click(click_count=3)
        page.keyboard.type("1")
    assert stride.input_value() == "1" and read(page).boards["output"].shape == (1, 3, 3)
    with acted(page):
        stride.press("Enter")
    assert stride.input_value() == "1" and read(page).boards["output"].shape == (1, 6, 6)


def test_every_knob_changes_the_layer(open_page):
    page = open_page("/pooling?example=dropped")
    more(page)
    with acted(page):
        page.get_by_role("switch", name="ceil mode").check()
    assert read(page).boards["output"].shape == (1, 3, 3) and "ceil_mode=1" in page.url
    with acted(page):
        knob(page, "padding").press("ArrowUp")
    board = read(page).boards["input"]
    assert board.shape == (1, 7, 7) and (board[0, 0] == -np.inf).all()
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("AvgPool2d")
    board = read(page).boards["input"]
    assert board.shape == (1, 7, 7) and (board[0, 0] == 0).all(), "settings of the same name are kept"
    assert read(page).boards["total"][0] == 15 / 4
    with acted(page):
        page.get_by_role("switch", name="count pad").uncheck()
    assert read(page).boards["total"][0] == 15 and "count_include_pad=0" in page.url
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("AdaptiveAvgPool2d")
    assert read(page).boards["output"].shape == (1, 1, 1)
    with acted(page):
        knob(page, "output size").press("ArrowUp")
    assert read(page).boards["output"].shape == (1, 2, 2)
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("MaxPool2d")
    with acted(page):
        knob(page, "dilation").press("ArrowUp")
    assert read(page).boards["products"].tolist() == [[[15, 8], [7, 5]]]


def test_knobs_cannot_make_an_impossible_layer(open_page):
    page = open_page("/pooling?example=max")
    more(page)
    assert knob(page, "kernel size").get_attribute("aria-valuemax") == "4"
    assert knob(page, "padding").get_attribute("aria-valuemax") == "1", "at most half the window"
    assert knob(page, "dilation").get_attribute("aria-valuemax") == "3"
    with acted(page):
        knob(page, "kernel size").press("ArrowUp")
    assert knob(page, "dilation").get_attribute("aria-valuemax") == "1"


def test_dropped_rows_and_columns_are_marked_and_explained(open_page):
    page = open_page("/pooling?example=dropped")
    more(page)
    assert page.locator('[data-board="input"].dropped').count() == 9
    assert "Row 4 and column 4 are dropped: no window reaches them, so 9 of the 25 numbers" in text(page)
    assert "With ceil_mode a last window would reach them." in text(page)
    with acted(page):
        page.get_by_role("switch", name="ceil mode").check()
    assert page.locator('[data-board="input"].dropped').count() == 0
    assert "Every number of the input lies in a window." in text(page)


def test_the_short_formula_is_said_to_be_right_only_where_it_is(open_page):
    page = open_page("/pooling?example=max")
    assert "It is right here" in text(page)
    with acted(page):
        knob(page, "stride").press("ArrowDown")
    assert "It is wrong here, because the stride 1 is not the window's 2. The output is 3 × 3" in text(page)


def test_what_a_shift_changes_is_counted_and_marked(open_page):
    page = open_page("/pooling?layer=MaxPool2d&x=1x2x4_9_0_0_0_0_0_0_0")
    assert "2 of 8 numbers change, of the pooled ones 0 of 2" in text(page)
    assert page.locator('[data-board="moved right by one"] i.other').all_inner_texts() == ["0", "9"]
    with acted(page):
        cell(page, "input", 0, 0, 1).dblclick()
        page.keyboard.type("9")
        page.keyboard.press("Enter")
    assert "2 of 8 numbers change, of the pooled ones 1 of 2" in text(page)


def test_a_drawn_picture_is_pooled(open_page):
    page = open_page("/pooling?layer=AvgPool2d&x=pic.digit.rgb.12.0-9&step=40")
    seen = read(page).boards
    assert seen["input"].shape == (3, 12, 12) and seen["output"].shape == (3, 6, 6)
    window = seen["input"][1, 0:2, 8:10]
    np.testing.assert_array_equal(seen["products"][0], window)
    assert seen["total"][0] == window.mean()


def test_the_picture_chosen_on_the_input_page_is_pooled(open_page):
    page = open_page("/input?x=pic.letter.grey.6.0-9")
    with rerun(page):
        navigate(page, "Lessons", "Pooling")
    page.locator(".stride").wait_for()
    seen = read(page).boards
    np.testing.assert_array_equal(seen["input"], picture_from_text("pic.letter.grey.6.0-9").values)
    assert seen["output"].shape == (1, 3, 3)
