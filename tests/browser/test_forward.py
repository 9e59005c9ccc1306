"""The forward page in a real browser: every number is read off the page and compared with PyTorch's."""

import re

import numpy as np
import pytest
import torch

from engine.pytorch.modules import torch_model
from pages.states.network import state as forward
from pages.states.network.state import read as open_link
from tests.browser.driver import answered, navigate, settle
from tests.browser.reading import cell, control, player, read, state_of, value_of

pytestmark = pytest.mark.browser

READ = """
(root) => [...root.querySelectorAll('.layer')].map((layer) => ({
  title: layer.querySelector('header :is(b, button)').innerText,
  shape: layer.querySelector('header span').innerText,
  texts: [...layer.querySelectorAll('[data-flat]')].map((cell) => (cell.querySelector('b') ?? cell).innerText),
  open: [...layer.querySelectorAll('.open')].length,
  read: [...layer.querySelectorAll('[data-flat].read')].map((cell) => Number(cell.dataset.flat)),
}))
"""


FLASHED = """
(cells) => Object.fromEntries(cells.map((cell) => cell.closest('.layer').dataset.number).map((number) => [number,
  cells.filter((cell) => cell.closest('.layer').dataset.number === number).map((cell) => Number(cell.dataset.flat))]))
"""
LETTERS = """
(root) => Math.min(...[...root.querySelectorAll('*')].filter((node) => node.checkVisibility() && node.childNodes.length
  && [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()))
  .map((node) => parseFloat(getComputedStyle(node).fontSize)))
"""


def network(page):
    return page.locator(".network")


def overview(page):
    """What the overview shows, a dict a column; `texts` as numbers."""
    columns = network(page).evaluate(READ)
    for column in columns:
        column["numbers"] = [value_of(text) for text in column["texts"]]
    return columns


def place(page, number, flat):
    """A cell of the overview whose number is written."""
    return page.locator(f'.layer[data-number="{number}"] [data-flat="{flat}"]')


def trail(page):
    """The path that is shown: (label, number) of each place."""
    crumbs = page.locator(".trail .crumb")
    pairs = [(crumb.locator("span").inner_text(), crumb.locator("b").inner_text()) for crumb in crumbs.all()]
    return [(label, value_of(value)) for label, value in pairs]


def open_cell(page, number, flat):
    with answered(page):
        place(page, number, flat).click()


def lead(page, board, *index):
    """Follow a cell of the player one layer back: click it, then the way that is offered."""
    cell(page, board, *index).click()
    with answered(page):
        control(page, "lead").click()


def torch_outputs(state):
    """Input, every layer's output and the loss, by PyTorch, flat."""
    x = torch.tensor(state.input)[None]
    made, logits = [x], x
    with torch.no_grad():
        for k, module in enumerate(torch_model(state.network, state.parameters)):
            made.append(module(made[-1]))
            logits = made[-1] if k + 1 == state.network.logits else logits
        if state.has_loss:
            made.append(torch.nn.CrossEntropyLoss()(logits, torch.tensor([state.target])))
    return [out.reshape(-1).numpy() for out in made]


def test_the_worked_network_shows_pytorchs_numbers_and_the_worked_examples(open_page):
    page = open_page("/forward?example=worked")
    columns = overview(page)
    expected = torch_outputs(forward.from_preset("worked"))
    assert [column["title"] for column in columns] == [
        "input", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear", "ReLU", "Linear", "Softmax", "loss",
    ]  # fmt: skip
    for column, values in zip(columns, expected, strict=True):
        np.testing.assert_allclose(column["numbers"], values, atol=5.001e-5, err_msg=column["title"])
    assert columns[3]["numbers"] == [15, 8, 20, 5]
    assert columns[5]["numbers"] == columns[6]["numbers"] == [16.6, 12.1, 6.4]
    assert columns[7]["numbers"] == [7.86, 8.78, 9.64]
    assert columns[8]["numbers"] == [0.1059, 0.2658, 0.6282]
    assert columns[9]["numbers"] == [0.4649]
    assert (np.array(columns[1]["numbers"]) < 0).sum() == 4


