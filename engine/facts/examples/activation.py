"""Activations to step through."""

import numpy as np

from engine.facts.examples import seven
from engine.facts.examples.convolution import CONVOLUTION, EDGE, GREY
from engine.facts.examples.example import Example, typed
from engine.layers import Conv2d, Hardtanh, Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from engine.network.zoo import array_of


def _convolved(name: str) -> np.ndarray:
    example = CONVOLUTION[name]
    return example.layer.forward(example.input, **example.parameters)


_CONVOLVED, _CONVOLVED_BY_THREE = _convolved("one-channel"), _convolved("one-channel-three-filters")
_HALVES = array_of("0.5 -2 0 1  -1 2.5 -0.5 3  -1.5 0 2 -3  1.5 -0.5 0.5 -1", 1, 4, 4)
DYING = typed("a filter whose outputs are all below zero", Conv2d(1, 1, 3), GREY, weight=EDGE, bias="-6")

ACTIVATION = {
    seven.KEY: seven.ACTIVATION,
    "relu": Example("ReLU: below zero becomes 0", ReLU(), _CONVOLVED),
    "leaky-relu": Example("Leaky ReLU: a little comes through below zero", LeakyReLU(0.01), _CONVOLVED),
    "tanh": Example("Tanh: everything between −1 and 1", Tanh(), _HALVES),
    "hard-tanh": Example("Hard tanh: cut off at −1 and 1", Hardtanh(), _HALVES),
    "identity": Example("Identity: nothing changes", Identity(), _CONVOLVED),
    "sigmoid": Example("Sigmoid: everything between 0 and 1", Sigmoid(), _HALVES),
    "three-channels": Example("Three maps, each number on its own", ReLU(), _CONVOLVED_BY_THREE),
    "dying": Example(
        "A filter that is always below zero", ReLU(), DYING.layer.forward(DYING.input, **DYING.parameters)
    ),
}
