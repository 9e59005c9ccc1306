"""Transposed convolution's own: terms, sentences, groups, gaps, cut stamps, output_padding, neighbourhoods."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import Conv2d, ConvTranspose2d
from engine.trace import NONE
from engine.trace.payload import payload
from tests.engine.invariants import check
from tests.engine.layers import cases_short
from tests.engine.parity import assert_error

X = np.array([[[1.0, 2], [3, 4]]])
K = np.array([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]])
cases = cases_short.CASES["ConvTranspose2d"]


def traced(layer, x=X, weight=K, bias=None):
    bias = np.zeros(layer.out_channels) if bias is None else np.array(bias)
    return layer.trace(x, weight=weight, **({"bias": bias} if layer.bias else {}))


def test_each_step_gathers_the_stamps_that_overlap_in_its_cell():
    trace = traced(ConvTranspose2d(1, 1, 3, stride=2), bias=[2.0])
    assert trace.output.tolist() == [
        [[3, 4, 7, 6, 8], [6, 7, 16, 12, 14], [12, 16, 38, 26, 32], [14, 17, 36, 22, 26], [23, 26, 57, 34, 38]]
    ]
    middle = trace.steps[12]
    assert [[cell for _, cell in term.cells] for term in middle.terms] == [[3, 0], [2, 2], [1, 6], [0, 8]]
    assert [term.value for term in middle.terms] == [4, 9, 14, 9]
    assert middle.say == (
        "Output channel 0, row 2, column 2: reached from input rows 0 to 1, columns 0 to 1. "
        "Sum 36, bias 2: the total is 38."
    )
    assert trace.steps[3].say.startswith("Output channel 0, row 0, column 3: reached from input row 0, column 1. ")
    assert [len(step.terms) for step in trace.steps[:10]] == [1, 1, 2, 1, 1, 1, 1, 2, 1, 1]
    assert trace.phases[0].grid == (3, 3)


@given(cases)
def test_the_terms_are_the_stamps(case):
    """Every product that a stamp lays on the output is a term of exactly that output cell, and no other is."""
    layer, x, parameters = case
    trace = layer.trace(x, **parameters)
    (pad_h, pad_w), (s_h, s_w), (d_h, d_w) = layer.paddings, layer.strides, layer.dilations
    _, height, width = trace.output.shape
    weight = parameters["weight"]
    inputs, each = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    stamped = set()
    for c, f, u, v in np.ndindex(weight.shape):
        for i, j in np.ndindex(x.shape[1:]):
            row, column = i * s_h + u * d_h - pad_h, j * s_w + v * d_w - pad_w
            if 0 <= row < height and 0 <= column < width:
                stamped.add(((c // inputs * each + f, row, column), (c, i, j), (c, f, u, v)))
    read = set()
    for step in trace.steps:
        for term in step.terms:
            (_, cell), (_, tap) = term.cells
            of_weight = layer.parameter_cell("weight", trace.board("weight").outside(tap))
            read.add((trace.board("output").outside(step.writes[1]), trace.board("input").outside(cell), of_weight))
    assert read == stamped


@given(cases)
def test_a_cell_of_the_weights_board_leads_to_the_parameters(case):
    layer, x, parameters = case
    board = layer.trace(x, **parameters).board("weight")
    assert board.values.shape == (layer.out_channels, layer.in_channels // layer.groups, *layer.kernel) and board.paged
    for index in np.ndindex(board.values.shape):
        assert board.values[index] == parameters["weight"][layer.parameter_cell("weight", index)]
    assert layer.parameter_cell("bias", (1,)) == (1,)


def test_an_output_channel_reads_its_groups_input_channels_only():
    layer = ConvTranspose2d(4, 2, 1, groups=2, bias=False)
    x, weight = np.arange(4.0).reshape(4, 1, 1), np.array([1.0, 10, 100, 1000]).reshape(4, 1, 1, 1)
    trace = layer.trace(x, weight=weight)
    assert [[c for (_, c), _ in (t.cells for t in step.terms)] for step in trace.steps] == [[0, 1], [2, 3]]
    assert trace.output.ravel().tolist() == [10, 3200]
    assert trace.steps[1].say.endswith("c2 200, c3 3000: the total is 3200.")
    assert "w_{g(o)+c,o,u,v}" in trace.formula


def test_padding_cuts_the_outputs_edge_off():
    whole = traced(ConvTranspose2d(1, 1, 3, stride=2)).output
    cut = traced(ConvTranspose2d(1, 1, 3, stride=2, padding=1))
    np.testing.assert_array_equal(cut.output, whole[:, 1:-1, 1:-1])
    assert r"x_{c,\;(i+1-u)/2,\;(j+1-v)/2}" in cut.formula


def test_output_padding_brings_back_what_padding_cut_off_below_and_on_the_right():
    whole = traced(ConvTranspose2d(1, 1, 3, stride=2)).output
    more = traced(ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1)).output
    np.testing.assert_array_equal(more, whole[:, 1:, 1:])
    assert traced(ConvTranspose2d(1, 1, 3, stride=2, output_padding=1), bias=[7.0]).output[0, 5].tolist() == [7] * 6


def test_output_padding_chooses_between_inputs_that_a_convolution_maps_to_one_size():
    convolution = Conv2d(1, 1, 3, stride=2, padding=1)
    for extra, size in ((0, 5), (1, 6)):
        assert convolution.output_shape((1, size, size)) == (1, 3, 3)
        back = ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=extra)
        assert back.output_shape((1, 3, 3)) == (1, size, size)


def test_no_stamp_reaches_a_gap_and_its_cell_holds_the_bias():
    trace = traced(ConvTranspose2d(1, 1, 1, stride=2), weight=np.ones((1, 1, 1, 1)), bias=[0.5])
    assert trace.output.tolist() == [[[1.5, 0.5, 2.5], [0.5, 0.5, 0.5], [3.5, 0.5, 4.5]]]
    assert [len(step.terms) for step in trace.steps] == [1, 0, 1, 0, 0, 0, 1, 0, 1]
    assert (trace.phases[0].factors[1].index[1] == NONE).all()
    assert trace.steps[1].say == (
        "Output channel 0, row 0, column 1: no stamp reaches it. Sum 0, bias 0.5: the total is 0.5."
    )
    part = trace.layer.trace(X, weight=np.ones((1, 1, 1, 1)), bias=np.array([0.5]), around=(0, 1, 1))
    check(part)
    json.dumps(payload(part))


def test_input_cells_whose_stamp_is_cut_off_are_dropped():
    layer = ConvTranspose2d(1, 1, 2, stride=2, padding=2)
    x = np.arange(16.0).reshape(1, 4, 4)
    trace = traced(layer, x, np.ones((1, 1, 2, 2)))
    read = np.unique(np.concatenate([step.reads["input"] for step in trace.steps]))
    assert read.tolist() == [5, 6, 9, 10]
    np.testing.assert_array_equal(np.flatnonzero(~trace.board("input").dropped), read)


@given(cases)
def test_dropped_cells_are_those_that_no_step_reads(case):
    layer, x, parameters = case
    trace = layer.trace(x, **parameters)
    seen = np.zeros(x.size, bool)
    seen[[cell for step in trace.steps for term in step.terms for board, cell in term.cells if board == "input"]] = True
    np.testing.assert_array_equal(~trace.board("input").dropped.ravel(), seen)


def test_around_a_cell_the_boards_hold_what_its_neighbours_need():
    layer = ConvTranspose2d(1, 1, 4, stride=2, padding=1)
    x = np.arange(1600.0).reshape(1, 40, 40)
    trace = layer.trace(x, weight=np.ones((1, 1, 4, 4)), bias=np.zeros(1), around=(0, 0, 31))
    assert trace.output.shape == (1, 3, 5) and trace.board("output").origin == (0, 29)
    assert trace.board("input").values.shape == (1, 2, 4) and trace.board("input").origin == (0, 14)
    assert not trace.board("input").dropped.any()


@given(cases, st.integers(1, 5))
def test_cells_beside_each_other_read_no_more_than_the_window_says(case, count):
    """Of `count` output cells in a row, together, all that they read lies in the window moved along."""
    layer, x, _ = case
    windows = layer.windows(x.shape)
    for axis, window in zip((windows.rows, windows.columns), layer.window(x.shape), strict=True):
        for first in range(len(axis.outputs) - count + 1):
            cells = axis.cells[first : first + count]
            cells = cells[cells != NONE]
            start = window.start + first * window.stride
            end = start + window.span - 1 + (count - 1) * window.stride
            assert ((start <= cells) & (cells <= end)).all()


def test_the_window_is_as_large_as_the_largest_number_of_cells_that_one_reads():
    layer = ConvTranspose2d(1, 1, (4, 3), stride=(2, 3))
    rows, columns = layer.windows((1, 9, 9)).rows, layer.windows((1, 9, 9)).columns
    down, across = layer.window((1, 9, 9))
    assert int(down.span) == (rows.cells != NONE).sum(axis=1).max() == 2
    assert int(across.span) == (columns.cells != NONE).sum(axis=1).max() == 1
    assert down.stride * 2 == 1 and across.stride * 3 == 1


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: ConvTranspose2d(1, 1, 0), ("kernel_size must be at least 1, got 0",)),
        (lambda: ConvTranspose2d(1, 1, 3, stride=(1, 0)), ("stride must be at least 1, got 0",)),
        (lambda: ConvTranspose2d(1, 1, 3, padding=-1), ("padding must be at least 0, got -1",)),
        (lambda: ConvTranspose2d(1, 1, 3, dilation=0), ("dilation must be at least 1, got 0",)),
        (lambda: ConvTranspose2d(0, 1, 3), ("in_channels must be at least 1, got 0",)),
        (lambda: ConvTranspose2d(3, 2, 3, groups=2), ("groups 2 does not divide in_channels 3",)),
        (
            lambda: ConvTranspose2d(1, 1, 3, stride=(3, 2), output_padding=2),
            ("output_padding 2 must be smaller than stride 2 or dilation 1",),
        ),
        (
            lambda: ConvTranspose2d(1, 1, 3, padding=3).output_shape((1, 3, 3)),
            ("padding 3 leaves no output", "(3 − 1) × 1 − 2 × 3 + 3 + 0 = −1"),
        ),
        (lambda: ConvTranspose2d(2, 1, 3).output_shape((3, 4, 4)), ("in_channels is 2", "3 channels")),
        (lambda: ConvTranspose2d(1, 1, 3).output_shape((4, 4)), ("takes (C, H, W)", "(4, 4)")),
    ],
)
def test_impossible_settings_are_refused_with_the_numbers(make, fragments):
    assert_error(make, *fragments)


def test_the_formula_has_the_settings_in_it():
    formula = traced(ConvTranspose2d(1, 1, 3, stride=(1, 2), padding=(0, 1), dilation=(1, 2))).formula
    assert formula == (
        r"y_{o,i,j} = b_{o} + \sum_{c=0}^{0}\sum_{u=0}^{2}\sum_{v=0}^{2} w_{c,o,u,v}\;x_{c,\;i-u,\;(j+1-2v)/2}"
    )
    assert "b_{o}" not in traced(ConvTranspose2d(1, 1, 3, bias=False)).formula