def test_a_number_is_followed_from_the_loss_to_a_pixel_by_clicks_only(open_page):
    page = open_page("/forward?example=worked")
    expected = torch_outputs(forward.from_preset("worked"))

    def check(label, number, flat):
        """The last place of the path, the total in the player and the marked cell have PyTorch's number."""
        value = expected[number][flat]
        shown = trail(page)[-1]
        assert shown[0] == label and shown[1] == pytest.approx(value, abs=5.001e-5)
        if number:
            written = read(page).boards
            assert np.nanmax(np.abs(written["output" if number < 9 else "loss"] - value) <= 5.001e-4), label
        assert {"open", "passed"} & set(place(page, number, flat).get_attribute("class").split())

    check("loss", 9, 0)
    lead(page, "probabilities", 2)
    check("p elephant", 8, 2)
    cell(page, "exponentials", 2).click()  # inside softmax, a click on a number shows the step that made it
    lead(page, "input", 2)
    check("logit elephant", 7, 2)
    lead(page, "input", 1)
    check("ReLU [1]", 6, 1)
    lead(page, "input", 1)
    check("Linear [1]", 5, 1)
    lead(page, "input", 2)
    check("Flatten [2]", 4, 2)
    lead(page, "input", 0, 1, 0)
    check("MaxPool2d [1, 0]", 3, 2)
    lead(page, "input", 0, 3, 1)
    check("ReLU [3, 1]", 2, 13)
    lead(page, "input", 0, 3, 1)
    check("Conv2d [3, 1]", 1, 13)
    lead(page, "input", 0, 5, 1)
    check("pixel [5, 1]", 0, 31)
    assert len(trail(page)) == 10
    assert "at=9.0~8.2~7.2~6.1~5.1~4.2~3.2~2.13~1.13~0.31" in page.url
    seen = read(page).boards
    assert seen["total"][0] == expected[1][13] == 20, "the convolution that reads the pixel stays open"


def test_the_path_leads_back_and_its_link_elsewhere(open_page):
    page = open_page("/forward?example=worked&at=9.0~8.2~7.2~6.0~5.0")
    assert [label for label, _ in trail(page)] == ["loss", "p elephant", "logit elephant", "ReLU [0]", "Linear [0]"]
    with answered(page):
        page.locator(".crumb").nth(2).click()
    assert [label for label, _ in trail(page)] == ["loss", "p elephant", "logit elephant"]
    assert read(page).boards["total"][0] == 9.64
    other = open_page("/forward?" + page.url.partition("?")[2])
    assert trail(other) == trail(page) and read(other).step == read(page).step
    with answered(page):
        page.go_back()
    assert len(trail(page)) == 5


def test_back_takes_back_one_act_after_the_other(open_page):
    page = open_page("/forward?example=worked&at=5.0")
    open_cell(page, 3, 1)
    with answered(page):
        page.get_by_label("true class").select_option("lion")
    lead(page, "input", 0, 0, 3)
    assert [label for label, _ in trail(page)] == ["MaxPool2d [0, 1]", "ReLU [0, 3]"]
    for path, lion in ((["MaxPool2d [0, 1]"], True), (["MaxPool2d [0, 1]"], False), (["Linear [0]"], False)):
        with answered(page):
            page.go_back()
        assert [label for label, _ in trail(page)] == path and ("target=0" in page.url) == lion
    with answered(page):
        page.go_forward()
    assert [label for label, _ in trail(page)] == ["MaxPool2d [0, 1]"] and read(page).boards["total"][0] == 8


def test_other_numbers_and_networks_are_chosen_in_the_menus(open_page):
    page = open_page("/forward?example=worked&at=1.0")
    weights = read(page).boards["weight"]
    for name, same in (("Draw the weights anew", False), ("The weights as they began", True)):
        page.get_by_role("button", name=re.compile("^Input")).click()
        with answered(page):
            page.get_by_role("button", name=name).click()
        assert np.array_equal(read(page).boards["weight"], weights) == same
        assert ("seed=1" in page.url) != same
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Examples").click()
    with answered(page):
        page.get_by_role("link", name="Your own stack").click()
    assert overview(page)[0]["shape"] == "1×8×8" and "example=own" in page.url
    page.get_by_role("button", name=re.compile("^Input")).click()
    with answered(page):
        page.get_by_role("link", name="scene", exact=True).click()
    assert state_of(page, open_link).text == "pic.scene.grey.8.0-9"


def test_the_picture_of_the_input_page_comes_along(open_page):
    page = open_page("/input?x=pic.letter.grey.8.0-9")
    navigate(page, "Networks", "Forward pass")
    page.wait_for_url("**/forward")
    player(page).wait_for()
    assert overview(page)[0]["shape"] == "1×8×8"
    page.get_by_role("button", name="Examples").click()
    with answered(page):
        page.get_by_role("link", name="The tutorial's elephant").click()
    assert overview(page)[0]["shape"] == "1×6×6"
    page.get_by_role("button", name=re.compile("^Input")).click()
    with answered(page):
        page.get_by_role("button", name="Use the picture of the Input page").click()
    assert state_of(page, open_link).text == "pic.letter.grey.8.0-9" and overview(page)[0]["shape"] == "1×8×8"
    with answered(page):
        page.go_back()
    assert overview(page)[0]["shape"] == "1×6×6"


