"""The learning page in a real browser: its numbers, read off the page, are PyTorch's."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from engine.network import zoo
from engine.pytorch.modules import torch_model
from pages.states.network.state import read as open_link
from tests.browser.driver import rerun
from tests.browser.reading import query, read, value_of

pytestmark = pytest.mark.browser

GRID = "(node) => [...node.querySelectorAll('.cells > *')].map((cell) => cell.innerText)"
LINK = """
(wanted) => {
  const link = new URLSearchParams(location.search);
  return Object.entries(wanted).every(([key, value]) => link.get(key) === value);
}
"""
SHAPES = {name: array.shape for name, array in zoo.WORKED_PARAMETERS.items()}


@pytest.fixture
def open_still(open_page):
    """As open_page, for pages on which no script may run again."""
    opened = []

    def open_one(path, **how):
        page = open_page(path, **how)
        opened.append((page, page.evaluate("window.strideRuns")))
        return page

    yield open_one
    for page, runs in opened:
        assert page.evaluate("window.strideRuns") == runs, "a script ran"


def until(page, **link):
    """Wait until the link says so; None: until it says nothing of it. What the link says is drawn."""
    page.wait_for_function(LINK, arg=link)


def grid(page, name, kind=""):
    """The numbers of one grid: a parameter, its gradient, or after the step."""
    node = page.locator(f'figure[data-grid="{f"{kind} {name}".strip()}"]')
    return np.array([value_of(text) for text in node.evaluate(GRID)])


def shown(page, name):
    """A number of the check's table."""
    text = page.locator(f'td[data-number="{name}"]').inner_text()
    return value_of(text)


def metric(page, label):
    return page.locator(".metrics > div").filter(has_text=label).locator("dd").inner_text()


def press(page, name, role="button", **link):
    """Press a button, or follow a link, and wait until the address says what follows."""
    page.get_by_role(role, name=name, exact=True).click()
    until(page, **link)


def worked():
    """The worked network in torch, up to the logits, with its input and class as batches of one."""
    logits = zoo.WORKED.network.with_layers(zoo.WORKED.network.layers[:-1])
    model = torch_model(logits, zoo.WORKED_PARAMETERS)
    return model, torch.tensor(zoo.WORKED_INPUT)[None], torch.tensor([zoo.WORKED_TARGET])


def loss_of(model, x, target):
    return torch.nn.functional.cross_entropy(model(x), target)


def parameters(model):
    return {name: value.detach().numpy().ravel() for name, value in model.named_parameters()}


def torch_steps(optimiser, count):
    """Losses and parameters after each of so many steps, and the gradients of each, by torch."""
    model, x, target = worked()
    made = optimiser(model.parameters())
    losses, gradients, after = [loss_of(model, x, target).item()], [], []
    for _ in range(count):
        made.zero_grad()
        loss_of(model, x, target).backward()
        gradients.append({name: p.grad.numpy().ravel().copy() for name, p in model.named_parameters()})
        made.step()
        losses.append(loss_of(model, x, target).item())
        after.append({name: value.copy() for name, value in parameters(model).items()})
    return losses, gradients, after


# Check a gradient


def test_the_central_difference_and_the_gradient_are_torchs(open_still):
    page = open_still("/learning?part=check&w=4.weight.5&h=1e-4")
    model, x, target = worked()
    loss_of(model, x, target).backward()
    weight = dict(model.named_parameters())["4.weight"]
    losses = []
    with torch.no_grad():
        for by in (1e-4, -1e-4):
            weight.ravel()[5] += by
            losses.append(loss_of(model, x, target).item())
            weight.ravel()[5] -= by
    assert shown(page, "above") == pytest.approx(losses[0], abs=6e-13)
    assert shown(page, "below") == pytest.approx(losses[1], abs=6e-13)
    assert shown(page, "difference") == pytest.approx((losses[0] - losses[1]) / 2e-4, abs=1e-10)
    assert shown(page, "computed") == pytest.approx(weight.grad.ravel()[5].item(), abs=6e-13)
    assert shown(page, "error") < 1e-7 and page.get_by_text("This h is good").is_visible()


