"""The player on a page of its own: pointer, keyboard, touch, editing, names, and what it leaves behind."""

import re

import numpy as np
import pytest

from engine.examples import CONVOLUTION
from engine.layers import Conv2d
from pages.ui.player import standalone
from tests.browser.reading import cell, control, player, read

pytestmark = pytest.mark.browser
EXAMPLE = CONVOLUTION["three-channels-three-filters"]


def traced(layer, low=0, high=5, seed=3):
    rng = np.random.default_rng(seed)
    parameters = {name: rng.integers(-2, 3, shape).astype(float) for name, shape in layer.parameter_shapes().items()}
    return layer, rng.integers(low, high, (layer.in_channels, 6, 6)).astype(float), parameters


@pytest.fixture
def stage(browser, tmp_path):
    """stage(trace, **options) → a page that plays the trace; errors on it fail the test."""
    contexts, troubles = [], []

    def show(trace=None, *, size=(1000, 700), **options):
        trace = trace or EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters)
        file = tmp_path / f"player-{len(contexts)}.html"
        file.write_text(standalone(trace), encoding="utf-8")
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert troubles == []


def lit(page, board):
    """The indices of a board's cells that light up."""
    cells = page.locator(f'[data-board="{board}"].lit').all()
    return sorted(tuple(map(int, c.get_attribute("data-index").split(","))) for c in cells)


def says(page):
    return page.locator(".inspector .says").inner_text()


def test_an_output_cell_shows_its_window_products_and_sums(stage):
    page = stage()
    cell(page, "output", 1, 2, 3).hover()
    seen = read(page)
    window, weight = EXAMPLE.input[:, 2:5, 3:6], EXAMPLE.parameters["weight"][1]
    assert seen.step == 16 + 11
    np.testing.assert_array_equal(seen.boards["products"], window * weight)
    np.testing.assert_array_equal(seen.boards["sums"], (window * weight).sum(axis=(1, 2)))
    inside = page.locator('[data-board="input"].in-window').all()
    assert sorted(c.get_attribute("data-index") for c in inside) == sorted(
        f"{c},{i},{j}" for c in range(3) for i in range(2, 5) for j in range(3, 6)
    )
    page.locator(".bar").hover()
    assert read(page).step == 0, "the pointer let go"
    assert np.isnan(read(page).boards["output"][1, 2, 3])


def test_a_weight_lights_every_cell_that_it_multiplies_and_its_product(stage):
    page = stage()
    cell(page, "weight", 0, 1, 0, 2).hover()
    assert lit(page, "input") == [(1, i, j) for i in range(4) for j in range(2, 6)]
    assert lit(page, "products") == [(1, 0, 2)]
    assert page.locator(".term.lit").count() == 1
    assert "multiplies 16 input cells" in says(page)


def test_an_input_cell_lights_every_output_cell_that_it_reaches(stage):
    page = stage()
    cell(page, "input", 2, 0, 1).hover()
    assert lit(page, "output") == [(o, 0, j) for o in range(3) for j in range(2)]
    assert "goes into 6 output cells" in says(page)


def test_a_term_of_the_sum_lights_the_pair_that_made_it(stage):
    page = stage()
    page.locator(".term").nth(9 + 4).hover()
    assert (lit(page, "input"), lit(page, "weight"), lit(page, "products")) == (
        [(1, 1, 1)],
        [(0, 1, 1, 1)],
        [(1, 1, 1)],
    )
    x, w = EXAMPLE.input[1, 1, 1], EXAMPLE.parameters["weight"][0, 1, 1, 1]
    assert says(page).replace("−", "-") == f"{x:g} × {w:g} = {x * w + 0:g}"


def test_a_product_a_sum_and_the_bias_light_what_belongs_to_them(stage):
    page = stage()
    cell(page, "products", 0, 2, 0).hover()
    assert lit(page, "input") == [(0, 2, 0)] and lit(page, "weight") == [(0, 0, 2, 0)]
    cell(page, "sums", 2).hover()
    assert lit(page, "products") == [(2, u, v) for u in range(3) for v in range(3)]
    cell(page, "bias", 0).hover()
    assert lit(page, "output") == [(0, i, j) for i in range(4) for j in range(4)]


