"""The Fully connected page in a real browser: every number is read off the page."""

import numpy as np
import pytest
import torch

from engine.facts.examples import FULLY_CONNECTED
from tests.browser.driver import acted
from tests.browser.reading import cell, control, judge_fit, judge_look, knob, paste, player, read, text
from tests.engine.parity import torch_module

pytestmark = pytest.mark.browser
MAP = np.array([[[15, 8], [20, 5]]])
VECTOR = [15, 8, 20, 5]
# Worked example 5: products, their sum, bias, before ReLU, after.
NEURONS = (
    ([7.5, 6.4, 2, 0.5], 16.4, 0.2, 16.6, 16.6),
    ([3, 4, 2, 3], 12, 0.1, 12.1, 12.1),
    ([1.5, 1.6, 2, 1], 6.1, 0.3, 6.4, 6.4),
)


def torch_output(example, x=None, weight=None, bias=None):
    """What PyTorch gives for an example, with other numbers where some are given."""
    module = torch_module(example.layer)
    state = {n: torch.tensor(v) for n, v in example.parameters.items()}
    state |= {n: torch.tensor(v) for n, v in (("weight", weight), ("bias", bias)) if v is not None}
    module.load_state_dict(state)
    y = module(torch.tensor(example.input if x is None else x)[None])[0]
    return (torch.relu(y) if example.extras.get("relu") else y).detach().numpy()


def test_worked_example_5_the_map_becomes_a_vector(open_page):
    page = open_page("/fully_connected?example=flatten")
    judge_fit(page)
    player(page).focus()
    for step, number in enumerate(VECTOR):
        seen = read(page)
        assert seen.step == step
        np.testing.assert_array_equal(seen.boards["input"], MAP)
        assert seen.boards["output"][step] == number
        assert np.isnan(seen.boards["output"][step + 1 :]).all(), "a number is there before its step"
        row, column = divmod(step, 2)
        said = f"Channel 0, row {row}, column {column} becomes number {step} of the vector."
        assert said in player(page).inner_text()
        page.keyboard.press("ArrowRight")
    assert read(page).boards["output"].tolist() == VECTOR


def test_worked_example_5_each_hidden_neuron_number_by_number(open_page):
    page = open_page("/fully_connected?example=hidden")
    player(page).focus()
    for step, (products, total, bias, before, after) in enumerate(NEURONS):
        seen = read(page)
        assert seen.boards["input"].tolist() == VECTOR
        assert seen.boards["weight"][step].tolist() == FULLY_CONNECTED["hidden"].parameters["weight"][step].tolist()
        assert seen.boards["products"].ravel().tolist() == products
        assert seen.boards["sums"][0] == total and seen.boards["bias"][step] == bias
        assert seen.boards["before"][0] == before and seen.boards["total"][0] == after
        assert seen.boards["output"][step] == after
        assert f"relu({before:g}) = {after:g}" in " ".join(seen.formula.split())
        page.keyboard.press("ArrowRight")
    assert read(page).boards["output"].tolist() == [16.6, 12.1, 6.4]


def test_worked_example_6_the_three_logits(open_page):
    page = open_page("/fully_connected?example=output")
    control(page, "reveal").click()
    seen = read(page)
    assert seen.boards["input"].tolist() == [16.6, 12.1, 6.4]
    assert seen.boards["output"].tolist() == [7.86, 8.78, 9.64]
    assert "before" not in seen.boards, "no ReLU behind the output layer"


def test_the_worked_network_is_followed_by_its_links(open_page):
    page = open_page("/fully_connected?example=flatten")
    page.get_by_role("link", name="Next: this vector into three neurons").click()
    player(page).get_by_text("Neuron 0:").first.wait_for()
    page.get_by_role("link", name="Next: the three neurons into three logits").click()
    player(page).get_by_text("the total is 7.86.").first.wait_for()
    page.get_by_role("link", name="Next: the three logits into probabilities and a loss").click()
    player(page).get_by_text("The largest of the 3 logits is 9.64.").first.wait_for()
    assert page.title() == "Output and loss · Stride"


def test_the_layer_is_drawn_with_its_connections_and_follows_the_step(open_page):
    page = open_page("/fully_connected?example=hidden")
    lines = page.locator(".net [data-line]")
    lines.first.wait_for(state="attached")
    assert lines.count() == 12
    nodes = page.locator(".net [data-node^='sum']")
    assert nodes.all_inner_texts() == ["16.6", "12.1", "6.4"]
    assert page.locator(".net [data-node^='activated']").all_inner_texts() == ["16.6", "12.1", "6.4"]
    for step in (0, 2):
        with acted(page):
            cell(page, "output", step).click()
        page.locator(f".net .present[data-node='sum,{step}']").wait_for()
        weights = page.locator(".net [data-weight]").all_inner_texts()
        assert [float(w) for w in weights] == FULLY_CONNECTED["hidden"].parameters["weight"][step].tolist()


