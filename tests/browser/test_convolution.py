"""The Convolution page in a real browser: every number is read off the page."""

import io

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from playwright.sync_api import expect

from engine.facts.examples import CONVOLUTION
from tests.browser.driver import acted, navigate, rerun, settle
from tests.browser.reading import cell, control, knob, more, paste, player, read, type_into

pytestmark = pytest.mark.browser
EXAMPLE = CONVOLUTION["three-channels-three-filters"]


def torch_output(example):
    """PyTorch's output for an example's numbers, and each channel's own sum (filters, channels, H, W)."""
    x = torch.tensor(example.input)
    weight, bias = (torch.tensor(example.parameters[name]) for name in ("weight", "bias"))
    layer = example.layer
    y = F.conv2d(x, weight, bias, stride=layer.stride, padding=layer.padding)
    by_channel = [F.conv2d(x[c : c + 1], weight[:, c : c + 1], stride=layer.stride, padding=layer.padding)
                  for c in range(len(x))]  # fmt: skip
    return y.numpy(), torch.stack(by_channel, dim=1).numpy()


def test_every_step_of_the_three_channel_example_has_pytorchs_numbers(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    y, by_channel = torch_output(EXAMPLE)
    steps = y.size
    assert steps == 48
    player(page).focus()
    for step in range(steps):
        o, i, j = np.unravel_index(step, y.shape)
        seen = read(page)
        assert seen.step == step
        window = EXAMPLE.input[:, i : i + 3, j : j + 3]
        weight, bias = EXAMPLE.parameters["weight"][o], EXAMPLE.parameters["bias"][o]
        kernel = seen.boards["weight"][o]
        np.testing.assert_array_equal(kernel, weight)
        np.testing.assert_array_equal(seen.boards["products"], window * weight)
        np.testing.assert_array_equal(seen.boards["sums"], by_channel[o, :, i, j])
        assert seen.boards["bias"][o] == bias and seen.boards["total"][0] == y[o, i, j]
        assert seen.boards["sums"].sum() + bias == seen.boards["total"][0], "the sum does not close on screen"
        written = seen.boards["output"].ravel()
        np.testing.assert_array_equal(written[: step + 1], y.ravel()[: step + 1])
        assert np.isnan(written[step + 1 :]).all(), "a cell shows its value before its step"
        page.keyboard.press("ArrowRight")
    np.testing.assert_array_equal(read(page).boards["output"], y)


def test_play_step_scrub_and_filter_by_mouse(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    control(page, "next").click()
    assert read(page).step == 1
    control(page, "prev").click()
    control(page, "last").click()
    assert read(page).step == 47
    control(page, "first").click()
    control(page, "filter-next").click()
    assert read(page).step == 16 and np.isfinite(read(page).boards["weight"][1]).all()
    control(page, "scrub").fill("30")
    assert read(page).step == 30
    settle(page, quiet_ms=800)
    player(page).focus()
    for key, speed in (("+", "2×"), ("-", "1×")):
        page.keyboard.press(key)
        assert control(page, "speed").evaluate("node => node.selectedOptions[0].text") == speed
    control(page, "speed").select_option(label="8×")
    control(page, "play").click()
    page.wait_for_function("(root) => Number(root.dataset.step) >= 36", arg=player(page).element_handle(), polling=50)
    control(page, "play").click()
    assert player(page).get_attribute("data-playing") == "false"


def test_playing_sends_nothing_to_the_server(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    frames = []
    with page.expect_websocket() as opened:
        page.reload()
    opened.value.on("framesent", lambda data: frames.append(data))
    settle(page, quiet_ms=1000)
    player(page).focus()
    frames.clear()
    page.keyboard.press("Space")
    page.wait_for_function("(root) => Number(root.dataset.step) >= 3", arg=player(page).element_handle())
    assert frames == []
    with acted(page):
        page.keyboard.press("Space")
    assert frames == [], "the step at rest goes to the engine's own address"
    assert f"step={read(page).step}" in page.url


def test_pin_by_mouse_and_by_keyboard_and_let_go(open_page):
    page = open_page("/convolution?example=three-channels-three-filters")
    cell(page, "output", 0, 2, 1).click()
    assert read(page).step == 9
    cell(page, "output", 0, 0, 3).hover()
    assert read(page).step == 9, "a pin holds while the pointer moves on"
    page.keyboard.press("Escape")
    cell(page, "output", 0, 0, 2).hover()
    assert read(page).step == 2, "without a pin the pointer shows another step"
    cell(page, "output", 0, 3, 3).focus()
    page.keyboard.press("Enter")
    assert read(page).step == 15
    assert "pinned" in player(page).get_attribute("class")


def test_editing_a_pixel_a_weight_and_the_bias_gives_new_sums(open_page):
    page = open_page("/convolution?example=three-channels")
    before = read(page).boards
    product = before["products"][1, 0, 1]
    assert before["input"][1, 0, 1] == 2 and product == 2
    player(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    with acted(page):
        cell(page, "input", 1, 0, 1).dblclick()
        page.keyboard.type("9")
        page.keyboard.press("Enter")
    after = read(page).boards
    assert after["products"][1, 0, 1] == 9
    assert after["sums"][1] == before["sums"][1] + 7 and after["total"][0] == before["total"][0] + 7
    with acted(page):
        cell(page, "weight", 0, 0, 0, 0).focus()
        page.keyboard.press("Enter")
        page.keyboard.type("-2.5")
        page.keyboard.press("Enter")
    weighed = read(page).boards
    assert weighed["products"][0, 0, 0] == -2.5 * weighed["input"][0, 0, 0]
    with acted(page):
        cell(page, "bias", 0).dblclick()
        page.keyboard.type("0.5")
        page.keyboard.press("Enter")
    last = read(page).boards
    assert last["total"][0] == last["products"].sum() + 0.5
    y = F.conv2d(torch.tensor(last["input"]), torch.tensor(last["weight"]), torch.tensor(last["bias"])).numpy()
    control(page, "reveal").click()
    np.testing.assert_array_equal(read(page).boards["output"], y)


def test_what_is_no_number_gets_a_sentence_and_changes_nothing(open_page):
    page = open_page("/convolution?example=three-channels&step=3")
    before = read(page)
    for typed, said in (("abc", "not a number"), ("NaN", "finite"), ("1e300", "1,000,000")):
        with acted(page):
            type_into(cell(page, "input", 2, 1, 1), typed)
        expect(page.locator(".note", has_text=said)).to_contain_text("Input B, row 1, column 1")
    after = read(page)
    assert after.step == before.step == 3
    np.testing.assert_array_equal(after.boards["input"], before.boards["input"])


def test_a_block_from_a_spreadsheet_fills_from_its_cell(open_page):
    page = open_page("/convolution?example=one-channel")
    cell(page, "input", 0, 1, 1).focus()
    with acted(page):
        paste(cell(page, "input", 0, 1, 1), "7\t8\n-1\t0.5\n")
    assert read(page).boards["input"][0, 1:3, 1:3].tolist() == [[7, 8], [-1, 0.5]]


def test_the_brush_paints_over_the_input(open_page):
    page = open_page("/convolution?example=one-channel")
    control(page, "brush").click()
    control(page, "brush-value").fill("5")
    start, end = cell(page, "input", 0, 3, 1).bounding_box(), cell(page, "input", 0, 3, 4).bounding_box()
    with acted(page):
        page.mouse.move(start["x"] + 8, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(end["x"] + 8, end["y"] + 8, steps=12)
        page.mouse.up()
    assert read(page).boards["input"][0, 3, 1:5].tolist() == [5, 5, 5, 5]


def test_back_returns_to_the_state_before(open_page):
    page = open_page("/convolution?example=one-channel")
    with acted(page):
        knob(page, "stride").press("ArrowUp")
    assert read(page).boards["output"].shape == (1, 2, 2)
    with acted(page):
        page.go_back()
    assert read(page).boards["output"].shape == (1, 4, 4)


def test_knobs_cannot_make_an_impossible_layer(open_page):
    page = open_page("/convolution?example=one-channel")
    height = knob(page, "kernel height")
    more(page)
    assert height.get_attribute("aria-valuemax") == "6"
    assert knob(page, "dilation").get_attribute("aria-valuemax") == "2"
    with acted(page):
        knob(page, "dilation").press("ArrowUp")
    assert read(page).boards["output"].shape == (1, 2, 2)
    assert height.get_attribute("aria-valuemax") == "3"


def test_a_knob_that_is_typed_wrong_gets_a_sentence_and_keeps_its_value(open_page):
    page = open_page("/convolution?example=one-channel")
    for text, sentence in (
        ("nine", 'Stride "nine" is not a whole number.'),
        ("99", "from 1 to 8"),
        ("1.5", "whole number"),
    ):
        with acted(page):
            knob(page, "stride").fill(text)
            knob(page, "stride").press("Enter")
        assert sentence in page.locator(".stride .told").inner_text()
        assert knob(page, "stride").input_value() == "1"
    assert read(page).boards["output"].shape == (1, 4, 4)


def test_choices_and_switches_change_the_layer(open_page):
    page = open_page("/convolution?example=one-channel")
    behind = page.locator(".knobs > .more")
    assert page.get_by_role("spinbutton").evaluate_all("(all) => all.map((one) => one.ariaLabel)") == [
        *("filters", "kernel height", "kernel width", "stride", "padding")
    ]
    more(page)
    with acted(page):
        page.get_by_role("switch", name="same size").check()
    assert read(page).boards["output"].shape == (1, 6, 6) and "padding=same" in page.url
    with acted(page):
        page.get_by_role("combobox", name="padding mode").select_option("reflect")
    assert read(page).boards["input"].shape == (1, 8, 8) and "mode=reflect" in page.url
    with acted(page):
        page.get_by_role("combobox", name="with kernel").select_option("Sobel x")
    np.testing.assert_array_equal(read(page).boards["weight"][0, 0], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    with acted(page):
        page.get_by_role("switch", name="bias").uncheck()
    assert "bias" not in read(page).boards and "bias=0" in page.url
    # What is behind "More" and not at its default is named there; the browser remembers whether it was open.
    page.reload()
    assert behind.evaluate("(more) => more.open")
    behind.locator("summary").click()
    page.reload()
    expect(behind.locator(".told")).to_have_text("padding mode reflect, bias: off, same size")
    assert not behind.evaluate("(more) => more.open")


def photo() -> bytes:
    """A picture with a different value in every pixel, as a PNG."""
    rng = np.random.default_rng(5)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (48, 64, 3), dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_a_pixel_of_a_large_map_opens_its_window(open_page):
    page = open_page("/convolution?x=pic.scene.rgb.64.0-255&w=2x3x3x3_1_0_-1_2_0_-2_1_0_-1_0~41_1_1_1_1&b=2_1_-1")
    stage = page.locator('[data-map="1"]')
    box = stage.bounding_box()
    with acted(page):
        stage.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    assert "at=1." in page.url
    o, i, j = (int(part) for part in page.url.split("at=")[1].split("&")[0].split("."))
    seen = read(page)
    from pages.states.picture import picture_from_text

    x = torch.tensor(picture_from_text("pic.scene.rgb.64.0-255").values.copy())
    window = x[:, i : i + 3, j : j + 3].numpy()
    np.testing.assert_array_equal(seen.boards["products"], window * seen.boards["weight"][o])
    assert seen.boards["total"][0] == (window * seen.boards["weight"][o]).sum() + seen.boards["bias"][o]


def edit_cell(page, board, index, text):
    cell(page, board, *index).dblclick()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_edits_in_quick_succession_all_count(open_page):
    page = open_page("/convolution?example=one-channel")
    with acted(page):
        for k, text in enumerate(("9", "8", "7", "6")):
            edit_cell(page, "input", (0, 0, k), text)
        settle(page, quiet_ms=600)
    assert read(page).boards["input"][0, 0, :4].tolist() == [9, 8, 7, 6]
    page.reload()
    settle(page)
    assert read(page).boards["input"][0, 0, :4].tolist() == [9, 8, 7, 6]


def test_a_knob_and_an_edit_at_once_both_count(open_page):
    page = open_page("/convolution?example=one-channel")
    with acted(page):
        knob(page, "stride").press("ArrowUp")
        edit_cell(page, "input", (0, 0, 0), "9")
    seen = read(page).boards
    assert seen["output"].shape == (1, 2, 2) and seen["input"][0, 0, 0] == 9
    assert "stride=2" in page.url


def test_the_page_is_as_it_was_left_after_a_visit_to_another(open_page):
    page = open_page("/convolution?example=one-channel")
    with acted(page):
        edit_cell(page, "input", (0, 0, 0), "9")
    with rerun(page):
        page.get_by_role("link", name="Home", exact=True).first.click()
    with rerun(page):
        navigate(page, "Lessons", "Convolution")
    seen = read(page).boards["input"]
    assert seen.shape == (1, 6, 6) and seen[0, 0, 0] == 9
    assert "x=1x6x6" in page.url


def test_splitting_height_and_width_stays_until_it_is_undone(open_page):
    page = open_page("/convolution?example=one-channel")
    more(page)
    page.get_by_text("split h, w").click()
    for label in ("stride down", "stride across"):
        with acted(page):
            knob(page, label).press("ArrowUp")
    assert read(page).boards["output"].shape == (1, 2, 2)
    assert knob(page, "stride down").input_value() == knob(page, "stride across").input_value() == "2"


def test_uploaded_photo_is_stepped_through(open_page):
    page = open_page("/input?x=pic.digit.rgb.6.0-9")
    page.get_by_role("button", name="Own picture").click()
    with rerun(page):
        page.locator('input[type="file"]').set_input_files(
            {"name": "photo.png", "mimeType": "image/png", "buffer": photo()}
        )
    page.wait_for_url("**/input?x=3x*")
    page.keyboard.press("Escape")
    with rerun(page):
        page.get_by_role("link", name="Next: Convolution").first.click()
    page.locator(".stride").wait_for()
    seen = read(page)
    height, width = seen.boards["input"].shape[1:]
    assert min(height, width) >= 3
    window = seen.boards["input"][:, :3, :3]
    np.testing.assert_allclose(seen.boards["products"], window * seen.boards["weight"][0])
    assert seen.boards["total"][0] == pytest.approx(seen.boards["products"].sum())
