"""Kernels by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.kernels import NAMES, kernel, resized
from tests.engine.parity import assert_error

sizes = st.tuples(st.integers(1, 7), st.integers(1, 7))


@pytest.mark.parametrize("name", ["box blur", "Gaussian blur"])
@given(size=sizes)
def test_blurs_keep_the_brightness_to_four_decimals_a_weight(name, size):
    weights = kernel(name, size)
    assert weights.shape == size
    assert weights.sum() == pytest.approx(1, abs=0.5e-4 * weights.size)


@pytest.mark.parametrize("name", ["Sobel x", "Sobel y", "Laplacian", "outline"])
def test_edge_kernels_give_zero_on_a_flat_picture(name):
    assert kernel(name).sum() == 0


def test_sobel_y_is_sobel_x_transposed():
    np.testing.assert_array_equal(kernel("Sobel y"), kernel("Sobel x").T)


def test_every_name_gives_a_kernel_and_others_are_refused():
    assert all(kernel(name).ndim == 2 for name in NAMES)
    assert_error(lambda: kernel("blurry"), "blurry", "box blur")
    assert_error(lambda: kernel("identity", (0, 3)), "0 × 3")


@given(old=sizes, new=sizes)
def test_resized_weights_keep_the_centre_and_fill_with_zeros(old, new):
    weight = np.arange(1.0, 1 + 2 * old[0] * old[1]).reshape(2, *old)
    out = resized(weight, new)
    assert out.shape == (2, *new)
    kept = out[out != 0]
    assert kept.size == 2 * min(old[0], new[0]) * min(old[1], new[1])
    assert set(kept) <= set(weight.ravel())
