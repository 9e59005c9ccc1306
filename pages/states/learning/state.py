"""What the learning page shows, as one value, and its changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine import limits
from engine.cached import cached_property
from engine.data import drawings
from engine.layers import LogSoftmax, Softmax
from engine.trace import Trace
from engine.writing.setting import settings
from pages.states import fields, picture
from pages.states.codec import shown
from pages.states.fields import Field
from pages.states.learning import courses
from pages.states.learning.settings import MOST_KERNEL_STEPS, MOST_STEPS, Kernel, Steps, Training
from pages.states.link import Link, write
from pages.states.network import state as network
from pages.states.network.state import NetworkState

PARTS = {"step": "Take a step", "check": "Check a gradient", "kernel": "A kernel learns", "train": "Train in NumPy"}
OF_A_NETWORK = ("check", "step")  # parts that are about the same number of the same network
PASSES = 3  # a step goes forward, backward (which counts as much again), and forward to the loss after it
LARGEST_OWN = 100
FINEST = 14  # the smallest h is 10 to the minus this
FASTER = 6  # a kernel that plays takes a sixth of the steps taken so far, at least one
WORK_S, SHARE = 0.25, 8  # a request trains for so long, and for an eighth of the epochs, at least one


@dataclass(frozen=True, eq=False)
class LearningState:
    """The open part, and the state of each.

    running: whether it is asked for more again and again; no link says so.
    """

    part: str = "check"
    network: NetworkState = field(default_factory=lambda: network.from_preset("worked"))
    name: str = "4.weight"
    flat: int = 0
    exponent: float = 3.0
    steps: Steps = field(default_factory=Steps)
    kernel: Kernel = field(default_factory=Kernel)
    training: Training = field(default_factory=Training)
    running: bool = False

    @property
    def h(self) -> float:
        return 10.0**-self.exponent

    def query(self) -> dict[str, str]:
        """Return the link of the open part; what has its default is left out."""
        query = write((PART, self.part))
        if self.part in OF_A_NETWORK:
            query |= self.network.opened().but(step=None).query()
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
        """How many steps can be taken: fewer where a step takes long."""
        work = PASSES * self.network.network.work * (1 + self.steps.two)
        return next((most for most in (MOST_STEPS, 100, 10) if work * most <= limits.LEARNT), 1)

    @property
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """The input and the true class; of two pictures, the second is the mirrored one, of the next class."""
        x, target = self.network.input, self.network.target
        if not self.steps.two:
            return x, np.asarray(target)
        return np.stack([x, x[..., ::-1]]), np.array([target, (target + 1) % self.network.logits.size])

    @cached_property
    def trace(self) -> Trace:
        """The present gradient of the kernel that learns."""
        return courses.lessons(self.kernel)[-1].trace()

    @property
    def shown_step(self) -> int:
        return self.kernel.cell

    def with_step(self, step: int) -> "LearningState":
        """Return the state with the player at a step: a weight of the kernel."""
        if self.part != "kernel":
            return self
        return replace(self, kernel=replace(self.kernel, cell=max(0, min(step, self.kernel.target.size - 1))))


# Changes


def checked(state: LearningState) -> LearningState:
    """Return the state, with a number that its network has. ValueError where the network cannot learn."""
    if not state.network.has_loss:
        raise ValueError("this network does not end in the scores of 2 to 16 classes, so it has no loss to lower")
    layers = state.network.network.layers[: state.network.network.logits]
    if any(isinstance(layer, Softmax | LogSoftmax) for layer in layers):
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
    """Return the state a number of steps from the start, as far as it can go."""
    if state.part not in ("step", "kernel"):
        raise ValueError("this part takes no steps")
    held, most = (state.kernel, MOST_KERNEL_STEPS) if state.part == "kernel" else (state.steps, state.most_steps)
    return replace(state, **{HELD[state.part]: replace(held, count=max(0, min(count, most)))})


def with_more(state: LearningState) -> LearningState:
    """Return the state a little later, while it plays: the kernel after some steps, the training after some epochs.

    A training goes on for WORK_S seconds; where it has not got as far as the state says, it is still catching up.
    """
    if state.part == "kernel":
        return with_count(replace(state, running=True), state.kernel.count + max(1, state.kernel.count // FASTER))
    if state.part != "train":
        raise ValueError("this part does not play")
    training, fitting = state.training, courses.fitting(state.training)
    if len(fitting.epochs) < training.done and not fitting.failed:
        return state  # what is shown of it trains for a moment, too
    wanted = min(training.done + max(1, training.epochs // SHARE), training.epochs)
    fitting.train(wanted, WORK_S)
    done = max(training.done, min(wanted, len(fitting.epochs)))
    return replace(state, running=True, training=replace(training, done=done))


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
# What is each part's own in the links of those about one network: the rest is the network, and its number.
OWN = {"check": ["part", "try", H.name], "step": ["part", "try", *(one.name for one in FIELDS["step"])]}


def read(
    query: Mapping[str, str], chosen: picture.Chosen | None = None, *, traced: bool = True
) -> tuple[LearningState, list[str]]:
    """Return the state of a link, and a sentence for each part of the link that could not be read and was left out.

    Nothing is traced here, whatever `traced` is: a kernel's gradient always can be.
    """
    link = Link(query)
    attempt = link.attempt
    state = LearningState(part=link.take(PART, "check" if link.query else "step"))
    if state.part in FIELDS:
        held = getattr(state, HELD[state.part])
        changes = {one.name: link.take(one, getattr(held, one.name)) for one in FIELDS[state.part]}
        state = replace(state, **{HELD[state.part]: replace(held, **changes)})
    if state.part == "train":
        done = min(state.training.done, state.training.epochs)
        state = replace(state, training=replace(state.training, done=done))
    if state.part in OF_A_NETWORK:
        state = replace(state, exponent=link.take(H, state.exponent)) if state.part == "check" else state
        place = link.take(PLACE)
        of = network.opened(link)
        name, flat = of.preset.number
        state = attempt(checked, replace(state, network=of, name=name, flat=flat), default=state)
        state = replace(checked(state), steps=replace(state.steps, count=min(state.steps.count, state.most_steps)))
        if place is not None:
            state = attempt(with_number, state, *place, default=state)
    return state, link.end()
