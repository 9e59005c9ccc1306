"""What batch norm makes of means and variances, against PyTorch."""

import numpy as np
import pytest
import torch

from engine.facts.examples import BATCH_NORM
from engine.facts.norm import Narrowed, moved, narrowed, relative, stages
from engine.layers import BatchNorm2d, GroupNorm


def stages_of(example):
    output = example.layer.forward(example.input, **example.parameters)
    return stages(example.layer, example.input, example.parameters, output)


def test_stages_of_the_training_example_number_by_number():
    example = BATCH_NORM["training"]
    before, normalised, after = stages_of(example)
    assert (before.mean.tolist(), before.variance.tolist()) == ([4], [3.75])
    assert normalised.values.ravel().tolist() == [-1.5, -1, -0.5, -0.5, 0.5, 0.5, 1, 1.5]
    assert (normalised.mean.tolist(), normalised.variance.tolist()) == ([0], [3.75 / 4])
    assert after.values.ravel().tolist() == [-2, -1, 0, 0, 2, 2, 3, 4]
    assert (after.mean.tolist(), after.variance.tolist()) == ([1], [3.75])


@pytest.mark.parametrize("name", BATCH_NORM)
def test_the_last_stage_is_the_output_and_without_affine_there_is_one_less(name):
    example = BATCH_NORM[name]
    made = stages_of(example)
    output = example.layer.forward(example.input, **example.parameters)
    np.testing.assert_array_equal(made[-1].values.ravel(), output.ravel())
    plain, x = BatchNorm2d(1, track_running_stats=False, affine=False), np.eye(2)[None]
    assert [stage.name for stage in stages(plain, x, {}, plain.forward(x))] == ["before", "normalised"]


def test_gamma_of_sigma_and_beta_of_the_mean_give_the_input_back():
    example = BATCH_NORM["undone"]
    np.testing.assert_array_equal(example.layer.forward(example.input, **example.parameters), example.input)


def test_running_statistics_move_as_in_pytorch():
    x = np.random.default_rng(3).standard_normal((2, 3, 4)) * 5 + 2
    module = torch.nn.BatchNorm2d(2).double().train()
    module.running_mean.copy_(torch.tensor([1.0, -2.0]))
    module.running_var.copy_(torch.tensor([4.0, 0.5]))
    start = module.running_mean.numpy().copy(), module.running_var.numpy().copy()
    kept = [array.copy() for array in start]
    found = moved(x, *start)
    module(torch.tensor(x)[None])
    np.testing.assert_allclose(found.mean, module.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(found.var, module.running_var.numpy(), rtol=1e-12)
    np.testing.assert_allclose(found.mean, 0.9 * start[0] + 0.1 * found.batch_mean, rtol=1e-12)
    np.testing.assert_allclose(found.var, 0.9 * start[1] + 0.1 * found.batch_var, rtol=1e-12)
    assert all(np.array_equal(a, b) for a, b in zip(start, kept, strict=True)), "what was given is left as it was"


def test_a_groups_mean_and_variance_are_those_of_all_its_channels():
    example = BATCH_NORM["groups"]
    before, normalised, _ = stages_of(example)
    assert (before.mean.tolist(), before.variance.tolist()) == ([4, 0], [3.75, 3.75])
    assert normalised.variance.tolist() == [0.9375, 0.9375]
    assert narrowed(example.layer, example.input, 1) == Narrowed("3.75", "4", "0.9375", True)


def test_the_relatives_of_group_norm_are_pytorchs():
    x = np.random.default_rng(5).standard_normal((2, 4, 3, 5))
    scale = {"weight": np.ones(4), "bias": np.zeros(4)}
    for groups, word, module in (
        (4, "instance norm", torch.nn.InstanceNorm2d(4)),
        (1, "layer norm", torch.nn.LayerNorm((4, 3, 5)).double()),
    ):
        layer = GroupNorm(groups, 4)
        assert word in relative(layer)
        expected = module(torch.tensor(x)).detach().numpy()
        np.testing.assert_allclose(layer.forward(x, **scale), expected, rtol=1e-10, atol=1e-10)
    assert relative(GroupNorm(2, 4)) == ""
    assert "the same here" in relative(GroupNorm(1, 1))


def test_a_single_number_a_channel_moves_nothing():
    assert moved(np.ones((2, 1, 1)), np.zeros(2), np.ones(2)) is None


def test_what_eps_leaves_of_the_variance():
    example = BATCH_NORM["training"]
    assert narrowed(example.layer, example.input, 0) == Narrowed("3.75", "4", "0.9375", True)
    three = BATCH_NORM["three-channels"]
    assert narrowed(three.layer, three.input, 1) == Narrowed("3.5", "3.50001", "0.999997", False)
    assert narrowed(example.layer, example.input * 0, 0) == Narrowed("0", "0.25", "0", True)
    for channel in range(3):
        shown = stages_of(three)[1].variance[channel]
        assert float(narrowed(three.layer, three.input, channel).result) == round(shown, 6)
