"""The Output and loss page in a real browser: every number is read off the page."""

import math

import numpy as np
import pytest
import torch

from engine.facts.examples import OUTPUT
from tests.browser.driver import acted
from tests.browser.reading import cell, control, judge_fit, judge_look, knob, player, read, text, value_of
from tests.engine.parity import torch_module

pytestmark = pytest.mark.browser
LOGITS = [7.86, 8.78, 9.64]
NAMES = ("lion", "tiger", "elephant")
# Worked example 6, as the page writes it: four decimals.
PROBABILITIES = [0.1059, 0.2658, 0.6282]
LOSSES = [0.4649, 1.5975, 0.0040]


def torch_loss(example, x=None, **extras):
    """What PyTorch gives for an example, with another input or other choices where some are given."""
    chosen = {"temperature": 1.0, **example.extras, **extras}
    module = torch_module(example.layer)
    logits = torch.tensor(example.input if x is None else x) / chosen["temperature"]
    return module(logits, torch.tensor(chosen["target"])).item()


def bars(page) -> list[float]:
    """The probabilities beside the bars."""
    found = page.locator(".answer [data-probability]")
    found.first.wait_for()
    return [value_of(t) for t in found.all_inner_texts()]


def say(page) -> str:
    return player(page).inner_text()


def test_worked_example_6_phase_by_phase(open_page):
    page = open_page("/output_loss?example=loss")
    player(page).focus()
    seen = read(page)
    assert seen.boards["input"].tolist() == LOGITS and seen.boards["largest"][0] == 9.64
    for z, exponential in zip(LOGITS, (0.1686, 0.4232, 1), strict=True):
        page.keyboard.press("ArrowRight")
        seen = read(page)
        assert seen.boards["factors"].tolist() == [z, 9.64]
        assert seen.boards["products"].ravel()[0] == round(z - 9.64, 2)
        assert seen.boards["total"][0] == exponential
    assert seen.boards["exponentials"].tolist() == [0.1686, 0.4232, 1]
    page.keyboard.press("ArrowRight")
    assert read(page).boards["sum of exponentials"][0] == 1.5918
    for k, probability in enumerate(PROBABILITIES):
        page.keyboard.press("ArrowRight")
        seen = read(page)
        assert seen.boards["total"][0] == probability
        assert np.isnan(seen.boards["probabilities"][k + 1 :]).all(), "a probability is there before its step"
    assert seen.boards["probabilities"].tolist() == PROBABILITIES
    page.keyboard.press("ArrowRight")
    assert "The true class is elephant: −log(0.6282) ≈ 0.4649, the loss." in say(page)
    assert read(page).boards["loss"][0] == 0.4649
    assert bars(page) == PROBABILITIES


def batch(page):
    """The part of the page that lists the pictures' losses."""
    return page.locator(".column", has=page.get_by_role("heading", name="The batch"))


def test_worked_example_6_why_the_last_digits_differ(open_page):
    page = open_page("/output_loss?example=loss")
    lines = page.locator("math", has_text="0.464866").text_content()
    assert "−log(0.62821953…)=0.464866…" in lines and "−log(0.6282)=0.464897…" in lines
    assert f"{-math.log(0.6282):.6f}" == "0.464897"
    assert "Round what you show, never what you compute with." in text(page)


def test_worked_example_6_the_batch_and_its_mean(open_page):
    page = open_page("/output_loss?example=batch")
    judge_fit(page)
    control(page, "last").click()
    judge_fit(page)
    seen = read(page)
    assert seen.boards["losses"].tolist() == LOSSES
    assert seen.boards["sums"][0] == 2.0664 and seen.boards["total"][0] == 0.6888
    assert "The 3 losses add up to 2.0664; ÷ 3 ≈ 0.6888, the loss of the batch." in say(page)
    shown = batch(page).inner_text().replace("\n\n", " ")
    for n, (name, loss) in enumerate(zip(("elephant", "lion", "tiger"), LOSSES, strict=True)):
        assert f"picture {n} · {name}" in shown and f"loss {loss:g}" in shown
    assert "mean of the 3 losses: 0.6888 (0.688788)" in shown


def test_each_pictures_loss_is_opened_by_a_click(open_page):
    page = open_page("/output_loss?example=batch")
    for n, (name, loss) in enumerate(zip(("elephant", "lion", "tiger"), LOSSES, strict=True)):
        with acted(page):
            batch(page).get_by_role("button", name="Open").nth(n).click()
        assert f"The true class of picture {n} is {name}: −log(" in say(page)
        seen = read(page)
        assert seen.boards["total"][0] == loss and f"step={seen.step}" in page.url
        assert f"What the network answers, picture {n}" in text(page)
        assert f"is the true class: {name}." in text(page)


def test_up_and_down_lead_to_the_same_place_of_another_picture(open_page):
    page = open_page("/output_loss?example=batch&step=24")
    player(page).focus()
    page.keyboard.press("ArrowDown")
    assert "The true class of picture 1 is lion" in say(page)
    page.keyboard.press("ArrowUp")
    assert "The true class of picture 0 is elephant" in say(page)


