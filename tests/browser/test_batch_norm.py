"""The Batch norm page in a real browser: every number is read off the page."""

import numpy as np
import pytest

from tests.browser.driver import acted
from tests.browser.reading import cell, knob, player, query, read, text, type_into
from tests.pages.states.lesson.beside_torch import linked, torch_output

pytestmark = pytest.mark.browser
X = np.array([[1, 2, 3, 3], [5, 5, 6, 7]])


def totals(page, count: int) -> list[float]:
    """The results of `count` steps from here on; the player is then a step further."""
    seen = []
    player(page).focus()
    for _ in range(count):
        seen.append(float(read(page).boards["total"][0]))
        page.keyboard.press("ArrowRight")
    return seen


def test_training_number_by_number(open_page):
    page = open_page("/batch_norm?example=training")
    np.testing.assert_array_equal(read(page).boards["input"], X[None])
    assert "32 ÷ 8 = 4" in " ".join(read(page).formula.split())
    assert totals(page, 1) == [4]
    assert totals(page, 8) == [-3, -2, -1, -1, 1, 1, 2, 3]
    assert totals(page, 8) == [9, 4, 1, 1, 1, 1, 4, 9]
    assert "30 ÷ 8 = 3.75" in " ".join(read(page).formula.split())
    assert totals(page, 1) == [3.75]
    formula = " ".join(read(page).formula.split())
    assert "3.75 + eps0.25 = 4" in formula and "sqrt(4) = 2" in formula
    assert totals(page, 1) == [2]
    assert totals(page, 8) == [-1.5, -1, -0.5, -0.5, 0.5, 0.5, 1, 1.5]
    assert totals(page, 8) == [-2, -1, 0, 0, 2, 2, 3, 4]
    seen = read(page)
    assert seen.step == 34 and seen.boards["output"].tolist() == [[[-2, -1, 0, 0], [2, 2, 3, 4]]]


def test_evaluation_number_by_number(open_page):
    page = open_page("/batch_norm?example=evaluation")
    assert totals(page, 1) == [2]
    assert totals(page, 8) == [-2, -1, 0, 0, 2, 2, 3, 4]
    assert totals(page, 8) == [-1, -0.5, 0, 0, 1, 1, 1.5, 2]
    assert totals(page, 8) == [-1, 0, 1, 1, 3, 3, 4, 5]
    assert "mean: 0.9 × 3 + 0.1 × 4 = 3.1" in text(page)
    assert "variance: 0.9 × 3.75 + 0.1 × 4.286 ≈ 3.804" in text(page)


def test_running_statistics_on_and_off_are_evaluation_and_training(open_page):
    page = open_page("/batch_norm?example=evaluation")
    assert "Now: the running statistics" in text(page)
    with acted(page):
        page.get_by_role("switch", name="running statistics").uncheck()
    assert "Now: the input's own statistics" in text(page) and "track_running_stats=0" in page.url
    assert totals(page, 1) == [4]
    page.keyboard.press("End")
    assert read(page).boards["output"].ravel().tolist() == [-2, -1, 0, 0, 2, 2, 3, 4]


def test_an_edit_of_the_input_changes_mean_and_every_output(open_page):
    page = open_page("/batch_norm?example=training")
    with acted(page):
        type_into(cell(page, "input", 0, 0, 0), "9")
    assert read(page).boards["total"][0] == 5
    player(page).focus()
    page.keyboard.press("End")
    seen = read(page).boards["output"]
    np.testing.assert_allclose(seen, torch_output(linked("batch_norm", query(page))), rtol=0, atol=6e-4)
    assert (seen != [[[-2, -1, 0, 0], [2, 2, 3, 4]]]).all()


def test_an_edit_of_a_running_variance_and_of_gamma(open_page):
    page = open_page("/batch_norm?example=evaluation")
    with acted(page):
        type_into(cell(page, "running_var", 0), "15.75")
    assert read(page).boards["total"][0] == 4
    player(page).focus()
    page.keyboard.press("End")
    with acted(page):
        type_into(cell(page, "weight", 0), "-8")
    seen = read(page).boards
    np.testing.assert_array_equal(seen["output"], torch_output(linked("batch_norm", query(page))))
    assert seen["output"][0, 0].tolist() == [5, 3, 1, 1]


def test_a_variance_that_has_no_root_is_refused_with_the_numbers(open_page):
    page = open_page("/batch_norm?example=evaluation")
    cell(page, "running_var", 0).dblclick()
    page.keyboard.type("-3")
    page.keyboard.press("Enter")
    page.locator(".note", has_text="Channel 0 has variance −3: with eps 0.25 it must be above 0.").wait_for()
    assert read(page).boards["running_var"][0] == 3.75


def test_gamma_of_sigma_and_beta_of_the_mean_give_the_input_back(open_page):
    page = open_page("/batch_norm?example=undone")
    player(page).focus()
    page.keyboard.press("End")
    np.testing.assert_array_equal(read(page).boards["output"], X[None])


def test_eps_and_affine_change_the_layer(open_page):
    page = open_page("/batch_norm?example=training")
    assert "3.75 ÷ 4 = 0.9375" in text(page)
    with acted(page):
        page.get_by_role("switch", name="affine").uncheck()
    player(page).focus()
    page.keyboard.press("End")
    seen = read(page)
    assert seen.step == 26 and seen.boards["output"].ravel().tolist() == [-1.5, -1, -0.5, -0.5, 0.5, 0.5, 1, 1.5]
    with acted(page):
        knob(page, "eps").fill("0.5")
        knob(page, "eps").press("Enter")
    assert linked("batch_norm", query(page)).layer.eps == 0.5 and "3.75 ÷ 4.25 ≈ 0.882353" in text(page)


def test_the_figure_has_the_numbers_and_their_means(open_page):
    page = open_page("/batch_norm?example=training")
    figure = page.locator(".js-plotly-plot")
    for sentence in ("before: mean 4, variance 3.75", "normalised: mean 0, variance 0.9375",
                     "after γ and β: mean 1, variance 3.75"):  # fmt: skip
        figure.get_by_text(sentence).wait_for()
    assert figure.locator(".scatterlayer .point").count() == 3 * 8


def test_the_table_has_every_channels_mean_and_variance(open_page):
    page = open_page("/batch_norm?example=three-channels")
    rows = page.locator("table tr").all_inner_texts()
    assert [row.split("\t")[:2] for row in rows[1:]] == [["R", "40 · 500"], ["G", "1 · 3.5"], ["B", "210 · 250"]]


def test_a_drawn_picture_is_normalised(open_page):
    page = open_page("/batch_norm?layer=BatchNorm2d&x=pic.digit.rgb.6.0-9&track_running_stats=0")
    assert read(page).boards["input"].shape == (3, 6, 6)
    player(page).focus()
    page.keyboard.press("End")
    np.testing.assert_allclose(
        read(page).boards["output"], torch_output(linked("batch_norm", query(page))), rtol=0, atol=6e-4
    )
