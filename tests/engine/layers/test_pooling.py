"""Pooling's own: the worked example, ties, padding, ragged windows, dropped cells, divisors, neighbourhoods."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.examples import POOLING
from engine.layers import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from engine.network.reading import layers_of
from engine.network.stack_text import read_stack, write_stack
from engine.pytorch.check import compare
from engine.trace import NONE
from engine.trace.payload import payload
from tests.engine.invariants import check
from tests.engine.layers import cases_maps
from tests.engine.parity import assert_error, torch_module

MAP = np.array([[[15.0, 3, 8, 2], [1, 9, 0, 4], [7, 20, 5, 1], [6, 2, 3, 0]]])
averages = pytest.mark.parametrize("name", ["AvgPool2d", "AdaptiveAvgPool2d"])
poolings = pytest.mark.parametrize("name", sorted(cases_maps.POOLING))


def of(step):
    return [term.value for term in step.terms]


def test_worked_example_4_max_number_by_number():
    example = POOLING["max"]
    np.testing.assert_array_equal(example.input, MAP)
    trace = example.layer.trace(example.input)
    assert [of(step) for step in trace.steps] == [[15, 3, 1, 9], [8, 2, 0, 4], [7, 20, 6, 2], [5, 1, 3, 0]]
    assert [step.result for step in trace.steps] == [15, 8, 20, 5]
    assert trace.output.tolist() == [[[15, 8], [20, 5]]]
    assert trace.steps[2].say == ("Output row 1, column 0: the largest of 7, 20, 6, 2 is 20, at input row 2, column 1.")


def test_worked_example_4_average_number_by_number():
    example = POOLING["average"]
    np.testing.assert_array_equal(example.input, MAP)
    trace = example.layer.trace(example.input)
    assert [of(step) for step in trace.steps] == [[15, 3, 1, 9], [8, 2, 0, 4], [7, 20, 6, 2], [5, 1, 3, 0]]
    assert [step.before for step in trace.steps] == [28, 14, 35, 9]
    assert trace.phases[0].fields["divisor"] == ("4", "4", "4", "4")
    assert trace.output.tolist() == [[[7, 3.5], [8.75, 2.25]]]
    assert trace.steps[2].say == "Output row 1, column 0: the sum of 7, 20, 6, 2 is 35; 35 ÷ 4 is 8.75."


@pytest.mark.parametrize("name", POOLING)
def test_worked_examples_have_pytorchs_numbers(name):
    example = POOLING[name]
    trace = example.layer.trace(example.input)
    module = torch_module(example.layer)
    np.testing.assert_allclose(trace.output, module(torch.tensor(example.input)).numpy(), rtol=1e-15)


def test_a_channel_is_pooled_on_its_own_and_named():
    trace = MaxPool2d(2).trace(np.stack([MAP[0], -MAP[0], MAP[0].T]))
    assert trace.page_name == "channel"
    assert [step.page for step in trace.steps] == [0] * 4 + [1] * 4 + [2] * 4
    assert trace.board("input").panes == trace.board("output").panes == ("R", "G", "B")
    assert trace.steps[5].say == (
        "Channel G, output row 0, column 1: the largest of −8, −2, 0, −4 is 0, at input row 1, column 2."
    )
    cells = np.unique(np.concatenate([step.reads["input"] for step in trace.steps[4:8]]))
    assert cells.tolist() == list(range(16, 32))


def test_of_equal_numbers_the_first_wins_and_the_sentence_says_so():
    x = np.array([[[1.0, 7, 2], [7, 0, 7], [0, 0, 0]]])
    trace = MaxPool2d(2, stride=1).trace(x)
    _, places = torch.nn.functional.max_pool2d(torch.tensor(x), 2, 1, return_indices=True)
    phase = trace.phases[0]
    winners = payload(trace)["phases"][0]["winners"]
    assert phase.factors[0].index[range(4), winners].tolist() == places.ravel().tolist() == [1, 1, 3, 5]
    assert trace.steps[0].say.endswith("is 7, at input row 0, column 1, the first of 2 that are equal.")
    assert trace.steps[1].say.endswith("is 7, at input row 0, column 1, the first of 2 that are equal.")
    assert trace.steps[2].say.endswith("is 7, at input row 1, column 0.")


def test_max_poolings_padding_holds_minus_infinity_and_no_step_reads_it():
    trace = MaxPool2d(3, stride=2, padding=1).trace(-MAP)
    board = trace.board("input")
    assert board.title == "padded input" and board.origin == (-1, -1)
    assert (board.values[board.padding] == -np.inf).all() and board.padding.sum() == 36 - 16
    read = np.unique(np.concatenate([step.reads["input"] for step in trace.steps]))
    assert not board.padding.ravel()[read].any()
    assert of(trace.steps[0]) == [-15, -3, -1, -9]
    assert trace.phases[0].factors[0].index[0].tolist() == [NONE, NONE, NONE, NONE, 7, 8, NONE, 13, 14]
    coded = next(b for b in payload(trace)["boards"] if b["name"] == "input")
    assert "−∞" in coded["values"]["pool"] and coded["exact"]


def test_a_window_on_padding_only_gives_minus_infinity_as_in_pytorch():
    layer, x = MaxPool2d(2, padding=1, dilation=3), np.array([[[1.0, 2], [3, 4]]])
    trace = layer.trace(x)
    assert trace.output.tolist() == [[[-np.inf]]]
    assert trace.steps[0].terms == () and trace.steps[0].say == (
        "Output row 0, column 0: the window lies on padding only, and the result is −∞."
    )
    assert compare(layer, x).agrees
    json.dumps(payload(trace), allow_nan=False)


@pytest.mark.parametrize(
    ("include", "divisors"), [(True, [9, 9, 6, 9, 9, 6, 6, 6, 4]), (False, [4, 6, 2, 6, 9, 3, 2, 3, 1])]
)
def test_the_divisor_counts_padding_only_where_it_is_to_be_counted(include, divisors):
    layer = AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=include)
    trace = layer.trace(np.ones((1, 4, 4)))
    ones = [4, 6, 2, 6, 9, 3, 2, 3, 1]
    assert [int(n) for n in trace.phases[0].fields["divisor"]] == divisors
    assert [len(step.terms) for step in trace.steps] == divisors
    assert [step.before for step in trace.steps] == ones
    np.testing.assert_allclose(trace.output.ravel(), np.array(ones) / divisors, rtol=1e-15)
    board = trace.board("input")
    assert (board.values[board.padding] == 0).all()
    read = np.unique(np.concatenate([step.reads["input"] for step in trace.steps]))
    assert board.padding.ravel()[read].any() == include


@averages
@given(data=st.data())
def test_every_divisor_is_pytorchs(name, data):
    """PyTorch's mean of ones, times its divisor, is how many ones lie in the window."""
    layer, x, _ = data.draw(cases_maps.POOLING[name])
    trace = layer.trace(x)
    phase = trace.phases[0]
    divisors = np.array([int(n) for n in phase.fields["divisor"]])
    np.testing.assert_array_equal(divisors, [len(step.terms) for step in trace.steps])
    np.testing.assert_allclose(phase.before / divisors, phase.results, rtol=1e-12, atol=1e-12)
    inside = [
        sum(not trace.board("input").padding.ravel()[cell] for term in step.terms for _, cell in term.cells)
        for step in trace.steps
    ]
    module = torch_module(layer)
    means = module(torch.ones(x.shape, dtype=torch.float64)).numpy().ravel()
    np.testing.assert_allclose(means * divisors, inside, rtol=1e-12)


