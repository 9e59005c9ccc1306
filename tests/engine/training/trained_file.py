"""A trained network's file as engine.training writes it, with random numbers in place of trained ones; a folder of
pictures to train on."""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from engine.data.cifar10 import CLASSES
from engine.layers import GELU, BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d
from engine.network import Network
from engine.training import runs
from engine.training.config import INPUT_SHAPE, Config
from engine.training.files import HEADER


def stages(*widths: int) -> Network:
    """A 2×2 convolution and stages of convolution, pooling, norm and GELU."""
    layers, channels = [Conv2d(3, 24, 2), GELU()], 24
    for width in widths:
        layers += [Conv2d(channels, width, 3, padding=1, bias=False), MaxPool2d(2), BatchNorm2d(width), GELU()]
        channels = width
    return Network(INPUT_SHAPE, (*layers, MaxPool2d(3), Flatten(), Linear(channels, 10)))


NETWORK = stages(8, 16, 16)


def finished(name: str = "a run", network: Network = NETWORK, seed: int = 0, **changes) -> runs.Run:
    """A run that has finished, with random weights. changes: of the file's header."""
    run = runs.create(Config(network, seed=seed), name)
    write(run.weights, network, seed, **changes)
    run.write_state(status="finished")
    return run


def numbers(network: Network, seed: int = 0) -> dict[str, np.ndarray]:
    """Float32 parameters whose running statistics are no zeros and ones."""
    rng = np.random.default_rng(seed)
    made = network.initial(seed)
    for name in made:
        if name.endswith("running_mean"):
            made[name] = rng.normal(0, 0.3, made[name].shape)
        if name.endswith("running_var"):
            made[name] = rng.uniform(0.3, 2, made[name].shape)
    return {name: array.astype(np.float32) for name, array in made.items()}


def write(path: Path, network: Network, seed: int = 0, **changes) -> Path:
    """Write a file. changes: of the header."""
    header = {
        "config": Config(network, seed=seed).as_dict(), "classes": list(CLASSES), "data": "CIFAR-10",
        "synthetic": False, "mean": [0.49, 0.48, 0.45], "std": [0.25, 0.24, 0.26], "epoch": 3, "test_accuracy": 0.61,
        "test": 1000, "train": 5000, "seconds": 12.0, "device": "CPU", "versions": {"torch": "2.14.1"},
        "date": "2026-11-24", **changes,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(numbers(network, seed), path, metadata={HEADER: json.dumps(header)})
    return path


def pictures(root: Path, classes: tuple[str, ...] = ("cat", "dog"), train: int = 3, test: int = 2) -> Path:
    """Write a folder to train on: picture n of class k is grey, 100k + 10n everywhere."""
    for part, count in (("train", train), ("test", test)):
        for k, name in enumerate(classes):
            (root / part / name).mkdir(parents=True)
            for n in range(count):
                pixels = np.full((32, 32, 3), 100 * k + 10 * n, np.uint8)
                Image.fromarray(pixels).save(root / part / name / f"{n}.png")
    return root