def test_stages_are_held_one_after_another_both_ways(stage):
    page = stage()
    control(page, "stages").click()
    player(page).focus()

    def shown():
        boards = read(page).boards
        return [not np.isnan(boards[name]).all() for name in ("products", "sums", "total")]

    assert shown() == [False, False, False] and player(page).get_attribute("data-stage") == "window"
    forward = []
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        forward.append((player(page).get_attribute("data-stage"), shown()))
    assert forward == [
        ("terms", [True, False, False]), ("groups", [True, True, False]), ("cells", [True, True, False]),
        ("result", [True, True, True]),
    ]  # fmt: skip
    page.keyboard.press("ArrowLeft")
    assert shown() == [True, True, False] and np.isnan(read(page).boards["output"]).all()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert read(page).step == 1 and player(page).get_attribute("data-stage") == "window"


def test_arrows_walk_over_cells_in_focus_and_escape_gives_them_back(stage):
    page = stage()
    cell(page, "input", 0, 0, 0).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    focused = page.evaluate("document.activeElement.dataset.index")
    assert focused == "0,2,1" and read(page).step == 0
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.index") == "1,0,1"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert read(page).step == 1


def edits(page):
    return page.evaluate("window.edits.splice(0)")


def test_edits_go_out_as_typed_and_escape_takes_them_back(stage):
    page = stage()
    cell(page, "weight", 0, 2, 1, 0).dblclick()
    page.keyboard.type("-1.5")
    page.keyboard.press("Enter")
    assert edits(page) == [{"board": "weight", "cells": [21], "text": "-1.5", "step": 0}]
    cell(page, "input", 0, 1, 1).focus()
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    assert edits(page) == [] and cell(page, "input", 0, 1, 1).inner_text() == f"{EXAMPLE.input[0, 1, 1]:g}"
    cell(page, "input", 0, 1, 1).focus()
    page.keyboard.type("8")
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    assert [(e["cells"], e["text"]) for e in edits(page)] == [([7], "8"), ([8], "9")]
    cell(page, "bias", 0).dblclick()
    page.keyboard.type("abc")
    page.locator(".bar").click(position={"x": 2, "y": 2})
    assert [(e["board"], e["text"]) for e in edits(page)] == [("bias", "abc")]


def test_the_brush_sends_one_message_a_stroke_and_spares_padding(stage):
    layer, x, parameters = traced(Conv2d(1, 1, 3, padding=1))
    page = stage(layer.trace(x, **parameters))
    control(page, "brush").click()
    control(page, "brush-value").fill("4")
    boxes = [cell(page, "input", 0, 1, j).bounding_box() for j in (0, 3)]
    page.mouse.move(boxes[0]["x"] + 6, boxes[0]["y"] + 6)
    page.mouse.down()
    page.mouse.move(boxes[0]["x"] + 50, boxes[0]["y"] + 6, steps=4)
    page.mouse.up()
    assert edits(page) == [], "a stroke that starts on padding paints nothing"
    start = cell(page, "input", 0, 1, 1).bounding_box()
    page.mouse.move(start["x"] + 6, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(boxes[1]["x"] + 6, boxes[1]["y"] + 6, steps=10)
    page.mouse.up()
    assert [(e["cells"], e["text"]) for e in edits(page)] == [([9, 10, 11], "4")]


def test_padding_and_dropped_cells_look_and_are_named_so(stage):
    layer, x, parameters = traced(Conv2d(1, 1, 3, padding=1, stride=2))
    page = stage(layer.trace(x, **parameters))
    first, last = cell(page, "input", 0, 0, 0), cell(page, "input", 0, 7, 7)
    assert "padding" in first.get_attribute("class") and first.get_attribute("aria-label").startswith("padding")
    assert "dropped" in last.get_attribute("class")
    last.hover()
    assert "no window reaches this cell" in says(page)


def test_sums_that_do_not_close_carry_the_sign_for_about(stage):
    x, weight = np.ones((1, 6, 6)), np.full((1, 1, 3, 3), 1 / 9)
    page = stage(Conv2d(1, 1, 3, bias=False).trace(x, weight=weight))
    assert "≈" in page.locator(".line").first.inner_text()
    page = stage()
    assert "≈" not in page.locator(".stage").inner_text() + page.locator(".strip").inner_text()


def test_groups_stand_beside_the_channels_that_they_read(stage):
    layer, x, parameters = traced(Conv2d(4, 2, 2, groups=2))
    page = stage(layer.trace(x, **parameters))
    player(page).focus()
    page.keyboard.press("ArrowDown")
    seen = read(page)
    np.testing.assert_array_equal(seen.boards["products"], x[2:, :2, :2] * parameters["weight"][1])
    rows = [cell(page, "products", g, 0, 0).bounding_box()["y"] for g in (0, 1)]
    inputs = [cell(page, "input", c, 3, 0).bounding_box()["y"] for c in (2, 3)]
    assert all(abs(row - x) < 60 for row, x in zip(rows, inputs, strict=True))
    assert "c2" in page.locator(".line.whole").inner_text()


def test_every_cell_has_a_name_and_each_step_is_spoken(stage):
    page = stage()
    unnamed = page.locator('[data-board]:not([aria-label]), [data-board][aria-label=""]').count()
    assert unnamed == 0
    player(page).focus()
    page.keyboard.press("End")
    name = cell(page, "output", 2, 3, 3).get_attribute("aria-label")
    assert re.fullmatch(r"output filter 3, row 3, column 3, value −?\d+", name)
    assert page.locator(".live").inner_text().startswith("Filter 3, output row 3, column 3")
    assert cell(page, "products", 1, 0, 1).get_attribute("aria-label").startswith("product G, row 0, column 1: ")


def test_a_tap_pins_an_output_cell_and_offers_to_edit_an_input_cell(stage):
    page = stage(size=(390, 844), has_touch=True, is_mobile=True)
    cell(page, "output", 0, 1, 2).tap()
    assert read(page).step == 6 and "pinned" in player(page).get_attribute("class")
    cell(page, "input", 1, 2, 2).tap()
    control(page, "edit").tap()
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    assert [(e["cells"], e["text"]) for e in edits(page)] == [([36 + 14], "6")]


@pytest.mark.parametrize("size", [(390, 844), (700, 600), (960, 640), (1280, 720), (1920, 1080)])
def test_nothing_is_wider_than_its_room(stage, size):
    for layer in (Conv2d(3, 3, 3), Conv2d(4, 8, 5, padding=2), Conv2d(1, 1, 1)):
        page = stage(traced(layer)[0].trace(traced(layer)[1], **traced(layer)[2]), size=size)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), layer
        if size[0] >= 960:
            assert page.locator(".stage").evaluate("node => node.scrollWidth <= node.clientWidth"), layer


