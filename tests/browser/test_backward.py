"""The backward page in a real browser: every gradient is read off the page and compared with torch.autograd's."""

import contextlib
import io
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from pages.states.backward.state import read as open_link
from tests.browser.driver import answered, settle
from tests.browser.reading import cell, control, player, read, state_of, value_of
from tests.browser.standing import lit
from tests.pages.states.backward.beside_torch import STACKS, autograd

pytestmark = pytest.mark.browser

READ = """
(root) => Object.fromEntries([...root.querySelectorAll('.track .layer')].map((layer) => [layer.dataset.part,
  [...layer.querySelectorAll(':scope > .body [data-flat]')].map((cell) => ({
    text: (cell.querySelector('b') ?? cell).innerText, marks: cell.className,
  }))]))
"""
# Maps that are colours: their titles open their numbers, one map at a time.
OPENED = """
(root) => Object.fromEntries([...root.querySelectorAll('.track .layer:has(> .body .sheet)')].map((layer) => {
  const { part } = layer.dataset;
  root.querySelector(`.track .layer[data-part="${part.replace(/^g/, '')}"] > header button`)?.click();
  const large = root.querySelector('.large');
  const texts = {};
  const read = () => large.querySelectorAll(`.layer[data-part="${part}"] [data-flat]`).forEach((cell) => {
    texts[cell.dataset.flat] = cell.innerText;
  });
  for (let size = -1; size < Object.keys(texts).length; ) {
    size = Object.keys(texts).length;
    read();
    [...large.querySelectorAll('header button')].find((button) => button.innerText === '›')?.click();
  }
  if (large.matches(':popover-open')) large.hidePopover();
  return [part, Object.values(texts)];
}))
"""
WIDE = (2560, 1440)  # where all numbers of the worked network have room


def reveal(page):
    """Show all gradients, also those that the rules have not come to."""
    button = page.locator('[data-control="rules-reveal"]')
    if button.get_attribute("aria-pressed") == "false":
        button.click()


def overview(page):
    """What the overview shows by part: numbers ("3": values, "g3": their gradients, "5.weight": a parameter's)."""
    reveal(page)
    network = page.locator(".network")
    parts = {part: [cell["text"] for cell in cells] for part, cells in network.evaluate(READ).items()}
    return {part: [value_of(text) for text in texts] for part, texts in (parts | network.evaluate(OPENED)).items()}


def marked(page, mark):
    """The cells with a mark, as part → flats."""
    parts = page.locator(".network").evaluate(READ)
    found = {p: [k for k, cell in enumerate(cells) if mark in cell["marks"].split()] for p, cells in parts.items()}
    return {part: flats for part, flats in found.items() if flats}


def place(page, part, flat):
    return page.locator(f'.track .layer[data-part="{part}"] > .body [data-flat="{flat}"]')


def open_cell(page, part, flat):
    reveal(page)
    with answered(page):
        place(page, part, flat).click()
    assert flat in marked(page, "open")[part]


def crumbs(page):
    texts = [(c.locator("span").inner_text(), c.locator("b").inner_text()) for c in page.locator(".crumb").all()]
    return [(label, value_of(value)) for label, value in texts]


def total(page):
    """The number that the step on show writes, as the player's formula ends."""
    return value_of(re.split("[=≈]", read(page).formula)[-1])


def worked():
    return open_link({"example": "worked"}, None)[0]


def test_every_gradient_of_the_worked_network_is_torchs(open_page):
    page = open_page("/backward?example=worked", size=WIDE)
    assert page.title() == "Backpropagation · Stride"
    shown, expected = overview(page), autograd(worked())
    assert set(shown) == {*map(str, range(10)), "g9", *expected}
    for part, gradient in expected.items():
        np.testing.assert_allclose(shown[part], gradient, atol=5.001e-4, err_msg=part)
    assert shown["g9"] == [1] and shown["9"] == [0.4649]
    assert crumbs(page) == [("∂ logit elephant", -0.3718)]


