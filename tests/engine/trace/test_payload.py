"""The JSON form: decoded again, it gives the trace's numbers; what does not close says so."""

import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings

from engine.layers import Conv2d, MaxPool2d, Softmax, Tanh
from engine.layers.output import wanted_of
from engine.trace import NONE, Board, Cells, Partial, Phase, Trace
from engine.trace.gradient import gradient_trace
from engine.trace.payload import payload
from tests.depth import cases
from tests.engine.layers.cases import CASES
from tests.engine.trace.decoded import index, integers, machine, numbers

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@settings(max_examples=cases(100))
@given(case=CASES["Conv2d"])
def test_decoded_texts_are_the_traces_numbers_at_the_shown_precision(case):
    layer, x, parameters = case
    trace = layer.trace(x, **parameters)
    coded, phase = payload(trace)["phases"][0], trace.phases[0]
    terms = phase.terms.shape[1]
    precision = 0.51 * 10.0 ** -max(len(t.partition(".")[2]) for t in coded["terms"]["pool"])
    np.testing.assert_allclose(numbers(coded["terms"], terms), phase.terms, rtol=0, atol=max(precision, 1e-9))
    for factor, cells in zip(coded["factors"], phase.factors, strict=True):
        np.testing.assert_array_equal(index(factor["index"], terms), cells.index)
    np.testing.assert_array_equal(index(coded["writes"]["index"])[:, 0], phase.writes.index)


@settings(max_examples=cases(100))
@given(case=CASES["Conv2d"])
def test_shown_sums_close_digit_for_digit_unless_flagged(case):
    layer, x, parameters = case
    trace = layer.trace(x, **parameters)
    coded, phase = payload(trace)["phases"][0], trace.phases[0]
    places = max(len(t.partition(".")[2]) for t in coded["terms"]["pool"] + coded["results"]["pool"])
    places = max([places, *(len(t.partition(".")[2]) for p in coded["partials"] for t in p["values"]["pool"])])

    def digits(array):
        return np.rint(array * 10.0**places).astype(np.int64)

    terms = digits(numbers(coded["terms"], phase.terms.shape[1]))
    total = np.zeros(len(phase), np.int64)
    for partial in coded["partials"]:
        shown = digits(numbers(partial["values"])[:, 0])
        if partial["group"] is not None:
            closes = terms[:, phase.groups == partial["group"]].sum(axis=1) == shown
            flagged = set() if partial["closes"] is None else set(integers(partial["closes"]))
            assert set(np.flatnonzero(~closes)) == flagged
        total += shown
    open_steps = set(np.flatnonzero(total != digits(numbers(coded["results"])[:, 0])))
    assert open_steps == (set() if coded["closes"] is None else set(integers(coded["closes"])))


def product_or_difference(operation, left, right):
    return left * right if operation == "×" else left - right


@pytest.mark.parametrize("kind", ["Conv2d", "Linear", "CrossEntropyLoss"])
def test_products_and_differences_are_flagged_exactly_where_what_is_shown_does_not_give_them(kind):
    @settings(max_examples=cases(60))
    @given(case=CASES[kind])
    def judged(case):
        layer, x, parameters = case
        traces = [layer.trace(x, **parameters)]
        if kind == "CrossEntropyLoss" and np.allclose(wanted_of(parameters["target"], x.shape).sum(axis=-1), 1):
            parameters.pop("subtract_largest", None)
            traces.append(layer.trace_backward("input", 1.0, x, **parameters))
        for trace in traces:
            coded = payload(trace)
            boards = {board["name"]: board["values"] for board in coded["boards"]}
            for phase in coded["phases"]:
                if phase["operation"] in ("×", "−") and len(phase["factors"]) == 2:
                    judge(phase, boards)

    def judge(phase, boards):
        count = len(phase["groups"])
        shown = []
        for factor in phase["factors"]:
            board, cells = boards[factor["board"]], index(factor["index"], count).ravel()
            pool, at = machine(board["pool"]), index(board["index"]).ravel()
            shown.append(np.where(cells == NONE, "NaN", pool[at[cells]]))
        terms = machine(phase["terms"]["pool"])[index(phase["terms"]["index"]).ravel()]
        flagged = set() if phase["terms_close"] is None else set(integers(phase["terms_close"]).tolist())
        for k, texts in enumerate(zip(*shown, terms, strict=True)):
            if all(NUMBER.fullmatch(text) for text in texts):
                left, right, term = map(Decimal, texts)
                assert (product_or_difference(phase["operation"], left, right) != term) == (k in flagged), texts

    judged()


def test_small_whole_numbers_and_halves_always_close():
    rng = np.random.default_rng(1)
    x, weight = rng.integers(0, 10, (3, 6, 6)).astype(float), rng.integers(-4, 5, (2, 3, 3, 3)) / 2
    coded = payload(Conv2d(3, 2, 3).trace(x, weight=weight, bias=np.array([0.5, 2])))["phases"][0]
    assert coded["closes"] is None and coded["terms_close"] is None
    assert all(partial["closes"] is None for partial in coded["partials"])


def test_thirds_are_flagged_as_not_closing():
    x, weight = np.ones((1, 3, 3)), np.full((1, 1, 3, 3), 1 / 9)
    made = payload(Conv2d(1, 1, 3, bias=False).trace(x, weight=weight))
    coded = made["phases"][0]
    assert coded["terms"]["pool"] == ["0.111"] and coded["results"]["pool"] == ["1"]
    assert integers(coded["partials"][0]["closes"]).tolist() == [0]
    assert not next(b for b in made["boards"] if b["name"] == "weight")["exact"]


