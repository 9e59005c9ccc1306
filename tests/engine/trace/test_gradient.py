"""The gradients of a trace's boards: the same numbers as engine.functional's backward, in the trace's form."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts.examples import CONVOLUTION
from engine.layers import LAYERS, Conv2d
from engine.pytorch.check import gradients
from engine.trace.crop import around
from engine.trace.gradient import gradient_trace
from engine.trace.payload import payload
from tests.depth import cases
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


DONE = sorted(LAYERS)


@pytest.mark.parametrize("name", DONE)
@given(data=st.data(), seed=seeds)
def test_a_layers_backward_is_autograds(name, data, seed):
    layer, x, parameters = data.draw(CASES[name])
    g = normal(seed, *layer.output_shape(x.shape))
    ours = layer.backward(g, x, **parameters)
    theirs = gradients(layer, x, parameters, g)
    assert ours.keys() == theirs.keys()
    for key, gradient in ours.items():
        np.testing.assert_allclose(gradient, theirs[key], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", DONE)
@given(data=st.data(), seed=seeds)
def test_a_traced_gradient_is_the_layers_own(name, data, seed):
    layer, x, parameters = data.draw(CASES[name])
    g = np.ones(()) if layer.arguments else normal(seed, *layer.output_shape(x.shape))
    ours = layer.backward(g, x, **parameters)
    for of, gradient in ours.items():
        trace = layer.trace_backward(of, g, x, **parameters)
        check_inside(trace)
        board = layer.trace(x, **parameters).board(of)
        np.testing.assert_allclose(own(layer, of, inside(trace), board), gradient, rtol=1e-10, atol=1e-10)


def own(layer, of, grad, board):
    """A traced gradient put into the order of the parameter's own array."""
    if of == "input":
        return grad
    out = np.full(layer.parameter_shapes()[of], np.nan)
    for flat, value in enumerate(grad.ravel().tolist()):
        out[layer.parameter_cell(of, tuple(int(k) for k in np.unravel_index(flat, board.values.shape)))] = value
    return out


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


@settings(max_examples=cases(20))
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
        f"Gradient of kernel of filter 0, row 1, column 1: the sum of 16 terms is {example.input[0, 1:5, 1:5].sum():g}."
    )


def test_an_input_cells_terms_lie_where_the_kernels_cells_do():
    example = CONVOLUTION["three-channels-three-filters"]
    forward = example.layer.trace(example.input, **example.parameters)
    trace = gradient_trace(forward, "input", np.ones((3, 4, 4)))
    phase = trace.phases[0]
    assert phase.grid == (3, 3) and phase.group_names == ("filter 0", "filter 1", "filter 2")
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


def test_the_factors_of_a_gradient_lie_on_boards_that_a_page_shows():
    example = CONVOLUTION["three-channels-three-filters"]
    forward = example.layer.trace(example.input, **example.parameters)
    g = np.arange(48.0).reshape(3, 4, 4)
    back = gradient_trace(forward, "input", g)
    assert [f.board for f in back.phases[0].factors] == ["incoming", "weight"]
    np.testing.assert_array_equal(back.board("weight").values, example.parameters["weight"].transpose(1, 0, 2, 3))
    assert back.board("weight").panes == ("filter 0", "filter 1", "filter 2")
    assert back.phases[0].page.tolist() == [0] * 36 + [1] * 36 + [2] * 36
    back = gradient_trace(forward, "weight", g)
    assert [f.board for f in back.phases[0].factors] == ["input", "incoming"]
    assert back.board("incoming").values.shape == (3, 1, 4, 4) and back.board("incoming").paged
    assert back.board("grad").values.shape == (9, 3, 3) and back.board("grad").panes[4] == "filter 1 G"


@given(data=st.data(), seed=seeds)
def test_around_a_cell_a_gradient_has_the_whole_ones_numbers(data, seed):
    name = data.draw(
        st.sampled_from(["Conv2d", "MaxPool2d", "AvgPool2d", "ConvTranspose2d", "Linear", "ReLU", "Flatten"])
    )
    layer, x, parameters = data.draw(CASES[name])
    g = normal(seed, *layer.output_shape(x.shape))
    of = data.draw(st.sampled_from([n for n in ("input", *parameters) if n in layer.backward(g, x, **parameters)]))
    whole = layer.trace_backward(of, g, x, **parameters)
    step = data.draw(st.integers(0, len(whole.steps) - 1))
    board, flat = whole.steps[step].writes
    if board != "grad":
        return
    index = whole.board("grad").outside(flat)
    part = around(whole, index)
    ours, twin = part.steps[part.step_at(index)], whole.steps[step]
    assert ours.result == twin.result and ours.say == twin.say
    assert [t.value for t in ours.terms] == [t.value for t in twin.terms]
    if len(part.phases) == 1:
        check_inside(part)
        assert all(b.values.size <= whole.board(b.name).values.size for b in part.boards)
