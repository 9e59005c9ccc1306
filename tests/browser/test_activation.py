"""The Activation page in a real browser: every number is read off the page."""

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from engine.facts.examples import ACTIVATION
from pages.states.picture import picture_from_text
from tests.browser.driver import acted, answered, navigate, rerun
from tests.browser.reading import cell, control, knob, player, query, read, text, value_of
from tests.engine.parity import torch_module

pytestmark = pytest.mark.browser
HALVES = "1x4x4_0.5_-2_0_1_-1_2.5_-0.5_3_-1.5_0_2_-3_1.5_-0.5_0.5_-1"
# Worked example 3, by hand: the worked convolution's map, and a map of halves.
RELU = [[0, 0, 4, 7], [1, 4, 3, 2], [2, 6, 0, 1], [0, 4, 2, 1]]
LEAKY = [[0, -0.02, 4, 7], [1, 4, 3, 2], [2, 6, -0.01, 1], [0, 4, 2, 1]]
HARD = [[0.5, -1, 0, 1], [-1, 1, -0.5, 1], [-1, 0, 1, -1], [1, -0.5, 0.5, -1]]


def torch_output(layer, input):
    module = torch_module(layer)
    return module(torch.tensor(input)).numpy()


def figure(page):
    """The curve's figure, once Plotly has drawn it."""
    plot = page.locator(".js-plotly-plot")
    plot.locator(".main-svg").first.wait_for()
    return plot


def grid(page, name: str, at: int = 0) -> list[str]:
    return page.locator(f'[data-grid="{name}"]').nth(at).locator(".squares i").all_inner_texts()


def marked(page) -> tuple[str, str]:
    """What is written beside the point on the curve and on its slope, and what the sentence below says."""
    notes = figure(page).locator(".annotation-text")
    return tuple(t for t in notes.all_text_contents() if "=" in t or "≈" in t)


@pytest.mark.parametrize(("name", "wanted"), [("relu", RELU), ("leaky-relu", LEAKY), ("hard-tanh", HARD)])
def test_worked_example_3_number_by_number(name, wanted, open_page):
    page = open_page(f"/activation?example={name}")
    symbol, x = ACTIVATION[name].layer.symbol, ACTIVATION[name].input
    player(page).focus()
    for step in range(16):
        seen = read(page)
        assert seen.step == step
        np.testing.assert_array_equal(seen.boards["input"], x)
        before, after = x.ravel()[step], np.ravel(wanted)[step]
        assert seen.boards["output"].ravel()[step] == after
        assert np.isnan(seen.boards["output"].ravel()[step + 1 :]).all(), "a cell shows its value before its step"
        line = "".join(seen.formula.split()).replace("-", "−")
        assert f"{symbol}({before:g})={after:g}".replace("-", "−") in line
        page.keyboard.press("ArrowRight")
    assert read(page).boards["output"].tolist() == [wanted]


def test_gelu_never_claims_to_be_exact(open_page):
    page = open_page(f"/activation?layer=GELU&x={HALVES}&step=6")
    assert "gelu(−0.5)≈−0.154" in "".join(read(page).formula.split())
    assert "gelu(−0.5) is about −0.154" in player(page).inner_text()


@pytest.mark.parametrize(("dark", "colour"), [(False, "rgb(106, 43, 217)"), (True, "rgb(185, 156, 255)")])
def test_the_point_on_the_curve_follows_the_step(dark, colour, open_page):
    page = open_page("/activation?example=leaky-relu", dark=dark)
    assert marked(page) == ("f(0) = 0", "f′(0) = 0.01")
    written = figure(page).locator(".annotation-text", has_text="f(0)")
    assert written.evaluate("node => getComputedStyle(node).fill") == colour
    assert "Cell 0, 0, 0: x = 0, f(x) = 0, f′(x) = 0.01. The curve has a corner here" in text(page)
    player(page).focus()
    with acted(page):
        page.keyboard.press("ArrowRight")
    expect(figure(page).locator(".annotation-text", has_text="f(−2) = −0.02")).to_have_count(1)
    assert marked(page) == ("f(−2) = −0.02", "f′(−2) = 0.01")
    with acted(page):
        cell(page, "output", 0, 2, 1).click()
    expect(figure(page).locator(".annotation-text", has_text="f(6) = 6")).to_have_count(1)
    assert marked(page) == ("f(6) = 6", "f′(6) = 1")
    assert "Cell 0, 2, 1: x = 6, f(x) = 6, f′(x) = 1." in text(page)
    assert "The curve has a corner here" not in text(page)


