"""The worked examples: states of a layer with small whole numbers, which pages open by name."""

from dataclasses import dataclass, field

import numpy as np

from engine.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    CrossEntropyLoss,
    Flatten,
    GroupNorm,
    Hardtanh,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from engine.network.blocks import own
from engine.network.zoo import WORKED_PARAMETERS, array_of


@dataclass(frozen=True)
class Example:
    """A layer, an input and its parameters, with a title for links.

    extras: what a lesson chooses beside the layer, by name (a target, a temperature).
    """

    title: str
    layer: Layer
    input: np.ndarray
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    extras: dict[str, object] = field(default_factory=dict)


def _example(title: str, layer: Layer, input: np.ndarray, **parameters: str) -> Example:
    """Return an example whose parameters are written as texts, in the shapes that the layer gives them."""
    shapes = layer.parameter_shapes()
    return Example(title, layer, input, {name: array_of(text, *shapes[name]) for name, text in parameters.items()})


_RED = """
    1 0 2 3 1 0
    0 1 3 2 0 1
    2 1 0 1 2 0
    1 3 1 0 1 2
    0 2 2 1 3 1
    1 0 1 2 0 1"""
_GREEN = """
    0 2 1 0 1 1
    1 0 2 1 0 2
    3 1 0 2 1 0
    0 1 2 3 0 1
    2 0 1 1 2 0
    1 2 0 0 1 3"""
_BLUE = """
    2 1 0 1 0 2
    0 3 1 0 2 1
    1 0 2 1 1 0
    2 1 0 0 3 1
    0 1 2 1 0 2
    1 0 1 3 1 0"""
_EDGE = "1 0 -1  1 0 -1  1 0 -1"
_TOP = "1 1 1  0 0 0  -1 -1 -1"
_CENTRE = "0 1 0  1 -2 1  0 1 0"
_GREY = array_of(_RED, 1, 6, 6)
_COLOUR = array_of(_RED + _GREEN + _BLUE, 3, 6, 6)
_FILTER = _EDGE + " " + " 0 1 0  1 -1 0  0 0 1 " + " 0 -1 1  0 1 0  1 0 -1 "
_SECOND = _TOP + " " + " 1 0 0  0 -1 0  0 1 0 " + " 0 0 1  -1 0 1  0 0 0 "
_THIRD = _CENTRE + " " + " -1 0 1  0 1 0  1 0 -1 " + " 1 0 0  0 1 0  -1 0 0 "
_FOUR = "1 0 -1 0  0 1 0 -1  -1 0 1 0  0 -1 0 1"


def _size(title: str, stride: int, padding: int) -> Example:
    return _example(title, Conv2d(1, 1, 4, stride=stride, padding=padding), _GREY, weight=_FOUR, bias="0")


CONVOLUTION = {
    "one-channel": _example("6×6×1, one filter → 4×4×1", Conv2d(1, 1, 3), _GREY, weight=_EDGE, bias="2"),
    "one-channel-three-filters": _example(
        "6×6×1, three filters → 4×4×3", Conv2d(1, 3, 3), _GREY, weight=f"{_EDGE} {_TOP} {_CENTRE}", bias="2 3 1"
    ),
    "three-channels": _example("6×6×3, one filter → 4×4×1", Conv2d(3, 1, 3), _COLOUR, weight=_FILTER, bias="2"),
    "three-channels-three-filters": _example(
        "6×6×3, three filters → 4×4×3", Conv2d(3, 3, 3), _COLOUR, weight=_FILTER + _SECOND + _THIRD, bias="2 1 3"
    ),
    "stride-1": _size("4×4 filter, stride 1, padding 0 → 3×3", 1, 0),
    "stride-2": _size("4×4 filter, stride 2, padding 0 → 2×2", 2, 0),
    "stride-2-padding-1": _size("4×4 filter, stride 2, padding 1 → 3×3", 2, 1),
}

_RISING = array_of("1 1 2 5 5 4 4 4", 1, 1, 8)

SEQUENCE = {
    "difference": _example(
        "a sequence of 8, difference filter: where does it rise? → 7", Conv1d(1, 1, 2), _RISING, weight="-1 1", bias="0"
    ),
    "smoothing": _example(
        "a sequence of 8, weighted mean of three neighbours, padding 1 → 8",
        Conv1d(1, 1, 3, padding=1, padding_mode="replicate", bias=False),
        array_of("3 0 6 3 9 6 3 0", 1, 1, 8),
        weight="0.25 0.5 0.25",
    ),
    "two-channels": _example(
        "two channels of 6, two filters → 2 × 5",
        Conv1d(2, 2, 2),
        array_of("1 0 2 3 1 0  0 1 1 2 0 1", 2, 1, 6),
        weight="1 -1 0 1  0 2 1 0",
        bias="0 1",
    ),
}

