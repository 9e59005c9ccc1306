"""The network that Home shows."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from pages.ui.network import pipeline


@pytest.mark.parametrize("name", pipeline.CLASSES)
def test_it_knows_its_own_pictures(name):
    run = pipeline.run(name)
    best = pipeline.CLASSES[int(run.probabilities.argmax())]
    assert best == name
    assert run.probabilities.max() > 0.8
    assert run.probabilities.sum() == pytest.approx(1)


def test_its_numbers_are_torchs():
    run = pipeline.run("scene")
    kernels = torch.from_numpy(np.repeat(pipeline.FILTERS[:, None], 3, axis=1) / 3)
    maps = F.conv2d(torch.tensor(run.picture)[None], kernels)
    pooled = F.max_pool2d(F.relu(maps), 2)[0]
    assert np.allclose(run.convolved, maps[0])
    assert np.allclose(run.pooled, pooled)
    assert np.allclose(run.probabilities, F.softmax(torch.tensor(run.scores), dim=0))


def test_drawings_have_a_part_for_each_number_they_show():
    run = pipeline.run("digit")
    assert pipeline.channel_sheets(run.picture).count("<img") == 4
    assert pipeline.map_sheets(run.convolved, 3.0).count("<img") == 3
    drawn = pipeline.neurons(run.pooled, run.weights, run.scores)
    assert drawn.count("sx-line") == 24
    assert drawn.count("sx-best") == 1
    assert pipeline.bars(run.probabilities).count("%</b>") == 3
