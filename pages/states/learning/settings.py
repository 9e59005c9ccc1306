"""How the parts of the learning page are set: steps of a network, a kernel that learns, a training."""

from dataclasses import dataclass

import numpy as np

from engine.data import drawings, kernels, pictures
from engine.learning.optim import SGD, Adam, Optimiser
from engine.writing.setting import setting
from pages.states import picture

OPTIMISERS = ("SGD", "Adam")
MOST_STEPS = 1000
MOST_KERNEL_STEPS = 2000
MOST_EPOCHS = 60
MAX_LR, MAX_DECAY, MAX_VELOCITY = 1000.0, 100.0, 100.0
NOISE = "noise"
SOURCES = (NOISE, *pictures.EXAMPLES)
OWN = "own numbers"
HIDDEN = (*kernels.NAMES, OWN)
SIDE = 8
PICTURES = 12  # so many test pictures are shown after a training


@dataclass(frozen=True)
class Steps:
    """How a network takes steps, and how many it has taken."""

    optimiser: str = setting("SGD", help="How the gradient becomes a step.", choices=OPTIMISERS)
    lr: float = setting(0.01, help="How far a step goes against the gradient: lr.", minimum=0.0, maximum=MAX_LR)
    momentum: float = setting(
        0.0, help="How much of the last velocity stays; Adam has its own.", minimum=0.0, maximum=0.999
    )
    decay: float = setting(
        0.0, help="Pulls every weight towards 0: it adds λw to its gradient.", minimum=0.0, maximum=MAX_DECAY
    )
    beta1: float = setting(
        0.9, help="β₁: how much of m, the running mean of gradients, stays.", minimum=0.0, maximum=0.999
    )
    beta2: float = setting(
        0.999, help="β₂: how much of v, the running mean of their squares, stays.", minimum=0.0, maximum=0.9999
    )
    velocity: float = setting(
        0.0,
        help="The velocity that every number has before the first step.",
        minimum=-MAX_VELOCITY,
        maximum=MAX_VELOCITY,
    )
    two: bool = setting(
        False,
        help="A batch of two: the second is the picture mirrored, called the next class. A step uses their mean.",
    )
    count: int = setting(0, help="Steps taken.", minimum=0, maximum=MOST_STEPS)

    @property
    def made(self) -> Optimiser:
        if self.optimiser == "Adam":
            return Adam(self.lr, (self.beta1, self.beta2), weight_decay=self.decay)
        return SGD(self.lr, self.momentum, self.decay)

    @property
    def rolling(self) -> float:
        """The velocity before the first step; 0 where the optimiser keeps none."""
        return self.velocity if self.optimiser == "SGD" and self.momentum else 0.0


@dataclass(frozen=True)
class Kernel:
    """What the kernel sees, the hidden kernel, how many steps it has taken, and the weight whose gradient is open.

    own: the learner's numbers for the hidden kernel.
    """

    source: str = setting(NOISE, help="The picture that it sees.", choices=SOURCES)
    hidden: str = setting("Sobel x", help="The kernel that made the wanted map.", choices=HIDDEN)
    own: tuple[float, ...] = (0, 0, 0, 0, 1, 0, 0, 0, 0)
    seed: int = setting(
        0, help="The kernel's first numbers, and the noise, are drawn from it.", minimum=0, maximum=9999
    )
    lr: float = setting(0.3, help="Learning rate.", minimum=0.0, maximum=MAX_LR)
    count: int = setting(0, help="Go to any step.", minimum=0, maximum=MOST_KERNEL_STEPS)
    cell: int = setting(0, help="The weight whose gradient is open.", minimum=0, maximum=8)
    reveal: bool = setting(False, help="Show the hidden kernel beside the one that learns.")

    @property
    def target(self) -> np.ndarray:
        """The hidden kernel, (1, 1, 3, 3)."""
        return np.reshape(self.own if self.hidden == OWN else kernels.kernel(self.hidden), (1, 1, 3, 3))

    @property
    def input(self) -> np.ndarray:
        if self.source == NOISE:
            return drawings.noise(SIDE, self.seed)
        return picture.draw(picture.Spec(self.source, "grey", SIDE, "0-1")).values


@dataclass(frozen=True)
class Training:
    """What a small network is to learn, and how.

    done: the epochs that it has learnt. shown: the test picture that is open, by its place in the row.
    """

    classes: tuple[str, ...] = ("disc", "square", "plus")
    size: int = setting(8, help="Height and width of a drawing.", minimum=8, maximum=12)
    count: int = setting(240, help="Drawings to learn from.", minimum=20, maximum=600)
    epochs: int = setting(15, help="How often all drawings are seen.", minimum=1, maximum=MOST_EPOCHS)
    batch: int = setting(16, help="Drawings a step.", minimum=1, maximum=128)
    lr: float = setting(0.005, help="Of Adam.", minimum=0.0, maximum=MAX_LR)
    seed: int = setting(0, help="Draws the weights and the drawings.", minimum=0, maximum=9999)
    done: int = setting(0, help="Epochs trained.", minimum=0, maximum=MOST_EPOCHS)
    shown: int = setting(0, help="Choose one.", minimum=0, maximum=PICTURES - 1)
