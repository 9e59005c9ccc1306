"""The activations' own: derivatives by differences, saying which rule applied, neighbourhoods, errors, dying ReLU."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import (
    ELU,
    GELU,
    LAYERS,
    Dropout,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    Mish,
    ReLU,
    ReLU6,
    Sigmoid,
    Softplus,
    Tanh,
)
from engine.layers.elementwise import Elementwise
from engine.trace.formula import numbers_formula
from engine.trace.payload import payload
from tests.engine.layers.cases_maps import ACTIVATION
from tests.engine.parity import assert_error

NAMES = sorted(ACTIVATION)


def test_every_elementwise_layer_has_a_case():
    assert {name for name, cls in LAYERS.items() if issubclass(cls, Elementwise)} == set(ACTIVATION)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_the_derivative_is_the_slope_of_the_function(name, data):
    layer, x, _ = data.draw(ACTIVATION[name])
    x, h = x[np.abs(x - np.rint(x)) > 1e-3], 1e-6  # every kink lies on a whole number or a half
    x = x[np.abs(x * 2 - np.rint(x * 2)) > 1e-3]
    slope = (layer.function(x + h) - layer.function(x - h)) / (2 * h)
    np.testing.assert_allclose(layer.derivative(x), slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "x", "say"),
    [
        (ReLU(), -3, "relu(−3) is 0, because it is below zero."),
        (ReLU(), 0, "relu(0) is 0, because it is zero."),
        (ReLU(), 2.5, "relu(2.5) is 2.5, because it is above zero."),
        (LeakyReLU(0.1), -3, "leaky_relu(−3) is −0.3, because it is below zero: times 0.1."),
        (Hardtanh(), -1.5, "hardtanh(−1.5) is −1, because it is below −1."),
        (Hardtanh(), 1, "hardtanh(1) is 1, because it is from −1 to 1."),
        (ReLU6(), 7, "relu6(7) is 6, because it is above 6."),
        (ELU(2.0), -1, "elu(−1) is about −1.264, because it is below zero: 2 × (exp(x) − 1)."),
        (Sigmoid(), 1, "sigmoid(1) is about 0.731."),
        (Dropout(), 4, "identity(4) is 4."),
        (Hardswish(), -5, "hardswish(−5) is 0, because it is below −3."),
        (Hardswish(), 1.5, "hardswish(1.5) is 1.125, because it is from −3 to 3: x × (x + 3) ÷ 6."),
        (Softplus(2.0, 6.0), 3.5, "softplus(3.5) is 3.5, because it is above 3, where x itself comes out."),
        (Softplus(), 1, "softplus(1) is about 1.313."),
        (Mish(), -1, "mish(−1) is about −0.303."),
        (Tanh(), 40, "tanh(40) is about 1."),
    ],
)
def test_a_steps_sentence_names_the_place_and_the_rule(layer, x, say):
    for shape, place in (((1, 1, 1), "Row 0, column 0: "), ((1,), "Number 0: ")):
        assert layer.trace(np.full(shape, float(x))).steps[0].say == place + say
    assert layer.trace(np.full((3, 1, 2), float(x))).steps[3].say == "Channel G, row 0, column 1: " + say


def test_around_a_cell_a_map_keeps_its_channel_and_a_vector_its_neighbours():
    maps = ReLU().trace(np.zeros((4, 9, 9)), around=(2, 0, 8))
    for board in maps.boards:
        assert (board.values.shape, board.first_pane, board.origin) == ((1, 3, 3), 2, (0, 6))
        assert board.panes == ("c2",)
    assert maps.steps[maps.step_at((2, 0, 8))].say.startswith("Channel c2, row 0, column 8: ")
    vector = ReLU().trace(np.zeros(30), around=(10,))
    assert vector.board("input").values.shape == (5,) and vector.step_at((10,)) == 2


def test_what_is_no_map_or_vector_is_refused():
    assert_error(lambda: ReLU().trace(np.zeros((2, 2))), "ReLU is traced on (C, H, W) or (F,)", "(2, 2)")


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: Hardtanh(1.0, 1.0), ("max_val 1.0", "larger than min_val 1.0")),
        (lambda: GELU("erf"), ("approximate", "'erf'")),
        (lambda: Dropout(1.5), ("p must be from 0 to 1", "1.5")),
    ],
)
def test_impossible_settings_are_refused_with_the_numbers(make, fragments):
    assert_error(make, *fragments)


def test_hardtanh_clips_to_minus_one_and_names_the_slip():
    assert Hardtanh().function(np.array([-2.0, -0.5, 0.5, 2.0])).tolist() == [-1, -0.5, 0.5, 1]
    assert "0 … 1" in Hardtanh.__doc__


def test_below_zero_relu_passes_no_gradient_and_leaky_relu_its_slope():
    x, g = np.array([-4.0, -1.0, 2.0]), np.array([3.0, 5.0, 7.0])
    assert ReLU().backward(g, x)["input"].tolist() == [0, 0, 7]
    np.testing.assert_allclose(LeakyReLU(0.1).backward(g, x)["input"], [0.3, 0.5, 7])
    assert LeakyReLU(0.1).trace_backward("input", g, x).output == pytest.approx(np.array([0.3, 0.5, 7]))


@pytest.mark.parametrize(
    ("layer", "x", "closes"),
    [
        (ReLU(), 1 / 3, True),
        (ReLU(), -1 / 3, True),
        (LeakyReLU(0.3), -1 / 3, False),
        (ELU(), 2.0, True),
        (ELU(), 1 / 3, True),
        (ELU(), -1.0, False),
        (GELU(), 7.0, False),
        (Tanh(), 0.0001, False),
        (Tanh(), 40.0, False),
        (Sigmoid(), 0.0, True),
        (Hardswish(), 1.5, True),
        (Hardswish(), 1.0, False),
        (Softplus(), 0.0, False),
        (Softplus(), 21.0, True),
        (Mish(), 0.0, True),
        (Mish(), 25.0, False),
    ],
)
def test_the_player_and_the_formula_say_equal_where_the_digits_are(layer, x, closes):
    trace = layer.trace(np.array([x]))
    assert (payload(trace)["phases"][0]["finish_closes"] is None) == closes
    assert (r"\approx" not in numbers_formula(trace, 0)) == closes