def test_every_gradient_of_a_stack_with_batch_norm_is_torchs_and_opens(open_page):
    """Of every other layer: tests/pages/states/backward/test_torch.py."""
    page = open_page(f"/backward?example=worked&stack={STACKS['batch norm, leaky ReLU, average pooling']}", size=WIDE)
    shown, expected = overview(page), autograd(state_of(page, open_link))
    written = [part for part in expected if len(shown.get(part, ())) == len(expected[part])]
    assert set(expected) - set(written) == {f"g{state_of(page, open_link).logits + 1}"}, "no softmax, no probabilities"
    for part in written:
        np.testing.assert_allclose(shown[part], expected[part], atol=5.001e-4, err_msg=part)
        flat = int(np.abs(expected[part]).argmax())
        if not place(page, part, flat).count():
            continue
        open_cell(page, part, flat)
        assert total(page) == pytest.approx(float(expected[part][flat]), abs=5.001e-4)


def test_each_kind_of_gradient_opens_in_the_player_with_its_own_number(open_page):
    page = open_page("/backward?example=worked", size=WIDE)
    expected = autograd(worked())
    for part in expected:
        flat = int(np.abs(expected[part]).argmax())
        open_cell(page, part, flat)
        value = expected[part][flat]
        assert total(page) == pytest.approx(value, abs=5.001e-4)
        assert crumbs(page)[-1][1] == pytest.approx(value, abs=5.001e-4), part
        assert marked(page, "open") == {part: [flat]}


def test_every_gradient_of_the_kernel_can_be_stepped_through(open_page):
    page = open_page("/backward?at=1.weight.0")
    expected = autograd(worked())["1.weight"]
    player(page).focus()
    for k in range(9):
        seen = read(page)
        assert seen.step == k
        assert total(page) == pytest.approx(expected[k], abs=5.001e-4)
        assert seen.boards["grad"].ravel()[k] == pytest.approx(expected[k], abs=5.001e-4)
        if k < 8:
            page.keyboard.press("ArrowRight")
    page.wait_for_function("new URLSearchParams(location.search).get('step') === '8'")
    assert marked(page, "open") == {"1.weight": [8]}


def test_the_rules_lead_from_the_loss_to_the_pixels_by_keyboard(open_page):
    page = open_page("/backward?example=worked", size=WIDE)
    state, expected = worked(), autograd(worked())
    page.locator('[data-control="rule-next"]').focus()
    for k, (number, name) in enumerate(state.rules):
        part = f"{number}.{name}" if name else f"g{number}"
        ((shown, flats),) = marked(page, "open").items()
        assert shown == part
        assert total(page) == pytest.approx(expected[part][flats[0]], abs=5.001e-4)
        assert page.locator(".rules > span").inner_text() == f"rule {k + 1} of {len(state.rules)}"
        assert page.locator(".told.rule p:not(.away) b").inner_text()
        # What the rules have not come to is blank.
        blank = page.locator(".network .unreached").evaluate_all("nodes => nodes.map((node) => node.dataset.part)")
        assert sorted(blank) == sorted(f"{n}.{of}" if of else f"g{n}" for n, of in state.rules[k + 1 :])
        if k < len(state.rules) - 1:
            with answered(page):
                page.keyboard.press("Enter" if k % 2 else "n")
    assert state_of(page, open_link).open == (0, "", 16), "at the pixel with the largest gradient"
    with answered(page):
        page.keyboard.press("p")
    assert list(marked(page, "open")) == ["1.bias"]


def test_keys_that_come_fast_are_all_answered_and_back_goes_back_one_rule(open_page):
    page = open_page("/backward?example=worked")
    page.locator('[data-control="rule-next"]').focus()
    runs = page.evaluate("window.strideRuns")
    for _ in range(4):
        page.keyboard.press("n")
    expect(page.locator(".rules > span")).to_have_text("rule 5 of 14")
    page.go_back()
    expect(page.locator(".rules > span")).to_have_text("rule 4 of 14")
    page.go_back()
    expect(page.locator(".rules > span")).to_have_text("rule 3 of 14")
    assert page.evaluate("window.strideRuns") == runs


