"""Where windows lie, against the layers' own arithmetic and torch."""

import numpy as np
import torch
from hypothesis import assume, given

from engine.facts.placement import strips
from engine.layers import LAYERS
from tests.engine.facts.test_solve import layers

Conv2d, ConvTranspose2d, MaxPool2d = (LAYERS[name] for name in ("Conv2d", "ConvTranspose2d", "MaxPool2d"))


def touched(layer, length):
    """The rows that torch's own layer reads, found by its gradient (or writes, transposed), for one column."""
    x = torch.ones(1, 1, length, 1, dtype=torch.float64, requires_grad=True)
    weight = torch.ones(1, 1, layer.kernel_size, 1, dtype=torch.float64)
    along = {"stride": (layer.stride, 1), "padding": (layer.padding, 0), "dilation": (getattr(layer, "dilation", 1), 1)}
    if isinstance(layer, ConvTranspose2d):
        return torch.conv_transpose2d(x, weight, output_padding=(layer.output_padding, 0), **along)[0, 0, :, 0] != 0
    torch.conv2d(x, weight, **along).sum().backward()
    return x.grad[0, 0, :, 0] != 0


@given(layers())
def test_dropped_cells_are_those_that_torch_does_not_touch(case):
    layer, shape = case
    assume(not getattr(layer, "ceil_mode", False))
    for length, strip in zip(shape[1:], strips(layer, shape), strict=True):
        reached = touched(layer, length)
        assert len(strip.inner) == len(reached)
        assert list(strip.dropped) == np.flatnonzero(~reached.numpy()).tolist()


@given(layers())
def test_the_last_window_ends_where_the_working_says(case):
    layer, shape = case
    for strip, working in zip(strips(layer, shape), layer.working(shape), strict=True):
        end = strip.window(strip.windows - 1).stop
        assert strip.beyond == max(0, end - strip.size)
        if strip.stamped:
            assert end == strip.size - layer.output_padding
        else:
            assert max(0, strip.size - end) == working.dropped
        assert sorted(k for run in strip.runs() for k in run) == np.flatnonzero(strip.unreached).tolist()


def test_sentences_name_the_rows_and_columns():
    down, across = strips(Conv2d(1, 1, 3, stride=2), (1, 6, 7))
    assert down.sentence() == "Row 5 of 6 (from 0) is read by no window."
    assert across.sentence() == "Every column is read."
    down, _ = strips(Conv2d(1, 1, 3, stride=2, padding=1), (1, 6, 6))
    assert down.sentence() == "Every row is read; of the padding, 1 row is not."
    down, across = strips(MaxPool2d(1, stride=2), (1, 5, 20))
    assert down.sentence() == "Rows 1 and 3 of 5 (from 0) are read by no window."
    assert across.sentence() == "Columns 1, 3, 5, … (10 in all) of 20 (from 0) are read by no window."
    down, _ = strips(ConvTranspose2d(1, 1, 2, stride=2, output_padding=1), (1, 2, 2))
    assert down.sentence() == "Row 4 of 5 (from 0) is stamped on by no kernel: the bias alone."


def test_ceil_mode_lets_the_last_window_reach_beyond():
    down, _ = strips(MaxPool2d(2, ceil_mode=True), (1, 5, 5))
    assert (down.windows, down.beyond, down.window(2)) == (3, 1, range(4, 6))
