"""What the learning page shows, as one value, and its changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from engine.data import drawings, kernels, pictures
from engine.layers import Softmax
from engine.learning.kernel import KernelLesson, kernel_lesson
from engine.learning.optim import SGD, Adam, Optimiser
from engine.learning.passes import Learner, Taken, take_step
from engine.writing.setting import setting, settings
from pages.states import fields, picture
from pages.states.codec import shown
from pages.states.fields import Field
from pages.states.link import Link, write
from pages.states.network import state as network
from pages.states.network.numbers import number_count
from pages.states.network.state import NetworkState

PARTS = {"check": "Check a gradient", "step": "Take a step", "kernel": "A kernel learns", "train": "Train in NumPy"}
OPTIMISERS = ("SGD", "Adam")
MOST_STEPS, MOST_STEPS_LARGE, LARGE = 1000, 100, 2000  # of networks with fewer numbers than LARGE, and of others
MOST_KERNEL_STEPS = 2000
KEPT = 40  # how many learners stay in memory, so that a step on or back need not begin at the start
LARGEST_OWN = 100
FINEST = 14  # the smallest h is 10 to the minus this
MAX_LR, MAX_DECAY = 1000.0, 100.0
NOISE = "noise"
SOURCES = (NOISE, *pictures.EXAMPLES)
OWN = "own numbers"
HIDDEN = (*kernels.NAMES, OWN)
SIDE = 8


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
    two: bool = setting(
        False,
        help="A batch of two: the second is the picture mirrored, called the next class. A step uses their mean.",
    )
    count: int = setting(0, help="Steps taken.", minimum=0, maximum=MOST_STEPS)

    @property
    def made(self) -> Optimiser:
        if self.optimiser == "Adam":
            return Adam(self.lr, weight_decay=self.decay)
        return SGD(self.lr, self.momentum, self.decay)


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
    size: int = setting(8, help="Height and width of a drawing.", minimum=8, maximum=12)
    count: int = setting(240, help="Drawings to learn from.", minimum=20, maximum=600)
    epochs: int = setting(15, help="How often all drawings are seen.", minimum=1, maximum=60)
    batch: int = setting(16, help="Drawings a step.", minimum=1, maximum=128)
    lr: float = setting(0.005, help="Of Adam.", minimum=0.0, maximum=MAX_LR)
    seed: int = setting(0, help="Draws the weights and the drawings.", minimum=0, maximum=9999)


@dataclass(frozen=True, eq=False)
class LearningState:
    """The open part, and the state of each."""

    part: str = "check"
    network: NetworkState = field(default_factory=lambda: network.from_preset("worked"))
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

    def query(self) -> dict[str, str]:
        """Return the link of the open part; what has its default is left out."""
        query = write((PART, self.part))
        if self.part in ("check", "step"):
            query |= replace(self.network.opened(), step=None).query()
            query |= write((PLACE, (self.name, self.flat)))
        if self.part == "check":
            return query | write((H, self.exponent))
        held = getattr(self, HELD[self.part])
        return query | write(*((one, getattr(held, one.name)) for one in FIELDS[self.part]))

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


def checked(state: LearningState) -> LearningState:
    """Return the state, with a number that its network has. ValueError where the network cannot learn."""
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


def with_number(state: LearningState, name: str, flat: int) -> LearningState:
    """Return the state with another number chosen. ValueError where there is none."""
    if name not in state.trained or not 0 <= flat < state.network.parameters[name].size:
        raise ValueError(f"there is no number {flat} of {shown(name)}")
    return replace(state, name=name, flat=flat)


def with_count(state: LearningState, count: int) -> LearningState:
    """Return the state a number of steps from the start; it remembers the way back."""
    held, most = (state.kernel, MOST_KERNEL_STEPS) if state.part == "kernel" else (state.steps, state.most_steps)
    changed = {HELD[state.part]: replace(held, count=min(count, most))}
    return replace(state, before=(*state.before, held.count), **changed)


def undone(state: LearningState) -> LearningState:
    """Return the state as it was before the last press, or one step back."""
    now = state.kernel.count if state.part == "kernel" else state.steps.count
    *rest, last = state.before or (max(0, now - 1),)
    return replace(with_count(state, last), before=tuple(rest))


def taken(state: LearningState, kept: dict[int, Learner]) -> Taken:
    """Return the step that led to the present count; at the start the first one, which is only a preview.

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


# The link


def _place(match: re.Match) -> tuple[str, int]:
    return match[1], int(match[2])


def _exponent(match: re.Match) -> float:
    return float(match[1])


PART = fields.choice("part", PARTS)
PLACE = fields.patterned(
    "w", r"([0-9]{1,3}\.[a-z_]{1,40})\.([0-9]{1,6})", "a number's place such as 4.weight.0", _place,
    write=lambda place: f"{place[0]}.{place[1]}",
)  # fmt: skip
H = fields.patterned(
    "h", r"1e-((?:[0-9]|1[0-3])(?:\.5)?|14)", f"one of 1e-0, 1e-0.5, 1e-1 to 1e-{FINEST}", _exponent,
    write=lambda exponent: f"1e-{exponent:g}",
)  # fmt: skip
_NAMES = fields.listed("classes", fields.choice("classes", drawings.CLASSES), "_", "disc_square", range(1, 100))


def _several(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_NAMES.read(text)))
    if len(names) < 2:
        raise ValueError("classes needs at least two different ones")
    return names


CLASSES = Field("classes", _several, _NAMES.write, Training.classes)
OWN_KERNEL = fields.listed(
    "own", fields.number("own", -LARGEST_OWN, LARGEST_OWN), "_", "0_0_0_0_1_0_0_0_0", range(9, 10), Kernel.own
)
HELD = {"step": "steps", "kernel": "kernel", "train": "training"}  # of the state, by part
FIELDS: dict[str, tuple] = {
    "step": tuple(settings(Steps).values()),
    "kernel": (*settings(Kernel).values(), OWN_KERNEL),
    "train": (*settings(Training).values(), CLASSES),
}


def read(query: Mapping[str, str], chosen: picture.Chosen | None = None) -> tuple[LearningState, list[str]]:
    """Return the state of a link, and a sentence for each part of the link that could not be read and was left out."""
    link = Link(query)
    attempt = link.attempt
    state = LearningState(part=link.take(PART, "check"))
    if state.part in FIELDS:
        held = getattr(state, HELD[state.part])
        changes = {one.name: link.take(one, getattr(held, one.name)) for one in FIELDS[state.part]}
        state = replace(state, **{HELD[state.part]: replace(held, **changes)})
    if state.part in ("check", "step"):
        state = replace(state, exponent=link.take(H, state.exponent)) if state.part == "check" else state
        place = link.take(PLACE)
        state = attempt(checked, replace(state, network=network.opened(link)), default=state)
        state = replace(checked(state), steps=replace(state.steps, count=min(state.steps.count, state.most_steps)))
        if place is not None:
            state = attempt(with_number, state, *place, default=state)
    return state, link.end()
