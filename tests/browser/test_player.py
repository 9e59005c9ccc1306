"""The player on a page of its own: every row of the design's table, read off the page in a real browser."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from engine.layers import Conv2d
from engine.trace.payload import payload
from tests.browser.reading import cell, control, knob, player, read, value_of
from tests.browser.standing import EXAMPLE, edits, lit, says

pytestmark = pytest.mark.browser


def traced(layer, low=0, high=5, seed=3):
    rng = np.random.default_rng(seed)
    parameters = {name: rng.integers(-2, 3, shape).astype(float) for name, shape in layer.parameter_shapes().items()}
    return layer, rng.integers(low, high, (layer.in_channels, 6, 6)).astype(float), parameters


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


def test_in_a_sum_negative_numbers_stand_in_parentheses_but_the_first(stage):
    weight = np.array([[[[2.0, 1.0], [-1.0, 1.0]]]])
    page = stage(Conv2d(1, 1, 2, bias=False).trace(np.array([[[-1.0, -2.0], [3.0, -4.0]]]), weight=weight))
    assert page.locator(".strip").text_content().startswith("−1·2 + (−2)·1 + 3·(−1) + (−4)·1 = −11")


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
    assert re.fullmatch(r"output filter 2, row 3, column 3, value −?\d+", name)
    assert page.locator(".live").inner_text().startswith("Filter 2, output row 3, column 3")
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
    page = stage(size=(1280, 720), together=None)
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
    page.evaluate("trace => window.player.update(trace)", payload(EXAMPLE.layer.trace(changed, **EXAMPLE.parameters)))
    seen = read(page)
    assert seen.step == 7 and seen.boards["input"][0, 1, 3] == 9
    layer, x, parameters = traced(Conv2d(1, 1, 2, bias=False))
    page.evaluate("trace => window.player.update(trace)", payload(layer.trace(x, **parameters)))
    seen = read(page)
    assert seen.boards["weight"].shape == (1, 1, 2, 2) and "bias" not in seen.boards and seen.step == 7


def test_another_form_arrives_while_a_cell_has_the_mouse_and_the_focus(stage):
    page = stage()
    cell(page, "input", 0, 1, 1).click()
    layer, x, parameters = traced(Conv2d(3, 3, 3, stride=2))
    page.evaluate("trace => window.player.update(trace)", payload(layer.trace(x, **parameters)))
    assert read(page).boards["output"].shape == (3, 2, 2)


# Numbers


SETTINGS = [
    Conv2d(2, 2, 3, padding=1, stride=2),
    Conv2d(3, 2, (2, 3), padding=(1, 2), padding_mode="reflect", dilation=(2, 1)),
    Conv2d(4, 4, 3, groups=2),
    Conv2d(3, 2, 1, bias=False),
    Conv2d(4, 8, 5, padding=2, padding_mode="circular"),
]


@pytest.mark.parametrize("layer", SETTINGS, ids=lambda layer: layer.code())
def test_the_numbers_on_the_page_are_numpys(layer, stage):
    layer, x, parameters = traced(layer, high=100)
    trace = layer.trace(x, **parameters)
    page = stage(trace)
    padded, weight = layer.pad(x), parameters["weight"]
    bias = parameters.get("bias", np.zeros(layer.out_channels))
    (sh, sw), (dh, dw), (kh, kw) = layer.strides, layer.dilations, layer.kernel
    per_group, filters = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    output = trace.output
    for step in np.linspace(0, output.size - 1, 7).astype(int):
        page.evaluate("(step) => window.player.go(step)", int(step))
        o, i, j = np.unravel_index(step, output.shape)
        first = o // filters * per_group
        rows, columns = i * sh + np.arange(kh) * dh, j * sw + np.arange(kw) * dw
        window = padded[first : first + per_group, rows[:, None], columns]
        seen = read(page)
        np.testing.assert_array_equal(seen.boards["input"], padded)
        np.testing.assert_array_equal(seen.boards["weight"][o], weight[o])
        np.testing.assert_array_equal(seen.boards["products"], window * weight[o])
        np.testing.assert_array_equal(seen.boards["sums"], (window * weight[o]).sum(axis=(1, 2)))
        total = (window * weight[o]).sum() + bias[o]
        assert seen.boards["total"][0] == total == value_of(seen.formula.split("=")[1])
        np.testing.assert_array_equal(seen.boards["output"].ravel()[: step + 1], output.ravel()[: step + 1])


# Moving


def slide(page):
    return page.locator(".frame").first.evaluate("node => getComputedStyle(node).transitionDuration")


def test_the_frame_slides_between_neighbours_and_jumps_elsewhere(stage):
    page = stage()
    assert slide(page) == "0s", "it is in its place from the first"
    control(page, "next").click()
    assert slide(page) != "0s"
    page.evaluate("window.player.go(9)")
    assert slide(page) == "0s"
    page.keyboard.press("ArrowLeft")
    assert slide(page) != "0s"
    control(page, "filter-next").click()
    assert slide(page) == "0s"


def test_with_reduced_motion_it_jumps(stage):
    page = stage(reduced_motion="reduce")
    control(page, "next").click()
    assert slide(page) == "0s" and read(page).step == 1


def test_playing_goes_through_the_stages_at_its_speed_and_any_key_of_stepping_pauses(stage):
    page = stage()
    page.evaluate(
        """() => {
          const root = document.querySelector('.stride');
          window.seen = [];
          const note = () => seen.push(`${root.dataset.step} ${root.dataset.stage}`);
          new MutationObserver(note).observe(root, { attributeFilter: ['data-step', 'data-stage'] });
        }"""
    )
    control(page, "stages").click()
    control(page, "speed").select_option(label="8×")
    player(page).focus()
    page.keyboard.press("Space")
    page.wait_for_function("Number(document.querySelector('.stride').dataset.step) >= 2")
    page.keyboard.press("ArrowLeft")
    assert player(page).get_attribute("data-playing") == "false"
    stages = ["window", "terms", "groups", "cells", "result"]
    expected = [f"{step} {stage}" for step in range(3) for stage in stages]
    assert page.evaluate("window.seen")[:10] == expected[:10]


def test_play_stops_at_the_end_and_starts_again_from_there(stage):
    page = stage()
    control(page, "speed").select_option(label="8×")
    player(page).focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.stride').dataset.playing === 'false'")
    assert read(page).step == 47
    page.keyboard.press("Space")
    page.wait_for_function("Number(document.querySelector('.stride').dataset.step) === 1")


def test_space_on_a_button_presses_the_button_and_filters_end(stage):
    page = stage()
    control(page, "filter-next").focus()
    page.keyboard.press("Space")
    assert read(page).step == 16 and player(page).get_attribute("data-playing") == "false"
    page.keyboard.press("Enter")
    assert read(page).step == 32 and control(page, "filter-next").is_disabled()
    focused = page.evaluate("document.activeElement.dataset.control")
    assert focused == "filter-prev", "the focus is not lost with the button"
    player(page).focus()
    for key, step in (("ArrowDown", 32), ("ArrowUp", 16), ("ArrowUp", 0), ("ArrowUp", 0), ("End", 47), ("Home", 0)):
        page.keyboard.press(key)
        assert read(page).step == step, key


def test_the_scrubber_goes_anywhere_by_mouse_and_by_its_own_keys(stage):
    page = stage()
    box = control(page, "scrub").bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12, steps=3)
    middle = read(page).step
    page.mouse.move(box["x"] + 12, box["y"] + 12, steps=3)
    page.mouse.up()
    assert 18 < middle < 30 and read(page).step < 6
    control(page, "scrub").focus()
    for key, step in (("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("End", 47)):
        page.keyboard.press(key)
        assert read(page).step == step, key
    assert control(page, "scrub").get_attribute("aria-valuetext") == "step 48 of 48"


def test_nothing_moves_while_numbers_and_sentences_change(stage):
    places = """() => ['.stage', '.pane.input', '.pane.weight', '.outputs', '.strip'].map((name) => {
      const box = document.querySelector(name).getBoundingClientRect();
      return [box.x, box.y + scrollY].map(Math.round).join();
    }).join(' ')"""
    for size in ((390, 844), (960, 640), (1280, 720)):
        page = stage(size=size)
        before = page.evaluate(places)
        for step in (0, 1, 2, 7, 15, 16, 40, 47):
            page.evaluate("(step) => window.player.go(step)", step)
            assert page.evaluate(places) == before, (size, step)
        for board, index in (("weight", (2, 0, 0, 0)), ("output", (0, 0, 0)), ("products", (0, 1, 1)), ("sums", (1,))):
            cell(page, board, *index).hover()
            assert page.evaluate(places) == before, (size, board)
        cell(page, "output", 1, 2, 2).click()
        assert page.evaluate(places) == before, (size, "pinned")


# Pointing


def test_a_pin_holds_and_what_it_points_at_later_is_still_not_told(stage):
    page = stage()
    cell(page, "output", 0, 0, 1).click()
    cell(page, "output", 0, 3, 3).hover()
    assert read(page).step == 1 and "not computed yet" in says(page)
    cell(page, "output", 0, 0, 0).hover()
    assert "made from 27 products" in says(page)
    control(page, "unpin").click()
    assert "pinned" not in player(page).get_attribute("class")


def test_the_focus_on_an_output_cell_shows_its_step_and_enter_pins_it(stage):
    page = stage()
    cell(page, "output", 0, 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert read(page).step == 5 and "row 1, column 1" in says(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert read(page).step == 5 and page.evaluate("document.activeElement.className").startswith("stride")


def test_a_held_stage_tells_no_later_number_anywhere(stage):
    page = stage()
    control(page, "stages").click()
    total = f"{EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters).output[0, 0, 0]:g}"
    for board, index in (("total", (0,)), ("output", (0, 0, 0)), ("sums", (1,)), ("products", (0, 0, 0))):
        assert cell(page, board, *index).inner_text() == ""
        assert "not computed yet" in cell(page, board, *index).get_attribute("aria-label"), board
        cell(page, board, *index).hover()
        assert "total" not in says(page) or "not computed yet" in says(page)
    assert "total" not in page.locator(".live").inner_text() and total not in page.locator(".line.whole").inner_text()


def test_padding_says_and_shows_what_it_copies_and_the_original_reaches_by_its_copies(stage):
    layer, x, parameters = traced(Conv2d(1, 1, 3, padding=1, padding_mode="reflect"))
    page = stage(layer.trace(x, **parameters))
    cell(page, "input", 0, 0, 0).hover()
    assert "a copy of row 1, column 1" in says(page) and (0, 2, 2) in lit(page, "input")
    cell(page, "input", 0, 2, 2).hover()
    reached = [(0, i, j) for i in range(3) for j in range(3)]
    assert [cell for cell in lit(page, "output") if max(cell) < 3] == reached


def test_cells_between_the_windows_of_a_wide_stride_are_marked(stage):
    layer, x, parameters = traced(Conv2d(1, 1, 2, stride=3))
    page = stage(layer.trace(x, **parameters))
    dropped = page.locator('[data-board="input"].dropped').evaluate_all("nodes => nodes.map((n) => n.dataset.index)")
    assert set(dropped) == {f"0,{i},{j}" for i in range(6) for j in range(6) if 2 in (i % 3, j % 3)}


def test_one_channel_at_a_time_a_term_shows_its_own_channel(stage):
    layer, x, parameters = traced(Conv2d(3, 3, 3, padding=2))
    page = stage(layer.trace(x, **parameters), size=(960, 560), together=None)
    shown = "() => [...document.querySelectorAll('.pane.input')].findIndex((pane) => pane.checkVisibility())"
    assert page.locator(".channels").is_visible() and page.evaluate(shown) == 0
    page.locator(".term").nth(9 * 2 + 4).hover()
    assert page.evaluate(shown) == 2 and lit(page, "weight") == [(0, 2, 1, 1)]
    page.locator(".bar").hover()
    assert page.evaluate(shown) == 0
    control(page, "channel-1").click()
    page.evaluate("window.player.go(20)")
    assert page.evaluate(shown) == 1


# Editing


def test_a_block_is_pasted_on_a_cell_in_focus_and_in_an_open_editor(stage):
    page = stage(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('7\\t8\\r\\n-1\\t0.5\\r\\n')")
    sent = {"paste": "7\t8\r\n-1\t0.5\r\n", "step": 0}
    cell(page, "input", 0, 1, 1).click()
    page.keyboard.press("Control+v")
    assert edits(page) == [{"board": "input", "flat": 7, **sent}]
    cell(page, "weight", 0, 0, 0, 0).dblclick()
    page.keyboard.press("Control+v")
    assert edits(page) == [{"board": "weight", "flat": 0, **sent}]


def test_one_word_is_pasted_into_the_open_editor(stage):
    page = stage(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('−2.5')")
    cell(page, "weight", 0, 0, 0, 0).dblclick()
    page.keyboard.press("Control+v")
    page.keyboard.press("Enter")
    assert [e["text"] for e in edits(page)] == ["−2.5"]


def test_a_click_elsewhere_takes_the_edit_and_keeps_its_own_focus(stage):
    page = stage()
    cell(page, "input", 0, 0, 0).dblclick()
    page.keyboard.type("5")
    control(page, "next").click()
    assert [e["text"] for e in edits(page)] == ["5"] and read(page).step == 1
    assert page.evaluate("document.activeElement.dataset.control") == "next"


def test_new_numbers_leave_an_open_editor_alone(stage):
    page = stage()
    cell(page, "input", 0, 0, 0).dblclick()
    page.keyboard.type("5")
    changed = EXAMPLE.input.copy()
    changed[0, 0, :2] = 8
    page.evaluate("trace => window.player.update(trace)", payload(EXAMPLE.layer.trace(changed, **EXAMPLE.parameters)))
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    assert [e["text"] for e in edits(page)] == ["51"] and cell(page, "input", 0, 0, 1).inner_text() == "8"


def test_the_brush_paints_by_finger_without_scrolling(stage):
    page = stage(size=(390, 844), has_touch=True, is_mobile=True)
    finger = page.context.new_cdp_session(page)
    control(page, "brush").tap()
    boxes = [cell(page, "input", 0, 1, j).bounding_box() for j in (1, 4)]
    y = boxes[0]["y"] + 5

    def touch(kind, *points):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x in points]})

    touch("touchStart", boxes[0]["x"] + 5)
    touch("touchMove", boxes[0]["x"] + 30)
    touch("touchMove", boxes[1]["x"] + 5)
    touch("touchEnd")
    page.wait_for_function("window.edits.length > 0")
    assert [(e["cells"], e["text"]) for e in edits(page)] == [([7, 8, 9, 10], "1")]
    assert page.evaluate("scrollY") == 0


def test_a_message_covers_the_line_until_a_step_is_taken(stage):
    page = stage()
    page.evaluate("window.player.message('Input R, row 0, column 0: “a” is not a number.')")
    cell(page, "input", 0, 1, 1).hover()
    assert page.get_by_role("alert").inner_text().startswith("Input R")
    page.evaluate("window.player.message('<b>x</b>')")
    assert page.get_by_role("alert").inner_text() == "<b>x</b>"
    control(page, "close").click()
    assert not page.locator(".note").is_visible()
    control(page, "help").click()
    assert "Space plays" in page.get_by_role("alert").inner_text()
    control(page, "next").click()
    assert not page.locator(".note").is_visible()


# Living with others


def test_a_destroyed_player_leaves_no_listener_behind(stage):
    page = stage()
    page.evaluate(
        """() => {
          window.kept = [];
          for (const target of [window, document]) {
            const add = target.addEventListener.bind(target), remove = target.removeEventListener.bind(target);
            target.addEventListener = (...call) => { kept.push(call[0]); add(...call); };
            target.removeEventListener = (...call) => { kept.splice(kept.indexOf(call[0]), 1); remove(...call); };
          }
          const box = document.body.appendChild(document.createElement('div'));
          window.second = mount(box, window.trace);
        }"""
    )
    second = player(page).nth(1)
    second.locator('[data-control="brush"]').click()
    second.locator('[data-control="play"]').click()
    page.evaluate("window.second.destroy()")
    assert page.evaluate("window.kept") == [] and player(page).count() == 1


def test_keys_step_and_play_wherever_no_field_has_the_focus(open_page):
    page = open_page("/pooling?example=max")
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    assert read(page).step == 1
    page.keyboard.press("Space")
    expect(player(page)).to_have_attribute("data-playing", "true")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    page.keyboard.press("ArrowLeft")
    step = read(page).step
    knob(page, "kernel size").focus()
    page.keyboard.press("ArrowRight")  # a field keeps its own keys
    assert read(page).step == step


def test_pointing_at_a_cell_stops_no_play_and_is_answered_when_it_rests(stage):
    page = stage()
    player(page).focus()
    page.keyboard.press("Space")
    cell(page, "weight", 0, 0, 0, 0).hover()
    page.wait_for_function("Number(document.querySelector('.stride').dataset.step) >= 2")
    assert player(page).get_attribute("data-playing") == "true" and lit(page, "weight") == []
    page.keyboard.press("Space")
    assert lit(page, "weight") == [(0, 0, 0, 0)] and "multiplies 16 input cells" in says(page)


def test_a_clickers_keys_step_at_presenter_size(stage):
    page = stage()
    control(page, "present").click()
    expect(player(page)).to_have_class(re.compile("presenting"))
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    assert read(page).step == 1
    page.keyboard.press("Escape")


def test_the_legend_names_what_occurs(stage):
    page = stage()
    names = page.locator(".legend li").all_inner_texts()
    assert names == ["positive", "negative", "read by this step", "written by it"]
    layer = replace(EXAMPLE.layer, padding=(1, 1), stride=(4, 4))
    trace = layer.trace(EXAMPLE.input, **EXAMPLE.parameters)
    page.evaluate("trace => window.player.update(trace)", payload(trace))
    assert page.locator(".legend li").all_inner_texts()[4:] == ["padding", "never read"]
