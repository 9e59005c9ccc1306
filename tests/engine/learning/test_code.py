"""The code to paste takes the same steps in PyTorch."""

import contextlib
import io

import numpy as np
import pytest

from engine.data import kernels
from engine.learning.code import kernel_code, steps_code
from engine.learning.kernel import kernel_lesson
from engine.learning.optim import SGD, Adam
from engine.learning.passes import Learner
from engine.network import zoo
from tests.engine.learning.steps import take_steps

WORKED = zoo.WORKED.network, zoo.WORKED_INPUT, zoo.WORKED_PARAMETERS


def run(code):
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, names)
    return names, printed.getvalue()


@pytest.mark.parametrize("optimiser", [SGD(0.01), SGD(0.02, 0.9, 0.1), Adam(0.05, weight_decay=0.01)], ids=repr)
@pytest.mark.parametrize("mirrored", [None, 0])
def test_steps(optimiser, mirrored):
    network, x, parameters = WORKED
    names, printed = run(steps_code(network, x, parameters, 2, optimiser, 4, mirrored))
    data = (x, 2) if mirrored is None else (np.stack([x, x[..., ::-1]]), np.array([2, mirrored]))
    taken = take_steps(Learner(network, dict(parameters)), optimiser, *data, 4)
    assert names["loss"].item() == pytest.approx(taken.before.loss, rel=1e-9)
    assert printed.count("loss before") == 4
    for name, tensor in names["model"].named_parameters():
        np.testing.assert_allclose(taken.after.parameters[name], tensor.detach().numpy(), rtol=1e-7, atol=1e-10)


def test_steps_begin_with_a_velocity():
    network, x, parameters = WORKED
    optimiser = SGD(0.02, 0.9)
    memory = {name: {"velocity": np.full(value.shape, -1.5)} for name, value in parameters.items()}
    taken = take_steps(Learner(network, dict(parameters), memory), optimiser, x, 2, 3)
    names, _ = run(steps_code(network, x, parameters, 2, optimiser, 3, velocity=-1.5))
    for name, tensor in names["model"].named_parameters():
        np.testing.assert_allclose(taken.after.parameters[name], tensor.detach().numpy(), rtol=1e-7, atol=1e-10)


def test_kernel():
    lesson = kernel_lesson(np.round(np.random.default_rng(0).uniform(-1, 1, (1, 6, 6)), 1),
                           kernels.kernel("Sobel y")[None, None], seed=2)  # fmt: skip
    names, _ = run(kernel_code(lesson, 0.3, 12))
    np.testing.assert_allclose(
        lesson.steps(0.3, 12)[-1].kernel, names["kernel"].detach().numpy(), rtol=1e-9, atol=1e-12
    )
