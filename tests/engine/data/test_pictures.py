"""Pictures as numbers: examples, resizing, grey and scales."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.data import pictures


def random_picture(h: int, w: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (h, w, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", pictures.EXAMPLES)
@pytest.mark.parametrize("size", [5, 6, 8, 16, 28, 256, 512])
def test_examples_are_drawn_at_any_size(name, size):
    picture = pictures.example(name, size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8
    assert not picture.flags.writeable
    assert np.ptp(pictures.grey(picture)) > 60, "there is something to see in grey too"


@pytest.mark.parametrize("name", ["digit", "letter", "edges", "scene", "ship"])
def test_a_small_example_looks_like_a_large_one_made_small(name):
    small, large = pictures.example(name, 16), pictures.example(name, 256)
    difference = np.abs(pictures.resize(large, (16, 16)).astype(int) - small)
    assert difference.mean() < 25


def test_straight_strokes_are_sharp_in_small_pictures():
    for size in (6, 8, 12):
        assert len(np.unique(pictures.example("edges", size).reshape(-1, 3), axis=0)) == 2


def test_the_red_channel_cannot_tell_the_checkerboard_apart():
    red, green, blue = pictures.tensor(pictures.example("checkerboard", 6), 6)
    assert np.ptp(red) == 0
    assert np.ptp(green) == np.ptp(blue) == 215


def test_the_gradient_runs_over_the_whole_range():
    red, green, blue = pictures.tensor(pictures.example("gradient", 6), 6)
    assert red[0].tolist() == [0, 51, 102, 153, 204, 255]
    assert (green == red.T).all()
    assert (blue == 255 - red).all()


@pytest.mark.parametrize("size", [4, 513])
def test_sizes_outside_the_limits_are_refused(size):
    with pytest.raises(ValueError, match=f"size {size} is not between 5 and 512"):
        pictures.example("digit", size)
    with pytest.raises(ValueError, match=f"size {size} is not between 5 and 512"):
        pictures.tensor(random_picture(8, 8), size)


def test_an_unknown_example_is_refused():
    with pytest.raises(ValueError, match="the examples are digit, letter"):
        pictures.example("dog", 8)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99))
def test_grey_is_pillows(h, w, seed):
    picture = random_picture(h, w, seed)
    expected = np.asarray(Image.fromarray(picture).convert("L"))
    assert (pictures.grey(picture)[..., 0] == expected).all()


@given(st.data(), st.integers(1, 50), st.integers(1, 50), st.integers(0, 99))
def test_shrinking_is_torchs_adaptive_average(data, h, w, seed):
    size = data.draw(st.integers(1, h)), data.draw(st.integers(1, w))
    picture = random_picture(h, w, seed)
    channels_first = torch.from_numpy(picture).double().permute(2, 0, 1)
    expected = torch.nn.functional.adaptive_avg_pool2d(channels_first, size).round()
    assert (pictures.resize(picture, size) == expected.permute(1, 2, 0).numpy()).all()


@given(st.data(), st.integers(1, 20), st.integers(1, 20), st.integers(0, 99))
def test_growing_is_torchs_bilinear_up_to_ties(data, h, w, seed):
    size = data.draw(st.integers(h, 50)), data.draw(st.integers(w, 50))
    picture = random_picture(h, w, seed)
    channels_first = torch.from_numpy(picture).double().permute(2, 0, 1)[None]
    exact = torch.nn.functional.interpolate(channels_first, size, mode="bilinear")[0].permute(1, 2, 0).numpy()
    assert np.abs(pictures.resize(picture, size) - exact).max() <= 0.5 + 1e-9


def test_resizing_to_nothing_is_refused():
    with pytest.raises(ValueError, match="size 0 × 3 has a side below 1"):
        pictures.resize(random_picture(4, 4), (0, 3))


@pytest.mark.parametrize(("where", "left"), [(0.0, 0), (0.5, 2), (1.0, 4)])
def test_square_cuts_where_it_is_told(where, left):
    picture = random_picture(3, 7)
    assert (pictures.square(picture, where) == picture[:, left : left + 3]).all()
    tall = picture.transpose(1, 0, 2)
    assert (pictures.square(tall, where) == tall[left : left + 3]).all()


@pytest.mark.parametrize(
    ("height", "width", "size", "expected"), [(6, 6, 8, (8, 8)), (100, 50, 8, (8, 4)), (1, 900, 8, (1, 8))]
)
def test_fit_keeps_proportions(height, width, size, expected):
    assert pictures.fit(height, width, size) == expected


@pytest.mark.parametrize(
    ("scale", "expected"), [("0-255", [0, 10, 128, 255]), ("0-1", [0, 0.04, 0.5, 1]), ("0-9", [0, 0, 5, 9])]
)
def test_scales(scale, expected):
    row = np.array([0, 10, 128, 255], np.uint8)
    picture = np.broadcast_to(row[None, :, None], (4, 4, 3))
    grey = pictures.tensor(picture, 5, "grey", scale)
    assert grey.shape == (1, 5, 5)
    assert grey.dtype == np.float64
    picture = np.repeat(np.repeat(picture, 2, 0), 2, 1)
    assert pictures.tensor(picture, 8, "rgb", scale)[0, 0, ::2].tolist() == expected


def test_the_0_1_scale_has_two_decimals():
    values = pictures.tensor(random_picture(16, 16), 16, "rgb", "0-1")
    assert (values == np.round(values, 2)).all()


@pytest.mark.parametrize(("channels", "scale"), [("rgba", "0-1"), ("rgb", "0-2")])
def test_unknown_channels_and_scales_are_refused(channels, scale):
    with pytest.raises(ValueError, match="is one of"):
        pictures.tensor(random_picture(8, 8), 8, channels, scale)