def test_an_edit_gives_new_numbers_on_the_map_and_on_the_curve(open_page):
    page = open_page("/activation?example=sigmoid&step=3")
    with acted(page):
        cell(page, "input", 0, 0, 3).dblclick()
        page.keyboard.type("-2.5")
        page.keyboard.press("Enter")
    assert read(page).step == 3, "the step stays where it was"
    seen = read(page).boards
    assert seen["input"][0, 0, 3] == -2.5
    x = torch.tensor(-2.5, requires_grad=True)
    y = torch.sigmoid(x)
    y.backward()
    assert seen["output"][0, 0, 3] == round(float(y.detach()), 3)
    expect(figure(page).locator(".annotation-text", has_text="f(−2.5)")).to_have_count(1)
    assert marked(page) == (f"f(−2.5) ≈ {float(y.detach()):.3f}", f"f′(−2.5) ≈ {float(x.grad):.2f}")


def test_a_very_large_number_is_drawn_too(open_page):
    page = open_page("/activation?layer=GELU&x=1x1x2_1000000_-1000000&step=1")
    assert marked(page) == ("f(−1000000) ≈ 0", "f′(−1000000) ≈ 0")


def test_every_knob_changes_the_function(open_page):
    page = open_page("/activation?example=leaky-relu&step=1")
    with acted(page):
        knob(page, "negative slope").press("ArrowUp")
    assert read(page).boards["output"][0, 0, 1] == -0.04 and "negative_slope=0.02" in page.url
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("ELU")
    assert read(page).step == 1, "the map is the same, so its step stays"
    with acted(page):
        knob(page, "alpha").press("ArrowUp")
    control(page, "reveal").click()
    assert read(page).boards["output"][0, 0, 1] == round(1.25 * (np.exp(-2) - 1), 3)
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("Hardtanh")
    with acted(page):
        knob(page, "max val").press("ArrowUp")
    with acted(page):
        knob(page, "min val").press("ArrowUp")
    assert read(page).boards["output"][0, 0].tolist() == [0, -0.5, 1.5, 1.5]
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("GELU")
    with acted(page):
        page.get_by_role("combobox", name="approximate").select_option("tanh")
    assert "approximate=tanh" in page.url


def test_limits_that_cross_get_a_sentence_and_change_nothing(open_page):
    page = open_page("/activation?layer=Hardtanh&min_val=0.5&max_val=1")
    knob(page, "min val").press("ArrowUp")
    page.get_by_text("max_val 1.0 must be larger than min_val 1.0").first.wait_for()
    assert read(page).boards["output"].shape == (1, 4, 4)
    page = open_page("/activation?layer=Hardtanh&min_val=3&max_val=1")
    assert "max_val 1.0 must be larger than min_val 3.0" in text(page)


def test_hard_tanh_names_the_slip(open_page):
    page = open_page("/activation?example=hard-tanh")
    shown = text(page)
    assert "Some texts say that hard tanh clips to 0…1: that is a slip." in shown
    assert "−1 below −1, x between, and 1 above 1" in shown


