"""What every layer keeps: shapes, PyTorch's numbers, trace invariants, code that runs. One table of cases."""

import contextlib
import io
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import LAYERS
from engine.network.code import called_on, layer_code
from engine.pytorch.check import compare
from engine.spreadsheet.formulas import formulas
from engine.spreadsheet.layout import Layout
from engine.trace import NONE
from engine.trace.payload import payload
from tests.depth import cases
from tests.engine.invariants import check
from tests.engine.layers.cases import CASES
from tests.engine.parity import torch_module

layers = pytest.mark.parametrize("name", sorted(LAYERS))
JOIN = {"×": np.multiply, "÷": np.divide, "−": np.subtract, "": lambda one: one}
FUNCTIONS = {
    "": lambda value: value,
    "relu": lambda value: max(value, 0.0),
    "exp": np.exp,
    "log": np.log,
    "−log": lambda value: -np.log(value),
    "sqrt": np.sqrt,
    "square": np.square,
}


def phase_at(trace, step):
    """The phase of a step, and the step's place in it."""
    for phase in trace.phases:
        if step < len(phase):
            return phase, step
        step -= len(phase)
    raise IndexError(step)


def where(phase, s):
    """The part of a step's sentence that tells no result."""
    return phase.where.format(**{field: column[s] for field, column in phase.fields.items()})


def assert_reduced(phase, values, expected):
    """Assert that numbers, in order, have this sum, or this largest."""
    if phase.reduce == "max":
        assert max(values, default=-np.inf) == expected
    else:
        assert sum(values) == pytest.approx(expected, rel=1e-12, abs=1e-12 * sum(map(abs, values)))


def finished(layer, finish, before):
    """What a finish makes of a number: a division, a function by name, or the layer's own function of one number."""
    if finish.startswith("÷ "):
        return before / float(finish[2:])
    if finish in FUNCTIONS:
        return FUNCTIONS[finish](before)
    return layer.forward(np.array([before]))[0]


def test_every_registered_layer_has_a_case():
    assert set(CASES) == set(LAYERS)


@layers
@given(data=st.data())
def test_output_shape_is_forwards_and_pytorchs(name, data):
    layer, x, rest = data.draw(CASES[name])
    ours = layer.forward(x, **rest)
    assert layer.output_shape(x.shape) == ours.shape
    _, targets = called_on(layer, rest)
    shape, expected = x.shape, ours.shape
    if not targets:  # a loss is one number, however many pictures there are
        shape, expected = (5, *shape), (5, *expected)
        assert layer.output_shape(shape) == expected
    with torch.device("meta"):
        module = torch_module(layer)
        targets = [torch.from_numpy(target).to("meta") for target in targets.values()]
        if layer.sequences:  # PyTorch's have no height
            shape, expected = ((*wide[:-2], wide[-1]) for wide in (shape, expected))
        assert tuple(module(torch.empty(shape, dtype=torch.float64), *targets).shape) == expected


@layers
@given(data=st.data())
def test_forward_is_pytorchs(name, data):
    layer, x, rest = data.draw(CASES[name])
    result = compare(layer, x, **rest)
    assert result.agrees, result
    assert result.shape == layer.output_shape(x.shape)


@layers
@given(data=st.data())
def test_trace_keeps_its_invariants_and_writes_the_output(name, data):
    layer, x, rest = data.draw(CASES[name])
    trace = layer.trace(x, **rest)
    check(trace)
    np.testing.assert_array_equal(trace.output, layer.forward(x, **rest))


