"""What computing may cost: worked out from shapes alone, never less than what is then computed, and stopped in time."""

import time
from dataclasses import replace
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import limits
from engine.layers import LAYERS, AvgPool2d, Conv2d, ConvTranspose2d, GroupNorm, Linear, MaxPool2d
from engine.limits import Cost, TooLong, check, look, within
from engine.network import Network
from tests.engine.layers.cases import CASES

SMALL = Cost(held=9, window=9, output=9, work=9, terms=9)


@pytest.mark.parametrize("name", sorted(LAYERS))
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_a_cost_is_never_less_than_what_is_computed(name, data):
    layer, input, parameters = data.draw(CASES[name])
    cost = layer.cost(input.shape)
    output = layer.forward(input, **parameters)
    assert cost.output == output.size and cost.held >= max(output.size, input.size) and cost.work >= output.size
    if input.ndim == 4 or layer.arguments or layer.options:
        return
    trace = layer.trace(input, **parameters)
    last = trace.phases[-1]
    assert last.writes.board == trace.output_board
    if len(trace.phases) == 1:
        assert cost.terms >= (last.factors[0].index != -1).sum()
        assert cost.window >= (last.factors[0].index != -1).sum(axis=1).max()


def test_costs_are_those_of_the_arithmetic():
    assert Conv2d(2, 3, 3, padding=1).cost((2, 8, 8)) == Cost(200, 18, 192, 3456, 3456)
    assert MaxPool2d(8000, padding=4000, stride=8000).cost((1, 6, 6)) == Cost(8006**2, 8000**2, 1, 8000**2, 8000**2)
    assert AvgPool2d(2).cost((4, 6, 6)).window == 4
    assert ConvTranspose2d(3, 8, 7, stride=4).cost((3, 16, 16)).held == 8 * 49 * 256
    assert Linear(5, 3).cost((5,)).terms == 15
    assert GroupNorm(2, 4).cost((4, 3, 3)).needed == 18


@pytest.mark.parametrize("name", limits.WHOLE)
def test_each_limit_says_both_numbers(name):
    limit = limits.WHOLE[name]
    check(replace(SMALL, **{name: limit.most}), limits.WHOLE)
    with pytest.raises(ValueError, match=f"{limit.most + 1:,} .* {limit.most:,} "):
        check(replace(SMALL, **{name: limit.most + 1}), limits.WHOLE)


def test_sizes_are_worked_out_as_far_as_they_can_be_counted():
    layers = (ConvTranspose2d(1, 1, 1, stride=1_000_000),) * 27
    with pytest.raises(ValueError, match="layer 2, ConvTranspose2d: it gives more than 1,000,000,000,000,000 cells"):
        Network((1, 8, 8), layers).shapes()
    large = Network((3, 4096, 4096), (Conv2d(3, 4096, 1),)).shapes()[0]
    assert prod(large) == 4096**3


def work(seconds):
    """Work so long, and look at the time now and then."""
    begun = time.thread_time()
    while time.thread_time() < begun + seconds:
        look()


def test_what_takes_long_is_stopped_with_a_sentence_and_no_value_error():
    begun = time.thread_time()
    with pytest.raises(TooLong, match=r"more than 0\.05 seconds") as stopped, within(0.05):
        work(5)
    assert time.thread_time() - begun < 1 and not isinstance(stopped.value, ValueError)
    work(0.1)  # nothing is stopped outside


def test_a_limit_inside_another_changes_nothing():
    with pytest.raises(TooLong, match=r"0\.05"), within(0.05), within(60):
        work(5)


def test_time_in_which_nothing_is_computed_counts_less():
    with within(0.1):
        time.sleep(0.2)
        look()
        time.sleep(0.4)
        with pytest.raises(TooLong):
            look()
