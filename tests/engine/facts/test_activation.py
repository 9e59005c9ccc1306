"""Curves with their corners, a cell's place on them, and filters that can or cannot learn."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.activation import MOST_STEPS, curve, point, response
from engine.facts.examples import ACTIVATION, DYING
from engine.layers import (
    ELU,
    GELU,
    Hardswish,
    Hardtanh,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    ReLU6,
    Sigmoid,
    Softplus,
    Tanh,
)
from tests.engine.layers import cases_maps
from tests.engine.parity import torch_module

DYING_GIVEN = (DYING.layer, DYING.input, DYING.parameters, 0.1)


@pytest.mark.parametrize("name", sorted(cases_maps.ACTIVATION))
@given(data=st.data())
def test_a_curve_holds_every_cell_and_its_slope_jumps_only_at_kinks(name, data):
    layer, x, _ = data.draw(cases_maps.ACTIVATION[name])
    drawn, corners = curve(layer, x), np.array(layer.kinks)
    assert drawn.x[0] < min(-4, x.min()) and drawn.x[-1] > max(4, x.max())
    assert (np.diff(drawn.x) > 0).all()
    np.testing.assert_array_equal(drawn.y, layer.function(drawn.x))
    assert drawn.x[np.isnan(drawn.slope)].tolist() == corners.tolist()
    known = ~np.isnan(drawn.slope)
    np.testing.assert_array_equal(drawn.slope[known], layer.derivative(drawn.x[known]))
    jumps = np.abs(np.diff(drawn.slope)) > 0.06 + np.diff(drawn.x)  # NaN is no jump: a line is broken there
    assert not jumps.any()


@pytest.mark.parametrize(
    ("layer", "corners"),
    [
        (ReLU(), (0,)),
        (LeakyReLU(0.2), (0,)),
        (LeakyReLU(1.0), ()),
        (ELU(1.0), ()),
        (ELU(2.0), (0,)),
        (Hardtanh(-2.0, 3.5), (-2, 3.5)),
        (ReLU6(), (0, 6)),
        (Identity(), ()),
        (GELU(), ()),
        (Hardswish(), (-3, 3)),
        (Softplus(), ()),
        (Softplus(2.0, 3.0), (1.5,)),
    ],
)
def test_where_a_slope_jumps(layer, corners):
    assert layer.kinks == corners


@pytest.mark.parametrize("name", sorted(cases_maps.ACTIVATION))
@given(data=st.data())
def test_a_point_is_the_steps_cell(name, data):
    layer, x, _ = data.draw(cases_maps.ACTIVATION[name])
    trace = layer.trace(x)
    step = data.draw(st.integers(0, x.size - 1))
    found = point(trace, step)
    t = torch.tensor(x, requires_grad=True)
    y = torch_module(layer).eval()(t)
    y.sum().backward()
    at = np.unravel_index(step, x.shape)
    assert found.where == at
    assert (found.x.value, found.y.value) == (x[at], pytest.approx(float(y.detach()[at]), abs=1e-12))
    assert found.slope.value == pytest.approx(float(t.grad[at]), abs=1e-12)
    assert found.on_kink == (x[at] in layer.kinks)


@pytest.mark.parametrize(
    ("layer", "x", "written"),
    [
        (LeakyReLU(), -2.0, ("= −2", "= −0.02", "= 0.01")),
        (Tanh(), 1.0, ("= 1", "≈ 0.762", "≈ 0.42")),
        (Tanh(), 0.0, ("= 0", "= 0", "= 1")),
        (Sigmoid(), 40.0, ("= 40", "≈ 1", "≈ 0")),
        (Sigmoid(), 0.0, ("= 0", "= 0.5", "= 0.25")),
        (ELU(), 2.5, ("= 2.5", "= 2.5", "= 1")),
        (ELU(), -1.0, ("= −1", "≈ −0.632", "≈ 0.368")),
        (ReLU(), 1 / 3, ("≈ 0.333", "≈ 0.333", "= 1")),
        (Hardswish(), 1.5, ("= 1.5", "= 1.125", "= 1")),
        (Hardswish(), 1.0, ("= 1", "≈ 0.667", "≈ 0.833")),
        (Mish(), 0.0, ("= 0", "= 0", "= 0.6")),
        (Mish(), 1.0, ("= 1", "≈ 0.865", "≈ 1.049")),
        (Softplus(), 0.0, ("= 0", "≈ 0.693", "= 0.5")),
        (Softplus(), 25.0, ("= 25", "= 25", "= 1")),
    ],
)
def test_equals_stands_only_where_all_digits_are_written(layer, x, written):
    found = point(layer.trace(np.full((1, 1, 1), x)), 0)
    assert tuple(f"{part.equals} {part.text}" for part in (found.x, found.y, found.slope)) == written


def test_relu_lets_nothing_back_to_a_filter_below_zero():
    found = response(ReLU(), *DYING_GIVEN)
    assert (found.sums < 0).all() and (found.arriving == -1).all()
    np.testing.assert_array_equal(found.sums, ACTIVATION["dying"].input)
    for array in (found.outputs, found.gradient, *found.gradients.values()):
        assert not array.any()
    assert set(found.gradients) == {"weight", "bias"} and found.steps is None


@pytest.mark.parametrize("slope", [0.001, 0.01, 0.3])
def test_leaky_relu_lets_a_little_back_and_the_filter_comes_to_life_as_in_pytorch(slope):
    found = response(LeakyReLU(slope), *DYING_GIVEN)
    module = torch.nn.Conv2d(1, 1, 3).double()
    with torch.no_grad():
        for name, value in DYING.parameters.items():
            getattr(module, name).copy_(torch.tensor(value))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    x = torch.tensor(DYING.input)
    for step in range(MOST_STEPS):
        y = torch.nn.functional.leaky_relu(module(x), slope)
        if (y > 0).any():
            break
        optimizer.zero_grad()
        (-y.sum()).backward()
        if step == 0:
            np.testing.assert_allclose(found.outputs, y.detach().numpy(), rtol=1e-12)
            np.testing.assert_allclose(found.gradients["weight"], module.weight.grad.numpy(), rtol=1e-12)
            np.testing.assert_allclose(found.gradients["bias"], module.bias.grad.numpy(), rtol=1e-12)
        optimizer.step()
    assert found.steps == step > 0


def test_a_slope_that_is_far_too_small_does_not_help_in_time_and_an_alive_filter_needs_no_step():
    assert response(LeakyReLU(1e-6), *DYING_GIVEN).steps is None
    assert response(ReLU(), DYING.layer, DYING.input, {**DYING.parameters, "bias": np.array([2.0])}, 0.1).steps == 0