def test_what_a_refused_stack_says_stays_until_something_else_is_done(open_page):
    page = open_page("/forward?example=own&at=1.0")
    sentence = page.get_by_text(re.compile("kernel_size 9 is larger than the padded input 6"))
    for dismiss in (True, False):
        typed = page.get_by_label("Settings of layer 3, MaxPool2d")
        typed.fill("kernel_size=9")
        with answered(page):
            typed.press("Enter")
        assert sentence.is_visible()
        open_cell(page, 6, 1)
        assert sentence.is_visible() and typed.input_value() == "kernel_size=9"
        if dismiss:
            page.get_by_role("button", name="keep the last good one").click()
        else:
            typed.fill("kernel_size=3")
            with answered(page):
                typed.press("Enter")
            assert overview(page)[3]["shape"] == "2×2×2"
        assert sentence.count() == 0


def test_a_click_on_any_cell_opens_its_step_and_marks_what_it_read(open_page):
    page = open_page("/forward?example=worked")
    expected = torch_outputs(forward.from_preset("worked"))
    for number, flat, reads in ((1, 6, [8, 9, 10, 14, 15, 16, 20, 21, 22]), (3, 1, [2, 3, 6, 7]), (5, 2, [0, 1, 2, 3])):
        open_cell(page, number, flat)
        columns = overview(page)
        assert [column["open"] for column in columns] == [int(k == number) for k in range(10)]
        assert columns[number - 1]["read"] == reads
        assert read(page).boards["output"].ravel()[flat] == pytest.approx(expected[number][flat])
        assert f"at={number}.{flat}" in page.url


def test_stepping_in_the_player_moves_the_mark_in_the_overview(open_page):
    page = open_page("/forward?example=worked&at=5.0")
    player(page).focus()
    with answered(page):
        page.keyboard.press("ArrowRight")
    assert read(page).step == 1
    assert trail(page) == [("Linear [1]", 12.1)] and overview(page)[5]["open"] == 1
    assert place(page, 5, 1).get_attribute("class").endswith("open")
    page.reload()
    settle(page)
    assert read(page).step == 1


def test_cells_are_named_and_opened_by_keyboard(open_page):
    page = open_page("/forward?example=worked")
    body = page.locator('.layer[data-number="1"] .body')
    page.locator('.layer[data-number="0"] .body').focus()
    page.keyboard.press("Tab")  # the title, which opens the numbers
    page.keyboard.press("Tab")
    assert body.evaluate("node => node === node.getRootNode().activeElement")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert network(page).locator(".told").inner_text() == "layer 1, Conv2d, row 1, column 1: 2"
    assert network(page).locator(".live").inner_text() == "layer 1, Conv2d, row 1, column 1: 2"
    with answered(page):
        page.keyboard.press("Enter")
    assert trail(page) == [("Conv2d [1, 1]", 2)]
    assert body.evaluate("node => node === node.getRootNode().activeElement"), "the focus stays"


def test_an_edited_pixel_and_weight_change_all_that_follows(open_page):
    page = open_page("/forward?example=worked&at=1.4")
    before = overview(page)[9]["numbers"]
    for board, index, text in (("input", (0, 1, 0), "9"), ("weight", (0, 0, 0, 0), "-1.5"), ("bias", (0,), "4")):
        with answered(page):
            cell(page, board, *index).dblclick()
            page.keyboard.type(text)
            page.keyboard.press("Enter")
        if board == "input":  # what the pixel reaches flashes, and nothing else
            flashed = page.locator(".layer .flash").evaluate_all(FLASHED)
            assert flashed["0"] == [6] and set(flashed["1"]) <= {0, 4} and flashed["9"] == [0]
    state = state_of(page, open_link)
    assert state.input[0, 1, 0] == 9 and state.parameters["0.weight"][0, 0, 0, 0] == -1.5
    for column, values in zip(overview(page), torch_outputs(state), strict=True):
        np.testing.assert_allclose(column["numbers"], values, atol=5.1e-3, err_msg=column["title"])
    assert overview(page)[9]["numbers"] != before
    assert read(page).step == 4, "the step stays"
    assert read(page).boards["total"][0] == state.output(1).ravel()[4]


def test_maps_in_between_cannot_be_edited(open_page):
    page = open_page("/forward?example=worked&at=2.4")
    cell(page, "input", 0, 0, 1).focus()
    page.keyboard.press("5")
    assert page.locator(".editor").count() == 0 and "x=" not in page.url


