"""The player on traces that are no convolution: functions of one cell, largest, averages, copies, vectors."""

import numpy as np
import pytest

from engine.facts.examples import FULLY_CONNECTED, OUTPUT, POOLING
from engine.layers import Linear, Tanh
from engine.trace import NONE, Board, Cells, Partial, Phase, Trace
from tests.browser.reading import cell, control, player, read
from tests.browser.standing import lit, says

pytestmark = pytest.mark.browser
MAP = np.array([[[3.0, -2, 0], [-1, 4, -3]]])


def trace_of(example):
    return example.layer.trace(example.input, **example.parameters)


def each_cell(function, finish, x=MAP, layer=None):
    """A trace of a function of one cell; of a layer's own, where it is one."""
    numbers, flat = x.ravel(), np.arange(x.size)
    boards = (
        Board("input", "input", x, ("C", "H", "W"), "input", editable=True),
        Board("output", "output", function(x), ("C", "H", "W"), "output", hidden=True),
    )
    phase = Phase(
        name="function", factors=(Cells("input", flat[:, None]),), operation="", terms=numbers[:, None],
        groups=np.zeros(1, int), group_names=("",), grid=(1, 1), partials=(Partial("x", numbers, group=0),),
        before=numbers, results=function(numbers), writes=Cells("output", flat), page=np.zeros(x.size, int),
        say="Cell {cell}.", where="Cell {cell}.", finish=finish,
        fields={"cell": tuple(map(str, flat)), "two": ("2",) * x.size},
    )  # fmt: skip
    return Trace(layer=layer, title="function", formula="", boards=boards, phases=(phase,))


def line(page, which=".whole"):
    """A line of the strip, without spaces."""
    return "".join(page.locator(f".line{which}").first.inner_text().split())


def stages_of(page):
    """The names of the stages that a step passes through."""
    control(page, "stages").click()
    player(page).focus()
    names = []
    while player(page).get_attribute("data-step") == "0":
        names.append(page.locator(".inspector .pill").inner_text().split(",")[0])
        page.keyboard.press("ArrowRight")
    return names


# Functions of one cell


def test_a_function_shows_its_number_and_its_result_and_no_products_or_sums(stage):
    page = stage(each_cell(lambda x: np.maximum(x, 0), "relu"))
    player(page).focus()
    page.keyboard.press("ArrowRight")
    seen = read(page)
    assert (seen.boards["before"][0], seen.boards["total"][0]) == (-2, 0)
    assert "products" not in seen.boards and "sums" not in seen.boards
    assert line(page) == "−2→relu(−2)=0" and "relu" in page.locator(".total").inner_text()
    tile, small = cell(page, "before", 0).bounding_box(), cell(page, "input", 0, 0, 0).bounding_box()
    assert tile["height"] > small["height"] >= 30


def test_a_function_passes_through_its_number_the_function_and_the_result(stage):
    page = stage(each_cell(lambda x: np.maximum(x, 0), "relu"))
    assert stages_of(page) == ["input", "function", "result"]
    page.keyboard.press("ArrowRight")
    assert player(page).get_attribute("data-stage") == "finish" and line(page) == "−2→relu(−2)=…"
    assert "relu is applied" in says(page) and np.isnan(read(page).boards["total"]).all()


def test_a_function_that_ends_by_rounding_carries_the_sign_for_about(stage):
    page = stage(each_cell(np.tanh, "tanh", layer=Tanh()))
    assert line(page) == "3→tanh(3)≈0.995"
    page.evaluate("window.player.go(2)")
    assert line(page) == "0→tanh(0)=0"


def test_a_finish_that_begins_with_an_operator_reads_as_arithmetic(stage):
    page = stage(each_cell(lambda x: x / 2, "÷ {two}"))
    assert line(page) == "3÷2=1.5"
    page = stage(trace_of(POOLING["average"]))
    assert (line(page, ""), line(page)) == ("15+3+1+9=28", "28÷4=7")
    assert stages_of(page) == ["window", "numbers", "sum", "division", "result"]


def test_each_step_has_its_own_divisor(stage):
    page = stage(trace_of(POOLING["ceil-mode"]))
    divisors = []
    for step in range(9):
        page.evaluate("(step) => window.player.go(step)", step)
        divisors.append(line(page).split("÷")[1].split("=")[0].split("≈")[0])
    assert divisors == ["4", "4", "2", "4", "4", "2", "2", "2", "1"]


