"""The learning page in a real browser: its numbers, read off the page, are PyTorch's."""

import re

import numpy as np
import pytest
import torch

from engine.network import zoo
from engine.pytorch.modules import torch_model
from pages.states.network.state import read as open_link
from tests.browser.driver import rerun, settle
from tests.browser.reading import read, value_of

pytestmark = pytest.mark.browser

GRID = "(node) => [...node.querySelectorAll('.cells > *')].map((cell) => cell.innerText)"
SHAPES = {name: array.shape for name, array in zoo.WORKED_PARAMETERS.items()}


def grid(page, name, kind=""):
    """The numbers of one grid: a parameter, its gradient, or after the step."""
    node = page.locator(f'figure[data-grid="{f"{kind} {name}".strip()}"]')
    return np.array([value_of(text) for text in node.evaluate(GRID)])


def shown(page, name):
    """A number of the check's table."""
    text = page.locator(f'td[data-number="{name}"]').inner_text()
    return value_of(text)


def metric(page, label):
    found = page.locator('[data-testid="stMetric"]').filter(has_text=label).locator('[data-testid="stMetricValue"]')
    return found.inner_text()


def press(page, name):
    with rerun(page):
        page.get_by_role("button", name=name, exact=True).click()


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


def test_the_central_difference_and_the_gradient_are_torchs(open_page):
    page = open_page("/learning?part=check&w=4.weight.5&h=1e-4")
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


def test_a_click_chooses_another_number_and_its_link_brings_it_back(open_page):
    page = open_page("/learning")
    assert shown(page, "error") < 1e-6
    with rerun(page):
        page.get_by_role("button", name="6.bias, Linear, 1: 0.1").click()
    model, x, target = worked()
    loss_of(model, x, target).backward()
    expected = dict(model.named_parameters())["6.bias"].grad[1].item()
    assert shown(page, "computed") == pytest.approx(expected, abs=6e-13)
    assert "w=6.bias.1" in page.url
    other = open_page("/learning?" + page.url.partition("?")[2])
    assert shown(other, "computed") == shown(page, "computed")


@pytest.mark.parametrize(("h", "words"), [("1e-0", "h is too large"), ("1e-13", "h is too small")])
def test_an_h_that_spoils_the_difference_is_explained(h, words, open_page):
    page = open_page(f"/learning?part=check&h={h}")
    assert page.get_by_text(words).is_visible() and shown(page, "error") > 1e-5


# Take a step


def test_one_sgd_step_lowers_the_loss_and_every_number_is_torchs(open_page):
    page = open_page("/learning?part=step")
    press(page, "Take 1")
    losses, gradients, after = torch_steps(lambda p: torch.optim.SGD(p, lr=0.01), 1)
    assert float(metric(page, "Loss before step 1")) == pytest.approx(losses[0], abs=6e-7)
    assert float(metric(page, "after step 1")) == pytest.approx(losses[1], abs=6e-7)
    assert losses[1] < losses[0] and page.get_by_text("The loss fell from").is_visible()
    for name, start in zoo.WORKED_PARAMETERS.items():
        np.testing.assert_allclose(grid(page, name), start.ravel(), atol=1e-9)
        np.testing.assert_allclose(grid(page, name, "gradient"), gradients[0][name], atol=5.1e-5)
        np.testing.assert_allclose(grid(page, name, "after"), after[0][name], atol=5.1e-5)
    assert "count=1" in page.url


def test_momentum_and_decay_undo_and_reset(open_page):
    page = open_page("/learning?part=step&lr=0.005&momentum=0.9&decay=0.1&count=1")
    losses, gradients, after = torch_steps(lambda p: torch.optim.SGD(p, lr=0.005, momentum=0.9, weight_decay=0.1), 11)
    press(page, "Take 10")
    assert float(metric(page, "after step 11")) == pytest.approx(losses[11], abs=6e-7)
    for name in SHAPES:
        np.testing.assert_allclose(grid(page, name, "gradient"), gradients[10][name], atol=5.1e-5)
        np.testing.assert_allclose(grid(page, name, "after"), after[10][name], atol=5.1e-5)
    press(page, "Undo")
    assert float(metric(page, "after step 1")) == pytest.approx(losses[1], abs=6e-7)
    press(page, "Reset")
    assert metric(page, "after step 1") == "not yet taken" and "count=" not in page.url


def test_adam_from_a_deep_link(open_page):
    page = open_page("/learning?part=step&optimiser=Adam&count=20")
    losses, _, after = torch_steps(lambda p: torch.optim.Adam(p, lr=0.01), 20)
    assert float(metric(page, "after step 20")) == pytest.approx(losses[20], abs=6e-7)
    np.testing.assert_allclose(grid(page, "4.weight", "after"), after[19]["4.weight"], atol=5.1e-5)


