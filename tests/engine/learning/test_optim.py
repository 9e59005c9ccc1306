"""Optimisers beside torch.optim, step by step."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.learning.optim import SGD, Adam
from tests.engine.parity import assert_error, normal, seeds

decays = st.sampled_from([0.0, 0.01, 0.5])


def both(ours, make, seed, steps=4):
    """Take steps with random gradients in both; assert equal parameters after each."""
    parameters = {"weight": normal((seed, 0), 3, 2), "bias": normal((seed, 1), 2)}
    tensors = {n: torch.tensor(w, requires_grad=True) for n, w in parameters.items()}
    theirs, memory = make(list(tensors.values())), {}
    for k in range(steps):
        gradients = {n: normal((seed, 2, k, i), *w.shape) for i, (n, w) in enumerate(parameters.items())}
        for n, tensor in tensors.items():
            tensor.grad = torch.from_numpy(gradients[n].copy())
        theirs.step()
        before = parameters
        parameters, memory, updates = ours.step(parameters, gradients, memory)
        for n, tensor in tensors.items():
            np.testing.assert_allclose(parameters[n], tensor.detach().numpy(), rtol=1e-12, atol=1e-12)
            np.testing.assert_array_equal(updates[n].before, before[n])
            np.testing.assert_array_equal(updates[n].after, updates[n].before - updates[n].parts["change"])


@given(st.sampled_from([0.0, 0.1, 1.0]), st.sampled_from([0.0, 0.5, 0.9]), decays, seeds)
def test_sgd_is_torchs(lr, momentum, decay, seed):
    both(SGD(lr, momentum, decay), lambda p: torch.optim.SGD(p, lr, momentum, weight_decay=decay), seed)


@given(st.sampled_from([0.001, 0.1]), st.sampled_from([(0.9, 0.999), (0.0, 0.5)]), decays, seeds)
def test_adam_is_torchs(lr, betas, decay, seed):
    both(Adam(lr, betas, weight_decay=decay), lambda p: torch.optim.Adam(p, lr, betas, weight_decay=decay), seed)


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: SGD(-1), ("lr", "-1")),
        (lambda: SGD(float("nan")), ("lr", "nan")),
        (lambda: SGD(0.1, -0.5), ("momentum", "-0.5")),
        (lambda: SGD(0.1, 0, -1), ("weight_decay", "-1")),
        (lambda: Adam(0.1, (1.0, 0.9)), ("betas", "1.0")),
        (lambda: Adam(0.1, eps=-1), ("eps", "-1")),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, fragments):
    assert_error(make, *fragments)


def test_the_working_has_the_numbers_and_says_where_it_rounds():
    update = SGD(0.5).update(np.array([2.0]), np.array([-3.0]), {})
    assert SGD(0.5).working(update, (0,)) == [r"w - \text{lr} \cdot g = 2 - 0.5 \cdot (-3) = 3.5"]
    update = SGD(0.1).update(np.array([1.0]), np.array([1 / 3]), {})
    assert r"\approx 0.966667" in SGD(0.1).working(update, (0,))[-1]
    full = SGD(0.5, momentum=0.5, weight_decay=0.5)
    first = full.update(np.array([2.0]), np.array([1.0]), {})
    second = full.update(first.after, np.array([1.0]), first.memory)
    assert [line.split(" = ")[-1] for line in full.working(second, (0,))] == ["1.5", "2.5", "-0.25"]
    assert r"v = 0.5 \cdot 2 + 1.5 = 2.5" in full.working(second, (0,)) and "v = 2" in full.working(first, (0,))
    thirds = full.update(np.array([1 / 3]), np.array([1.0]), {})
    assert all(r"\approx" in line for line in full.working(thirds, (0,)))


def test_adams_working_names_the_number_only_before_its_values():
    for gradient, change in ((2.0, "0.1"), (-2.0, "(-0.1)")):
        update = Adam(0.1).update(np.array([-3.0]), np.array([gradient]), {})
        after = "-3.1" if gradient > 0 else "-2.9"
        assert Adam(0.1).working(update, (0,))[-1] == rf"w - {change} = (-3) - {change} \approx {after}"
