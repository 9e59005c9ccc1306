"""The path's one chain of numbers: a drawn seven, a small network that knows it, and each layer with what arrives.

Each example's input is what the layer before has put out, computed here by the network itself.
"""

import numpy as np

from engine.data import pictures
from engine.facts.examples.example import Example
from engine.layers import Conv2d, CrossEntropyLoss, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network
from engine.network.blocks import own
from engine.network.zoo import array_of

KEY = "seven"  # the name of the chain's examples, on every page
DRAWN = ("digit", "grey", 12, "0-9")
CLASSES, TARGET = ("seven", "one", "four"), 0

PICTURE = pictures.tensor(pictures.example(DRAWN[0], DRAWN[2]), DRAWN[2], DRAWN[1], DRAWN[3])
NETWORK = Network(PICTURE.shape, (Conv2d(1, 1, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(25, 3)))

# Where a digit's edges are bright on their left, on the pooled map of 5 × 5; −1 where another digit has one.
_TEMPLATES = """
    0 0 0 0  1    0 0 0 0  1    0 0 0 1  0    0 0 0 1 -1    0 0  1 0 -1
    0 0 1 0 -1    0 0 1 0  0    0 0 1 0  0    0 0 1 0  0    0 0  1 0  0
    0 0 0 0  1    0 1 0 0  1    0 1 0 0  1    0 0 0 0  1    0 0 -1 0  1"""

# A pixel against the one to its right, the middle row twice; the bias lets weak edges fall below zero. No number of the
# map is 0, and no two numbers above zero that share a pooling window are equal there: no slope jumps.
PARAMETERS = {
    "0.weight": array_of("0 1 -1  0 2 -2  0 1 -1", 1, 1, 3, 3),
    "0.bias": array_of("-3", 1),
    "4.weight": array_of(_TEMPLATES, 3, 25) / 10,
    "4.bias": array_of("-1 1 1.5", 3),
}
PARAMETERS["4.weight"].flags.writeable = False
_CONVOLVED, _ACTIVATED, _POOLED, _VECTOR, _LOGITS = NETWORK.forward(PICTURE, PARAMETERS)


def _of(title: str, number: int, arriving: np.ndarray, **others) -> Example:
    """Return the example of a layer of the network."""
    return Example(title, NETWORK.layers[number], arriving, own(PARAMETERS, str(number)), **others)


CONVOLUTION = _of("Find vertical edges", 0, PICTURE, drawn=DRAWN)
ACTIVATION = _of("Edges stay, all else becomes 0", 1, _CONVOLVED)
POOLING = _of("The strongest edge of each window", 2, _ACTIVATED, step=13)
FLATTEN = _of("The pooled map becomes a vector", 3, _POOLED, step=4)
CONNECTED = _of("Three neurons look for a seven, a one, a four", 4, _VECTOR)
OUTPUT = Example(
    "Is it a seven? Logits become probabilities", CrossEntropyLoss(), _LOGITS, {},
    {"target": TARGET, "names": "digits"}, step=5,
)  # fmt: skip
