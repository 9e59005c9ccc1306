"""Cases of flatten, fully connected, softmax and loss: name → strategy for (layer, input, what it is given)."""

import numpy as np
from hypothesis import strategies as st

from engine.layers import BatchNorm1d, CrossEntropyLoss, Flatten, Linear, LogSoftmax, Softmax
from tests.engine.parity import seeds


def _numbers(draw):
    """Return a maker of arrays: real numbers, or short decimals."""
    rng = np.random.default_rng(draw(seeds))
    short = draw(st.booleans())
    return rng, lambda shape: rng.integers(-90, 160, shape) / 10 if short else rng.standard_normal(shape)


@st.composite
def flatten(draw):
    _, make = _numbers(draw)
    return Flatten(), make(tuple(draw(st.integers(1, 5)) for _ in "CHW")), {}


@st.composite
def linear(draw):
    """One line of inputs, several, and lines that are not full; with a ReLU behind it or without."""
    _, make = _numbers(draw)
    layer = Linear(draw(st.integers(1, 48)), draw(st.integers(1, 6)), bias=draw(st.booleans()))
    given = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    if draw(st.integers(0, 3)) == 0:
        given["relu"] = True
    return layer, make((layer.in_features,)), given


def _options(draw):
    """Temperature and subtraction, each left out where it has its default."""
    given = {}
    if draw(st.booleans()):
        given["temperature"] = draw(st.sampled_from([0.5, 2.0, 3.0]))
    if draw(st.booleans()):
        given["subtract_largest"] = draw(st.booleans())
    return given


@st.composite
def softmax(draw):
    _, make = _numbers(draw)
    return Softmax(dim=-1), make((draw(st.integers(1, 24)),)), _options(draw)


@st.composite
def batch_norm1d(draw):
    """Running statistics, with and without weight and bias: one vector has no statistics of its own."""
    _, make = _numbers(draw)
    eps = draw(st.sampled_from([1e-5, 1e-3, 0.25, 1.0]))
    layer = BatchNorm1d(draw(st.integers(1, 24)), eps, draw(st.booleans()))
    given = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    given["running_var"] = np.square(given["running_var"])
    return layer, make((layer.num_features,)), given


@st.composite
def log_softmax(draw):
    _, make = _numbers(draw)
    return LogSoftmax(dim=-1), make((draw(st.integers(1, 24)),)), {}


@st.composite
def cross_entropy(draw):
    """One picture or several; class indices or probabilities; smoothing; logits so far apart that some p is 0."""
    rng, make = _numbers(draw)
    batch, classes = draw(st.sampled_from([(), (1,), (3,)])), draw(st.integers(1, 6))
    layer = CrossEntropyLoss(label_smoothing=draw(st.sampled_from([0.0, 0.0, 0.1, 1.0])))
    logits, given = make((*batch, classes)), _options(draw)
    if given.get("subtract_largest", True) and draw(st.integers(0, 4)) == 0:
        logits = logits * 400
    if draw(st.booleans()):
        given["target"] = rng.dirichlet(np.ones(classes), batch or None)
    else:
        given["target"] = rng.integers(0, classes, batch)
    return layer, logits, given


CASES = {
    "Flatten": flatten(), "Linear": linear(), "Softmax": softmax(), "LogSoftmax": log_softmax(),
    "CrossEntropyLoss": cross_entropy(), "BatchNorm1d": batch_norm1d(),
}  # fmt: skip
