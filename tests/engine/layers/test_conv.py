"""Conv2d's own: errors, neighbourhoods, sentences, the worked examples."""

import numpy as np
import pytest
import torch

from engine.facts.examples import CONVOLUTION
from engine.layers import Conv2d, ConvTranspose2d
from engine.trace.formula import numbers_formula
from tests.engine.parity import assert_error, torch_module


@pytest.mark.parametrize(
    ("arguments", "fragments"),
    [
        ({"in_channels": 0}, ("in_channels", "0")),
        ({"kernel_size": 0}, ("kernel_size", "0")),
        ({"stride": 0}, ("stride", "0")),
        ({"stride": 1.5}, ("stride", "1.5")),
        ({"dilation": -1}, ("dilation", "-1")),
        ({"padding": -1}, ("padding", "-1")),
        ({"padding": "some"}, ("padding", "some")),
        ({"padding": "same", "stride": 2}, ("same", "stride 2")),
        ({"groups": 2}, ("groups 2", "3")),
        ({"padding_mode": "mirror"}, ("padding_mode", "mirror", "reflect")),
        ({"kernel_size": (1, 2, 3)}, ("kernel_size", "(1, 2, 3)")),
    ],
)
def test_impossible_settings_are_refused_with_the_numbers(arguments, fragments):
    settings = {"in_channels": 3, "out_channels": 3, "kernel_size": 3, **arguments}
    assert_error(lambda: Conv2d(**settings), *fragments)


def test_a_kernel_larger_than_the_padded_input_is_refused():
    layer = Conv2d(1, 1, 7, padding=1)
    assert_error(lambda: layer.output_shape((1, 4, 4)), "kernel_size 7", "padded input 6", "input 4")


def test_another_number_of_channels_is_refused():
    assert_error(lambda: Conv2d(3, 1, 3).output_shape((1, 6, 6)), "in_channels is 3", "1 channels")


@pytest.mark.parametrize("name", CONVOLUTION)
def test_worked_examples_have_pytorchs_numbers(name):
    example = CONVOLUTION[name]
    trace = example.layer.trace(example.input, **example.parameters)
    module = torch_module(example.layer)
    with torch.no_grad():
        for parameter, value in example.parameters.items():
            getattr(module, parameter).copy_(torch.tensor(value))
        expected = module(torch.tensor(example.input)).numpy()
    np.testing.assert_array_equal(trace.output, expected)


def test_worked_examples_are_as_the_tutorial_fixes_them():
    biases = {name: example.parameters["bias"].tolist() for name, example in CONVOLUTION.items()}
    assert biases["one-channel"] == [2]
    assert biases["one-channel-three-filters"] == [2, 3, 1]
    assert biases["three-channels-three-filters"][1:] == [1, 3]
    sizes = [CONVOLUTION[n].layer for n in ("stride-1", "stride-2", "stride-2-padding-1")]
    assert [(s.kernel, s.stride, s.padding) for s in sizes] == [((4, 4), 1, 0), ((4, 4), 2, 0), ((4, 4), 2, 1)]


def test_a_steps_sentence_names_its_window_and_closes_its_sum():
    example = CONVOLUTION["three-channels"]
    say = example.layer.trace(example.input, **example.parameters).steps[5].say
    assert say == (
        "Filter 0, output row 1, column 1: window at input rows 1 to 3, columns 1 to 3. "
        "R 2, G 6, B 2, bias 2: the total is 12."
    )


def test_the_formula_with_numbers_says_when_it_only_nearly_closes():
    layer = Conv2d(2, 1, 1, bias=False)
    x, weight = np.full((2, 1, 1), 1.0), np.full((1, 2, 1, 1), 2 / 3)
    assert numbers_formula(layer.trace(x, weight=weight), 0).endswith(r"\approx 1.333")
    weight[:] = 0.5
    assert numbers_formula(layer.trace(x, weight=weight), 0).endswith("= 1")


def test_padding_cells_are_marked_and_say_what_they_copy():
    x = np.arange(9.0).reshape(1, 3, 3)
    weight = np.ones((1, 1, 2, 2))
    board = Conv2d(1, 1, 2, padding=1, padding_mode="reflect", bias=False).trace(x, weight=weight).board("input")
    assert board.padding.sum() == 25 - 9
    copied = board.values.ravel()[board.source[board.padding]]
    np.testing.assert_array_equal(copied, board.values[board.padding])
    assert not board.padding.ravel()[board.source[board.padding]].any()
    zeros = Conv2d(1, 1, 2, padding=1, bias=False).trace(x, weight=weight).board("input")
    assert zeros.source is None


def test_cells_that_a_stride_never_reaches_are_marked_as_dropped():
    layer = Conv2d(1, 1, 2, stride=2, bias=False)
    trace = layer.trace(np.ones((1, 5, 4)), weight=np.ones((1, 1, 2, 2)))
    dropped = trace.board("input").dropped[0]
    assert dropped[4].all() and not dropped[:4].any()
    read = np.unique(np.concatenate([step.reads["input"] for step in trace.steps]))
    assert set(np.flatnonzero(dropped)).isdisjoint(read)


@pytest.mark.parametrize(("kernel", "steps"), [(3, 25), (21, 25), (31, 9), (63, 1), (127, 1)])
def test_around_a_cell_a_trace_of_large_windows_keeps_fewer_steps(kernel, steps):
    layer = Conv2d(1, 1, kernel, padding=kernel // 2, bias=False)
    trace = layer.trace(np.ones((1, 32, 32)), weight=np.ones((1, 1, kernel, kernel)), around=(0, 9, 20))
    step = trace.steps[trace.step_at((0, 9, 20))]
    assert len(trace.steps) == steps and len(step.terms) == kernel**2 and trace.board("output").outside(0)[0] == 0


def test_each_window_says_where_it_begins_and_how_far_it_goes():
    windows = Conv2d(1, 1, (3, 1), stride=(2, 3), dilation=(2, 1), padding=(1, 0)).windows((1, 7, 7))
    assert windows.rows.ends() == [(0, 5), (2, 5), (4, 5)] and windows.columns.ends() == [(0, 1), (3, 1), (6, 1)]
    stamped = ConvTranspose2d(1, 1, 1, stride=3).windows((1, 2, 2))
    assert stamped.columns.ends() == [(0, 1), (0, 0), (0, 0), (1, 1)], "between the stamps nothing is read"