def test_a_click_chooses_another_number_and_its_link_brings_it_back(open_still):
    page = open_still("/learning?part=check&example=worked")
    assert shown(page, "error") < 1e-6
    page.get_by_role("button", name="6.bias, Linear, 1: 0.1").click()
    until(page, w="6.bias.1")
    model, x, target = worked()
    loss_of(model, x, target).backward()
    expected = dict(model.named_parameters())["6.bias"].grad[1].item()
    assert shown(page, "computed") == pytest.approx(expected, abs=6e-13)
    other = open_still("/learning?" + page.url.partition("?")[2])
    assert shown(other, "computed") == shown(page, "computed")


@pytest.mark.parametrize(("h", "words"), [("1e-0", "h is too large"), ("1e-13", "h is too small")])
def test_an_h_that_spoils_the_difference_is_explained(h, words, open_still):
    page = open_still(f"/learning?part=check&h={h}")
    assert page.get_by_text(words).is_visible() and shown(page, "error") > 1e-5


def test_h_is_moved_on_its_slider(open_still):
    page = open_still("/learning?part=check&h=1e-0")
    slider = page.get_by_role("slider", name=re.compile("^h, by which"))
    for _ in range(8):
        slider.press("ArrowRight")
    until(page, h="1e-4")
    expect(slider).to_have_attribute("aria-valuetext", "1e−4")
    expect(slider).to_be_focused()
    assert page.get_by_text("This h is good").is_visible() and shown(page, "error") < 1e-7


# Take a step


def test_one_sgd_step_lowers_the_loss_and_every_number_is_torchs(open_still):
    page = open_still("/learning?part=step")
    press(page, "Take 1", count="1")
    losses, gradients, after = torch_steps(lambda p: torch.optim.SGD(p, lr=0.01), 1)
    assert float(metric(page, "Loss before step 1")) == pytest.approx(losses[0], abs=6e-7)
    assert float(metric(page, "after step 1")) == pytest.approx(losses[1], abs=6e-7)
    assert losses[1] < losses[0] and page.get_by_text("The loss fell from").is_visible()
    for name, start in zoo.WORKED_PARAMETERS.items():
        np.testing.assert_allclose(grid(page, name), start.ravel(), atol=1e-9)
        np.testing.assert_allclose(grid(page, name, "gradient"), gradients[0][name], atol=5.1e-5)
        np.testing.assert_allclose(grid(page, name, "after"), after[0][name], atol=5.1e-5)


def test_momentum_and_decay_undo_and_reset(open_still):
    page = open_still("/learning?part=step&lr=0.005&momentum=0.9&decay=0.1&count=1")
    losses, gradients, after = torch_steps(lambda p: torch.optim.SGD(p, lr=0.005, momentum=0.9, weight_decay=0.1), 11)
    press(page, "Take 10", count="11")
    assert float(metric(page, "after step 11")) == pytest.approx(losses[11], abs=6e-7)
    for name in SHAPES:
        np.testing.assert_allclose(grid(page, name, "gradient"), gradients[10][name], atol=5.1e-5)
        np.testing.assert_allclose(grid(page, name, "after"), after[10][name], atol=5.1e-5)
    press(page, "Undo (Ctrl+Z)", count="1")
    page.get_by_text("Loss before step 1", exact=True).wait_for()
    assert float(metric(page, "after step 1")) == pytest.approx(losses[1], abs=6e-7)
    press(page, "Reset", count=None)
    assert metric(page, "after step 1") == "not yet taken"
    press(page, "Undo (Ctrl+Z)", count="1")
    page.get_by_text("not yet taken", exact=True).wait_for(state="detached")
    page.locator('[data-at=".4.weight.1"]').click()
    until(page, w="4.weight.1", count="1")


def test_adam_from_a_deep_link(open_still):
    page = open_still("/learning?part=step&optimiser=Adam&count=20")
    losses, _, after = torch_steps(lambda p: torch.optim.Adam(p, lr=0.01), 20)
    assert float(metric(page, "after step 20")) == pytest.approx(losses[20], abs=6e-7)
    np.testing.assert_allclose(grid(page, "4.weight", "after"), after[19]["4.weight"], atol=5.1e-5)


