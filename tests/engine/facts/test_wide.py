"""One number of a wide layer: a few inputs written out, the others as one summand, and the whole still adds up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import wide
from engine.layers import Conv2d, Linear
from engine.network import Network
from engine.network.blocks import own
from engine.slips import asked
from tests.depth import cases


def numbers(layer, shape, seed=0):
    network = Network(shape, (layer,))
    return np.random.default_rng(seed).normal(size=shape), own(network.initial(seed), "0")


@settings(max_examples=cases(25), deadline=None)
@given(
    channels=st.sampled_from([3, 8, 12]),
    groups=st.sampled_from([1, 2, 4]),
    kernel=st.integers(1, 3),
    stride=st.integers(1, 2),
    padding=st.integers(0, 1),
    bias=st.booleans(),
    first=st.none() | st.integers(0, 1),
    data=st.data(),
)
def test_every_step_of_a_part_adds_up_to_the_layers_own_number(
    channels, groups, kernel, stride, padding, bias, first, data
):
    groups = groups if channels % groups == 0 else 1
    layer = Conv2d(channels, 12, kernel, stride, padding, groups=groups, bias=bias)
    x, parameters = numbers(layer, (channels, 9, 8))
    y = layer.forward(x, **parameters)
    index = tuple(data.draw(st.integers(0, n - 1)) for n in y.shape)
    made = wide.part(layer, x, index, first=first, **parameters)
    output = made.trace.board("output")
    for step in made.trace.steps:
        place = output.outside(step.writes[1])
        assert place[0] == index[0]
        assert step.result == pytest.approx(y[place], rel=1e-12, abs=1e-12)
        assert sum(value for _, value in step.partials) == pytest.approx(y[place], rel=1e-9, abs=1e-12)
    step = made.trace.steps[made.trace.step_at(index)]
    shown = sum(term.value for term in step.terms)
    assert shown == pytest.approx(sum(made.adds[made.inputs.index(c)] for c in made.chosen), abs=1e-12)
    shift = parameters["bias"][index[0]] if bias else 0.0
    assert made.adds.sum() + shift == pytest.approx(y[index], abs=1e-12)


def test_the_channels_that_count_most_are_written_out_and_carry_their_own_names():
    layer = Conv2d(24, 32, 3, padding=1)
    x, parameters = numbers(layer, (24, 9, 9))
    made = wide.part(layer, x, (5, 4, 4), **parameters)
    strongest = sorted(np.argsort(-np.abs(made.adds))[: wide.CHANNELS].tolist())
    assert made.chosen == tuple(strongest)
    assert made.trace.board("input").panes == tuple(f"c{c}" for c in strongest)
    for pane, channel in enumerate(strongest):
        np.testing.assert_array_equal(made.trace.board("weight").values[0, pane], parameters["weight"][5, channel])
    names = [name for name, _ in made.trace.steps[0].partials]
    assert names == [*made.trace.board("input").panes, "18 other channels", "bias"]


def test_a_grouped_filter_is_made_from_its_own_groups_channels():
    layer = Conv2d(16, 16, 3, groups=2)
    x, parameters = numbers(layer, (16, 6, 6))
    assert wide.part(layer, x, (3, 1, 1), **parameters).inputs == range(8)
    assert wide.part(layer, x, (12, 1, 1), **parameters).inputs == range(8, 16)


def test_any_stretch_of_channels_can_be_asked_for():
    layer = Conv2d(24, 9, 3)
    x, parameters = numbers(layer, (24, 6, 6))
    assert wide.part(layer, x, (0, 1, 1), first=12, **parameters).chosen == tuple(range(12, 18))
    assert wide.part(layer, x, (0, 1, 1), first=22, **parameters).chosen == (22, 23)
    with pytest.raises(ValueError, match="input 24 is not there: the number is made from 24"):
        wide.part(layer, x, (0, 1, 1), first=24, **parameters)


def test_a_neuron_of_many_inputs_adds_up():
    layer = Linear(576, 10)
    x, parameters = numbers(layer, (576,))
    made = wide.part(layer, x, (3,), **parameters)
    (step,) = made.trace.steps
    assert step.result == pytest.approx(layer.forward(x, **parameters)[3], rel=1e-12)
    assert len(step.terms) == wide.FEATURES and made.trace.board("input").labels == tuple(map(str, made.chosen))
    assert sum(value for _, value in step.partials) == pytest.approx(step.result, rel=1e-9)
    assert made.trace.board("output").outside(0) == (3,)


def test_which_layers_are_wide():
    assert wide.is_wide(Conv2d(24, 4, 3)) and wide.is_wide(Conv2d(3, 24, 2)) and wide.is_wide(Linear(256, 10))
    assert not wide.is_wide(Conv2d(3, 8, 3)) and not wide.is_wide(Linear(64, 10))


def test_a_board_says_of_what_it_is_a_part():
    conv, neuron = Conv2d(24, 32, 3), Linear(100, 20)
    x = numbers(conv, (24, 10, 10))
    boards = {b.name: b for b in wide.part(conv, x[0], (10, 4, 5), **x[1]).trace.boards}
    assert boards["output"].whole == (32, 8, 8) and boards["output"].outside(0) == (10, 2, 3)
    assert boards["input"].whole == (10, 10)  # six of its channels, which stand nowhere side by side
    x = numbers(neuron, (100,))
    output = wide.part(neuron, x[0], (7,), **x[1]).trace.board("output")
    assert output.whole == (20,) and output.outside(0) == (7,)


@pytest.mark.parametrize(
    ("layer", "size", "index", "shape"),
    [(Conv2d(24, 32, 3), (24, 10, 10), (10, 4, 5), (32, 8, 8)), (Linear(100, 20), (100,), (7,), (20,))],
)
def test_the_outputs_shape_can_be_asked_for_though_some_of_the_inputs_are_shown(layer, size, index, shape):
    x, parameters = numbers(layer, size)
    trace = wide.part(layer, x, index, **parameters).trace
    assert asked(trace, trace.step_at(index), "shape").answer == shape
