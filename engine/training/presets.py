"""Trainings to begin with. Imports no torch."""

from dataclasses import dataclass
from typing import Any

from engine.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.network import Network
from engine.network.zoo import SMALL
from engine.training.config import INPUT_SHAPE, Config


@dataclass(frozen=True)
class Preset:
    """A training with its title and a few words about it.

    per_picture: milliseconds that a picture takes in one epoch, on two cores (README, "Train"); 0 where not measured.
    """

    title: str
    about: str
    config: Config
    per_picture: float = 0.0


def whitened(*widths: int, twice: bool = False) -> Network:
    """Return a 2×2 convolution to be whitened, then a stage a width: convolution, pooling, norm, ReLU.

    twice: each stage has a second convolution with norm and ReLU. Source of the form: Jordan, "94% on CIFAR-10 in 3.29
    seconds" (2024).
    """
    layers, channels = [Conv2d(3, 24, 2), ReLU()], 24
    for width in widths:
        layers += [Conv2d(channels, width, 3, padding=1, bias=False), MaxPool2d(2), BatchNorm2d(width), ReLU()]
        if twice:
            layers += [Conv2d(width, width, 3, padding=1, bias=False), BatchNorm2d(width), ReLU()]
        channels = width
    layers += [MaxPool2d(3), Flatten(), Linear(channels, 10)]
    return Network(INPUT_SHAPE, tuple(layers))


# Settings that help where a training has few steps.
SHORT: dict[str, Any] = {"label_smoothing": 0.1, "whiten": True, "test_flips": True, "norm_momentum": 0.4}
PRESETS = {
    "tutorial": Preset(
        "Tutorial",
        "The plain three-layer CNN of the tutorial: three convolutions with ReLU and pooling, and a linear layer.",
        Config(SMALL.network, epochs=8, batch_size=128, lr=0.05, shift=0, flip=True, weight_decay=5e-4),
    ),
    "quick": Preset(
        "Quick",
        "A whitened first layer, three stages with batch norm, one cycle: about a minute for CIFAR-10 on two cores.",
        Config(whitened(32, 64, 64), epochs=3, lr=0.2, **SHORT),
        0.38,
    ),
    "standard": Preset(
        "Standard",
        "As Quick, wider at the end and longer: about three minutes for CIFAR-10 on two cores.",
        Config(whitened(32, 64, 128), epochs=8, lr=0.2, **SHORT),
        0.37,
    ),
    "strong": Preset(
        "Strong",
        "Two convolutions a stage, wider, longer, with cutout: about three quarters of an hour for CIFAR-10.",
        Config(
            whitened(64, 128, 256, twice=True), epochs=30, batch_size=512, lr=0.4, cutout=8, test_shifts=True, **SHORT
        ),
        1.76,
    ),
}
