"""What is told of a network while it trains."""

import pytest
from torch import nn

from engine.pytorch import measure


def test_the_filters_to_watch_are_the_first_that_are_trained():
    model = nn.Sequential(nn.Conv2d(3, 6, 2), nn.ReLU(), nn.Conv2d(6, 4, 3), nn.Flatten())
    first = measure.filters(model)
    assert (first["layer"], first["shape"], first["channels"]) == (1, [6, 3, 2, 2], 3)
    model[0].weight.requires_grad_(False)
    second = measure.filters(model)
    assert (second["layer"], second["shape"], second["channels"]) == (3, [4, 1, 3, 3], 6)
    means = model[2].weight.detach().mean(1).flatten()
    assert second["values"] == pytest.approx(means.tolist(), rel=1e-3)
    assert measure.filters(nn.Sequential(nn.Flatten(), nn.Linear(3, 2))) is None