# Largest


def test_the_winner_is_marked_in_the_input_the_window_and_the_sum(stage):
    page = stage(trace_of(POOLING["overlapping"]))
    won = page.locator(".winner").evaluate_all("nodes => nodes.map((n) => [n.className, n.innerText.trim()])")
    assert [text for _, text in won] == ["20"] * 3 and any("term" in kind for kind, _ in won)
    assert line(page) == "max(15,3,8,1,9,0,7,20,5)=20"
    assert page.locator(".title", has_text="largest").count() == 1 and "sums" not in read(page).boards
    weight = "(node) => getComputedStyle(node).fontWeight"
    assert page.locator(".cell.winner").first.evaluate(weight) == "800", "marked not by colour alone"
    control(page, "stages").click()
    assert page.locator(".winner").count() == 0, "a held stage does not tell the winner"


def test_a_cell_says_where_it_goes_and_what_it_wins(stage):
    page = stage(trace_of(POOLING["overlapping"]))
    for index, words in (((0, 2, 1), "goes into 2 output cells, wins 2"), ((0, 0, 0), "1 output cell, wins none")):
        cell(page, "input", *index).hover()
        assert words in says(page), index
    cell(page, "output", 0, 0, 0).click()
    cell(page, "output", 0, 1, 1).hover()
    assert "not computed yet" in says(page) and "the largest of 9 numbers" in says(page)


def test_terms_that_a_window_lacks_leave_holes_and_the_frame_lies_on_the_whole_window(stage):
    page = stage(trace_of(POOLING["padding"]))
    products = read(page).boards["products"][0]
    assert np.isnan(products[0]).all() and np.isnan(products[:, 0]).all() and products[1, 1] == 15
    assert page.locator(".products .absent").count() == 5 and line(page) == "max(15,3,1,9)=15"
    frame, corner = page.locator(".input .frame").bounding_box(), cell(page, "input", 0, 0, 0).bounding_box()
    assert frame["x"] <= corner["x"] and frame["y"] <= corner["y"] and cell(page, "input", 0, 0, 0).inner_text() == "−∞"
    assert lit(page, "input") == []


def test_regions_of_other_sizes_are_framed_as_they_are(stage):
    page = stage(trace_of(POOLING["regions"]))
    frame, one = page.locator(".input .frame").bounding_box(), cell(page, "input", 0, 0, 0).bounding_box()
    assert 2 <= frame["width"] / one["width"] < 2.5


def test_a_windows_result_stands_beside_its_channel(stage):
    page = stage(trace_of(POOLING["three-channels"]))
    for step, channel in ((0, 0), (9, 1), (18, 2)):
        page.evaluate("(step) => window.player.go(step)", step)
        tile, board = cell(page, "total", 0).bounding_box(), page.locator(".pane.input").nth(channel).bounding_box()
        assert board["y"] < tile["y"] < board["y"] + board["height"], step


# Vectors


def test_a_linear_layer_stands_upright_each_line_an_equation(stage):
    page = stage(trace_of(FULLY_CONNECTED["hidden"]))
    assert line(page, "") == "15·0.5+8·0.8+20·0.1+5·0.1=16.4"
    for place in range(4):
        row = [cell(page, "input", place), cell(page, "weight", 0, place), cell(page, "products", 0, 0, place)]
        assert len({round(one.bounding_box()["y"]) for one in row}) <= 2
    cell(page, "weight", 0, 2).hover()
    assert lit(page, "input") == [(2,)] and "weights 2 of neuron 0, value 0.1 · multiplies 1 input cell" in says(page)
    cell(page, "input", 3).hover()
    assert lit(page, "output") == [(0,), (1,), (2,)] and "input 3, value 5 · goes into 3 output cells" in says(page)
    cell(page, "bias", 0).hover()
    assert lit(page, "output") == [(0,)] and "bias of neuron 0" in says(page)
    player(page).focus()
    page.keyboard.press("ArrowDown")
    assert read(page).boards["weight"][1].tolist() == [0.2, 0.5, 0.1, 0.6] and len(read(page).boards["weight"]) == 2


