"""Batches changed by chance: every picture by itself, every pixel from where it should be."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine.pytorch.augment import as_input, augment, blanked, moved, statistics, views

PICTURES = torch.arange(4 * 3 * 32 * 32).reshape(4, 3, 32, 32).remainder(251).to(torch.uint8)


def test_a_shift_is_a_cut_of_the_reflected_picture():
    corners = torch.tensor([[0, 2, 4, 3], [2, 2, 0, 1]])
    wide = np.pad(PICTURES.numpy(), ((0, 0), (0, 0), (2, 2), (2, 2)), mode="reflect")
    for k, cut in enumerate(moved(PICTURES, corners, 2, torch.zeros(4, dtype=torch.bool)).numpy()):
        i, j = corners[:, k]
        np.testing.assert_array_equal(cut, wide[k, :, i : i + 32, j : j + 32])


def test_only_the_chosen_pictures_are_mirrored():
    made = moved(PICTURES, torch.zeros(2, 4).long(), 0, torch.tensor([True, False, False, True]))
    assert torch.equal(made[0], PICTURES[0].flip(2)) and torch.equal(made[3], PICTURES[3].flip(2))
    assert torch.equal(made[1:3], PICTURES[1:3])


def test_a_blank_square_lies_where_its_corner_says_also_across_the_border():
    made = blanked(PICTURES, torch.tensor([[0, 5, -3, 30], [0, 7, 10, 30]]), 6)
    wanted = PICTURES.clone()
    for k, (rows, columns) in enumerate(
        (((0, 6), (0, 6)), ((5, 11), (7, 13)), ((0, 3), (10, 16)), ((30, 32), (30, 32)))
    ):
        wanted[k, :, slice(*rows), slice(*columns)] = 127
    assert torch.equal(made, wanted)


def test_a_mirrored_picture_is_the_mirror_image_of_its_cut():
    corners, every = torch.tensor([[0, 2, 4, 3], [2, 1, 0, 4]]), torch.ones(4, dtype=torch.bool)
    assert torch.equal(moved(PICTURES, corners, 2, every), moved(PICTURES, corners, 2, ~every).flip(3))


def test_each_picture_is_changed_differently_and_the_seed_decides_how():
    config = SimpleNamespace(flip=True, shift=3, cutout=8)
    same = PICTURES[:1].repeat(64, 1, 1, 1)
    torch.manual_seed(0)
    made = augment(same, config)
    assert len(torch.unique(made.flatten(1), dim=0)) > 60
    torch.manual_seed(0)
    assert torch.equal(made, augment(same, config))


@pytest.mark.parametrize(("flips", "shifts", "count"), [(0, 0, 1), (1, 0, 2), (0, 1, 3), (1, 1, 6)])
def test_a_test_looks_at_pictures_moved_by_a_pixel_and_mirrored(flips, shifts, count):
    x = torch.rand(3, 2, 5, 6)
    seen = views(x, bool(flips), bool(shifts))
    assert len(seen) == count and seen[0] is x and all(view.shape == x.shape for view in seen)
    if shifts:
        up_left, down_right = seen[1:3]
        assert torch.equal(up_left[..., :-1, :-1], x[..., 1:, 1:])
        assert torch.equal(up_left[..., -1, :-1], x[..., -2, 1:])  # the border, reflected
        assert torch.equal(down_right[..., 1:, 1:], x[..., :-1, :-1])
    for view, mirrored in zip(seen, seen[count // 2 :] if flips else [], strict=False):
        assert torch.equal(mirrored, view.flip(3))


def test_without_augmentation_pictures_stay_as_they_are():
    assert torch.equal(augment(PICTURES, SimpleNamespace(flip=False, shift=0, cutout=0)), PICTURES)


def test_the_networks_input_has_mean_0_and_variance_1_in_each_channel():
    pictures = torch.randint(0, 256, (50, 3, 32, 32), dtype=torch.uint8) // torch.tensor([1, 2, 4])[:, None, None]
    mean, std = statistics(pictures)
    x = as_input(pictures, mean, std)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert x.mean((0, 2, 3)).abs().max() < 1e-4 and (x.std((0, 2, 3)) - 1).abs().max() < 1e-4
    exact = (pictures.double() / 255 - mean[:, None, None].double()) / std[:, None, None].double()
    assert (x - exact).abs().max() < 1e-5


def test_a_channel_that_never_changes_does_not_divide_by_zero():
    mean, std = statistics(torch.full((3, 3, 32, 32), 9, dtype=torch.uint8))
    assert torch.isfinite(as_input(torch.zeros(1, 3, 32, 32, dtype=torch.uint8), mean, std)).all()
