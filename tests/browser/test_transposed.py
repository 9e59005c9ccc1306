"""The Transposed convolution page in a real browser: every number is read off the page."""

from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import torch

from engine.facts.examples import TRANSPOSED
from pages.states.registry import KINDS
from tests.browser.driver import rerun
from tests.browser.reading import cell, control, judge_look, knob, player, read

pytestmark = pytest.mark.browser
KERNEL = np.array([[1, 0, 1], [0, 2, 0], [1, 0, 1]])


def torch_output(layer, x, parameters):
    module = eval(layer.code(), {"nn": torch.nn}).double()
    module.load_state_dict({name: torch.tensor(value) for name, value in parameters.items()})
    return module(torch.tensor(x)).detach().numpy()


def linked(page):
    """The state that a page's address holds."""
    state, problems = KINDS["transposed"].read(dict(parse_qsl(urlsplit(page.url).query)), None)
    assert problems == []
    return state


def text(page) -> str:
    return page.get_by_test_id("stMain").inner_text().replace("\xa0", " ")


def grid(page, title: str, width: int, nth: int = 0) -> np.ndarray:
    """A small board's numbers, NaN where a cell is empty."""
    texts = page.locator(f'[data-grid="{title}"]').nth(nth).locator("i").all_inner_texts()
    return np.array([float(t.replace("−", "-")) if t else np.nan for t in texts]).reshape(-1, width)


def type_into(page, where, number: str) -> None:
    with rerun(page):
        where.dblclick()
        page.keyboard.type(number)
        page.keyboard.press("Enter")


def test_a_deep_link_opens_its_page_on_a_fresh_server(open_page, fresh_server):
    page = open_page("/transposed?example=upsample&step=12", server=fresh_server)
    assert page.title() == "Transposed convolution"
    assert read(page).step == 12 and read(page).boards["total"][0] == 11


def test_the_first_example_number_by_number(open_page):
    page = open_page("/transposed?example=upsample")
    x = np.array([[1, 2], [3, 4]])
    stamps = np.zeros((2, 2, 5, 5))
    for i, j in np.ndindex(2, 2):
        stamps[i, j, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3] = x[i, j] * KERNEL
    output = stamps.sum(axis=(0, 1)) + 1
    player(page).focus()
    for step, (row, column) in enumerate(np.ndindex(5, 5)):
        seen = read(page)
        assert seen.step == step
        products = np.full((3, 3), np.nan)
        for i, j in np.ndindex(2, 2):
            u, v = row - 2 * i, column - 2 * j
            if 0 <= u < 3 and 0 <= v < 3:
                products[u, v] = x[i, j] * KERNEL[u, v]
        np.testing.assert_array_equal(seen.boards["products"], products[None])
        assert seen.boards["sums"][0] == np.nansum(products)
        assert seen.boards["total"][0] == output[row, column] == seen.boards["output"].ravel()[step]
        page.keyboard.press("ArrowRight")
    np.testing.assert_array_equal(read(page).boards["output"][0], output)


@pytest.mark.parametrize("name", TRANSPOSED)
def test_worked_examples_open_by_link_with_pytorchs_output(name, open_page):
    page = open_page(f"/transposed?example={name}")
    example = TRANSPOSED[name]
    control(page, "reveal").click()
    seen = read(page).boards["output"]
    np.testing.assert_array_equal(seen, torch_output(example.layer, example.input, example.parameters))
    assert example.title.endswith(f"→ {seen.shape[1]}×{seen.shape[2]}")
    assert "Largest difference: 0." in text(page)


def test_play_and_keys_through_both_output_channels(open_page):
    page = open_page("/transposed?example=two-channels")
    player(page).focus()
    for key, step in (("ArrowRight", 1), ("ArrowDown", 17), ("ArrowUp", 1), ("End", 31), ("ArrowRight", 31),
                      ("Home", 0), ("ArrowLeft", 0)):  # fmt: skip
        page.keyboard.press(key)
        assert read(page).step == step, key
    control(page, "speed").select_option(label="8×")
    control(page, "play").click()
    page.locator('.stride[data-step="31"]').wait_for()
    example = TRANSPOSED["two-channels"]
    output = torch_output(example.layer, example.input, example.parameters)
    np.testing.assert_array_equal(read(page).boards["output"], output)
    assert "channel 2 of 2" in player(page).inner_text()


