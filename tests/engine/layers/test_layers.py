"""What every layer keeps: shapes, PyTorch's numbers, trace invariants, code that runs. One table of cases."""

import contextlib
import io
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.code import layer_code
from engine.layers import LAYERS
from engine.payload import payload
from engine.training.check import compare
from tests.engine.invariants import check
from tests.engine.layers.cases import CASES

layers = pytest.mark.parametrize("name", sorted(LAYERS))


def test_every_registered_layer_has_a_case():
    assert set(CASES) == set(LAYERS)


@layers
@given(data=st.data())
def test_output_shape_is_forwards_and_pytorchs(name, data):
    layer, x, parameters = data.draw(CASES[name])
    ours = layer.forward(x, **parameters)
    assert layer.output_shape(x.shape) == ours.shape
    assert layer.output_shape((5, *x.shape)) == (5, *ours.shape)
    with torch.device("meta"):
        module = eval(layer.code(), {"nn": torch.nn})
        assert tuple(module(torch.empty(x.shape)).shape) == ours.shape


@layers
@given(data=st.data())
def test_forward_is_pytorchs(name, data):
    layer, x, parameters = data.draw(CASES[name])
    result = compare(layer, x, **parameters)
    assert result.agrees, result
    assert result.shape == layer.output_shape(x.shape)


@layers
@given(data=st.data())
def test_trace_keeps_its_invariants_and_writes_the_output(name, data):
    layer, x, parameters = data.draw(CASES[name])
    trace = layer.trace(x, **parameters)
    check(trace)
    np.testing.assert_array_equal(trace.output, layer.forward(x, **parameters))


@layers
@settings(max_examples=25)
@given(data=st.data())
def test_a_step_as_an_object_sums_to_what_it_writes(name, data):
    layer, x, parameters = data.draw(CASES[name])
    trace = layer.trace(x, **parameters)
    k = data.draw(st.integers(0, len(trace.steps) - 1))
    step = trace.steps[k]
    for term in step.terms:
        factors = [trace.board(board).values.ravel()[index] for board, index in term.cells]
        assert term.value == np.prod(factors)
    by_group = sum(term.value for term in step.terms)
    extra = step.before - by_group
    bias = parameters["bias"][step.page] if "bias" in parameters else 0.0
    assert extra == pytest.approx(bias, rel=1e-12, abs=1e-12 * (1 + sum(abs(t.value) for t in step.terms)))
    board, index = step.writes
    assert trace.board(board).values.ravel()[index] == step.result
    assert "{" not in step.say


@layers
@settings(max_examples=15)
@given(data=st.data())
def test_the_code_to_paste_gives_the_same_numbers(name, data):
    layer, x, parameters = data.draw(CASES[name])
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(layer_code(layer, x, **parameters), names)
    expected = layer.forward(x[None], **parameters)
    np.testing.assert_allclose(names["y"].numpy(), expected, rtol=1e-10, atol=1e-10)


@layers
@settings(max_examples=25)
@given(data=st.data())
def test_payload_is_json_and_its_id_follows_the_numbers(name, data):
    layer, x, parameters = data.draw(CASES[name])
    one = payload(layer.trace(x, **parameters))
    assert json.loads(json.dumps(one)) == one
    assert payload(layer.trace(x.copy(), **parameters))["id"] == one["id"]
    other = x.copy()
    other.flat[0] += 1
    assert payload(layer.trace(other, **parameters))["id"] != one["id"]
