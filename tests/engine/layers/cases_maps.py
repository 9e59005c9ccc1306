"""Cases of activations and pooling: name → strategy for (layer, input, parameters)."""

import numpy as np
from hypothesis import strategies as st

from engine import layers
from engine.layers import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d, Upsample
from tests.engine.parity import both, numbers, seeds


@st.composite
def pooled(draw, height, width):
    """A map to pool: ties, negative numbers, or numbers that need rounding."""
    rng, shape = np.random.default_rng(draw(seeds)), (draw(st.integers(1, 3)), height, width)
    kind = draw(st.sampled_from(["ties", "whole", "real"]))
    if kind == "real":
        return rng.standard_normal(shape)
    return rng.integers(*((-1, 2) if kind == "ties" else (-9, 21)), shape).astype(float)


@st.composite
def sliding_pool(draw, layer, dilated):
    """Every setting of MaxPool2d or AvgPool2d, valid by construction.

    A window that lies on padding only, which dilation makes possible, has a test of its own in test_pooling.py.
    """
    kernel, stride = draw(numbers(1, 4)), draw(st.one_of(st.none(), numbers(1, 4)))
    halves = [k // 2 for k in both(kernel)]
    padding = draw(st.one_of(st.integers(0, min(halves)), st.tuples(*(st.integers(0, h) for h in halves))))
    dilation = draw(numbers(1, 3)) if dilated else 1
    ceil_mode = draw(st.booleans())
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    if dilated:
        settings["dilation"] = dilation
    else:
        settings["count_include_pad"] = draw(st.booleans())
    sizes = [
        max(1, d * (k - 1) + 1 - 2 * p - (s - 1 if ceil_mode else 0), d * (p > 0)) + draw(st.integers(0, 5))
        for k, s, d, p in zip(
            both(kernel), both(kernel if stride is None else stride), both(dilation), both(padding), strict=True
        )
    ]
    return layer(**settings), draw(pooled(*sizes)), {}


@st.composite
def adaptive_pool(draw):
    """Outputs smaller than the input, that divide it or not, and larger ones."""
    size = st.one_of(st.none(), st.integers(1, 5))
    layer = AdaptiveAvgPool2d(draw(st.one_of(numbers(1, 5), st.tuples(size, size))))
    return layer, draw(pooled(draw(st.integers(1, 7)), draw(st.integers(1, 7)))), {}


@st.composite
def upsample(draw):
    """Cells that are repeated, as often down as across or not."""
    return (
        Upsample(scale_factor=draw(numbers(1, 3))),
        draw(pooled(draw(st.integers(1, 4)), draw(st.integers(1, 4)))),
        {},
    )


POOLING = {
    "MaxPool2d": sliding_pool(MaxPool2d, dilated=True),
    "AvgPool2d": sliding_pool(AvgPool2d, dilated=False),
    "AdaptiveAvgPool2d": adaptive_pool(),
    "Upsample": upsample(),
}


@st.composite
def activation(draw, layer, **settings):
    """An activation on a map or a vector: numbers around its kinks, whole ones and large ones."""
    made = layer(**{name: draw(strategy) for name, strategy in settings.items()})
    shape = draw(st.sampled_from([(1, 2, 3), (2, 1, 2), (3, 3, 3), (2, 7, 8), (5,), (1,), (9,)]))
    rng = np.random.default_rng(draw(seeds))
    values = draw(st.sampled_from([rng.standard_normal(shape), rng.integers(-8, 9, shape).astype(float)]))
    return made, values * draw(st.sampled_from([1.0, 1.0, 20.0])), {}


ACTIVATION = {
    "ReLU": activation(layers.ReLU),
    "LeakyReLU": activation(layers.LeakyReLU, negative_slope=st.sampled_from([0.0, 0.01, 0.2, 1.0])),
    "Tanh": activation(layers.Tanh),
    "Hardtanh": activation(
        layers.Hardtanh, min_val=st.sampled_from([-1.0, -2.5, 0.0]), max_val=st.sampled_from([1.0, 0.5, 6.0])
    ),
    "ReLU6": activation(layers.ReLU6),
    "Identity": activation(layers.Identity),
    "Sigmoid": activation(layers.Sigmoid),
    "ELU": activation(layers.ELU, alpha=st.sampled_from([0.0, 0.5, 1.0, 2.0])),
    "GELU": activation(layers.GELU, approximate=st.sampled_from(["none", "tanh"])),
    "SiLU": activation(layers.SiLU),
    "Mish": activation(layers.Mish),
    "Softplus": activation(
        layers.Softplus, beta=st.sampled_from([1.0, 0.5, 2.0]), threshold=st.sampled_from([20.0, 1.0, 4.0, 0.0])
    ),
    "Hardswish": activation(layers.Hardswish),
    "Dropout": activation(layers.Dropout, p=st.sampled_from([0.0, 0.5, 1.0])),
    "Dropout2d": activation(layers.Dropout2d, p=st.sampled_from([0.0, 0.5, 1.0])),
}
CASES = {**ACTIVATION, **POOLING}