def test_an_edit_of_the_input_gives_pytorchs_new_numbers_in_every_way(open_page):
    page = open_page("/transposed?example=upsample&step=12")
    type_into(page, cell(page, "input", 0, 1, 1), "-2.5")
    assert read(page).step == 12, "the step stays where it was"
    control(page, "reveal").click()
    seen = read(page).boards
    assert seen["input"][0, 1, 1] == -2.5
    state = linked(page)
    expected = torch_output(state.layer, seen["input"], state.parameters)
    np.testing.assert_array_equal(seen["output"], expected)
    np.testing.assert_array_equal(grid(page, "output", 5), expected[0])
    last = grid(page, "−2.5 × kernel", 5)
    np.testing.assert_array_equal(last[2:, 2:], -2.5 * KERNEL)
    assert np.isnan(last).sum() == 25 - 9
    assert "Largest difference: 0." in text(page)


def test_an_edit_of_the_second_channels_kernel_changes_the_second_output_channel(open_page):
    page = open_page("/transposed?example=two-channels&step=16")
    before = TRANSPOSED["two-channels"].parameters["weight"]
    type_into(page, cell(page, "weight", 1, 0, 0, 1), "7")
    weight = linked(page).parameters["weight"]
    assert np.argwhere(weight != before).tolist() == [[0, 1, 0, 1]] and weight[0, 1, 0, 1] == 7
    control(page, "reveal").click()
    state = linked(page)
    np.testing.assert_array_equal(read(page).boards["output"], torch_output(state.layer, state.input, state.parameters))


def test_what_is_no_number_gets_a_sentence_and_changes_nothing(open_page):
    page = open_page("/transposed?example=upsample")
    cell(page, "weight", 0, 0, 1, 1).dblclick()
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    page.locator(".note", has_text="not a number").wait_for()
    assert read(page).boards["weight"].ravel()[4] == 2


def test_a_link_brings_the_same_numbers_to_another_browser(open_page):
    page = open_page("/transposed?example=output-padding")
    type_into(page, cell(page, "input", 0, 0, 0), "-3.5")
    with rerun(page):
        page.get_by_role("switch", name="bias").uncheck()
    with rerun(page):
        cell(page, "output", 0, 2, 1).click()
    one = read(page)
    assert one.step == 9 and "bias=0" in page.url
    two = read(open_page(page.url.split("/", 3)[3]))
    assert (two.step, two.formula) == (one.step, one.formula)
    for board in one.boards:
        np.testing.assert_array_equal(two.boards[board], one.boards[board])


def test_a_link_that_is_wrong_is_answered_and_the_page_works(open_page):
    page = open_page("/transposed?layer=Conv3d&stride=9&output_padding=3&x=hello&step=x")
    shown = text(page)
    for sentence in ("Conv3d", "stride 9", "output_padding 3", "hello", "step"):
        assert sentence in shown
    assert read(page).boards["output"].shape == (1, 5, 5)


def test_every_knob_changes_the_layer(open_page):
    page = open_page("/transposed?example=upsample")
    for label, shape in (("padding", (1, 3, 3)), ("output padding", (1, 4, 4)), ("kernel size", (1, 5, 5)),
                         ("dilation", (1, 8, 8)), ("stride", (1, 9, 9)), ("out channels", (2, 9, 9))):  # fmt: skip
        with rerun(page):
            knob(page, label).press("ArrowUp")
        assert read(page).boards["output"].shape == shape, label
    control(page, "reveal").click()
    state = linked(page)
    assert (state.layer.kernel_size, state.layer.stride, state.layer.dilation) == (4, 3, 2)
    np.testing.assert_array_equal(read(page).boards["output"], torch_output(state.layer, state.input, state.parameters))


def test_output_padding_cannot_reach_the_stride(open_page):
    page = open_page("/transposed?example=upsample")
    assert knob(page, "output padding").get_attribute("aria-valuemax") == "1"
    with rerun(page):
        knob(page, "stride").press("ArrowUp")
    assert knob(page, "output padding").get_attribute("aria-valuemax") == "2"
    assert "height: a convolution makes 2 out of 6 or 7 or 8; output_padding 0 gives back 6, 1 gives back 7" in text(
        page
    )


