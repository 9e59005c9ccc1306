"""Flatten's and Linear's own: order, lines, neighbourhoods, errors, worked example 5 and the first half of 6."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.examples import FULLY_CONNECTED
from engine.layers import Flatten, Linear
from engine.layers.steps.axes import line_grid, line_of
from engine.trace.payload import payload
from tests.engine.invariants import check
from tests.engine.layers.cases_vectors import CASES
from tests.engine.parity import assert_error


def traced(name):
    example = FULLY_CONNECTED[name]
    return example.layer.trace(example.input, **example.parameters, **example.extras)


def test_worked_example_5_the_map_becomes_a_vector():
    trace = traced("flatten")
    assert trace.board("input").values.tolist() == [[[15, 8], [20, 5]]]
    assert trace.output.tolist() == [15, 8, 20, 5]
    assert trace.steps[2].say == "Channel 0, row 1, column 0 becomes number 2 of the vector."


def test_worked_example_5_each_hidden_neuron():
    trace = traced("hidden")
    rows = [[t.value for t in step.terms] for step in trace.steps]
    np.testing.assert_allclose(rows, [[7.5, 6.4, 2, 0.5], [3, 4, 2, 3], [1.5, 1.6, 2, 1]], rtol=1e-14)
    np.testing.assert_allclose(trace.output, [16.6, 12.1, 6.4], rtol=1e-14)
    shown = payload(trace)["phases"][0]
    assert sorted(shown["results"]["pool"], key=float) == ["6.4", "12.1", "16.6"]
    assert shown["closes"] is None and shown["terms_close"] is None
    assert trace.steps[0].say.endswith("Sum 16.4, bias 0.2: the total is 16.6. ReLU makes it 16.6.")


def test_a_neuron_below_zero_shows_its_sum_and_what_relu_leaves():
    trace = Linear(2, 1).trace(np.array([1.0, 2.0]), weight=np.array([[1.0, -2.0]]), bias=np.array([0.5]), relu=True)
    check(trace)
    assert (trace.steps[0].before, trace.steps[0].result, trace.output.tolist()) == (-2.5, 0, [0])
    assert trace.steps[0].say.endswith("the total is −2.5. ReLU makes it 0.")


def test_worked_example_6_the_logits():
    trace = traced("output")
    np.testing.assert_allclose(trace.output, [7.86, 8.78, 9.64], rtol=1e-14)
    hidden = FULLY_CONNECTED["hidden"]
    np.testing.assert_allclose(
        trace.board("input").values, hidden.layer.forward(hidden.input, **hidden.parameters), rtol=1e-14
    )


@given(case=CASES["Flatten"])
def test_flatten_keeps_pytorchs_order(case):
    layer, x, _ = case
    expected = torch.nn.Flatten()(torch.from_numpy(x)[None])[0].numpy()
    trace = layer.trace(x)
    np.testing.assert_array_equal(trace.output, expected)
    assert [step.page for step in trace.steps] == np.repeat(np.arange(len(x)), x[0].size).tolist()


@pytest.mark.parametrize("name", ["Flatten", "Linear"])
@given(data=st.data())
def test_around_a_cell_the_trace_has_the_whole_traces_numbers(name, data):
    layer, x, parameters = data.draw(CASES[name])
    whole = layer.trace(x, **parameters)
    at = (data.draw(st.integers(0, whole.output.size - 1)),)
    part = layer.trace(x, **parameters, around=at)
    check(part)
    for k in {part.step_at(at), 0, len(part.steps) - 1}:
        ours, (board, flat) = part.steps[k], part.steps[k].writes
        twin = whole.steps[whole.step_at(part.board(board).outside(flat))]
        assert (ours.result, ours.say) == (twin.result, twin.say)
        assert [t.value for t in ours.terms] == [t.value for t in twin.terms]
        for mine, theirs in zip(ours.terms, twin.terms, strict=True):
            for (board, here), (_, there) in zip(mine.cells, theirs.cells, strict=True):
                assert part.board(board).outside(here) == whole.board(board).outside(there)


def test_lenets_first_fully_connected_layer_is_traced_around_one_neuron():
    rng = np.random.default_rng(0)
    layer = Linear(400, 120)
    trace = layer.trace(rng.standard_normal(400), **layer.initial(rng), around=(60,))
    check(trace)
    assert [step.page for step in trace.steps] == [0, 1, 2, 3, 4]
    assert trace.steps[trace.step_at((60,))].say.startswith("Neuron 60: each of the 400 inputs")
    assert trace.board("weight").values.shape == (5, 400) and trace.board("weight").wrap == 20
    assert trace.phases[0].grid == (20, 20)


def test_flattened_maps_around_a_number_are_cut_to_its_rows():
    maps = np.arange(400.0).reshape(16, 5, 5)
    trace = Flatten().trace(maps, around=(150,))
    assert trace.board("input").values.shape == (2, 5, 5)
    assert (trace.board("input").first_pane, trace.board("input").panes) == (5, ("c5", "c6"))
    inside = Flatten().trace(maps, around=(162,))
    assert inside.board("input").values.shape == (1, 1, 5) and inside.board("input").origin == (2, 0)
    assert inside.steps[inside.step_at((162,))].say == "Channel 6, row 2, column 2 becomes number 162 of the vector."


@pytest.mark.parametrize(
    ("count", "line"), [(1, 0), (16, 0), (17, 17), (18, 18), (23, 20), (24, 12), (84, 14), (120, 20), (400, 20)]
)
def test_a_vector_is_drawn_in_full_lines_where_it_can_be(count, line):
    assert line_of(count) == line
    rows, columns = line_grid(count)
    assert rows * columns >= count > (rows - 1) * columns


def test_one_input_is_not_called_inputs():
    trace = Linear(1, 1, bias=False).trace(np.array([2.0]), weight=np.array([[-1.5]]))
    assert trace.steps[0].say == "Neuron 0: the input times its weight. The sum of the products is −3."


@pytest.mark.parametrize("arguments", [{"in_features": 0}, {"out_features": 0}, {"in_features": 1.5}])
def test_impossible_settings_are_refused_with_the_numbers(arguments):
    ((name, value),) = arguments.items()
    assert_error(lambda: Linear(**{"in_features": 3, "out_features": 2, **arguments}), name, str(value))


def test_other_shapes_are_refused_with_the_numbers():
    weight = np.ones((2, 3))
    assert_error(lambda: Linear(3, 2).output_shape((1, 4, 4)), "in_features is 3", "4 numbers")
    assert_error(lambda: Linear(3, 2, bias=False).trace(np.ones((2, 3)), weight=weight), "one vector", "(2, 3)")
    assert_error(lambda: Flatten().trace(np.ones(4)), "(C, H, W)", "(4,)")


def test_a_vector_that_was_a_square_map_meets_its_weights_as_one_and_leaves_flatten_as_a_line():
    """So that a neuron's weights are seen as the picture that it looks for."""
    x, weight = np.arange(25.0), np.ones((2, 25))
    trace = Linear(25, 2).trace(x, weight=weight, bias=np.zeros(2))
    assert [trace.board(name).wrap for name in ("input", "weight")] == [5, 5] and trace.phases[0].grid == (5, 5)
    assert Linear(40, 2).trace(np.arange(40.0), weight=np.ones((2, 40)), bias=np.zeros(2)).board("input").wrap == 20
    assert Flatten().trace(x.reshape(1, 5, 5)).board("output").wrap == 20
