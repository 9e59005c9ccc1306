"""One table of cases: for every registered layer, a strategy for (layer, input, parameters).

tests/engine/layers/test_layers.py runs shape agreement, parity with PyTorch, trace invariants and generated
code over it. Adding a layer means adding its entry here; a test fails where one is missing.
"""

import numpy as np
from hypothesis import strategies as st

from engine.layers import Conv1d, Conv2d
from engine.layers.conv import PADDING_MODES
from tests.engine.layers import cases_maps, cases_short, cases_vectors
from tests.engine.parity import both, numbers, seeds


@st.composite
def conv2d(draw):
    """Every setting of Conv2d, valid by construction."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    per_group, filters = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    kernel, dilation = both(draw(numbers(1, 4))), both(draw(numbers(1, 3)))
    mode = draw(st.sampled_from(PADDING_MODES))
    padding = draw(st.one_of(st.just("same"), st.just("valid"), numbers(0, 3)))
    stride = (1, 1) if padding == "same" else both(draw(numbers(1, 3)))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    most_padding = max(spans) if padding == "same" else 0 if padding == "valid" else max(both(padding))
    least = [max(span, most_padding + 1) for span in spans]
    height, width = (draw(st.integers(size, size + 4)) for size in least)
    layer = Conv2d(
        per_group * groups, filters * groups, kernel, stride, padding, dilation, groups,
        bias=draw(st.booleans()), padding_mode=mode,
    )  # fmt: skip
    rng = np.random.default_rng(draw(seeds))
    make = draw(st.sampled_from([rng.standard_normal, lambda shape: rng.integers(-4, 10, shape).astype(float)]))
    parameters = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    return layer, make((layer.in_channels, height, width)), parameters


@st.composite
def conv1d(draw):
    """Every setting of Conv1d, valid by construction."""
    groups, per_group, filters = (draw(st.integers(1, most)) for most in (3, 2, 2))
    kernel, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    padding = draw(st.one_of(st.just("same"), st.just("valid"), st.integers(0, 3)))
    stride = 1 if padding == "same" else draw(st.integers(1, 3))
    span = dilation * (kernel - 1) + 1
    most_padding = span if padding == "same" else 0 if padding == "valid" else padding
    length = max(span, most_padding + 1) + draw(st.integers(0, 6))
    mode = draw(st.sampled_from(PADDING_MODES))
    layer = Conv1d(
        per_group * groups, filters * groups, kernel, stride, padding, dilation, groups, draw(st.booleans()), mode
    )
    rng = np.random.default_rng(draw(seeds))
    make = draw(st.sampled_from([rng.standard_normal, lambda shape: rng.integers(-4, 10, shape).astype(float)]))
    parameters = {name: make(shape) for name, shape in layer.parameter_shapes().items()}
    return layer, make((layer.in_channels, 1, length)), parameters


CASES = {"Conv1d": conv1d(), "Conv2d": conv2d(), **cases_maps.CASES, **cases_vectors.CASES, **cases_short.CASES}
