"""A small data set and a small network, so that a training takes a second."""

import numpy as np

from engine.data.drawings import shape_pictures
from engine.layers import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network
from engine.training.config import INPUT_SHAPE, Config

NETWORK = Network(
    INPUT_SHAPE,
    (
        Conv2d(3, 8, 3, padding=1), ReLU(), MaxPool2d(4), BatchNorm2d(8), Dropout(0.1), Conv2d(8, 12, 3), ReLU(),
        MaxPool2d(2), Flatten(), Linear(108, 4),
    ),
)  # fmt: skip


def config(**changes) -> Config:
    return Config(**{"network": NETWORK, "data": "shapes", "epochs": 2, "batch_size": 50, "lr": 0.1, **changes})


def data(train: int = 400, test: int = 100, classes=("disc", "square", "cross", "bars")):
    """Return a DataSet of drawn shapes, without any file."""
    import torch

    from engine.pytorch.data import DataSet

    parts = []
    for count, seed in ((train, 0), (test, 1)):
        pictures, labels = shape_pictures(count, 32, seed, classes=classes, colour=True)
        parts += [torch.from_numpy(pictures), torch.from_numpy(labels.astype(np.int64))]
    return DataSet("Shapes (synthetic)", tuple(classes), *parts, synthetic=True, skipped=())
