"""Pictures to train on, as tensors in memory: CIFAR-10, drawn shapes, or a folder of one's own."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from engine.data import sources
from engine.data.decoded import arrays


@dataclass(frozen=True)
class DataSet:
    """Pictures uint8 (N, 3, 32, 32) and labels int64 (N,), to train and to test; any stretch of them has all classes.

    synthetic: drawn by this program. skipped: files that could not be read, each with why.
    key: sources.fingerprint of the folder as it was read, to tell whether it has changed since; else "".
    """

    name: str
    classes: tuple[str, ...]
    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    synthetic: bool = False
    skipped: tuple[str, ...] = ()
    key: str = ""


def load(source: str, seed: int = 0, progress: Callable[[int, int], None] | None = None) -> DataSet:
    """Return the pictures of "cifar10", "shapes" or "folder:PATH".

    seed: of the drawings, and of a folder's division. progress: is told pictures done and in all, while some are
    decoded; what it raises ends the loading. CIFAR-10's files are read by engine.data.cifar10, which runs nothing that
    is in them and takes a part of the set too; a test holds it to torchvision's class. Raises ValueError, with a
    sentence, where the pictures are missing or useless.
    """
    both = arrays(source, seed, progress)
    if source == "cifar10":
        name = sources.cifar10_name(len(both.train_labels), len(both.test_labels))
    else:
        name = sources.SHAPES if source == "shapes" else sources.folder_of(source).name
    tensors = map(torch.from_numpy, (both.train_images, both.train_labels, both.test_images, both.test_labels))
    return DataSet(name, both.classes, *tensors, source == "shapes", both.skipped, both.key)