def test_a_long_vector_stands_in_lines_the_last_one_shorter(stage):
    rng = np.random.default_rng(0)
    layer = Linear(43, 5)
    x, weight = rng.integers(0, 5, 43).astype(float), rng.integers(-2, 3, (5, 43)).astype(float)
    page = stage(layer.trace(x, weight=weight, bias=np.ones(5)), size=(1280, 720))
    seen = read(page)
    assert seen.boards["input"].tolist() == x.tolist()
    assert np.nansum(seen.boards["products"]) == x @ weight[0]
    assert page.locator(".pane.input .row").count() == 3 and page.locator(".pane.input .void").count() == 60 - 43
    cell(page, "input", 19).focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.index") == "39"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.index") == "39", "there is no line below"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [(390, 844), (960, 640), (1280, 720)])
def test_four_hundred_inputs_can_be_used(stage, size):
    rng = np.random.default_rng(0)
    x, weight = rng.integers(0, 9, 400).astype(float), rng.integers(-2, 3, (10, 400)) / 2
    page = stage(Linear(400, 10).trace(x, weight=weight, bias=np.ones(10)), size=size)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Tab")
    player(page).focus()
    page.keyboard.press("ArrowRight")
    assert read(page).boards["total"][0] == x @ weight[1] + 1
    height = cell(page, "weight", 1, 0).bounding_box()["height"]
    assert height >= 12


def test_vectors_keep_their_place_in_the_whole_and_may_name_their_cells(stage):
    layer = Linear(4, 30)
    trace = layer.trace(np.arange(4.0), weight=np.ones((30, 4)), bias=np.zeros(30), around=(20,))
    page = stage(trace)
    cell(page, "weight", 0, 1).hover()
    assert "of neuron 18" in says(page)
    assert cell(page, "output", 0).get_attribute("aria-label").startswith("output 18, value")
    boards = (
        Board("input", "input", np.array([1.0, 5, 2]), ("C",), "logits", labels=("lion", "tiger", "elephant")),
        Board("output", "output", np.array([5.0]), ("N",), "largest"),
    )
    index = np.arange(3)[None]
    phase = Phase(
        name="largest", factors=(Cells("input", index),), operation="", terms=boards[0].values[index],
        groups=np.zeros(3, int), group_names=("",), grid=(1, 3), before=np.array([5.0]), results=np.array([5.0]),
        partials=(Partial("largest", np.array([5.0]), group=0),), writes=Cells("output", np.zeros(1, int)),
        page=np.zeros(1, int), say="", reduce="max",
    )  # fmt: skip
    page = stage(Trace(layer=None, title="", formula="", boards=boards, phases=(phase,)))
    assert page.locator(".pane.input .labels").inner_text().split() == ["lion", "tiger", "elephant"]
    cell(page, "input", 1).hover()
    assert says(page).startswith("logits tiger, value 5") and says(page).endswith("wins 1")


def test_absent_terms_of_a_sketch_are_holes(stage):
    """Where even the first term is absent, the sum begins with the first that there is."""
    x = np.array([[3.0, 1.0, 4.0], [1.0, 5.0, 9.0]])
    index = np.array([[0, 1, 3, 4], [NONE, 2, NONE, 5]])
    terms = np.where(index == NONE, 0, x.ravel()[index])
    total = terms.sum(axis=1)
    boards = (
        Board("input", "input", x[None], ("C", "H", "W"), "input"),
        Board("output", "output", total.reshape(1, 1, 2), ("C", "H", "W"), "output", hidden=True),
    )
    phase = Phase(
        name="sum", factors=(Cells("input", index),), operation="", terms=terms, groups=np.zeros(4, int),
        group_names=("",), grid=(2, 2), partials=(Partial("sum", total, group=0),), before=total, results=total,
        writes=Cells("output", np.arange(2)), page=np.zeros(2, int), say="",
    )  # fmt: skip
    page = stage(Trace(layer=None, title="", formula="", boards=boards, phases=(phase,)))
    page.evaluate("window.player.go(1)")
    assert line(page) == "4+9=13"
    assert np.isnan(read(page).boards["products"][0, :, 0]).all()


def test_cells_of_a_whole_vector_light_up_and_show_their_winner(stage):
    page = stage(trace_of(OUTPUT["softmax"]))
    shadow = "(node) => getComputedStyle(node).boxShadow"
    assert cell(page, "input", 0).evaluate(shadow) == "none", "the frame around all of them is enough"
    assert "inset" in cell(page, "input", 2).evaluate(shadow)
    cell(page, "input", 0).hover()
    assert "inset" in cell(page, "input", 0).evaluate(shadow)
