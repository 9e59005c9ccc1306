"""What the learning page shows, as one value, and its changes."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from engine.data import drawings, kernels, pictures
from engine.layers import Softmax
from engine.learning.optim import SGD, Adam, Optimiser
from engine.learning.passes import KernelLesson, Learner, Taken, kernel_lesson, take_step
from pages.states import picture
from pages.states.codec import shown
from pages.states.network import state as forward_state
from pages.states.network.numbers import number_count

PARTS = {"check": "Check a gradient", "step": "Take a step", "kernel": "A kernel learns", "train": "Train in NumPy"}
OPTIMISERS = ("SGD", "Adam")
MOST_STEPS, MOST_STEPS_LARGE, LARGE = 1000, 100, 2000  # steps of networks with fewer numbers than LARGE, and of others
MOST_KERNEL_STEPS = 2000
KEPT = 40  # learners that are kept, so that a step on or back need not begin at the start
LARGEST_OWN = 100
FIELDS = {"step": "steps", "kernel": "kernel", "train": "training"}  # of the state, by part
FINEST = 14  # h is 10 to the minus this at least
MAX_LR, MAX_DECAY = 1000.0, 100.0
NOISE = "noise"
SOURCES = (NOISE, *pictures.EXAMPLES)
OWN = "own numbers"
HIDDEN = (*kernels.NAMES, OWN)
SIDE = 8


@dataclass(frozen=True)
class Steps:
    """How a network takes steps, and how many it has taken."""

    optimiser: str = "SGD"
    lr: float = 0.01
    momentum: float = 0.0
    decay: float = 0.0
    two: bool = False
    count: int = 0

    @property
    def made(self) -> Optimiser:
        if self.optimiser == "Adam":
            return Adam(self.lr, weight_decay=self.decay)
        return SGD(self.lr, self.momentum, self.decay)


@dataclass(frozen=True)
class Kernel:
    """A kernel's lesson: what it sees, the hidden kernel, how far it has come, and the weight whose gradient is open.

    own: the learner's numbers for the hidden kernel.
    """

    source: str = NOISE
    hidden: str = "Sobel x"
    own: tuple[float, ...] = (0, 0, 0, 0, 1, 0, 0, 0, 0)
    seed: int = 0
    lr: float = 0.3
    count: int = 0
    cell: int = 0

    @property
    def target(self) -> np.ndarray:
        """The hidden kernel, (1, 1, 3, 3)."""
        return np.reshape(self.own if self.hidden == OWN else kernels.kernel(self.hidden), (1, 1, 3, 3))

    @property
    def input(self) -> np.ndarray:
        if self.source == NOISE:
            return drawings.noise(SIDE, self.seed)
        return picture.draw(picture.Spec(self.source, "grey", SIDE, "0-1")).values

    def lessons(self) -> list[KernelLesson]:
        """Return the lesson at each step so far; it ends where the loss has grown beyond bounds."""
        return _lessons(replace(self, cell=0))


@lru_cache(maxsize=32)
def _lessons(kernel: Kernel) -> list[KernelLesson]:
    return kernel_lesson(kernel.input, kernel.target, kernel.seed).steps(kernel.lr, kernel.count)


@dataclass(frozen=True)
class Training:
    """What a small network is to learn, and how."""

    classes: tuple[str, ...] = ("disc", "square", "plus")
    size: int = 8
    count: int = 240
    epochs: int = 15
    batch: int = 16
    lr: float = 0.005
    seed: int = 0


@dataclass(frozen=True, eq=False)
class State:
    """The open part, and the state of each."""

    part: str = "check"
    network: forward_state.State = field(default_factory=lambda: forward_state.from_preset("worked"))
    name: str = "4.weight"
    flat: int = 0
    exponent: float = 3.0
    steps: Steps = Steps()
    kernel: Kernel = Kernel()
    training: Training = Training()
    before: tuple[int, ...] = ()

    @property
    def h(self) -> float:
        return 10.0**-self.exponent

    @property
    def trained(self) -> tuple[str, ...]:
        """The names of the parameters that are trained."""
        buffers = self.network.network.buffers
        return tuple(name for name in self.network.parameters if name not in buffers)

    @property
    def index(self) -> tuple[int, ...]:
        """The chosen number's index in its parameter."""
        return tuple(int(k) for k in np.unravel_index(self.flat, self.network.parameters[self.name].shape))

    @property
    def most_steps(self) -> int:
        return MOST_STEPS if number_count(self.network.network) < LARGE else MOST_STEPS_LARGE

    @property
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """The input and the true class; of two pictures, the second is the mirrored one, of the next class."""
        x, target = self.network.input, self.network.target
        if not self.steps.two:
            return x, np.asarray(target)
        return np.stack([x, x[..., ::-1]]), np.array([target, (target + 1) % self.network.logits.size])


# Changes


def checked(state: State) -> State:
    """Return a state whose network can be learnt, with a number that it has. ValueError where there is none."""
    if not state.network.has_loss:
        raise ValueError("this network does not end in the scores of 2 to 16 classes, so it has no loss to lower")
    layers = state.network.network.layers[: state.network.network.logits]
    if any(isinstance(layer, Softmax) for layer in layers):
        raise ValueError("softmax must be the last layer: the loss needs the logits before it")
    if not state.trained:
        raise ValueError("this network has no weight to change")
    if state.name not in state.trained or state.flat >= state.network.parameters[state.name].size:
        state = replace(state, name=state.trained[0], flat=0)
    return state


def with_number(state: State, name: str, flat: int) -> State:
    """Return the state with another number chosen. ValueError where there is none."""
    if name not in state.trained or not 0 <= flat < state.network.parameters[name].size:
        raise ValueError(f"there is no number {flat} of {shown(name)}")
    return replace(state, name=name, flat=flat)


def with_count(state: State, count: int) -> State:
    """Return the state so many steps from the start; the way back is remembered."""
    if state.part == "kernel":
        return replace(state, kernel=replace(state.kernel, count=min(count, MOST_KERNEL_STEPS)),
                       before=(*state.before, state.kernel.count))  # fmt: skip
    return replace(
        state, steps=replace(state.steps, count=min(count, state.most_steps)), before=(*state.before, state.steps.count)
    )


def undone(state: State) -> State:
    """Return the state as it was before the last press, or one step back."""
    now = state.kernel.count if state.part == "kernel" else state.steps.count
    *rest, last = state.before or (max(0, now - 1),)
    return replace(with_count(state, last), before=tuple(rest))


def taken(state: State, kept: dict[int, Learner]) -> Taken:
    """Return the step that led to the present count, or at the start the first one, which is only looked at.

    Ends early where the loss is no finite number any more. kept: learners on the way, by their number of steps.
    """
    optimiser, (x, target) = state.steps.made, state.data
    wanted = max(1, state.steps.count)
    start = max((k for k in kept if k < wanted), default=0)
    learner = kept.get(start) or Learner(state.network.network, dict(state.network.parameters))
    while True:
        kept[learner.steps] = learner
        made = take_step(learner, optimiser, x, target)
        if made.after.steps >= wanted or made.diverged:
            break
        learner = made.after
    for number in sorted(kept)[1:-KEPT]:
        del kept[number]
    return made