def test_a_window_over_the_edge_is_cut_there():
    trace = AvgPool2d(2, ceil_mode=True).trace(np.arange(1.0, 10).reshape(1, 3, 3))
    assert [of(step) for step in trace.steps] == [[1, 2, 4, 5], [3, 6], [7, 8], [9]]
    assert [step.result for step in trace.steps] == [3, 4.5, 7.5, 9]
    assert trace.steps[1].say == "Output row 0, column 1: the sum of 3, 6 is 9; 9 ÷ 2 is 4.5."
    assert trace.phases[0].fields["columns"] == ("columns 0 to 1", "column 2", "columns 0 to 1", "column 2")


def test_regions_of_adaptive_pooling_differ_in_size():
    trace = AdaptiveAvgPool2d((2, 3)).trace(np.arange(15.0).reshape(1, 3, 5))
    fields = trace.phases[0].fields
    assert fields["rows"][::3] == ("rows 0 to 1", "rows 1 to 2")
    assert fields["columns"][:3] == ("columns 0 to 1", "columns 1 to 3", "columns 3 to 4")
    assert fields["divisor"] == ("4", "6", "4") * 2
    assert trace.phases[0].grid == (2, 3)
    assert of(trace.steps[0]) == [0, 1, 5, 6]


def test_global_average_pooling_reads_a_whole_channel():
    trace = AdaptiveAvgPool2d(1).trace(np.stack([MAP[0], MAP[0] + 1]))
    assert [step.result for step in trace.steps] == [86 / 16, 102 / 16]
    assert trace.steps[1].say == "Channel c1, output row 0, column 0: the sum of 16 numbers is 102; 102 ÷ 16 is 6.375."