def test_steps_that_are_too_long_are_explained_and_the_last_good_state_is_kept(open_still):
    page = open_still("/learning?part=step&lr=0.1&decay=25&count=100")
    assert page.get_by_text(re.compile("gave a loss that is no finite number")).is_visible()
    assert page.get_by_role("button", name="Take 1", exact=True).is_disabled()
    press(page, "Reset", count=None)
    assert metric(page, "Loss before step 1") == "0.464866"
    page = open_still("/learning?part=step&two=1&lr=0.1&count=1")
    assert page.get_by_text(re.compile("The loss rose from")).is_visible()


# A kernel learns


def test_a_kernel_becomes_the_hidden_one_and_each_step_is_torchs(open_still):
    page = open_still("/learning?part=kernel&lr=0.5&count=1")
    press(page, "Reset", count=None)
    start, gradient, after = (grid(page, "kernel", kind) for kind in ("", "gradient", "after"))
    np.testing.assert_allclose(after, start - 0.5 * gradient, atol=1.1e-3)
    x = torch.tensor(read(page).boards["input"])[None]
    wanted = torch.tensor(grid(page, "wanted").reshape(1, 1, 6, 6))
    weight = torch.tensor(start.reshape(1, 1, 3, 3), requires_grad=True)
    torch.nn.functional.mse_loss(torch.nn.functional.conv2d(x, weight), wanted).backward()
    np.testing.assert_allclose(gradient, weight.grad.numpy().ravel(), atol=6e-4)
    press(page, "Take 100", count="100")
    press(page, "Take 100", count="200")
    np.testing.assert_allclose(grid(page, "kernel"), [-1, 0, 1, -2, 0, 2, -1, 0, 1], atol=1e-3)
    assert float(metric(page, "Loss")) < 1e-6


def test_a_gradient_opens_in_the_player(open_still):
    page = open_still("/learning?part=kernel&count=3")
    page.get_by_role("button", name=re.compile("^kernel gradient, 0, 0, 1, 2:")).click()
    until(page, cell="5")
    seen = read(page)
    assert seen.step == 5
    assert seen.boards["grad"].ravel()[5] == pytest.approx(grid(page, "kernel", "gradient")[5], abs=6e-4)


def test_it_plays_until_the_kernel_is_found(open_still):
    page = open_still("/learning?part=kernel&lr=0.8")
    page.get_by_role("button", name="Let it learn").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Let it learn").wait_for()
    page.get_by_text(re.compile("Kernel after [1-9][0-9]+ steps")).wait_for()
    np.testing.assert_allclose(grid(page, "kernel"), [-1, 0, 1, -2, 0, 2, -1, 0, 1], atol=2e-3)
    assert int(query(page)["count"]) > 10
    press(page, "Reset", count=None)


def test_a_kernel_of_ones_own_is_typed_and_revealed(open_still):
    page = open_still("/learning?part=kernel&hidden=own-numbers")
    nine = page.get_by_role("textbox", name="Its nine numbers, row by row")
    nine.fill("1 0 -1 2 0")
    nine.press("Enter")
    expect(page.get_by_text("A 3×3 kernel has 9 numbers, row by row; here are 5.").first).to_be_visible()
    nine.fill("1 0 -1 2 0 -2 1 0.5 -1")
    nine.press("Enter")
    until(page, own="1_0_-1_2_0_-2_1_0.5_-1")
    page.get_by_role("switch", name="Reveal it").click()
    until(page, reveal="1")
    np.testing.assert_array_equal(grid(page, "hidden"), [1, 0, -1, 2, 0, -2, 1, 0.5, -1])


# Train in NumPy


def test_a_network_trained_in_numpy_opens_in_the_forward_page(open_page):
    page = open_page("/learning?part=train&count=200&epochs=12")
    runs = page.evaluate("window.strideRuns")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.get_by_text("12 of 12").wait_for()
    page.get_by_role("link", name="Open it in Forward pass").wait_for()
    assert page.evaluate("window.strideRuns") == runs and query(page)["done"] == "12"
    assert float(metric(page, "Test accuracy").rstrip("%")) > 60, "chance is 33"
    expect(page.get_by_role("button", name="Train again", exact=True)).to_be_enabled()
    table = page.locator("table").filter(has_text="probability").locator("tbody tr")
    probabilities = [float(row.locator("td").nth(1).inner_text()) for row in table.all()]
    link = page.get_by_role("link", name="Open it in Forward pass").get_attribute("href")
    with rerun(page):
        page.get_by_role("link", name="Open it in Forward pass").click()
    state, problems = open_link(page.evaluate("Object.fromEntries(new URLSearchParams(location.search))"), None)
    assert problems == [] and link.partition("?")[2]
    np.testing.assert_allclose(state.outputs[-1], probabilities, atol=5.1e-5)
    with torch.no_grad():
        made = torch_model(state.network, state.parameters)(torch.tensor(state.input)[None])
    np.testing.assert_allclose(made[0].numpy(), probabilities, atol=5.1e-5)
    seen = page.locator('.layer[data-number="9"] [data-flat]')
    seen.first.wait_for()


