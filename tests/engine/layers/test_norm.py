"""Batch norm's own: its phases number by number, which variance, eps, neighbourhoods, what it refuses."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.layers import BatchNorm2d
from engine.trace.payload import payload
from tests.engine.invariants import check
from tests.engine.layers import cases_short
from tests.engine.parity import assert_error

X = np.array([[[1.0, 2, 3, 3], [5, 5, 6, 7]]])
SCALE = {"weight": np.array([2.0]), "bias": np.array([1.0])}
RUNNING = {"running_mean": np.array([3.0]), "running_var": np.array([8.75])}
cases = cases_short.CASES["BatchNorm2d"]


def by_phase(trace):
    start, found = 0, {}
    for phase in trace.phases:
        found[phase.name] = trace.steps[start : start + len(phase)]
        start += len(phase)
    return found


def results(steps):
    return [step.result for step in steps]


def test_own_statistics_number_by_number():
    trace = BatchNorm2d(1, eps=0.25, track_running_stats=False).trace(X, **SCALE)
    steps = by_phase(trace)
    assert list(steps) == ["mean", "difference", "squares", "variance", "deviation", "quotient", "scale and shift"]
    assert steps["mean"][0].before == 32 and results(steps["mean"]) == [4]
    assert [term.value for term in steps["mean"][0].terms] == [1, 2, 3, 3, 5, 5, 6, 7]
    assert results(steps["difference"]) == [-3, -2, -1, -1, 1, 1, 2, 3]
    assert results(steps["squares"]) == [9, 4, 1, 1, 1, 1, 4, 9]
    assert steps["variance"][0].before == 30 and results(steps["variance"]) == [3.75]
    assert steps["deviation"][0].partials == (("variance", 3.75), ("eps", 0.25))
    assert steps["deviation"][0].before == 4 and results(steps["deviation"]) == [2]
    assert results(steps["quotient"]) == [-1.5, -1, -0.5, -0.5, 0.5, 0.5, 1, 1.5]
    assert trace.output.ravel().tolist() == [-2, -1, 0, 0, 2, 2, 3, 4]
    assert [group[0].say for group in steps.values()] == [
        "The channel: the sum of its 8 numbers is 32; 32 ÷ 8 = 4, the mean.",
        "Row 0, column 0: 1 − 4 = −3.",
        "Row 0, column 0: the square of −3 is 9.",
        "The channel: the sum of its 8 squares is 30; 30 ÷ 8 = 3.75, the variance.",
        "The channel: variance 3.75 + eps 0.25 = 4; its square root, σ, is 2.",
        "Row 0, column 0: −3 ÷ 2 = −1.5.",
        "Row 0, column 0: −1.5 × 2 + 1 = −2.",
    ]
    assert trace.phases[0].grid == trace.phases[3].grid == (2, 4)
    assert r"\frac{1}{8}\sum x_c" in trace.formula and r"\sqrt{v_c + 0.25}" in trace.formula


def test_running_statistics_number_by_number():
    trace = BatchNorm2d(1, eps=0.25).trace(X, **SCALE, **RUNNING)
    steps = by_phase(trace)
    assert list(steps) == ["deviation", "difference", "quotient", "scale and shift"]
    assert steps["deviation"][0].before == 9 and results(steps["deviation"]) == [3]
    assert results(steps["difference"]) == [-2, -1, 0, 0, 2, 2, 3, 4]
    np.testing.assert_allclose(trace.output.ravel(), np.array([-4, -2, 0, 0, 4, 4, 6, 8]) / 3 + 1, rtol=1e-14)
    assert steps["quotient"][0].say == "Row 0, column 0: −2 ÷ 3 ≈ −0.667."
    assert steps["quotient"][2].say == "Row 0, column 2: 0 ÷ 3 = 0."
    assert steps["scale and shift"][0].say == "Row 0, column 0: −0.667 × 2 + 1 ≈ −0.333."  # −0.334
    assert steps["scale and shift"][6].say == "Row 1, column 2: 1 × 2 + 1 = 3."
    twice = BatchNorm2d(1, eps=0.25).trace(X, weight=np.array([1.0]), bias=np.array([0.0]), **RUNNING)
    assert by_phase(twice)["scale and shift"][0].say == "Row 0, column 0: −0.667 × 1 + 0 = −0.667.", "digits close"
    assert {b.name for b in trace.boards if b.editable} == {"input", "weight", "bias", "running_mean", "running_var"}


def test_without_affine_the_quotient_is_the_output():
    trace = BatchNorm2d(1, eps=0.25, affine=False).trace(X, **RUNNING)
    assert list(by_phase(trace)) == ["deviation", "difference", "quotient"]
    assert trace.phases[-1].writes.board == "output"
    assert r"\gamma" not in trace.formula and r"\beta" not in trace.formula
    with pytest.raises(KeyError):
        trace.board("normalised")


@given(cases)
def test_after_the_normalisation_each_channel_has_mean_0_and_the_variance_that_eps_leaves(case):
    layer, x, _ = case
    layer = BatchNorm2d(layer.num_features, layer.eps, affine=False, track_running_stats=False)
    if x[0].size < 2:
        return
    out = layer.trace(x).output
    _, variance = layer.statistics(x)
    np.testing.assert_allclose(out.mean(axis=(1, 2)), 0, atol=1e-9)
    np.testing.assert_allclose(out.var(axis=(1, 2)), variance / (variance + layer.eps), rtol=1e-8, atol=1e-12)


def test_a_batch_is_normalised_together_with_the_biased_variance_as_pytorch_trains():
    x = np.random.default_rng(4).standard_normal((3, 2, 4, 5))
    module = torch.nn.BatchNorm2d(2).double().train()
    expected = module(torch.tensor(x)).detach().numpy()
    layer = BatchNorm2d(2, track_running_stats=False)
    scale = {"weight": np.ones(2), "bias": np.zeros(2)}
    np.testing.assert_allclose(layer.forward(x, **scale), expected, rtol=1e-12, atol=1e-12)
    one_by_one = np.stack([layer.forward(picture, **scale) for picture in x])
    assert np.abs(one_by_one - expected).max() > 0.01
    mean, variance = layer.statistics(x)
    np.testing.assert_allclose(variance, x.transpose(1, 0, 2, 3).reshape(2, -1).var(axis=1, ddof=0), rtol=1e-12)
    np.testing.assert_allclose(module.running_mean.numpy(), 0.1 * mean, rtol=1e-12)
    np.testing.assert_allclose(module.running_var.numpy(), 0.9 + 0.1 * variance * 60 / 59, rtol=1e-12)


def test_running_statistics_given_to_a_layer_without_them_stay_as_they_are():
    running = {name: value.copy() for name, value in RUNNING.items()}
    out = BatchNorm2d(1, track_running_stats=False).forward(X, **SCALE, **running)
    np.testing.assert_array_equal(out, BatchNorm2d(1, track_running_stats=False).forward(X, **SCALE))
    assert all(np.array_equal(running[name], RUNNING[name]) for name in RUNNING)


def test_a_small_eps_is_seen_in_its_sum_and_the_sum_closes():
    trace = BatchNorm2d(1).trace(X, **SCALE, running_mean=np.zeros(1), running_var=np.array([2 / 3]))
    coded = payload(trace)["phases"][0]
    assert coded["partials"][1]["values"]["pool"] == ["0.00001"]
    assert [coded[k]["pool"] for k in ("terms", "before", "results")] == [["0.66667"], ["0.66668"], ["0.8165"]]
    assert coded["closes"] is None
    assert trace.steps[0].say == (
        "The channel: variance 0.66667 + eps 0.00001 = 0.66668; its square root, σ, is about 0.8165."
    )


def test_channels_are_pages_and_their_statistics_their_own():
    x = np.concatenate([X, X * 10, X - 4])
    trace = BatchNorm2d(3, eps=0.25, affine=False, track_running_stats=False).trace(x)
    steps = by_phase(trace)
    assert results(steps["mean"]) == [4, 40, 0] and results(steps["variance"]) == [3.75, 375, 3.75]
    assert [step.page for step in steps["mean"]] == [0, 1, 2]
    assert [step.page for step in steps["quotient"]] == [0] * 8 + [1] * 8 + [2] * 8
    assert steps["mean"][1].say == "Channel G: the sum of its 8 numbers is 320; 320 ÷ 8 = 40, the mean."
    assert steps["difference"][17].say == "Channel B, row 0, column 1: −2 − 0 = −2."


@given(cases, st.data())
def test_around_a_cell_the_trace_has_the_whole_traces_numbers(case, data):
    layer, x, parameters = case
    whole = layer.trace(x, **parameters)
    at = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape)
    part = layer.trace(x, **parameters, around=at)
    check(part)
    json.dumps(payload(part))
    assert {step.page for step in part.steps} == {0}
    if not layer.track_running_stats:
        assert part.board("input").values.shape == (1, *x.shape[1:])
    for board in part.boards:
        twin = whole.board(board.name)
        for flat, value in enumerate(board.values.ravel().tolist()):
            assert value == (twin.values.item() if board.name == "eps" else twin.values[board.outside(flat)])
    assert part.steps[part.step_at(at)].result == whole.steps[whole.step_at(at)].result
    assert part.board("input").panes == whole.board("input").panes[at[0] :][:1]


def test_around_a_cell_running_statistics_need_the_neighbours_only():
    x = np.arange(3200.0).reshape(2, 40, 40)
    two = {name: np.array([1.0, 2.0]) for name in ("weight", "bias", "running_mean", "running_var")}
    trace = BatchNorm2d(2).trace(x, **two, around=(1, 0, 20))
    assert trace.board("input").values.shape == trace.output.shape == (1, 3, 5)
    assert trace.board("input").outside(0) == (1, 0, 18)
    assert trace.board("weight").values.tolist() == [2.0] and trace.board("weight").outside(0) == (1,)


@pytest.mark.parametrize(
    ("make", "fragments"),
    [
        (lambda: BatchNorm2d(0), ("num_features must be at least 1, got 0",)),
        (lambda: BatchNorm2d(1, eps=-1.0), ("eps must be 0 or more, got -1",)),
        (lambda: BatchNorm2d(1, eps=float("nan")), ("eps must be 0 or more, got nan",)),
        (lambda: BatchNorm2d(1, eps=0.0, track_running_stats=False), ("eps must be above 0",)),
        (lambda: BatchNorm2d(2).output_shape((3, 4, 4)), ("num_features is 2", "3 channels")),
        (lambda: BatchNorm2d(2).output_shape((2, 4)), ("takes (C, H, W)", "(2, 4)")),
        (
            lambda: BatchNorm2d(2, track_running_stats=False).output_shape((2, 1, 1)),
            ("need more than 1 number, got (2, 1, 1)",),
        ),
        (
            lambda: BatchNorm2d(1, eps=0.25).trace(X, **SCALE, running_mean=np.zeros(1), running_var=np.array([-0.5])),
            ("channel 0 has variance −0.5: with eps 0.25 it must be above 0",),
        ),
        (
            lambda: BatchNorm2d(1, eps=0.0).trace(X, **SCALE, running_mean=np.zeros(1), running_var=np.zeros(1)),
            ("channel 0 has variance 0: with eps 0 it must be above 0",),
        ),
    ],
)
def test_what_is_impossible_is_refused_with_the_numbers(make, fragments):
    assert_error(make, *fragments)


def test_a_single_number_a_channel_is_enough_in_a_batch():
    layer = BatchNorm2d(2, track_running_stats=False)
    assert layer.output_shape((2, 2, 1, 1)) == (2, 2, 1, 1)
