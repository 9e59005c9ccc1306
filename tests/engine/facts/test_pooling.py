"""What a pooling misses, when H / F is right, and what a shift changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.examples import POOLING
from engine.facts.pooling import missed, numbers, shift, short
from engine.layers import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from tests.engine.layers import cases_maps


@pytest.mark.parametrize("name", sorted(cases_maps.POOLING))
@given(data=st.data())
def test_a_missed_number_can_be_anything(name, data):
    """Exactly the missed numbers have no effect: changing any other one to a large number changes a mean or maximum."""
    layer, x, _ = data.draw(cases_maps.POOLING[name])
    found = missed(layer, x.shape)
    out = np.zeros(x.shape[1:], bool)
    out[list(found.rows)] = out[:, list(found.columns)] = True
    assert (out.sum(), out.size) == (found.cells, found.of)
    one = np.zeros((x[0].size, *x.shape[1:]))
    one.reshape(len(one), -1)[np.diag_indices(len(one))] = 1e6
    effect = (layer.forward(one) != layer.forward(np.zeros_like(one))).any(axis=(1, 2))
    np.testing.assert_array_equal(effect.reshape(out.shape), ~out)


def test_dropped_rows_and_columns_with_their_count_and_whether_ceil_mode_helps():
    five = missed(MaxPool2d(2), (1, 5, 5))
    assert (five.rows, five.columns, five.cells, five.of, five.ceil_mode) == ((4,), (4,), 9, 25, True)
    gaps = missed(AvgPool2d(1, stride=3), (2, 6, 4))
    assert (gaps.rows, gaps.columns, gaps.cells, gaps.ceil_mode) == ((1, 2, 4, 5), (1, 2), 20, False)
    assert missed(AdaptiveAvgPool2d(3), (1, 5, 5)).cells == 0


def test_how_many_numbers_remain():
    assert numbers(MaxPool2d(2), (3, 6, 6)) == (108, 27)


@pytest.mark.parametrize("name", ["MaxPool2d", "AvgPool2d"])
@given(data=st.data())
def test_where_no_reason_is_given_the_short_formula_is_the_size(name, data):
    layer, x, _ = data.draw(cases_maps.POOLING[name])
    for axis, length, kernel in zip(short(layer, x.shape), x.shape[1:], layer.kernel, strict=True):
        assert axis.agrees == (length / kernel == axis.size)
        assert axis.agrees or axis.reasons
    assert tuple(axis.size for axis in short(layer, x.shape)) == layer.output_shape(x.shape)[1:]


def test_the_short_formula_says_why_it_is_wrong():
    down, across = short(MaxPool2d((2, 3), stride=2, padding=(0, 1)), (1, 5, 6))
    assert down.line.text == "H / F = 5 / 2 = 2.5" and down.reasons == ("2 does not divide 5",)
    assert across.line.text == "W / F = 6 / 3 = 2" and not across.agrees and across.size == 3
    assert across.reasons == ("the stride 2 is not the window's 3", "the padding is 1")
    assert short(MaxPool2d(3, dilation=2), (1, 5, 7))[0].line.text == "H / F = 5 / 3 ≈ 1.667"
    assert short(MaxPool2d(3, dilation=2), (1, 5, 7))[0].reasons == ("the dilation is 2", "3 does not divide 5")


def test_worked_example_4_is_where_the_short_formula_is_right():
    example = POOLING["max"]
    for axis in short(example.layer, example.input.shape):
        assert axis.agrees and not axis.reasons and axis.size == 2


def test_a_shift_brings_a_column_of_zeros_and_pools_both():
    x = np.array([[[1.0, 2, 3, 4], [5, 6, 7, 8]]])
    found = shift(MaxPool2d(2), x, MaxPool2d(2).forward(x))
    assert found.after.tolist() == [[[0, 1, 2, 3], [0, 5, 6, 7]]]
    assert found.pooled_before.tolist() == [[[6, 8]]] and found.pooled_after.tolist() == [[[5, 7]]]
    assert found.counts(0) == (8, 8, 2, 2)
    corner = np.array([[[9.0, 0, 0, 0], [0, 0, 0, 0]]])
    inside = shift(MaxPool2d(2), corner, MaxPool2d(2).forward(corner))
    assert inside.counts(0) == (2, 8, 0, 2)
    assert inside.changed[0].tolist() == [[True, True, False, False], [False] * 4]