def test_the_matrix_form_stands_beside_it(open_page):
    page = open_page("/fully_connected?example=hidden&step=2")
    matrix = page.locator("math", has_text="ReLU")
    rows = matrix.locator("mtable").first.locator("mtr").all()
    bold = [row.locator('[mathvariant="bold"]').all_text_contents() for row in rows]
    assert bold == [[], [], ["0.1", "0.2", "0.1", "0.2"]]
    assert matrix.locator("mtable").last.locator("mtr").all_text_contents() == ["16.6", "12.1", "6.4"]


def test_the_place_in_the_vector_is_worked_out(open_page):
    page = open_page("/fully_connected?example=flatten-three-channels&step=16")
    place = page.locator("math", has_text="H+i")
    assert place.text_content().endswith("=(2·2+1)·3+1=16")
    assert read(page).boards["output"][16] == 17


def test_play_and_channels(open_page):
    page = open_page("/fully_connected?example=flatten-three-channels")
    control(page, "speed").select_option(label="8×")
    control(page, "play").click()
    page.wait_for_function("(root) => Number(root.dataset.step) >= 17", arg=player(page).element_handle())
    assert read(page).boards["output"].tolist() == list(range(1, 19))
    control(page, "filter-prev").click()
    assert read(page).step == 11 and "channel 1 of 0–2" in player(page).inner_text()


def test_stages_hold_products_sum_bias_and_relu(open_page):
    page = open_page("/fully_connected?example=hidden")
    control(page, "stages").click()
    player(page).focus()
    page.keyboard.press("Home")
    assert np.isnan(read(page).boards["products"]).all()
    known = []
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        seen = read(page).boards
        known.append([bool(np.isfinite(seen[b]).all()) for b in ("products", "sums", "before", "total")])
    assert known[0] == [True, False, False, False]
    assert known[-1] == [True, True, True, True]
    assert [sum(row) for row in known] == sorted(sum(row) for row in known)


@pytest.mark.parametrize(
    ("board", "index", "value"), [("input", (2,), "-3.5"), ("weight", (0, 1), "-2"), ("bias", (0,), "-30.5")]
)
def test_an_edit_gives_pytorchs_new_numbers(board, index, value, open_page):
    example = FULLY_CONNECTED["hidden"]
    page = open_page("/fully_connected?example=hidden")
    with acted(page):
        cell(page, board, *index).first.dblclick()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    arrays = {"input": example.input.copy(), **{n: v.copy() for n, v in example.parameters.items()}}
    arrays[board].setflags(write=True)
    arrays[board][index] = float(value)
    y = torch_output(example, arrays["input"], arrays["weight"], arrays["bias"])
    assert not np.allclose(y, torch_output(example))
    control(page, "reveal").click()
    np.testing.assert_allclose(read(page).boards["output"], y, rtol=0, atol=1e-9)
    if board == "bias":
        assert y[0] == 0 and read(page).boards["before"][0] == pytest.approx(-14.1), "ReLU stops the neuron"


def test_a_block_from_a_spreadsheet_fills_the_vector(open_page):
    page = open_page("/fully_connected?example=hidden")
    cell(page, "input", 1).focus()
    with acted(page):
        paste(cell(page, "input", 1), "1\t2\n3")
    assert read(page).boards["input"].tolist() == [15, 1, 2, 3]


def test_the_knobs_change_layer_and_neurons(open_page):
    page = open_page("/fully_connected?example=flatten")
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("Linear")
    assert read(page).boards["input"].tolist() == VECTOR and "layer=Linear" in page.url
    with acted(page):
        knob(page, "out features").press("ArrowUp")
    assert len(read(page).boards["output"]) == 4
    with acted(page):
        page.get_by_role("switch", name="bias").uncheck()
    assert "bias" not in read(page).boards
    with acted(page):
        page.get_by_role("switch", name="ReLU").check()
    assert "relu=1" in page.url and read(page).boards["sums"][0] == 48
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("Dropout")
    assert read(page).boards["total"][0] == 15 and "every number passes" in text(page)
    with acted(page):
        page.get_by_role("combobox", name="layer").select_option("Flatten")
    np.testing.assert_array_equal(read(page).boards["input"], MAP)


def test_many_inputs_stand_in_lines(open_page):
    page = open_page("/fully_connected?layer=Linear&x=pic.digit.grey.12.0-9&step=1")
    seen = read(page)
    assert seen.boards["input"].shape == (144,) and seen.boards["products"].size == 144
    assert seen.boards["total"][0] == seen.boards["input"].sum() == seen.boards["products"].sum()
    first, second = (cell(page, "input", k).bounding_box() for k in (0, 18))
    assert first["x"] == pytest.approx(second["x"], abs=1) and second["y"] > first["y"] + 10
    assert page.locator(".net [data-line]").count() == 3 * 144


def test_the_drawing_stays_in_its_room_on_a_phone(open_page):
    page = open_page("/fully_connected?example=hidden", mobile=True)
    net = page.locator(".net").bounding_box()
    parts = page.locator(".net .node").evaluate_all("nodes => nodes.map(n => n.getBoundingClientRect().right)")
    assert max(parts) <= net["x"] + net["width"] + 1
    page = open_page("/fully_connected?example=flatten", mobile=True)
    judge_look(page)
    cell(page, "output", 2).tap()
    assert read(page).step == 2
