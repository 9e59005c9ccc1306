"""Training in NumPy alone: a small network on a few hundred pictures, an event at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine import functional as F
from engine.data.drawings import shape_pictures
from engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from engine.learning.optim import Optimiser
from engine.learning.passes import Arrays, Learner, both_ways
from engine.network import Network

PATIENT = 256  # how many pictures an evaluation takes at once


@dataclass(frozen=True)
class Event:
    """The state of a training after an epoch.

    loss: the mean over the epoch's batches, each before its step. accuracy, test_accuracy: shares of right answers.
    """

    epoch: int
    loss: float
    accuracy: float
    test_accuracy: float
    learner: Learner


def small_network(classes: int, size: int = 12) -> Network:
    """Return two convolutions with ReLU and pooling and a linear layer, for grey pictures of this size."""
    layers = (
        Conv2d(1, 8, 3, padding=1), ReLU(), MaxPool2d(2),
        Conv2d(8, 16, 3, padding=1), ReLU(), MaxPool2d(2),
        Flatten(), Linear(1, classes),
    )  # fmt: skip
    return Network((1, size, size), layers).fitted()


def as_input(pictures: np.ndarray) -> np.ndarray:
    """Return uint8 pictures as float32 from −1 to 1."""
    return pictures.astype(np.float32) / np.float32(127.5) - np.float32(1)


def accuracy(network: Network, parameters: Arrays, inputs: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of pictures whose largest logit is that of their class."""
    right = 0
    for start in range(0, len(inputs), PATIENT):
        logits = network.forward(inputs[start : start + PATIENT], parameters)[network.logits - 1]
        right += int((logits.argmax(axis=1) == labels[start : start + PATIENT]).sum())
    return right / len(inputs)


def fit(
    learner: Learner,
    optimiser: Optimiser,
    inputs: np.ndarray,
    labels: np.ndarray,
    test_inputs: np.ndarray,
    test_labels: np.ndarray,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    every_step: bool = False,
) -> Iterator[Event | None]:
    """Train and yield an Event after every epoch; the order of the pictures is shuffled anew from the seed.

    inputs: (N, C, H, W), labels: (N,). every_step: yield None after each step too, so that one can stop at any. Stops
    after an epoch whose loss is no finite number. Raises ValueError for a batch_size or a number of epochs below 1.
    """
    if batch_size < 1 or epochs < 1:
        raise ValueError(f"batch_size and epochs must be at least 1, got {batch_size} and {epochs}")
    rng = np.random.default_rng(seed)
    for epoch in range(1, epochs + 1):
        order, losses, right = rng.permutation(len(inputs)), [], 0
        for start in range(0, len(order), batch_size):
            which = order[start : start + batch_size]
            both = both_ways(learner.network, learner.parameters, inputs[which], labels[which])
            right += int((both.probabilities.argmax(axis=1) == labels[which]).sum())
            with np.errstate(over="ignore", invalid="ignore"):
                parameters, memory, _ = optimiser.step(learner.parameters, both.gradients, learner.memory)
            learner = Learner(learner.network, parameters, memory, (*learner.losses, both.loss))
            losses.append(both.loss * len(which))
            if every_step:
                yield None
        loss = float(np.sum(losses) / len(order))
        tested = accuracy(learner.network, learner.parameters, test_inputs, test_labels)
        yield Event(epoch, loss, right / len(order), tested, learner)
        if not np.isfinite(loss):
            return


def starting(network: Network, seed: int) -> Learner:
    """Return a learner with the network's initial parameters, in float32."""
    return Learner(network, {name: value.astype(np.float32) for name, value in network.initial(seed).items()})


# Drawn pictures to learn from, and the answers after it


@dataclass(frozen=True)
class Drawn:
    """Drawn pictures to train on and others to test with: inputs (N, 1, size, size) float32 with two decimals."""

    inputs: np.ndarray
    labels: np.ndarray
    test_inputs: np.ndarray
    test_labels: np.ndarray


def drawn(classes: tuple[str, ...], size: int, count: int, seed: int) -> Drawn:
    """Return `count` pictures to train on, and half as many others to test with."""
    arrays = []
    for pictures, number in ((count, 2 * seed), (max(len(classes), count // 2), 2 * seed + 1)):
        values, labels = shape_pictures(pictures, size, number, classes=classes)
        arrays += [np.round(as_input(values), 2), labels]
    return Drawn(*arrays)


@dataclass(frozen=True)
class Answers:
    """A network's answers for pictures: probabilities (N, classes), and the class that it takes each for."""

    probabilities: np.ndarray
    labels: np.ndarray

    @property
    def said(self) -> np.ndarray:
        return self.probabilities.argmax(axis=1)

    @property
    def right(self) -> np.ndarray:
        return self.said == self.labels

    @property
    def order(self) -> list[int]:
        """The pictures' numbers, mistakes first, otherwise in order."""
        return [int(k) for k in np.argsort(self.right, kind="stable")]


def readable(parameters: Arrays) -> Arrays:
    """Return parameters with four decimals, in float64: few enough digits for a link and for sums on screen."""
    return {name: np.round(value.astype(np.float64), 4) + 0.0 for name, value in parameters.items()}


def answers(network: Network, parameters: Arrays, inputs: np.ndarray, labels: np.ndarray) -> Answers:
    """Return a network's answers for pictures, in float64."""
    logits = network.forward(exact(inputs), parameters)[network.logits - 1]
    return Answers(F.softmax(logits, dim=-1), labels)


def brightened(x: np.ndarray) -> np.ndarray:
    """Return a picture of numbers from −1 to 1 as brightness from 0 to 1."""
    return (x + 1) / 2


def exact(inputs: np.ndarray) -> np.ndarray:
    """Return pictures of two decimals in float64."""
    return np.round(inputs.astype(np.float64), 2) + 0.0