_CONVOLVED, _CONVOLVED_BY_THREE = (e.layer.forward(e.input, **e.parameters) for e in list(CONVOLUTION.values())[:2])
_HALVES = array_of("0.5 -2 0 1  -1 2.5 -0.5 3  -1.5 0 2 -3  1.5 -0.5 0.5 -1", 1, 4, 4)
DYING = _example("a filter whose outputs are all below zero", Conv2d(1, 1, 3), _GREY, weight=_EDGE, bias="-6")

ACTIVATION = {
    "relu": Example("ReLU of the worked convolution's 4×4 map", ReLU(), _CONVOLVED),
    "leaky-relu": Example("Leaky ReLU of it, slope 0.01 below zero", LeakyReLU(0.01), _CONVOLVED),
    "tanh": Example("Tanh of a 4×4 map of halves", Tanh(), _HALVES),
    "hard-tanh": Example("Hard tanh of it: cut off at −1 and 1", Hardtanh(), _HALVES),
    "identity": Example("Identity (linear) of the worked convolution's map", Identity(), _CONVOLVED),
    "sigmoid": Example("Sigmoid of a 4×4 map of halves", Sigmoid(), _HALVES),
    "three-channels": Example("ReLU of the maps of three filters, 4×4×3", ReLU(), _CONVOLVED_BY_THREE),
    "dying": Example(
        "ReLU of a filter that is always below zero", ReLU(), DYING.layer.forward(DYING.input, **DYING.parameters)
    ),
}

_POOLED = array_of("15 3 8 2  1 9 0 4  7 20 5 1  6 2 3 0", 1, 4, 4)
_FIVE = array_of("15 3 8 4 6  1 9 0 6 2  7 20 5 1 8  6 2 5 6 4  1 5 2 1 3", 1, 5, 5)

POOLING = {
    "max": Example("4×4, max of 2×2 → 2×2", MaxPool2d(2), _POOLED),
    "average": Example("4×4, average of 2×2 → 2×2", AvgPool2d(2), _POOLED),
    "global": Example("4×4, average of all → 1×1", AdaptiveAvgPool2d(1), _POOLED),
    "three-channels": Example("6×6×3, max of 2×2, channel by channel → 3×3", MaxPool2d(2), _COLOUR),
    "overlapping": Example("5×5, max of 3×3, stride 2: windows overlap → 2×2", MaxPool2d(3, stride=2), _FIVE),
    "dropped": Example("5×5, max of 2×2: one row and one column dropped → 2×2", MaxPool2d(2), _FIVE),
    "ceil-mode": Example("5×5, average of 2×2, ceil_mode → 3×3", AvgPool2d(2, ceil_mode=True), _FIVE),
    "padding": Example("4×4, max of 3×3, stride 2, padding 1 → 2×2", MaxPool2d(3, stride=2, padding=1), _POOLED),
    "regions": Example("5×5, AdaptiveAvgPool2d: regions of 4, 6 and 9 cells → 3×3", AdaptiveAvgPool2d(3), _FIVE),
}

_HIDDEN, _OUTPUT = own(WORKED_PARAMETERS, "4"), own(WORKED_PARAMETERS, "6")

FULLY_CONNECTED = {
    "flatten": Example("a 2×2 map → a vector of 4", Flatten(), array_of("15 8 20 5", 1, 2, 2)),
    "hidden": Example("4 numbers → 3 neurons", Linear(4, 3), array_of("15 8 20 5", 4), _HIDDEN, {"relu": True}),
    "output": Example("3 neurons → 3 logits", Linear(3, 3), array_of("16.6 12.1 6.4", 3), _OUTPUT),
    "flatten-three-channels": Example(
        "three 2×3 maps → a vector of 18",
        Flatten(),
        array_of("1 2 3 4 5 6  7 8 9 10 11 12  13 14 15 16 17 18", 3, 2, 3),
    ),
    "template": _example(
        "a 3×3 map, flattened, against two templates",
        Linear(9, 2),
        array_of("0 1 0  1 1 1  0 1 0", 9),
        weight="-1 1 -1 1 1 1 -1 1 -1  1 -1 1 -1 1 -1 1 -1 1",
        bias="0 0",
    ),
}

_LOGITS = array_of("7.86 8.78 9.64", 3)
_BATCH = array_of("7.86 8.78 9.64  5 3.55 6.31  3.31 9 1.6", 3, 3)
_ELEPHANT = {"target": 2}