def test_quotients_that_do_not_end_are_said_to_be_near():
    say = AdaptiveAvgPool2d(1).trace(np.array([[[1.0, 2, 7]]])).steps[0].say
    assert say.endswith("the sum of 1, 2, 7 is 10; 10 ÷ 3 is about 3.333.")


@pytest.mark.parametrize("layer", [MaxPool2d(2), AvgPool2d(2), MaxPool2d(2, dilation=1, stride=2)])
def test_rows_and_columns_that_no_window_reaches_are_dropped(layer):
    board = layer.trace(np.ones((2, 5, 4))).board("input")
    assert board.dropped[:, 4].all() and not board.dropped[:, :4].any()
    assert layer.working((2, 5, 4))[0].dropped == 1 and layer.working((2, 5, 4))[1].dropped == 0


@poolings
@given(data=st.data())
def test_dropped_cells_are_those_that_no_window_holds(name, data):
    layer, x, _ = data.draw(cases_maps.POOLING[name])
    trace = layer.trace(x)
    board, read = trace.board("input"), np.zeros(trace.board("input").values.size, bool)
    read[np.concatenate([step.reads["input"] for step in trace.steps])] = True
    inside = ~board.padding.ravel()
    np.testing.assert_array_equal(read[inside], ~board.dropped.ravel()[inside])


@poolings
@given(data=st.data())
def test_around_a_cell_the_trace_has_the_whole_traces_numbers(name, data):
    layer, x, _ = data.draw(cases_maps.POOLING[name])
    whole = layer.trace(x)
    at = tuple(data.draw(st.integers(0, n - 1)) for n in whole.output.shape)
    part = layer.trace(x, around=at)
    check(part)
    assert len(part.board("input").values) == 1 and part.board("input").panes == whole.board("input").panes[at[0] :][:1]
    output = part.board("output")
    for step in (part.step_at(at), 0, len(part.steps) - 1):
        ours = part.steps[step]
        twin = whole.steps[whole.step_at(output.outside(ours.writes[1]))]
        assert (ours.result, ours.before, of(ours)) == (twin.result, twin.before, of(twin))
        # Where a step is, not its numbers: one precision holds for all steps that are drawn.
        assert ours.say.partition(":")[0] == twin.say.partition(":")[0]
        reads = [part.board(b).outside(cell) for t in ours.terms for b, cell in t.cells]
        assert reads == [whole.board(b).outside(cell) for t in twin.terms for b, cell in t.cells]


def test_around_a_cell_the_board_holds_what_its_neighbours_need():
    x = np.arange(3 * 40 * 40.0).reshape(3, 40, 40)
    trace = AvgPool2d(3, stride=2, padding=1).trace(x, around=(1, 0, 9))
    board = trace.board("input")
    assert trace.output.shape == (1, 3, 5) and board.values.shape == (1, 7, 11)
    assert (board.first_pane, board.origin) == (1, (-1, 13)) and trace.board("output").origin == (0, 7)
    assert board.outside(board.values[0, 0].size) == (1, 0, 13)
    assert {step.page for step in trace.steps} == {0}


