"""Normalisations to step through."""

from engine.facts.examples.example import typed
from engine.layers import BatchNorm2d, GroupNorm
from engine.network.zoo import array_of

_SPREAD = array_of("1 2 3 3 5 5 6 7", 1, 2, 4)
_SCALE = {"weight": "2", "bias": "1"}

BATCH_NORM = {
    "training": typed(
        "Training: the input's own statistics",
        BatchNorm2d(1, eps=0.25, track_running_stats=False),
        _SPREAD,
        **_SCALE,
    ),
    "evaluation": typed(
        "Evaluation: running statistics",
        BatchNorm2d(1, eps=0.25),
        _SPREAD,
        **_SCALE,
        running_mean="3",
        running_var="3.75",
    ),
    "three-channels": typed(
        "Three channels of very different size",
        BatchNorm2d(3, track_running_stats=False),
        array_of("10 30 50 70  -1 0 1 4  200 220 230 190", 3, 2, 2),
        weight="1 1 1",
        bias="0 0 0",
    ),
    "undone": typed(
        "γ = σ and β = μ: the output is the input",
        BatchNorm2d(1, eps=0.25, track_running_stats=False),
        _SPREAD,
        weight="2",
        bias="4",
    ),
    "constant": typed(
        "A constant channel: variance 0, only eps is left",
        BatchNorm2d(1, eps=0.25, track_running_stats=False),
        array_of("5 5 5 5", 1, 2, 2),
        **_SCALE,
    ),
    "groups": typed(
        "Group norm: four channels in two groups",
        GroupNorm(2, 4, eps=0.25),
        array_of("1 2 3 3  5 5 6 7  -3 -2 -1 -1  1 1 2 3", 4, 2, 2),
        weight="2 1 1 2",
        bias="1 0 0 -1",
    ),
    "instance": typed(
        "Instance norm: a group for each channel",
        GroupNorm(2, 2, eps=0.25),
        array_of("1 2 3 3 5 5 6 7  -3 -2 -1 -1 1 1 2 3", 2, 2, 4),
        weight="1 1",
        bias="0 0",
    ),
    "layer": typed(
        "Layer norm: one group for all channels",
        GroupNorm(1, 2, eps=0.25),
        array_of("1 2 3 3  5 5 6 7", 2, 2, 2),
        weight="1 1",
        bias="0 0",
    ),
}
