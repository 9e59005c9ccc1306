"""What a layer costs and what its cells see, beside a count of both: torch's own, and cells that are put out."""

from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from engine.layers import (
    LAYERS,
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    GroupNorm,
    Linear,
    Softmax,
)
from engine.network import Network, receptive, summary
from engine.network.tables import COLUMNS
from engine.network.zoo import ZOO
from engine.pytorch.modules import torch_model
from tests.engine.layers.cases import CASES

IN_STACKS = sorted(name for name, cls in LAYERS.items() if not cls.arguments)
OPTIONS = ("temperature", "subtract_largest", "relu")


def counted(network: Network) -> int:
    """Multiply-adds as torch counts them: two operations each."""
    shape = network.input_shape
    if network.sequences:
        shape = (shape[0], shape[-1])
    with FlopCounterMode(display=False) as counter:
        torch_model(network)(torch.zeros(1, *shape, dtype=torch.float64))
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("name", IN_STACKS)
@settings(max_examples=20)
@given(data=st.data())
def test_multiply_adds_are_torchs_for_every_layer(name, data):
    layer, x, _ = data.draw(CASES[name])
    network = Network(x.shape, (layer,))
    assert network.multiply_adds() == counted(network)


@pytest.mark.parametrize("shape", [(4, 26, 26), (1, 1, 3), (5,)])
def test_a_linear_layer_on_maps_works_on_every_row(shape):
    network = Network(shape, (Linear(shape[-1], 10),))
    assert network.multiply_adds() == prod(shape) * 10 == counted(network)


def test_the_issues_own_numbers():
    assert Linear(26, 10).multiply_adds((4, 26, 26)) == 27_040
    assert ZOO["resnet18"].network.multiply_adds() == 1_814_073_344
    assert BatchNorm2d(3).multiply_adds((3, 4, 4)) == GroupNorm(1, 3).multiply_adds((3, 4, 4)) == 0


# What a cell sees


def reached(layers, shape, parameters) -> np.ndarray:
    """(rows, columns, output rows, output columns): which cells of the input, in any channel, an output cell sees."""
    network = Network(shape, layers)
    rows, columns = shape[-2:]
    seen = np.zeros((rows, columns, *network.output_shape[-2:]), bool)
    for row in range(rows):
        for column in range(columns):
            x = np.ones(shape)
            x[:, row, column] = np.nan
            with np.errstate(invalid="ignore"):
                seen[row, column] = np.isnan(network.forward(x, parameters)[-1]).any(axis=0)
    return seen


def assert_field(layers, shape, parameters) -> None:
    """Assert that the cells seen lie in the field, and reach to its ends where it lies inside the input."""
    field = receptive.fields(layers, shape)[-1]
    seen = reached(layers, shape, parameters)
    for axis, along, length in zip(field, (0, 1), shape[-2:], strict=True):
        cells = seen.any(axis=(1 - along, 3 - along))
        for k in range(cells.shape[1]):
            places = np.flatnonzero(cells[:, k])
            low = axis.begin + k * axis.jump
            high = low + axis.span - 1
            if not places.size:  # all taps of its window lie in the padding, along the other axis
                continue
            assert places[0] >= np.ceil(low) and places[-1] <= np.floor(high)
            if low >= 0 and high < length and low == int(low) and high == int(high):
                assert (places[0], places[-1]) == (low, high)


SLIDING = ("Conv2d", "Conv1d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d")


@pytest.mark.parametrize("name", [*SLIDING, "ReLU", "BatchNorm2d", "Dropout"])
@settings(max_examples=15)
@given(data=st.data())
def test_a_cells_field_is_what_it_sees(name, data):
    layer, x, given_ = data.draw(CASES[name].filter(_plain))
    parameters = {f"0.{key}": np.ones_like(value) for key, value in given_.items() if key not in OPTIONS}
    assert_field((layer,), x.shape, parameters)


def _plain(case) -> bool:
    """Whether a layer reads its own windows only: no padding that repeats cells, no statistics of its own."""
    layer, x, _ = case
    copies = getattr(layer, "padding_mode", "zeros") != "zeros"
    return x.ndim == 3 and not copies and not getattr(layer, "own_statistics", False)


def test_after_a_linear_layer_on_maps_a_cell_sees_its_row():
    conv = Conv2d(2, 2, 3, stride=(2, 1), padding=1)
    linear = Linear(7, 5)
    layers, shape = (conv, linear, Conv2d(2, 1, (3, 2))), (2, 9, 7)
    parameters = {name: np.ones(s) for name, s in Network(shape, layers).parameter_shapes().items()}
    down, across = receptive.fields(layers, shape)[1]
    assert (down.size, down.jump, down.start) == (3, 2, -1)
    assert (across.size, across.jump, across.start) == (9, 0, -1)
    for count in (1, 2, 3):
        assert_field(layers[:count], shape, parameters_of(parameters, count))
    table = summary.rows(Network((4, 26, 26), (Linear(26, 10),)))
    assert COLUMNS["field"].text(table[0]) == "1 × 26"


def parameters_of(parameters, count: int):
    return {name: array for name, array in parameters.items() if int(name.partition(".")[0]) < count}


def test_a_softmax_over_the_last_axis_of_maps_sees_its_row():
    assert_field((Softmax(dim=-1),), (2, 3, 4), {})
    down, across = receptive.fields((Softmax(dim=-1),), (2, 3, 4))[0]
    assert (down.size, across.size) == (1, 4)


@pytest.mark.parametrize("layer", [GroupNorm(1, 2), BatchNorm2d(2, track_running_stats=False), AdaptiveAvgPool2d(1)])
def test_what_takes_statistics_of_the_whole_map_sees_all_of_it(layer):
    shape = (2, 3, 4)
    parameters = {f"0.{name}": np.ones(size) for name, size in layer.parameter_shapes().items()}
    assert reached((layer,), shape, parameters).all()
    assert receptive.fields((layer,), shape) == [None]


def test_flatten_takes_vectors_one_or_many():
    network = Network((4,), (Flatten(), Linear(4, 2)))
    parameters = network.initial(0)
    one = network.forward(np.arange(4.0), parameters)[-1]
    both = network.forward(np.stack([np.arange(4.0)] * 2), parameters)[-1]
    assert both.shape == (2, 2) and np.allclose(both, one)