def test_the_stamps_on_the_page_add_up_to_the_output(open_page):
    page = open_page("/transposed?example=output-padding&step=5")
    titles = ["1 × kernel", "2 × kernel", "3 × kernel", "4 × kernel"]
    total = np.nansum([grid(page, title, 4) for title in titles], axis=0) + 1
    np.testing.assert_array_equal(total, grid(page, "output", 4))
    control(page, "reveal").click()
    np.testing.assert_array_equal(total, read(page).boards["output"][0])
    assert page.locator('[data-grid="output"] i.marked').all_inner_texts() == ["11"]
    assert "here 4 of 4 stamps" in text(page)


@pytest.mark.parametrize("name", ["upsample", "two-channels", "even"])
def test_the_stretched_input_opens_on_the_convolution_page_with_the_same_output(name, open_page):
    page = open_page(f"/transposed?example={name}")
    link = page.get_by_role("link", name="Open this convolution")
    with rerun(page):
        link.click()
    page.locator(".stride").wait_for()
    assert page.title() == "Convolution"
    control(page, "reveal").click()
    example = TRANSPOSED[name]
    seen = read(page).boards["output"]
    np.testing.assert_array_equal(seen, torch_output(example.layer, example.input, example.parameters))


def test_uneven_overlaps_are_counted_and_a_fitting_kernel_evens_them(open_page):
    page = open_page("/transposed?example=checkerboard")
    counts = grid(page, "stamps", 7)
    assert counts[2:5, 2:5].tolist() == [[4, 2, 4], [2, 1, 2], [4, 2, 4]]
    control(page, "reveal").click()
    np.testing.assert_array_equal(read(page).boards["output"][0], counts)
    assert "stride 2 does not divide kernel_size 3" in text(page) and "checkerboard" in text(page)
    with rerun(page):
        knob(page, "kernel size").press("ArrowUp")
    assert len(set(grid(page, "stamps", 8)[2:-2, 2:-2].ravel())) == 1
    assert "the stride divides kernel_size" in text(page)


def test_a_gap_that_no_stamp_reaches_is_shown(open_page):
    page = open_page("/transposed?layer=ConvTranspose2d&x=1x2x2_1_2_3_4&kernel_size=1&stride=3&b=1_0.5&step=1")
    seen = read(page)
    assert seen.boards["total"][0] == 0.5 and np.isnan(seen.boards["products"]).all()
    assert "no stamp reaches it" in player(page).inner_text()
    assert "here no stamp, only the bias" in text(page)


def test_the_check_against_pytorch_agrees_on_the_spot(open_page):
    page = open_page("/transposed?example=two-channels")
    with rerun(page):
        page.get_by_role("button", name="Run it in PyTorch").click()
    page.get_by_text("largest difference", exact=False).first.wait_for()
    page.get_by_text("Code to paste").click()
    page.get_by_text("nn.ConvTranspose2d(2, 2, kernel_size=2, stride=2)").wait_for()


def test_a_drawn_picture_is_made_larger(open_page):
    page = open_page("/transposed?layer=ConvTranspose2d&x=pic.digit.rgb.6.0-9&kernel_size=2&stride=2&step=30")
    seen = read(page).boards
    assert seen["input"].shape == (3, 6, 6) and seen["output"].shape == (1, 12, 12)
    state = linked(page)
    assert seen["total"][0] == torch_output(state.layer, state.input, state.parameters)[0].ravel()[30]


def test_a_worked_example_fits_the_screen(open_page):
    page = open_page("/transposed?example=two-channels")
    box = player(page).bounding_box()
    assert box["y"] + box["height"] <= 720
    assert page.locator(".stage").evaluate("node => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("look", [{"dark": True}, {"mobile": True}, {"reduced_motion": True}])
def test_dark_phone_and_reduced_motion(look, open_page):
    page = open_page("/transposed?example=upsample", **look)
    assert read(page).boards["input"].tolist() == [[[1, 2], [3, 4]]]
    if look.get("mobile"):
        inputs, outputs = cell(page, "input", 0, 0, 0).bounding_box(), cell(page, "output", 0, 0, 0).bounding_box()
        assert outputs["y"] > inputs["y"] + 100, "the stages stand below one another"
        cell(page, "output", 0, 2, 2).tap()
        assert read(page).step == 12
    judge_look(page, **look)
