"""Networks go there and back as torch's do; nudges, steps, and a kernel that learns."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import kernels
from engine.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from engine.learning.kernel import kernel_lesson
from engine.learning.optim import SGD, Adam
from engine.learning.passes import (
    Learner,
    both_ways,
    loss_of,
    most_changed,
    nudges,
    take_step,
    what_happened,
)
from engine.network import Network, zoo
from tests.depth import cases
from tests.engine.learning.steps import take_steps
from tests.engine.parity import assert_error, normal, seeds, torch_module

WORKED = zoo.WORKED.network, dict(zoo.WORKED_PARAMETERS), zoo.WORKED_INPUT, zoo.WORKED_TARGET


def torch_pass(network, parameters, x, target):
    """(loss, gradients, gradient of the input) by torch.autograd."""
    model = torch_module(network.with_layers(network.layers[: network.logits]))
    state = {n: torch.from_numpy(np.array(v)) for n, v in parameters.items()}
    model.load_state_dict(state, strict=False)
    model.eval()
    batched = np.ndim(target) == 1
    given = torch.from_numpy(np.array(x if batched else x[None])).requires_grad_()
    loss = torch.nn.functional.cross_entropy(model(given), torch.from_numpy(np.atleast_1d(target)))
    loss.backward()
    grad_input = given.grad.numpy()
    return (
        loss.item(),
        {n: p.grad.numpy() for n, p in model.named_parameters()},
        grad_input if batched else grad_input[0],
    )


@st.composite
def networks(draw):
    """A small network that ends in logits."""
    act = st.sampled_from([ReLU(), Tanh(), LeakyReLU(0.1), Sigmoid()])
    layers = [Conv2d(draw(st.integers(1, 2)), 3, 3, padding=draw(st.integers(0, 1)))]
    channels = layers[0].in_channels
    layers += [*draw(st.sampled_from([[], [BatchNorm2d(3)]])), draw(act)]
    layers += draw(st.sampled_from([[], [MaxPool2d(2)], [AvgPool2d(2)], [Conv2d(3, 2, 2), ReLU()]]))
    layers += [Flatten(), Linear(1, 5), draw(act), Linear(5, 3)]
    layers += draw(st.sampled_from([[], [Softmax(dim=-1)]]))
    return Network((channels, 6, 7), layers).fitted()


@settings(max_examples=cases(60))
@given(networks(), st.sampled_from([None, 1, 4]), seeds)
def test_every_gradient_of_a_network_is_autograds(network, batch, seed):
    parameters = network.initial(seed % 1000)
    shape = network.input_shape if batch is None else (batch, *network.input_shape)
    x = normal(seed, *shape)
    target = np.random.default_rng(seed).integers(0, 3, () if batch is None else batch)
    made = both_ways(network, parameters, x, target)
    loss, gradients, grad_input = torch_pass(network, parameters, x, target)
    assert made.loss == pytest.approx(loss, rel=1e-12)
    assert made.gradients.keys() == gradients.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(made.gradients[name], gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(made.grad_input, grad_input, rtol=1e-9, atol=1e-9)
    assert [g.shape for g in made.incoming] == [o.shape for o in made.outputs]


def test_the_worked_network_by_central_differences_on_every_entry():
    network, parameters, x, target = WORKED
    for name, gradient in both_ways(*WORKED).gradients.items():
        for index in np.ndindex(gradient.shape):
            (checked,) = nudges(network, parameters, x, target, name, index, (1e-5,))
            assert checked.error < 1e-8, checked


def test_h_too_large_and_too_small_spoil_the_difference():
    errors = {one.h: one.error for one in nudges(*WORKED, "4.weight", (0, 0), (1.0, 1e-5, 1e-13))}
    assert errors[1e-5] < errors[1.0] and errors[1e-5] < errors[1e-13]


def test_one_sgd_step_on_the_worked_network_lowers_its_loss():
    network, parameters, x, target = WORKED
    taken = take_step(Learner(network, parameters), SGD(0.01), x, target)
    assert taken.loss < taken.before.loss == pytest.approx(0.4649, abs=5e-5)
    update = taken.updates["6.bias"]
    np.testing.assert_array_equal(update.after, update.before - 0.01 * update.gradient)
    more = take_steps(taken.after, SGD(0.01), x, target, 99)
    assert more.after.steps == 100 and more.loss < taken.loss
    assert list(more.after.losses) == sorted(more.after.losses, reverse=True)


def test_many_steps_are_torchs():
    network, parameters, x, target = WORKED
    model = torch_module(network.with_layers(network.layers[: network.logits]))
    model.load_state_dict({n: torch.from_numpy(np.array(v)) for n, v in parameters.items()})
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(20):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(torch.from_numpy(np.array(x[None]))), torch.tensor([target])).backward()
        optimiser.step()
    taken = take_steps(Learner(network, parameters), Adam(0.01), x, target, 20)
    for name, tensor in model.named_parameters():
        np.testing.assert_allclose(taken.after.parameters[name], tensor.detach().numpy(), rtol=1e-7, atol=1e-9)


def test_a_learning_rate_that_is_too_large_makes_the_loss_grow_or_diverge_and_stops():
    network, parameters, x, _ = WORKED
    taken = take_steps(Learner(network, parameters), SGD(1e200), x, 0, 50)
    assert taken.diverged and taken.after.steps < 50


def test_what_changed_most_comes_first():
    before = {"a": np.zeros((2, 2)), "b": np.zeros(2)}
    after = {"a": np.array([[0.0, 3.0], [-5.0, 0.0]]), "b": np.array([4.0, 0.0])}
    assert most_changed(before, after) == [
        ("a", (1, 0), 0.0, -5.0), ("b", (0,), 0.0, 4.0), ("a", (0, 1), 0.0, 3.0),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Sobel x", "sharpen"])
def test_a_kernel_becomes_the_hidden_one(name):
    x = np.random.default_rng(0).uniform(-1, 1, (1, 8, 8))
    hidden = kernels.kernel(name)[None, None]
    start = lesson = kernel_lesson(x, hidden, seed=3)
    for _ in range(300):
        lesson = lesson.step(0.2)
    assert lesson.loss < 1e-6 < 1e-2 < start.loss
    np.testing.assert_allclose(lesson.kernel, hidden, atol=0.01)


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: nudges(*WORKED, "4.weight", (0, 0), (0.0,)), ("h", "0.0")),
        (lambda: nudges(*WORKED, "9.weight", (0, 0), (0.1,)), ("9.weight", "4.weight")),
        (lambda: nudges(*WORKED, "4.weight", (5, 0), (0.1,)), ("(3, 4)", "(5, 0)")),
        (lambda: both_ways(Network((1, 4, 4), (Conv2d(1, 1, 3),)),
                           {"0.weight": np.ones((1, 1, 3, 3)), "0.bias": np.ones(1)}, np.ones((1, 4, 4)), 0),
         ("one number for each class",)),
        (lambda: loss_of(Network((3,), (Softmax(dim=-1), Linear(3, 3))).fitted(),
                         {"1.weight": np.eye(3), "1.bias": np.zeros(3)}, np.ones(3), 0), ("softmax", "last")),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(call, fragments):
    assert_error(call, *fragments)


def test_what_a_step_did_is_told_with_its_numbers():
    network, parameters, x, target = WORKED
    learner = Learner(network, parameters)
    fell = what_happened(take_step(learner, SGD(0.01), x, target))
    assert fell[0] == "fell" and "0.464866" in fell[1]
    both = np.stack([x, x[..., ::-1]]), np.array([2, 0])
    assert what_happened(take_step(learner, SGD(0.1), *both))[0] == "rose"
    assert what_happened(take_step(learner, SGD(0.0), x, target))[0] == "still"
    diverged = take_steps(learner, SGD(0.1, weight_decay=25), x, target, 100)
    kind, sentence = what_happened(diverged)
    assert kind == "diverged" and f"after step {diverged.after.steps - 1}, is kept" in sentence


def test_the_answer_after_a_step_is_the_new_networks():
    network, parameters, x, target = WORKED
    taken = take_step(Learner(network, parameters), SGD(0.01), x, target)
    np.testing.assert_allclose(taken.probabilities, network.forward(x, taken.after.parameters)[-1])
    assert taken.probabilities[target] == pytest.approx(np.exp(-taken.loss))


def test_a_kernels_steps_end_before_they_grow_beyond_bounds():
    x = np.random.default_rng(0).uniform(-1, 1, (1, 8, 8))
    start = kernel_lesson(x, kernels.kernel("Sobel x")[None, None], seed=3)
    assert len(start.steps(0.2, 5)) == 6 and start.steps(0.2, 2)[-1].loss == start.step(0.2).step(0.2).loss
    wild = start.steps(5.0, 500)
    assert len(wild) < 501 and all(np.isfinite(one.loss) for one in wild) and wild[-1].loss > 1e6


def test_a_kernels_gradient_is_traced_and_cannot_be_edited():
    x = np.random.default_rng(0).uniform(-1, 1, (1, 5, 5)).round(1)
    lesson = kernel_lesson(x, kernels.kernel("sharpen")[None, None], seed=1)
    trace = lesson.trace()
    np.testing.assert_allclose([step.result for step in trace.steps], lesson.gradient.ravel(), rtol=1e-9, atol=1e-12)
    assert not any(board.editable for board in trace.boards)