def test_softmax_alone_ends_at_the_probabilities_and_shows_the_temperature(open_page):
    page = open_page("/output_loss?example=softmax")
    control(page, "last").click()
    assert read(page).boards["output"].tolist() == PROBABILITIES
    assert page.get_by_role("combobox", name="target").count() == 0
    assert "What the temperature does" in text(page)
    page.locator(".js-plotly-plot").first.wait_for()


@pytest.mark.parametrize("name", ["loss", "smoothing"])
def test_an_edited_logit_gives_pytorchs_new_loss(name, open_page):
    page = open_page(f"/output_loss?example={name}")
    with acted(page):
        cell(page, "input", 1).dblclick()
        page.keyboard.type("10.5")
        page.keyboard.press("Enter")
    control(page, "last").click()
    expected = torch_loss(OUTPUT[name], [7.86, 10.5, 9.64])
    assert abs(expected - torch_loss(OUTPUT[name])) > 0.1
    assert read(page).boards["loss"][0] == pytest.approx(expected, abs=5.1e-5)
    assert bars(page) == pytest.approx(torch.softmax(torch.tensor([7.86, 10.5, 9.64]), 0).tolist(), abs=5.1e-5)


def test_the_target_changes_the_loss_and_the_link(open_page):
    page = open_page("/output_loss?example=loss&step=8")
    for k, name in enumerate(NAMES[:2]):
        with acted(page):
            page.get_by_role("combobox", name="target").select_option(name)
        assert f"target={k}" in page.url and f"The true class is {name}" in say(page)
        assert read(page).boards["loss"][0] == pytest.approx(torch_loss(OUTPUT["loss"], target=k), abs=5.1e-5)


def test_the_temperature_and_the_smoothing_come_as_phases_of_their_own(open_page):
    page = open_page("/output_loss?example=loss")
    with acted(page):
        knob(page, "temperature").fill("2")
        knob(page, "temperature").press("Enter")
    assert "temperature=2" in page.url
    seen = read(page)
    assert seen.boards["factors"].tolist() == [7.86, 2] and seen.boards["total"][0] == 3.93
    with acted(page):
        knob(page, "label smoothing").fill("0.1")
        knob(page, "label smoothing").press("Enter")
    assert "label_smoothing=0.1" in page.url
    control(page, "last").click()
    seen = read(page)
    assert seen.boards["smoothed target"].tolist() == [0.0333, 0.0333, 0.9333]
    expected = torch.nn.CrossEntropyLoss(label_smoothing=0.1)(torch.tensor(LOGITS) / 2, torch.tensor(2)).item()
    assert seen.boards["loss"][0] == pytest.approx(expected, abs=5.1e-5)
    assert "with this smoothing" in text(page)


def test_without_the_subtraction_large_logits_are_lost_and_the_page_says_so(open_page):
    page = open_page("/output_loss?example=large")
    assert "exp(1000) = ∞. More than a float64 can hold" in say(page)
    assert np.isinf(read(page).boards["total"][0])
    control(page, "last").click()
    assert "−log(NaN) = NaN, the loss. That is not a number" in say(page)
    assert np.isnan(bars(page)).all() and "The loss is NaN, so it has no point on the curve." in text(page)
    with acted(page):
        page.get_by_role("switch", name="minus max").check()
    control(page, "last").click()
    expected = torch_loss(OUTPUT["large"])
    assert read(page).boards["loss"][0] == pytest.approx(expected, abs=5.1e-5)
    assert bars(page)[0] == pytest.approx(math.exp(-expected), abs=5.1e-5)


def test_huge_and_tiny_logits_never_break_the_page(open_page):
    page = open_page("/output_loss?layer=CrossEntropyLoss&x=3_1000000_-1000000_0&target=1")
    control(page, "last").click()
    assert "too small for a float64" in say(page)
    assert read(page).boards["loss"][0] == 2_000_000
    with acted(page):
        page.get_by_role("switch", name="minus max").uncheck()
    assert "NaN" in page.locator(".answer").inner_text()


def test_the_loss_is_drawn_as_a_curve_with_its_point(open_page):
    page = open_page("/output_loss?example=batch&step=25")
    plot = page.locator(".js-plotly-plot").first
    plot.wait_for()
    points = plot.evaluate("node => { const t = node.data.at(-1); return [[...t.x], [...t.y], [...t.marker.size]]; }")
    assert np.round(points[0], 4).tolist() == [0.6282, 0.2024, 0.996]
    assert np.round(points[1], 4).tolist() == LOSSES
    assert points[2][1] == max(points[2]) > points[2][0]


def test_a_batch_on_a_phone_in_the_dark(open_page):
    look = {"mobile": True, "dark": True}
    page = open_page("/output_loss?example=batch&step=26", **look)
    assert read(page).boards["losses"].tolist() == LOSSES
    assert bars(page) == [0.0034, 0.996, 0.0006]
    judge_look(page, **look)