def test_steps_that_are_too_long_are_explained_and_the_last_good_state_is_kept(open_page):
    page = open_page("/learning?part=step&lr=0.1&decay=25&count=100")
    assert page.get_by_text(re.compile("gave a loss that is no finite number")).is_visible()
    assert page.get_by_role("button", name="Take 1", exact=True).is_disabled()
    press(page, "Reset")
    assert metric(page, "Loss before step 1") == "0.464866"
    page = open_page("/learning?part=step&two=1&lr=0.1&count=1")
    assert page.get_by_text(re.compile("The loss rose from")).is_visible()


# A kernel learns


def test_a_kernel_becomes_the_hidden_one_and_each_step_is_torchs(open_page):
    page = open_page("/learning?part=kernel&lr=0.5&count=1")

    press(page, "Undo")
    start, gradient, after = (grid(page, "kernel", kind) for kind in ("", "gradient", "after"))
    np.testing.assert_allclose(after, start - 0.5 * gradient, atol=1.1e-3)
    x = torch.tensor(read(page).boards["input"])[None]
    wanted = torch.tensor(grid(page, "wanted").reshape(1, 1, 6, 6))
    weight = torch.tensor(start.reshape(1, 1, 3, 3), requires_grad=True)
    torch.nn.functional.mse_loss(torch.nn.functional.conv2d(x, weight), wanted).backward()
    np.testing.assert_allclose(gradient, weight.grad.numpy().ravel(), atol=6e-4)
    press(page, "Take 100")
    press(page, "Take 100")
    np.testing.assert_allclose(grid(page, "kernel"), [-1, 0, 1, -2, 0, 2, -1, 0, 1], atol=1e-3)
    assert float(metric(page, "Loss")) < 1e-6 and "count=200" in page.url


def test_a_gradient_opens_in_the_player(open_page):
    page = open_page("/learning?part=kernel&count=3")
    with rerun(page):
        page.get_by_role("button", name=re.compile("^gradient: click one, 0, 0, 1, 2:")).click()
    seen = read(page)
    assert seen.step == 5 and "cell=5" in page.url
    assert seen.boards["grad"].ravel()[5] == pytest.approx(grid(page, "kernel", "gradient")[5], abs=6e-4)


def test_it_plays_until_the_kernel_is_found(open_page):
    page = open_page("/learning?part=kernel&lr=0.8")
    page.get_by_role("button", name="Let it learn").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Let it learn").wait_for()
    page.get_by_text(re.compile("Kernel after [1-9][0-9]+ steps")).wait_for()
    settle(page)
    np.testing.assert_allclose(grid(page, "kernel"), [-1, 0, 1, -2, 0, 2, -1, 0, 1], atol=2e-3)
    assert re.search("count=[0-9]+", page.url)


# Train in NumPy


def test_a_network_trained_in_numpy_opens_in_the_forward_page(open_page):
    page = open_page("/learning?part=train&count=200&epochs=12")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("12 of 12").wait_for()
    page.get_by_role("link", name="Open it in Forward pass").wait_for()
    settle(page)
    assert float(metric(page, "Test accuracy").rstrip("%")) > 60, "chance is 33"
    assert page.get_by_role("button", name="Train", exact=True).count() == 1, "nothing of the training is left over"
    table = page.locator('[data-testid="stTable"]').first.locator("tbody tr")
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


# The page


@pytest.mark.parametrize("part", ["check", "step", "kernel", "train"])
def test_each_part_fits_on_a_phone_in_the_dark(part, open_page):
    page = open_page(f"/learning?part={part}", mobile=True, dark=True)
    assert page.title() == "Learning"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_parts_are_chosen_and_bad_links_answered(open_page):
    page = open_page("/learning?part=step&lr=abc&count=5")
    assert page.get_by_text('lr "abc" is not a number.').is_visible()
    assert metric(page, "Loss before step 5")
    with rerun(page):
        page.get_by_role("button", name="A kernel learns").or_(
            page.get_by_role("radio", name="A kernel learns")
        ).click()
    assert "part=kernel" in page.url and grid(page, "kernel").shape == (9,)


def test_a_large_network_shows_the_chosen_parameter_and_its_chooser(open_page):
    page = open_page("/learning?part=check&example=lenet5&w=3.weight.700&h=1e-4")
    state = open_link({"example": "lenet5"}, None)[0]
    logits = state.network.with_layers(state.network.layers[:-1])
    model = torch_model(logits, state.parameters)
    loss_of(model, torch.tensor(state.input)[None], torch.tensor([state.target])).backward()
    expected = dict(model.named_parameters())["3.weight"].grad.ravel()
    assert shown(page, "computed") == pytest.approx(expected[700].item(), abs=6e-13)
    number_of = page.get_by_role("spinbutton", name=re.compile("^Number, 0 to 2,399"))
    with rerun(page):
        number_of.fill("12")
        number_of.press("Enter")
    assert "w=3.weight.12" in page.url
    assert shown(page, "computed") == pytest.approx(expected[12].item(), abs=6e-13)