def test_a_gradient_leads_towards_the_loss_and_back_along_its_path(open_page):
    page = open_page("/backward?at=0.16")
    for board, index, label in (
        ("incoming", (0, 2, 2), "∂ Conv2d [2, 2]"),
        ("incoming", (0, 2, 2), "∂ ReLU [2, 2]"),
        ("incoming", (0, 1, 1), "∂ MaxPool2d [1, 1]"),
        ("incoming", (3,), "∂ Flatten [3]"),
        ("incoming", (1,), "∂ Linear [1]"),
    ):
        cell(page, board, *index).click()
        with answered(page):
            control(page, "lead").click()
        assert crumbs(page)[-1][0] == label
    assert len(crumbs(page)) == 6
    assert parse_qs(urlsplit(page.url).query)["at"] == ["0.16~1.10~2.10~3.3~4.3~5.1"]
    with answered(page):
        page.locator(".crumb").nth(1).click()
    assert [label for label, _ in crumbs(page)] == ["∂ pixel [2, 4]", "∂ Conv2d [2, 2]"]


def test_a_value_leads_to_the_forward_page(open_page):
    page = open_page("/backward?at=5.weight.6")
    cell(page, "input", 2).click()
    control(page, "lead").click()
    page.wait_for_url("**/forward?*")
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["at"] == ["4.2"]


def test_a_weights_gradient_lights_the_positions_that_it_is_made_from(open_page):
    page = open_page("/backward?at=1.weight.1")
    cell(page, "grad", 0, 0, 0).hover()
    assert read(page).step == 0
    window = page.locator('[data-board="input"].in-window').all()
    assert {c.get_attribute("data-index") for c in window} == {f"0,{i},{j}" for i in range(4) for j in range(4)}
    incoming, seen = autograd(worked())["g1"].reshape(4, 4), read(page).boards
    np.testing.assert_allclose(seen["products"].reshape(4, 4), worked().forward.input[0, :4, :4] * incoming, atol=6e-4)
    cell(page, "incoming", 0, 0, 2, 2).hover()
    assert lit(page, "grad") == [(0, i, j) for i in range(3) for j in range(3)]
    cell(page, "input", 0, 0, 0).hover()
    assert lit(page, "grad") == [(0, 0, 0)], "the corner pixel met one weight only"


def test_a_link_opens_its_gradient_also_after_a_reload(open_page):
    page = open_page("/backward?example=worked&at=5.weight.6", size=WIDE)
    assert total(page) == pytest.approx(-1.4871, abs=5.001e-4)
    assert crumbs(page) == [("∂ Linear weight [1, 2]", -1.4871)]
    page.reload()
    settle(page)
    assert marked(page, "open") == {"5.weight": [6]}


def test_an_edited_pixel_and_weight_move_all_gradients(open_page):
    page = open_page("/backward?at=1.weight.4", size=WIDE)
    before = overview(page)
    for board, index, at, text in (("input", (0, 1, 0), "1.weight.4", "9"), ("weight", (2, 1), "6.2", "-1.5")):
        if at not in page.url:
            open_cell(page, "g6", 2)
        with answered(page):
            cell(page, board, *index).dblclick()
            page.keyboard.type(text)
            page.keyboard.press("Enter")
    state = state_of(page, open_link)
    assert state.forward.input[0, 1, 0] == 9 and state.forward.parameters["6.weight"][1, 2] == -1.5
    after = overview(page)
    for part, gradient in autograd(state).items():
        np.testing.assert_allclose(after[part], gradient, atol=5.1e-4, err_msg=part)
    assert after["1.weight"] != before["1.weight"]


def test_another_true_class_turns_the_signs_at_the_logits(open_page):
    page = open_page("/backward?example=worked")
    with answered(page):
        page.get_by_label("true class").select_option("lion")
    np.testing.assert_allclose(overview(page)["g7"], autograd(state_of(page, open_link))["g7"], atol=5.001e-4)
    assert crumbs(page) == [("∂ logit lion", -0.8941)] and "target=0" in page.url