def test_another_true_class_has_another_loss(open_page):
    page = open_page("/forward?example=worked")
    with answered(page):
        page.get_by_label("true class").select_option("lion")
    assert overview(page)[9]["numbers"] == [2.2449] and "target=0" in page.url
    assert trail(page) == [("loss", 2.2449)]
    assert read(page).boards["loss"][0] == 2.2449


def test_lenet5_on_a_digit(open_page):
    page = open_page("/forward?example=lenet5")
    columns = overview(page)
    state = forward.from_preset("lenet5")
    expected = torch_outputs(state)
    assert [column["shape"] for column in columns] == ["×".join(map(str, state.output(k).shape)) or "1" for k in
                                                       range(15)]  # fmt: skip
    np.testing.assert_allclose(columns[13]["numbers"], expected[13], atol=5.1e-5)
    np.testing.assert_allclose(columns[14]["numbers"], expected[14], atol=5.1e-5)
    assert page.locator(".sheet img").count() == 1 + 3 * 6 + 3 * 16 + 1 + 4
    sheet = page.locator('.layer[data-number="4"] .sheet').nth(8)
    box = sheet.bounding_box()
    at = {"x": box["width"] * 0.05, "y": box["height"] * 0.15}
    sheet.hover(position=at)
    tip = page.locator(".network .tip")
    assert value_of(tip.inner_text()) == pytest.approx(expected[4][8 * 100 + 10], abs=5.1e-4), (
        "a colour says its number"
    )
    page.locator('.layer[data-number="4"] > header button').click()
    large = page.locator(".network .large")
    for _ in range(8):
        large.locator("header button", has_text="›").click()
    texts = large.locator("[data-flat]").all_inner_texts()
    np.testing.assert_allclose([value_of(text) for text in texts], expected[4][800:900], atol=5.1e-4)
    page.keyboard.press("Escape")
    with answered(page):
        sheet.click(position=at)
    opened = state_of(page, open_link)
    number, flat = opened.open
    assert number == 4 and flat == 8 * 100 + 10
    assert trail(page)[-1][1] == pytest.approx(expected[4][flat], abs=5.1e-4)
    assert read(page).boards["total"][0] == pytest.approx(expected[4][flat], abs=5.1e-4)
    assert page.locator('.layer[data-number="3"] .frame.read').count() == 6


def test_lenet5_reads_another_digit(open_page):
    page = open_page("/forward?example=lenet5")
    assert overview(page)[13]["numbers"][7] > 0.99
    page.get_by_role("button", name=re.compile("^Input")).click()
    with answered(page):
        page.get_by_role("link", name="digit 4").click()
    assert "target=4" in page.url
    assert overview(page)[13]["numbers"][4] > 0.99
    assert trail(page)[0][1] < 0.01


def test_lenet5_is_followed_through_its_pictures(open_page):
    page = open_page("/forward?example=lenet5&at=6.205")
    expected = torch_outputs(forward.from_preset("lenet5"))
    for _ in range(3):
        state = state_of(page, open_link)
        number, flats = max(state.read().items())
        board = state.trace.board("input")
        flat = next(k for k in range(board.values.size) if state.place_of("input", k) == (number, flats[0]))
        lead(page, "input", *np.unravel_index(flat, board.values.shape))
        assert state_of(page, open_link).open == (number, flats[0])
        assert trail(page)[-1][1] == pytest.approx(expected[number][flats[0]], abs=5.1e-4)


def test_a_stack_is_built_and_impossible_ones_are_refused(open_page):
    page = open_page("/forward?example=own")
    typed = page.get_by_label("Settings of layer 1, Conv2d")
    with answered(page):
        typed.fill("1, 3, kernel_size=3")
        typed.press("Enter")
    assert overview(page)[1]["shape"] == "3×6×6" and overview(page)[4]["shape"] == "27"
    assert "stack=Conv2d-1-3-3" in page.url
    state = state_of(page, open_link)
    np.testing.assert_allclose(overview(page)[6]["numbers"], torch_outputs(state)[6], atol=5.1e-5)
    before = page.url
    typed = page.get_by_label("Settings of layer 3, MaxPool2d")
    with answered(page):
        typed.fill("kernel_size=9")
        typed.press("Enter")
    sentence = page.get_by_text(re.compile("kernel_size 9 is larger than the padded input 6"))
    assert "MaxPool2d" in sentence.inner_text()
    assert page.url == before and overview(page)[3]["shape"] == "3×3×3", "the last good network is kept"