def test_a_training_is_stopped_goes_on_and_begins_again_with_other_settings(open_still):
    page = open_still("/learning?part=train&count=300&epochs=60&seed=77")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("Number(new URLSearchParams(location.search).get('done')) >= 3")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("link", name="Open it in Forward pass")).to_be_visible()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
    reached = int(query(page)["done"])
    assert metric(page, "Epoch") == f"{reached} of 60" and reached < 60
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_function(f"Number(new URLSearchParams(location.search).get('done')) > {reached}")
    page.get_by_role("button", name="ring", exact=True).click()
    until(page, done=None, classes="disc_ring_square_plus")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="ring", exact=True)).to_have_attribute("aria-pressed", "true")


def test_the_link_of_a_training_catches_up_by_itself(open_still):
    page = open_still("/learning?part=train&count=120&epochs=8&seed=78&done=4")
    expect(page.get_by_text("4 of 8")).to_be_visible()
    expect(page.get_by_role("link", name="Open it in Forward pass")).to_be_visible()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
    assert query(page)["done"] == "4"


# The page


@pytest.mark.parametrize("part", ["check", "step", "kernel", "train"])
def test_each_part_fits_on_a_phone_in_the_dark(part, open_still):
    page = open_still(f"/learning?part={part}", mobile=True, dark=True)
    assert page.title() == "Learning · Stride"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_parts_are_chosen_and_bad_links_answered(open_still):
    page = open_still("/learning?part=step&lr=abc&count=5")
    assert page.get_by_text('lr "abc" is not a number.').is_visible()
    assert metric(page, "Loss before step 5")
    page.get_by_role("link", name="A kernel learns").click()
    until(page, part="kernel")
    assert grid(page, "kernel").shape == (9,)


def test_a_part_is_found_as_it_was_left_and_back_leads_to_the_one_before(open_still):
    page = open_still("/learning?part=step&w=6.bias.1&lr=0.05")
    press(page, "Take 10", count="10")
    press(page, "A kernel learns", "link", part="kernel")
    press(page, "Take 1", count="1")
    press(page, "Check a gradient", "link", part="check", w="6.bias.1")
    page.get_by_role("button", name="4.weight, Linear, 1, 2: 0.1").click()
    until(page, w="4.weight.6")
    press(page, "Take a step", "link", part="step", lr="0.05", count="10", w="4.weight.6")
    assert metric(page, "after step 10")
    page.go_back()
    until(page, part="check", w="4.weight.6")
    assert shown(page, "error") < 1e-6
    expect(page.get_by_role("heading", name=re.compile("^Is the gradient right"))).to_be_visible()


def test_a_large_network_shows_the_chosen_parameter_and_its_chooser(open_still):
    page = open_still("/learning?part=check&example=lenet5&w=3.weight.700&h=1e-4")
    state = open_link({"example": "lenet5"}, None)[0]
    logits = state.network.with_layers(state.network.layers[:-1])
    model = torch_model(logits, state.parameters)
    loss_of(model, torch.tensor(state.input)[None], torch.tensor([state.target])).backward()
    expected = dict(model.named_parameters())["3.weight"].grad.ravel()
    assert shown(page, "computed") == pytest.approx(expected[700].item(), abs=6e-13)
    number_of = page.get_by_role("spinbutton", name=re.compile("^Number, 0 to 2,399"))
    number_of.fill("12")
    number_of.press("Enter")
    until(page, w="3.weight.12")
    assert shown(page, "computed") == pytest.approx(expected[12].item(), abs=6e-13)