def test_presenter_size_fills_the_screen_with_larger_cells(stage):
    page = stage(size=(1280, 720))
    before = cell(page, "input", 0, 0, 0).bounding_box()["height"]
    control(page, "present").click()
    page.wait_for_function("document.querySelector('.stride').classList.contains('presenting')")
    box = player(page).bounding_box()
    assert box["width"] == 1280 and box["height"] == 720
    assert cell(page, "input", 0, 0, 0).bounding_box()["height"] >= before
    control(page, "present").click()
    page.wait_for_function("!document.querySelector('.stride').classList.contains('presenting')")


def test_two_players_do_not_meet_and_a_destroyed_one_is_gone(stage):
    page = stage()
    page.evaluate(
        """() => {
          const second = document.body.appendChild(document.createElement('div'));
          second.id = 'second';
          window.second = mount(second, window.trace, {}, { step: 5 });
        }"""
    )
    steps = page.locator(".stride")
    assert [steps.nth(k).get_attribute("data-step") for k in (0, 1)] == ["0", "5"]
    steps.nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert [steps.nth(k).get_attribute("data-step") for k in (0, 1)] == ["0", "6"]
    page.evaluate("window.second.destroy()")
    assert steps.count() == 1 and page.locator("#second").evaluate("node => node.childElementCount") == 0
    page.evaluate("window.dispatchEvent(new Event('pointerup')); document.dispatchEvent(new Event('fullscreenchange'))")


def test_new_numbers_keep_the_step_and_another_form_is_drawn_anew(stage):
    page = stage()
    player(page).focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    changed = EXAMPLE.input.copy()
    changed[0, 1, 3] = 9
    from engine.payload import payload

    page.evaluate("trace => window.player.update(trace)", payload(EXAMPLE.layer.trace(changed, **EXAMPLE.parameters)))
    seen = read(page)
    assert seen.step == 7 and seen.boards["input"][0, 1, 3] == 9
    layer, x, parameters = traced(Conv2d(1, 1, 2, bias=False))
    page.evaluate("trace => window.player.update(trace)", payload(layer.trace(x, **parameters)))
    seen = read(page)
    assert seen.boards["weight"].shape == (1, 1, 2, 2) and "bias" not in seen.boards and seen.step == 7
