"""The Transposed convolution page in a real browser: every number is read off the page."""

import numpy as np
import pytest
import torch

from engine.facts.examples import TRANSPOSED
from tests.browser.driver import acted, rerun
from tests.browser.reading import cell, control, knob, more, player, query, read, text, type_into, value_of
from tests.engine.parity import torch_module
from tests.pages.states.lesson.beside_torch import linked

pytestmark = pytest.mark.browser
KERNEL = np.array([[1, 0, 1], [0, 2, 0], [1, 0, 1]])


def torch_output(layer, x, parameters):
    module = torch_module(layer)
    module.load_state_dict({name: torch.tensor(value) for name, value in parameters.items()})
    return module(torch.tensor(x)).detach().numpy()


def grid(page, title: str, width: int, nth: int = 0) -> np.ndarray:
    """A small board's numbers, NaN where a cell is empty."""
    texts = page.locator(f'[data-grid="{title}"]').nth(nth).locator("i").all_inner_texts()
    return np.array([value_of(t) if t else np.nan for t in texts]).reshape(-1, width)


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


def test_an_edit_of_the_input_gives_pytorchs_new_numbers_in_every_way(open_page):
    page = open_page("/transposed?example=upsample&step=12")
    with acted(page):
        type_into(cell(page, "input", 0, 1, 1), "-2.5")
    assert read(page).step == 12, "the step stays where it was"
    control(page, "reveal").click()
    seen = read(page).boards
    assert seen["input"][0, 1, 1] == -2.5
    state = linked("transposed", query(page))
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
    with acted(page):
        type_into(cell(page, "weight", 1, 0, 0, 1), "7")
    weight = linked("transposed", query(page)).parameters["weight"]
    assert np.argwhere(weight != before).tolist() == [[0, 1, 0, 1]] and weight[0, 1, 0, 1] == 7
    control(page, "reveal").click()
    state = linked("transposed", query(page))
    np.testing.assert_array_equal(read(page).boards["output"], torch_output(state.layer, state.input, state.parameters))


def test_every_knob_changes_the_layer(open_page):
    page = open_page("/transposed?example=upsample")
    more(page)
    for label, shape in (("padding", (1, 3, 3)), ("output padding", (1, 4, 4)), ("kernel size", (1, 5, 5)),
                         ("dilation", (1, 8, 8)), ("stride", (1, 9, 9)), ("out channels", (2, 9, 9))):  # fmt: skip
        with acted(page):
            knob(page, label).press("ArrowUp")
        assert read(page).boards["output"].shape == shape, label
    control(page, "reveal").click()
    state = linked("transposed", query(page))
    assert (state.layer.kernel_size, state.layer.stride, state.layer.dilation) == (4, 3, 2)
    np.testing.assert_array_equal(read(page).boards["output"], torch_output(state.layer, state.input, state.parameters))


def test_output_padding_cannot_reach_the_stride(open_page):
    page = open_page("/transposed?example=upsample")
    more(page)
    assert knob(page, "output padding").get_attribute("aria-valuemax") == "1"
    with acted(page):
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
    assert page.title() == "Convolution · Stride"
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
    with acted(page):
        knob(page, "kernel size").press("ArrowUp")
    assert len(set(grid(page, "stamps", 8)[2:-2, 2:-2].ravel())) == 1
    assert "the stride divides kernel_size" in text(page)


def test_a_gap_that_no_stamp_reaches_is_shown(open_page):
    page = open_page("/transposed?layer=ConvTranspose2d&x=1x2x2_1_2_3_4&kernel_size=1&stride=3&b=1_0.5&step=1")
    seen = read(page)
    assert seen.boards["total"][0] == 0.5 and np.isnan(seen.boards["products"]).all()
    assert "no stamp reaches it" in player(page).inner_text()
    assert "here no stamp, only the bias" in text(page)


def test_a_drawn_picture_is_made_larger(open_page):
    page = open_page("/transposed?layer=ConvTranspose2d&x=pic.digit.rgb.6.0-9&kernel_size=2&stride=2&step=30")
    seen = read(page).boards
    assert seen["input"].shape == (3, 6, 6) and seen["output"].shape == (1, 12, 12)
    state = linked("transposed", query(page))
    assert seen["total"][0] == torch_output(state.layer, state.input, state.parameters)[0].ravel()[30]


def test_an_output_with_too_many_terms_is_shown_as_maps_and_any_of_its_numbers_opens(open_page):
    query_ = "x=pic.digit.rgb.16.0-9&out_channels=8&kernel_size=7&stride=4&dilation=4&weight=3x8x7x7_1~1176"
    page = open_page(f"/transposed?layer=ConvTranspose2d&{query_}")
    pictures = page.locator(".maps .outputs figure")
    assert pictures.count() == 8
    assert read(page).boards["output"].shape == (8, 5, 5)
    stage = page.locator('[data-map="2"]')
    box = stage.bounding_box()
    with acted(page):
        stage.click(position={"x": box["width"] * 40.5 / 85, "y": box["height"] * 20.5 / 85})
    channel, row, column = map(int, query(page)["at"].split("."))
    assert channel == 2 and abs(row - 20) <= 1 and abs(column - 40) <= 1
    state = linked("transposed", query(page))
    seen = read(page).boards
    assert seen["total"][0] == torch_output(state.layer, state.input, state.parameters)[2, row, column]
    assert f"row {row}, column {column}" in text(page)
