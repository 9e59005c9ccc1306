"""The gradients of a trace's boards: the same numbers as engine.functional's backward, in the trace's form."""

import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import functional as F
from engine.backward import gradient_trace
from engine.examples import CONVOLUTION
from engine.layers import Conv2d
from engine.payload import payload
from tests.engine.invariants import check
from tests.engine.layers.cases import CASES
from tests.engine.parity import normal, seeds


def inside(trace):
    """The gradient without its padding, shaped as the layer's own array."""
    board = trace.board("grad")
    if board.padding is None or not board.padding.any():
        return trace.output
    kept = ~board.padding
    rows, columns = kept.any(axis=(0, 2)), kept.any(axis=(0, 1))
    return board.values[:, rows][:, :, columns]


@given(case=CASES["Conv2d"], seed=seeds)
def test_convolution(case, seed):
    layer, x, parameters = case
    forward = layer.trace(x, **parameters)
    g = normal(seed, *forward.output.shape)
    padded = layer.pad(x)
    options = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
    grad_padded, grad_weight, grad_bias = F.conv2d_backward(g, padded, parameters["weight"], **options)
    (top, bottom), (left, right) = layer.pads
    mode = {} if layer.padding_mode == "zeros" else {"mode": layer.padding_mode}
    grad_input = F.pad_backward(grad_padded, x, (left, right, top, bottom), **mode)
    expected = {"input": grad_input, "weight": grad_weight, "bias": grad_bias}
    for name in ("input", *parameters):
        trace = gradient_trace(forward, name, g)
        check_inside(trace)
        np.testing.assert_allclose(inside(trace), expected[name], rtol=1e-10, atol=1e-10)


def check_inside(trace):
    """The invariants of a trace; cells of padding are written by no step."""
    board = trace.board("grad")
    if board.padding is None or not board.padding.any():
        check(trace)
        return
    written = np.concatenate([p.writes.index for p in trace.phases if p.writes.board == "grad"])
    assert sorted(written.tolist()) == np.flatnonzero(~board.padding.ravel()).tolist()
    with pytest.raises(AssertionError, match="output cells written"):
        check(trace)


@pytest.mark.parametrize("name", ["MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d"])
@given(data=st.data(), seed=seeds)
def test_pooling(name, data, seed):
    layer, x, _ = data.draw(CASES[name])
    forward = layer.trace(x)
    g = normal(seed, *forward.output.shape)
    phase = forward.phases[0]
    slope = None
    if phase.finish:
        slope = 1 / np.array([float(d) for d in phase.fields["divisor"]])
    trace = gradient_trace(forward, "input", g, slope)
    check_inside(trace)
    arguments = {f.name: getattr(layer, f.name) for f in fields(layer) if f.name != "output_size"}
    expected = {
        "MaxPool2d": F.max_pool2d_backward,
        "AvgPool2d": F.avg_pool2d_backward,
        "AdaptiveAvgPool2d": F.adaptive_avg_pool2d_backward,
    }[name](g, x, **arguments)
    if name == "MaxPool2d" and not np.isfinite(forward.output).all():
        return  # a window that lies on padding only has no winner
    np.testing.assert_allclose(inside(trace), expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=20)
@given(case=CASES["Conv2d"], seed=seeds)
def test_payload_is_json_and_sentences_are_filled_in(case, seed):
    layer, x, parameters = case
    forward = layer.trace(x, **parameters)
    trace = gradient_trace(forward, "input", np.round(normal(seed, *forward.output.shape)))
    assert json.loads(json.dumps(payload(trace)))
    assert all("{" not in step.say for step in trace.steps[:5])


def test_a_weights_terms_lie_where_the_outputs_cells_do():
    example = CONVOLUTION["one-channel"]
    forward = example.layer.trace(example.input, **example.parameters)
    trace = gradient_trace(forward, "weight", np.ones((1, 4, 4)))
    assert trace.phases[0].grid == (4, 4)
    assert trace.steps[4].result == example.input[0, 1:5, 1:5].sum()
    assert trace.steps[4].say == (
        f"Gradient of kernel of filter 1, row 1, column 1: the sum of 16 terms is {example.input[0, 1:5, 1:5].sum():g}."
    )


def test_an_input_cells_terms_lie_where_the_kernels_cells_do():
    example = CONVOLUTION["three-channels-three-filters"]
    forward = example.layer.trace(example.input, **example.parameters)
    trace = gradient_trace(forward, "input", np.ones((3, 4, 4)))
    phase = trace.phases[0]
    assert phase.grid == (3, 3) and phase.group_names == ("filter 1", "filter 2", "filter 3")
    corner, middle = trace.steps[0], trace.steps[14]
    assert len(corner.terms) == 3 and len(middle.terms) == 27
    assert corner.result == example.parameters["weight"][:, 0, 0, 0].sum()


def test_what_cannot_be_traced_is_refused():
    layer = Conv2d(1, 1, 2, bias=False)
    forward = layer.trace(np.ones((1, 3, 3)), weight=np.ones((1, 1, 2, 2)))
    with pytest.raises(ValueError, match=r"\(1, 2, 2\), got \(1, 3, 3\)"):
        gradient_trace(forward, "input", np.ones((1, 3, 3)))
    with pytest.raises(ValueError, match="no step reads"):
        gradient_trace(forward, "output", np.ones((1, 2, 2)))