@layers
@settings(max_examples=cases(25))
@given(data=st.data())
def test_a_step_as_an_object_leads_from_what_it_reads_to_what_it_writes(name, data):
    layer, x, rest = data.draw(CASES[name])
    trace = layer.trace(x, **rest)
    k = data.draw(st.integers(0, len(trace.steps) - 1))
    step, (phase, s) = trace.steps[k], phase_at(trace, k)
    for term in step.terms:
        factors = [trace.board(board).values.ravel()[index] for board, index in term.cells]
        assert term.value == JOIN[phase.operation](*factors)
        assert all(index in step.reads[board] for board, index in term.cells)
    for partial, (title, value) in zip(phase.partials, step.partials, strict=True):
        assert title == partial.name
        if partial.cell is not None:
            flat = partial.cell.index[s]
            assert flat in step.reads[partial.cell.board]
            assert value == trace.board(partial.cell.board).values.ravel()[flat]
        else:
            mine = [term.value for term in step.terms if term.group == partial.group]
            assert_reduced(phase, mine, value)
    assert_reduced(phase, [value for _, value in step.partials], step.before)
    finish = phase.finish.format(**{field: column[s] for field, column in phase.fields.items()})
    np.testing.assert_allclose(step.result, finished(layer, finish, step.before), rtol=1e-12, atol=1e-14)
    board, index = step.writes
    assert trace.board(board).values.ravel()[index] == step.result
    assert "{" not in step.say + where(phase, s)


@layers
@settings(max_examples=cases(50))
@given(data=st.data())
def test_around_a_cell_the_trace_has_the_whole_traces_numbers(name, data):
    layer, x, rest = data.draw(CASES[name])
    whole = layer.trace(x, **rest)
    output = whole.board(whole.output_board)
    at = output.outside(data.draw(st.integers(0, output.values.size - 1)))
    part = layer.trace(x, **rest, around=at)
    check(part)
    first = next(k for k, step in enumerate(part.steps) if step.writes[0] == part.output_board)
    for k in {part.step_at(at), first, len(part.steps) - 1}:
        ours = part.steps[k]
        place = part.board(part.output_board).outside(ours.writes[1])
        twin = whole.steps[j := whole.step_at(place)]
        assert (ours.result, ours.partials) == (twin.result, twin.partials)
        assert [t.value for t in ours.terms] == [t.value for t in twin.terms]
        reads = [[trace.board(b).outside(cell) for t in step.terms for b, cell in t.cells]
                 for trace, step in ((part, ours), (whole, twin))]  # fmt: skip
        assert reads[0] == reads[1]
        assert where(*phase_at(part, k)) == where(*phase_at(whole, j))


@layers
@settings(max_examples=cases(15))
@given(data=st.data())
def test_the_code_to_paste_gives_the_same_numbers(name, data):
    layer, x, rest = data.draw(CASES[name])
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(layer_code(layer, x, **rest), names)
    expected = layer.forward(x if layer.arguments else x[None], **rest)
    expected = expected[:, :, 0] if layer.sequences else expected
    assert names["y"].shape == expected.shape
    np.testing.assert_allclose(names["y"].numpy(), expected, rtol=1e-10, atol=1e-10)


@layers
@settings(max_examples=cases(25))
@given(data=st.data())
def test_a_spreadsheet_has_a_formula_for_every_result(name, data):
    """tests/engine/spreadsheet lets LibreOffice work them out."""
    layer, x, rest = data.draw(CASES[name])
    trace = layer.trace(x, **rest)
    made = formulas(trace, Layout(trace))
    for phase in trace.phases:
        empty = ~(phase.factors[0].index != NONE).any(axis=1) & (phase.reduce == "max")
        assert set(phase.writes.index[~empty].tolist()) <= set(made[phase.writes.board])


@layers
@settings(max_examples=cases(25))
@given(data=st.data())
def test_payload_is_json_and_its_id_follows_the_numbers(name, data):
    layer, x, rest = data.draw(CASES[name])
    one = payload(layer.trace(x, **rest))
    assert json.loads(json.dumps(one)) == one
    assert payload(layer.trace(x.copy(), **rest))["id"] == one["id"]
    other = x.copy()
    other.flat[0] += 1
    assert payload(layer.trace(other, **rest))["id"] != one["id"]
