"""Cases of transposed convolution, batch and group norm: name → strategy for (layer, input, parameters)."""

import numpy as np
from hypothesis import strategies as st

from engine.layers import BatchNorm2d, ConvTranspose2d, GroupNorm
from tests.engine.parity import both, numbers, seeds


@st.composite
def arrays(draw):
    """Return a function shape → array: whole numbers, or ones that need rounding."""
    rng = np.random.default_rng(draw(seeds))
    return draw(st.sampled_from([rng.standard_normal, lambda shape: rng.integers(-4, 10, shape).astype(float)]))


@st.composite
def conv_transpose2d(draw):
    """Every setting of ConvTranspose2d, valid by construction."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    per_group, each = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    kernel, stride, dilation = draw(numbers(1, 4)), draw(numbers(1, 3)), draw(numbers(1, 3))
    size = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    extra, padding = [], []
    for n, k, s, d in zip(size, both(kernel), both(stride), both(dilation), strict=True):
        extra.append(draw(st.integers(0, max(s, d) - 1)))
        whole = (n - 1) * s + d * (k - 1) + 1 + extra[-1]
        padding.append(draw(st.integers(0, min(3, (whole - 1) // 2))))
    layer = ConvTranspose2d(
        per_group * groups, each * groups, kernel, stride, tuple(padding), tuple(extra), groups,
        bias=draw(st.booleans()), dilation=dilation,
    )  # fmt: skip
    make = draw(arrays())
    parameters = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    return layer, make((layer.in_channels, *size)), parameters


@st.composite
def batch_norm2d(draw):
    """Running statistics or the input's own, with and without weight and bias; constant channels too."""
    channels, own = draw(st.integers(1, 3)), draw(st.booleans())
    height = draw(st.integers(1, 4))
    width = draw(st.integers(2 if own and height == 1 else 1, 4))
    layer = BatchNorm2d(
        channels, eps=draw(st.sampled_from([1e-5, 1e-3, 0.25, 1.0])), affine=draw(st.booleans()),
        track_running_stats=not own,
    )  # fmt: skip
    make = draw(arrays())
    parameters = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    if "running_var" in parameters:
        parameters["running_var"] = np.square(parameters["running_var"])
    x = make((channels, height, width))
    if draw(st.booleans()):
        x[0] = x[0, 0, 0]
    return layer, x, parameters


@st.composite
def group_norm(draw):
    """One group, one a channel, and between; with and without weight and bias; constant groups too."""
    groups, each = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    height = draw(st.integers(1, 4))
    width = draw(st.integers(2 if each == height == 1 else 1, 4))
    layer = GroupNorm(groups, groups * each, draw(st.sampled_from([1e-5, 1e-3, 0.25, 1.0])), draw(st.booleans()))
    make = draw(arrays())
    parameters = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    x = make((layer.num_channels, height, width))
    if draw(st.booleans()):
        x[:each] = x[0, 0, 0]
    return layer, x, parameters


CASES = {"ConvTranspose2d": conv_transpose2d(), "BatchNorm2d": batch_norm2d(), "GroupNorm": group_norm()}