def test_a_dying_relu_has_only_zeros_and_leaky_relu_helps(open_page):
    page = open_page("/activation?example=relu")
    assert not page.get_by_text("all its outputs are below zero").count()
    with answered(page):
        page.get_by_text("After Backpropagation: a ReLU that dies").click()
    x = ACTIVATION["dying"].input
    assert (x < 0).all()
    assert [value_of(t) for t in grid(page, "the filter")] == x.ravel().tolist()
    assert grid(page, "ReLU") == ["0"] * 16
    from_loss, relu, relu_weights, leaky, leaky_weights = (grid(page, "gradient", k) for k in range(5))
    assert from_loss == ["−1"] * 16 and relu == ["0"] * 16 and relu_weights == ["0"] * 9
    assert leaky == ["−0.01"] * 16 and leaky_weights[0] == "−0.21" and "0" not in leaky_weights
    assert "Every gradient is 0: no step of learning changes the weights or the bias" in text(page)
    assert "after 5 steps (learning rate 0.1) the first output is above zero" in text(page)
    with acted(page):
        page.get_by_role("link", name="Step through it with leaky ReLU").click()
    page.wait_for_url("**/activation?layer=LeakyReLU*")
    page.locator('.stride [data-board="input"]', has_text="−10").wait_for()
    control(page, "reveal").click()
    seen = read(page).boards
    np.testing.assert_array_equal(seen["input"], x)
    np.testing.assert_allclose(seen["output"], x * 0.01, atol=1e-12)
    with acted(page):
        page.get_by_role("link", name="Step through it with ReLU").click()
    page.wait_for_url("**/activation?example=dying")
    page.get_by_text("relu(−8) is 0, because it is below zero.").first.wait_for()
    assert not np.nan_to_num(read(page).boards["output"]).any()


def test_the_dying_filters_slope_is_the_knobs(open_page):
    page = open_page(f"/activation?layer=LeakyReLU&x={HALVES}&negative_slope=0.5")
    with answered(page):
        page.get_by_text("After Backpropagation: a ReLU that dies").click()
    assert grid(page, "gradient", 3) == ["−0.5"] * 16
    with acted(page):
        knob(page, "negative slope").fill("0")
        page.keyboard.press("Enter")
    assert grid(page, "gradient", 3) == ["0"] * 16
    assert text(page).count("Every gradient is 0") == 2


def test_things_to_try_open_their_states_and_are_answered_above_the_player(open_page):
    page = open_page("/activation?example=relu")
    with acted(page):
        page.get_by_role("link", name="GELU at −0.5").click()
    assert read(page).step == 6 and query(page)["try"] == "2"
    asked = page.locator(".block.question")
    expect(asked).to_contain_text("is its slope above or below zero?")
    places = """(root) => [".block.question", ".stride"].map((part) => {
      const box = root.querySelector(part).getBoundingClientRect();
      return [box.top, box.bottom];
    })"""
    place = asked.evaluate_handle("(node) => node")
    page.wait_for_function("(node) => Math.abs(node.getBoundingClientRect().top - 64) < 8", arg=place)  # scrolled to
    (top, bottom), (below, end) = page.locator(".page").evaluate(places)
    assert 0 <= top < bottom <= below < page.viewport_size["height"] / 2 < end
    with answered(page):
        asked.get_by_role("button", name="Below zero").click()
    expect(asked.locator(".verdict")).to_contain_text("Not that.")
    with answered(page):
        asked.get_by_role("button", name="Above zero").click()
    expect(asked.locator(".verdict")).to_contain_text("Right: Above zero.")
    assert page.locator(".page").evaluate(places) == [[top, bottom], [below, end]], "nothing moves"
    with acted(page):
        asked.get_by_role("button", name="Close the question").click()
    expect(asked).to_have_count(0)
    assert "try" not in query(page)
    expect(figure(page).locator(".annotation-text", has_text="f(−0.5) ≈ −0.154")).to_have_count(1)
    slope = value_of(marked(page)[1].split("≈")[1])
    x = torch.tensor(-0.5, requires_grad=True)
    torch.nn.functional.gelu(x).backward()
    assert slope == round(float(x.grad), 3)
    with acted(page):
        page.get_by_role("link", name="Leaky ReLU with negative slope 1").click()
    control(page, "reveal").click()
    seen = read(page).boards
    np.testing.assert_array_equal(seen["output"], seen["input"])


def test_the_picture_chosen_on_the_input_page_is_activated(open_page):
    page = open_page("/input?x=pic.letter.grey.6.0-9")
    with rerun(page):
        navigate(page, "Lessons", "Activation")
    page.locator(".stride").wait_for()
    control(page, "reveal").click()
    seen = read(page).boards
    values = picture_from_text("pic.letter.grey.6.0-9").values
    np.testing.assert_array_equal(seen["input"], values)
    np.testing.assert_array_equal(seen["output"], values)
