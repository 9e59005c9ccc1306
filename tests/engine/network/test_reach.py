"""The reach of a cell of the input: what changes, layer by layer, when it changes."""

import numpy as np
import pytest

from engine.layers import AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, Tanh
from engine.network import Network
from engine.network.reach import reached

STACKS = [
    ((1, 9, 7), (Conv2d(1, 2, 3, padding=1), Tanh(), AvgPool2d(2), Conv2d(2, 1, 2))),
    ((1, 8, 8), (Conv2d(1, 1, (3, 2), stride=2), AvgPool2d(2, 1))),
    ((1, 6, 6), (AvgPool2d(3, 3), Flatten(), Linear(4, 2))),
    ((1, 7, 7), (Conv2d(1, 1, 2, stride=3),)),
]


@pytest.mark.parametrize(("shape", "layers"), STACKS)
def test_exactly_the_cells_in_reach_change(shape, layers):
    network = Network(shape, layers)
    draw = np.random.default_rng(0)
    weights = {name: draw.uniform(0.5, 1, of) for name, of in network.parameter_shapes().items()}
    picture = draw.uniform(0.1, 0.2, shape)
    before = network.forward(picture, weights)
    found = reached(layers, shape)
    for i in range(shape[1]):
        for j in range(shape[2]):
            changed = picture.copy()
            changed[0, i, j] += 0.1
            for now, then, axes in zip(network.forward(changed, weights), before, found, strict=True):
                differs = (now != then).any(axis=0) if now.ndim == 3 else now != then
                if axes is None:
                    assert now.ndim == 1
                    continue
                expected = np.zeros(differs.shape, bool)
                rows, columns = axes[0][i], axes[1][j]
                if rows and columns:
                    expected[slice(*rows), slice(*columns)] = True
                assert (differs == expected).all(), (i, j)


def test_without_a_grid_everything_is_reached():
    assert reached((MaxPool2d(2), Flatten(), Linear(4, 2)), (1, 4, 4))[1:] == [None, None]