@given(st.integers(1, 12), st.integers(1, 9))
def test_an_adaptive_window_holds_every_region_and_no_step_between_them_is_larger(length, size):
    rows, columns = AdaptiveAvgPool2d((size, 2)).window((1, length, 7))
    starts = [i * length // size for i in range(size)]
    ends = [-(-(i + 1) * length // size) for i in range(size)]
    assert rows.span == max(b - a for a, b in zip(starts, ends, strict=True))
    for cells in range(1, size + 1):
        reach = max(ends[i + cells - 1] - starts[i] for i in range(size - cells + 1))
        assert reach <= rows.span + (cells - 1) * rows.stride
        if length % size == 0:
            assert reach == rows.span + (cells - 1) * rows.stride
    assert (columns.span, columns.stride, columns.start) == (4, 3, 0)


def test_global_pooling_reads_everything():
    assert AdaptiveAvgPool2d(1).window((3, 8, 8)) is None


def test_the_working_of_an_adaptive_size_lists_its_regions():
    down, across = AdaptiveAvgPool2d((3, 12)).working((1, 7, 12))
    assert down.size == 3 and across.size == 12
    assert down.substitution.text == "floor(7 × i / 3) … ceil(7 × (i + 1) / 3) − 1"
    assert down.formula.latex == r"\left\lfloor H i / h \right\rfloor \ldots \left\lceil H (i + 1) / h \right\rceil - 1"
    assert [(line.text, line.note) for line in down.steps] == [
        ("i = 0: 0 to 2", "3 of 7"), ("i = 1: 2 to 4", "3 of 7"), ("i = 2: 4 to 6", "3 of 7"),
    ]  # fmt: skip
    assert across.steps[-1].text == "…" and len(across.steps) == 8


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: MaxPool2d(0), ("kernel_size must be at least 1, got 0",)),
        (lambda: MaxPool2d(2, stride=0), ("stride must be at least 1, got 0",)),
        (lambda: MaxPool2d(3, padding=2), ("padding 2 is more than half of kernel_size 3 (at most 1)",)),
        (lambda: AvgPool2d((4, 1), padding=1), ("padding 1 is more than half of kernel_size 1 (at most 0)",)),
        (lambda: MaxPool2d(3, dilation=0), ("dilation must be at least 1, got 0",)),
        (lambda: AdaptiveAvgPool2d(0), ("output_size must be at least 1, got 0",)),
        (lambda: MaxPool2d(5).output_shape((1, 4, 9)), ("kernel_size 5 is larger than the padded input 4",)),
        (lambda: AvgPool2d(2).output_shape((4, 4)), ("AvgPool2d takes (C, H, W)", "(4, 4)")),
        (lambda: AdaptiveAvgPool2d(2).output_shape((4, 4)), ("AdaptiveAvgPool2d takes (C, H, W)", "(4, 4)")),
    ],
)
def test_impossible_settings_are_refused_with_the_numbers(make, fragments):
    assert_error(make, *fragments)


def test_the_formulas_have_the_settings_in_them():
    shape = (1, 6, 6)
    assert MaxPool2d(3, 2, dilation=2).formula(shape) == (
        r"y_{c,i,j} = \max_{0 \le u < 3,\;0 \le v < 3}\; \tilde x_{c,\;2i+2u,\;2j+2v}"
    )
    assert AvgPool2d(2, 1).formula(shape).startswith(r"y_{c,i,j} = \frac{1}{4}\sum_{u=0}^{1}")
    assert r"\frac{1}{n_{i,j}}" in AvgPool2d(2, 5, ceil_mode=True).formula(shape)
    assert r"\frac{1}{36}" in AdaptiveAvgPool2d(1).formula(shape)
    assert r"\lceil 6(i+1)/3 \rceil - 1" in AdaptiveAvgPool2d(3).formula(shape)


def test_none_in_an_adaptive_size_keeps_the_inputs():
    layer = AdaptiveAvgPool2d((None, 2))
    assert layer.output_shape((3, 5, 7)) == (3, 5, 2)
    assert layer.code() == "nn.AdaptiveAvgPool2d(output_size=(None, 2))"
    assert layers_of(f"nn.Sequential({layer.code()})") == (layer,)
    assert write_stack((layer,)) == "AdaptiveAvgPool2d-nonex2"
    assert read_stack("AdaptiveAvgPool2d-nonex2") == (layer,)
    assert_error(lambda: AdaptiveAvgPool2d(None), "output_size must be a whole number, got None")
    assert_error(lambda: read_stack("MaxPool2d-nonex2"), "is not a whole number")
