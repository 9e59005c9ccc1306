"""What is said before a training that cannot be, and of one that learns nothing."""

import json

import pytest
import torch

from engine.layers import BatchNorm2d, Conv2d, Flatten, GroupNorm, Linear, MaxPool2d, ReLU
from engine.network import Network
from engine.network.blocks import Residual, Sequential
from engine.pytorch.modules import torch_model
from engine.training.config import INPUT_SHAPE
from engine.training.divergence import not_learning
from tests.engine.training.small import config

HEAD = (Conv2d(3, 4, 3, padding=1), ReLU(), MaxPool2d(32))
END = (Flatten(), Linear(4, 4))
NETS = {
    "at the top": ((*HEAD, BatchNorm2d(4), *END), 4),
    "in a block": ((*HEAD, Sequential((ReLU(), BatchNorm2d(4))), *END), 4),
    "in a residual": ((*HEAD, Residual((Conv2d(4, 4, 1), BatchNorm2d(4))), *END), 4),
    "on larger maps": ((HEAD[0], BatchNorm2d(4), *HEAD[1:], *END), None),
    "group norm": ((*HEAD, GroupNorm(2, 4), *END), None),
}


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("batch", [1, 2])
def test_a_norm_that_a_batch_is_too_small_for_is_named_before_the_start(name, batch):
    layers, place = NETS[name]
    network = Network(INPUT_SHAPE, layers)
    settings = config(network=network, batch_size=batch)
    model = torch_model(network).train()
    if batch == 1 and place:
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            model(torch.zeros(1, *INPUT_SHAPE, dtype=torch.float64))
        with pytest.raises(ValueError, match=rf"layer {place}, BatchNorm2d: .* a batch of 1 with 1 × 1 maps"):
            settings.check_batches(400)
    else:
        model(torch.zeros(batch, *INPUT_SHAPE, dtype=torch.float64))
        settings.check_batches(400)


def test_few_pictures_make_a_small_batch():
    settings = config(network=Network(INPUT_SHAPE, NETS["at the top"][0]), batch_size=64)
    with pytest.raises(ValueError, match="layer 4, BatchNorm2d"):
        settings.check_batches(1)
    settings.check_batches(2)


def told(losses, *, ended=True, per_epoch=100, **changes):
    found = not_learning(config(**changes), losses, per_epoch, 4, ended)
    return None if found is None else (found[0], " ".join(found[1]))


def test_a_loss_that_is_huge_and_stays_is_told_with_what_to_change():
    said, change = told([3.0, 9e8, *[5e7] * 300], lr=50.0, schedule="constant")
    assert "its loss is about 50,000,000" in said and "4 classes" in said and "1.386" in said
    assert change.startswith("Lower the learning rate: it was 50 at most. Try 5.") and "one-cycle" in change


@pytest.mark.parametrize(
    ("losses", "changes", "first"),
    [
        ([1.39] * 200, {"lr": 0.1}, "Lower the learning rate"),
        ([1.386] * 200, {"lr": 1e-6}, "Raise the learning rate: it was 1e−06 at most. Try 0.001."),
        ([1.386] * 200, {"lr": 0.0}, "Raise the learning rate: it was 0 at most. Try 0.001."),
        ([1.38] * 6, {}, "Train for longer: it took 6 steps only."),
    ],
)
def test_a_loss_that_stays_at_an_even_guess_is_told_too(losses, changes, first):
    said, change = told(losses, **changes)
    assert said.startswith("It is not learning") and change.startswith(first)


@pytest.mark.parametrize(
    ("losses", "how"),
    [
        ([1.4] * 50 + [1.2] * 150, {}),  # it learns, if slowly
        ([1.4, 1.39, 1.38] + [0.9] * 3, {}),
        ([5e7] * 40, {"ended": False}),  # too early to say
        ([1.39] * 80, {"ended": False}),  # the first epoch
        ([], {}),
    ],
)
def test_nothing_is_said_of_a_training_that_learns_or_has_just_begun(losses, how):
    assert told(losses, **how) is None


def test_it_is_told_while_the_training_goes_on():
    assert told([5e7] * 120, ended=False) is not None


def test_the_command_says_it_at_its_end(monkeypatch, capsys, tmp_path):
    from engine.training import __main__ as command

    def carried(run, **how):
        steps = {"event": "steps", "first": 1, "loss": [5e7] * 60, "lr": [0.1] * 60, "images_per_second": 1.0}
        (run.folder / "events.jsonl").write_text(json.dumps(steps) + "\n")
        run.write_state(status="finished")
        return run.state()

    monkeypatch.setattr(command, "carry_out", carried)
    assert command.main(["--data", "shapes", "--out", str(tmp_path / "run")]) == 0
    assert "It is not learning: its loss is about 50,000,000" in capsys.readouterr().err