def test_large_arrays_of_indices_travel_as_base_and_offset():
    layer = Conv2d(3, 4, 3)
    rng = np.random.default_rng(0)
    trace = layer.trace(rng.random((3, 12, 12)), weight=rng.random((4, 3, 3, 3)), bias=np.zeros(4))
    assert "base" in payload(trace)["phases"][0]["factors"][0]["index"]


def each_cell(x, function, finish, layer=None):
    """A trace of a function of one cell, as far as its numbers go."""
    flat, x = np.arange(x.size), np.asarray(x, dtype=np.float64)
    boards = (
        Board("input", "input", x, ("C",), "input", labels=tuple("abcdefgh"[: x.size])),
        Board("output", "output", function(x), ("C",), "output"),
    )
    phase = Phase(
        name="each", factors=(Cells("input", flat[:, None]),), operation="", terms=x[:, None], groups=np.zeros(1, int),
        group_names=("",), grid=(1, 1), partials=(Partial("x", x, group=0),), before=x, results=function(x),
        writes=Cells("output", flat), page=np.zeros(x.size, int), say="", finish=finish,
        fields={"n": ("3",) * x.size},
    )  # fmt: skip
    return payload(Trace(layer=layer, title="", formula="", boards=boards, phases=(phase,)))


def rounded(coded):
    """The steps whose function ends by rounding."""
    flags = coded["phases"][0]["finish_closes"]
    return set() if flags is None else set(integers(flags).tolist())


def test_a_function_is_flagged_where_its_result_was_rounded():
    x = np.array([0.0, 1, -1.5, 20])
    assert rounded(each_cell(x, np.exp, "exp")) == {1, 2, 3}
    assert rounded(each_cell(x, np.tanh, "tanh", Tanh())) == {1, 2, 3}, "1 is where tanh rounds to, not what it is"
    assert rounded(each_cell(x, lambda x: np.maximum(x, 0), "relu")) == set()
    assert rounded(each_cell(x, lambda x: x / 3, "÷ {n}")) == {1, 2, 3} - {2}
    thirds = np.array([1 / 3, -1 / 3])
    assert rounded(each_cell(thirds, lambda x: np.maximum(x, 0), "relu")) == set()
    assert rounded(each_cell(2 * thirds, lambda x: x / 3, "÷ {n}")) == {0, 1}


def test_the_number_that_a_function_takes_is_written_as_on_its_board():
    coded = each_cell(np.array([0.12345, 2.0]), np.exp, "exp")
    phase, board = coded["phases"][0], coded["boards"][0]
    assert (
        set(phase["terms"]["pool"]) == set(phase["before"]["pool"]) == set(board["values"]["pool"]) == {"0.12345", "2"}
    )
    assert board["labels"] == ["a", "b"]


def test_a_term_that_a_step_lacks_is_not_flagged():
    """Pooling's gradient: a cell that won once has one term, which is the result."""
    pooled = MaxPool2d(2).trace(np.random.default_rng(0).normal(size=(1, 4, 4)))
    coded = payload(gradient_trace(pooled, "input", np.array([[[0.03981234567, -0.01234567891], [0.02, 0.01]]])))[
        "phases"
    ][0]
    assert coded["terms"]["pool"] == ["−0.0123", "0", "0.01", "0.02", "0.0398"]
    assert coded["terms_close"] is None and coded["closes"] is None


def test_a_quotient_that_was_rounded_is_flagged_although_its_numbers_are_whole():
    answers = payload(Softmax(dim=-1).trace(np.zeros(3)))["phases"][-1]
    assert answers["terms"]["pool"] == ["0.3333"] and integers(answers["terms_close"]).tolist() == [0, 1, 2]
    halves = payload(Softmax(dim=-1).trace(np.zeros(2)))["phases"][-1]
    assert halves["terms"]["pool"] == ["0.5"] and halves["terms_close"] is None


def test_the_winner_of_a_maximum_is_the_first_of_the_largest_that_are_there():
    trace = MaxPool2d(2, ceil_mode=True).trace(np.array([[[3.0, 7, 1], [7, 2, 1], [-4, -2, -9]]]))
    assert payload(trace)["phases"][0]["winners"] == [1, 0, 1, 0]


def test_colours_keep_their_scale_after_an_edit_and_grow_beyond_it():
    layer, weight = Conv2d(1, 1, 2, bias=False), np.ones((1, 1, 2, 2))

    def levels(held=None, **edit):
        x = np.arange(9.0).reshape(1, 3, 3)
        x[0, 2, 2] = edit.get("last", 8.0)
        coded = payload(layer.trace(x, weight=weight), held)
        board = coded["boards"][0]
        assert board["full"] == f"{coded['scales']['input']:g}"
        return coded["scales"], dict(zip(board["values"]["pool"], board["values"]["pixel"], strict=True))

    scales, before = levels()
    assert scales["input"] == 8
    _, smaller = levels(scales, last=2.0)
    assert all(smaller[text] == before[text] for text in smaller)
    assert levels(last=2.0)[1] != smaller  # without it the colours move
    assert levels(scales, last=16.0)[0]["input"] == 16