OUTPUT = {
    "softmax": Example("three logits → probabilities", Softmax(dim=-1), _LOGITS),
    "loss": Example("three logits → the loss of elephant", CrossEntropyLoss(), _LOGITS, extras=_ELEPHANT),
    "batch": Example("a batch of three and its mean", CrossEntropyLoss(), _BATCH, extras={"target": (2, 0, 1)}),
    "temperature": Example("temperature 2", CrossEntropyLoss(), _LOGITS, extras={**_ELEPHANT, "temperature": 2.0}),
    "smoothing": Example("label smoothing 0.1", CrossEntropyLoss(label_smoothing=0.1), _LOGITS, extras=_ELEPHANT),
    "large": Example(
        "large logits, the largest not taken off",
        CrossEntropyLoss(),
        array_of("1000 998 995", 3),
        extras={"target": 0, "subtract_largest": False},
    ),
}

_BLOCK = array_of("1 2 3 4", 1, 2, 2)
_ONES = array_of("1 1 1  1 1 1  1 1 1", 1, 3, 3)

TRANSPOSED = {
    "upsample": _example(
        "2×2, kernel 3×3, stride 2 → 5×5",
        ConvTranspose2d(1, 1, 3, stride=2),
        _BLOCK,
        weight="1 0 1 0 2 0 1 0 1",
        bias="1",
    ),
    "checkerboard": _example(
        "all ones, kernel 3×3, stride 2: a checkerboard → 7×7",
        ConvTranspose2d(1, 1, 3, stride=2),
        _ONES,
        weight="1 " * 9,
        bias="0",
    ),
    "even": _example(
        "all ones, kernel 4×4, stride 2, padding 1: even inside → 6×6",
        ConvTranspose2d(1, 1, 4, stride=2, padding=1),
        _ONES,
        weight="1 " * 16,
        bias="0",
    ),
    "output-padding": _example(
        "2×2, kernel 3×3, stride 2, padding 1, output_padding 1 → 4×4",
        ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1),
        _BLOCK,
        weight="1 0 1 0 2 0 1 0 1",
        bias="1",
    ),
    "interpolation": _example(
        "a kernel that draws straight lines between the cells → 5×5",
        ConvTranspose2d(1, 1, 3, stride=2, padding=1),
        array_of("0 4 8  4 8 0  8 0 4", 1, 3, 3),
        weight=".25 .5 .25  .5 1 .5  .25 .5 .25",
        bias="0",
    ),
    "two-channels": _example(
        "two channels 2×2, kernel 2×2, stride 2, two output channels → 4×4",
        ConvTranspose2d(2, 2, 2, stride=2),
        array_of("1 2 3 4  0 1 2 1", 2, 2, 2),
        weight="1 0 0 1  1 1 -1 -1  0 2 2 0  1 -1 1 -1",
        bias="1 -1",
    ),
}

_SPREAD = array_of("1 2 3 3 5 5 6 7", 1, 2, 4)
_SCALE = {"weight": "2", "bias": "1"}

BATCH_NORM = {
    "training": _example(
        "one channel, its own statistics (training)",
        BatchNorm2d(1, eps=0.25, track_running_stats=False),
        _SPREAD,
        **_SCALE,
    ),
    "evaluation": _example(
        "one channel, running statistics (evaluation)",
        BatchNorm2d(1, eps=0.25),
        _SPREAD,
        **_SCALE,
        running_mean="3",
        running_var="3.75",
    ),
    "three-channels": _example(
        "three channels of very different size",
        BatchNorm2d(3, track_running_stats=False),
        array_of("10 30 50 70  -1 0 1 4  200 220 230 190", 3, 2, 2),
        weight="1 1 1",
        bias="0 0 0",
    ),
    "undone": _example(
        "γ = σ and β = μ: the output is the input",
        BatchNorm2d(1, eps=0.25, track_running_stats=False),
        _SPREAD,
        weight="2",
        bias="4",
    ),
    "constant": _example(
        "a constant channel: variance 0, only eps is left",
        BatchNorm2d(1, eps=0.25, track_running_stats=False),
        array_of("5 5 5 5", 1, 2, 2),
        **_SCALE,
    ),
    "groups": _example(
        "group norm: four channels in two groups",
        GroupNorm(2, 4, eps=0.25),
        array_of("1 2 3 3  5 5 6 7  -3 -2 -1 -1  1 1 2 3", 4, 2, 2),
        weight="2 1 1 2",
        bias="1 0 0 -1",
    ),
    "instance": _example(
        "a group for each channel: instance norm",
        GroupNorm(2, 2, eps=0.25),
        array_of("1 2 3 3 5 5 6 7  -3 -2 -1 -1 1 1 2 3", 2, 2, 4),
        weight="1 1",
        bias="0 0",
    ),
    "layer": _example(
        "one group for all channels: layer norm",
        GroupNorm(1, 2, eps=0.25),
        array_of("1 2 3 3  5 5 6 7", 2, 2, 2),
        weight="1 1",
        bias="0 0",
    ),
}