def test_an_impossible_stack_in_a_link_is_refused_with_both_shapes(open_page):
    page = open_page("/forward?example=own&stack=Conv2d-1-2-3~ReLU~Flatten~Linear-128-3")
    assert page.get_by_text("Layer 4, Linear: in_features is 128, but layer 3, Flatten, gives (72).").is_visible()
    assert overview(page)[1]["shape"] == "2×6×6" and len(overview(page)) == 8


def test_a_link_that_says_too_much_opens_and_the_page_goes_on(open_page):
    page = open_page("/forward?example=worked&at=5.0&colour=red")
    notice = page.get_by_text("This link could not be followed in full")
    assert notice.is_visible() and read(page).step == 0
    player(page).focus()
    page.keyboard.press("ArrowRight")
    with answered(page):
        page.get_by_text("PyTorch code that gives the same numbers").click()
    assert read(page).step == 1, "to open a part of the page leaves the player where it is"
    open_cell(page, 3, 1)
    assert notice.count() == 0 and "colour" not in page.url
    assert trail(page) == [("MaxPool2d [0, 1]", 8)] and read(page).boards["total"][0] == 8


def test_the_check_against_pytorch_and_the_code_that_gives_the_same_numbers(open_page):
    page = open_page("/forward?example=worked")
    page.get_by_role("button", name="Run the network in PyTorch").click()
    page.get_by_text(re.compile("8 layers and the loss agree")).wait_for()
    with answered(page):
        page.get_by_text("PyTorch code that gives the same numbers").click()
    code = page.locator(".block.code code").filter(has_text="nn.CrossEntropyLoss").inner_text()
    names: dict = {}
    exec(code.replace("print(", "str("), names)
    np.testing.assert_allclose(names["y"][0].numpy(), torch_outputs(forward.from_preset("worked"))[8], rtol=1e-9)
    assert names["loss"].item() == pytest.approx(0.4648656, abs=1e-6)


def test_lenet5s_numbers_come_as_a_file(open_page):
    page = open_page("/forward?example=lenet5")
    with answered(page):
        page.get_by_text("PyTorch code that gives the same numbers").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download stride.npz").click()
    with np.load(download.value.path(), allow_pickle=False) as numbers:
        assert numbers["0.weight"].shape == (6, 1, 5, 5) and numbers["x"].shape == (1, 28, 28)


@pytest.mark.parametrize("options", [{"dark": True, "mobile": True}, {"size": (1920, 1080)}], ids=str)
def test_it_fits_in_dark_on_a_phone_and_on_a_projector(options, open_page):
    page = open_page("/forward?example=worked&at=9.0~8.2~7.2", **options)
    assert trail(page)[-1] == ("logit elephant", 9.64)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = place(page, 7, 2).bounding_box()
    width = page.viewport_size["width"]
    assert box["x"] >= 0 and box["x"] + box["width"] <= width, "what is open is in view"
    assert network(page).evaluate(LETTERS) >= 12
    if not options.get("mobile"):
        assert network(page).locator(".scroller").evaluate("node => node.scrollWidth <= node.clientWidth")
        return
    page = open_page("/forward?example=worked", **options)
    scroller = network(page).locator(".scroller")
    assert scroller.evaluate("node => node.scrollLeft") == 0, "it begins at the input, though the loss is open"
    walked = [network(page).locator('[data-control="strip-on"]').inner_text()]
    while network(page).locator('[data-control="strip-on"]').is_visible():
        network(page).locator('[data-control="strip-on"]').click()
        page.wait_for_timeout(400)  # it slides
        walked.append(network(page).locator('[data-control="strip-on"]').inner_text())
    box = place(page, 9, 0).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width, f"the buttons lead to the loss: {walked}"


def test_the_worked_network_stands_on_a_projectors_first_screen(open_page):
    page = open_page("/forward?example=worked&at=7.2", size=(1280, 720))
    assert network(page).bounding_box()["height"] <= 260
    line = page.locator(".stride .line.whole").bounding_box()
    assert line["y"] + line["height"] <= 720
    tall = place(page, 0, 0).bounding_box()["height"]
    control(page, "present").click()
    page.locator(".page > .body.presented").wait_for()
    blocks = page.locator(".body > .block")
    shown = blocks.evaluate_all("all => all.filter((one) => one.checkVisibility()).map((one) => one.dataset.widget)")
    assert shown == ["network", "player"] and place(page, 0, 0).bounding_box()["height"] > tall
    line = page.locator(".stride .line.whole").bounding_box()
    assert line["y"] + line["height"] <= 720, "both fit"
    control(page, "present").click()
    page.locator(".page > .body:not(.presented)").wait_for()