def test_the_same_network_forward_and_back(open_page):
    page = open_page("/backward?example=worked&edits=0.bias.0_1&target=1")
    page.get_by_role("link", name="The same network forward").click()
    page.wait_for_url("**/forward?*")
    settle(page)
    assert parse_qs(urlsplit(page.url).query) == {"example": ["worked"], "edits": ["0.bias.0_1"], "target": ["1"]}
    page.get_by_role("link", name="Next: Backpropagation, with this network").first.click()
    page.wait_for_url("**/backward?*")
    settle(page)
    state = state_of(page, open_link)
    assert state.forward.parameters["0.bias"][0] == 1 and state.forward.target == 1


def test_all_gradients_are_compared_with_autograd_on_the_spot(open_page):
    page = open_page("/backward?example=worked")
    page.get_by_role("button", name="Compare all gradients").click()
    page.get_by_text(re.compile("14 gradients agree")).wait_for()
    with answered(page):
        page.get_by_text("PyTorch code that prints the same gradients").click()
    code = page.locator(".block.code code").filter(has_text="loss.backward()").inner_text()
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    grad = dict(names["model"].named_parameters())["0.weight"].grad.numpy().ravel()
    np.testing.assert_allclose(grad, autograd(worked())["1.weight"], rtol=1e-9)


def test_each_misunderstanding_is_answered_with_numbers_and_a_link(open_page):
    page = open_page("/backward?example=worked")
    for question, words in (
        ("Does ReLU pass gradients to its zeros?", "5 of 16 cells"),
        ("Is the input's gradient a convolution too?", "padding 2"),
        ("One gradient for a whole batch?", "Two pictures"),
        ("A bias of 0 has no gradient?", "6.bias[2]"),
    ):
        part = page.locator("details", has_text=question)
        with answered(page):
            part.locator("summary").click()
        assert words in part.inner_text()
    with answered(page):
        page.get_by_text("Open this bias, with all biases at 0").click()
    assert "at=7.bias.2" in page.url
    state = state_of(page, open_link)
    assert state.open == (7, "bias", 2) and not state.forward.parameters["6.bias"].any()
    assert total(page) == pytest.approx(autograd(state)["7.bias"][2], abs=5.001e-4)


def test_p_minus_q_is_derived_behind_a_click(open_page):
    page = open_page("/backward?example=worked")
    derivation = page.locator("details", has_text="Why p − q")
    with answered(page):
        derivation.locator("summary").click()
    assert "The chain rule multiplies the two" in derivation.inner_text()
    assert derivation.locator("math").count() >= 4 and derivation.locator("merror").count() == 0


def test_lenet5s_gradients_open_from_their_pictures(open_page):
    page = open_page("/backward?example=lenet5")
    reveal(page)
    expected = autograd(open_link({"example": "lenet5"}, None)[0])
    for part in ("g4", "4.weight", "8.weight"):
        with answered(page):
            page.locator(f'.layer[data-part="{part}"] > .body .sheet').first.click()
        number, name, flat = state_of(page, open_link).open
        assert (f"{number}.{name}" if name else f"g{number}") == part
        assert total(page) == pytest.approx(expected[part][flat], abs=5.001e-4)


@pytest.mark.parametrize("options", [{"dark": True, "mobile": True}, {"size": (1920, 1080)}, {}], ids=str)
def test_it_fits_in_dark_on_a_phone_and_on_a_projector(options, open_page):
    page = open_page("/backward?example=worked&at=5.weight.6", **options)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box, width = page.locator(".network .open").bounding_box(), page.viewport_size["width"]
    assert box["x"] >= 0 and box["x"] + box["width"] <= width, "what is open is in view"
    if not options.get("mobile"):
        scroller = page.locator(".network .scroller")
        assert scroller.evaluate("node => node.scrollWidth <= node.clientWidth")
        assert scroller.evaluate("node => node.clientHeight <= 0.39 * innerHeight")
        line = page.locator(".line.whole").bounding_box()
        assert line["y"] + line["height"] <= page.viewport_size["height"], "the player is on the first screen"
