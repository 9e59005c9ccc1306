"""What the learning page shows, as one value: from a link and to a link. The link holds the part that is open."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from engine import drawings, kernels, pictures
from engine.learning import KernelLesson, Learner, Taken, kernel_lesson, take_step
from engine.optim import SGD, Adam, Optimiser
from pages.ui import codec, forward_link, forward_state, picture
from pages.ui.codec import shown
from pages.ui.network_state import number_count

PARTS = {"check": "Check a gradient", "step": "Take a step", "kernel": "A kernel learns", "train": "Train in NumPy"}
OPTIMISERS = ("SGD", "Adam")
MOST_STEPS, MOST_STEPS_LARGE, LARGE = 1000, 100, 2000  # steps of networks with fewer numbers than LARGE, and of others
MOST_KERNEL_STEPS = 2000
KEPT = 40  # learners that are kept, so that a step on or back need not begin at the start
LARGEST_OWN = 100
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


# The link


def to_query(state: State) -> dict[str, str]:
    """Return the link of the open part; what is as at first is left out."""
    query = {"part": state.part}
    if state.part in ("check", "step"):
        held = forward_link.to_query(state.network)
        query |= {key: text for key, text in held.items() if key not in ("at", "step")}
        query["w"] = f"{state.name}.{state.flat}"
    if state.part == "check":
        query["h"] = f"1e-{state.exponent:g}"
    elif state.part == "step":
        query |= _differing(Steps(), state.steps)
    elif state.part == "kernel":
        query |= _differing(Kernel(), state.kernel)
    else:
        query |= _differing(Training(), state.training)
    return query


def _differing(first, present) -> dict[str, str]:
    made = {}
    for name in vars(first):
        value = getattr(present, name)
        if value != getattr(first, name):
            made[name] = _text(value)
    return made


def _text(value) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return "_".join(map(_text, value))
    return value.replace(" ", "-") if isinstance(value, str) else codec.number_text(float(value))


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(text: str, name: str) -> int:
        if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise ValueError(f"{name} {shown(text)} is not a whole number from {least} to {most}")
        return int(text)

    return read


def _number(least: float, most: float) -> Callable[[str, str], float]:
    def read(text: str, name: str) -> float:
        if not re.fullmatch(r"-?[0-9]{1,7}(\.[0-9]{1,6})?", text) or not least <= float(text) <= most:
            raise ValueError(f"{name} {shown(text)} is not a number from {least:g} to {most:g}")
        return float(text)

    return read


def _choice(choices) -> Callable[[str, str], str]:
    def read(text: str, name: str) -> str:
        found = [choice for choice in choices if choice.replace(" ", "-") == text]
        if not found:
            raise ValueError(f"{name} {shown(text)} is none of {', '.join(choices)}")
        return found[0]

    return read


def _own(text: str, name: str) -> tuple[float, ...]:
    parts = text.split("_")
    if len(parts) != 9:
        raise ValueError(f"{name} holds {len(parts)} numbers, not the 9 of a 3×3 kernel")
    return tuple(_number(-LARGEST_OWN, LARGEST_OWN)(part, name) for part in parts)


def _classes(text: str, name: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(_choice(drawings.CLASSES)(part, name) for part in text.split("_")))
    if len(chosen) < 2:
        raise ValueError(f"{name} needs at least two different ones")
    return chosen


READERS = {
    "step": {
        "optimiser": _choice(OPTIMISERS), "lr": _number(0, MAX_LR), "momentum": _number(0, 0.999),
        "decay": _number(0, MAX_DECAY), "two": lambda text, name: bool(_whole(0, 1)(text, name)),
        "count": _whole(0, MOST_STEPS),
    },
    "kernel": {
        "source": _choice(SOURCES), "hidden": _choice(HIDDEN), "own": _own, "seed": _whole(0, 9999),
        "lr": _number(0, MAX_LR), "count": _whole(0, MOST_KERNEL_STEPS), "cell": _whole(0, 8),
    },
    "train": {
        "classes": _classes, "size": _whole(8, 12), "count": _whole(20, 600), "epochs": _whole(1, 60),
        "batch": _whole(1, 128), "lr": _number(0, MAX_LR), "seed": _whole(0, 9999),
    },
}  # fmt: skip
FIELDS = {"step": "steps", "kernel": "kernel", "train": "training"}


def from_query(query: Mapping[str, str], chosen: picture.Chosen | None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part."""
    problems: list[str] = []

    def attempt(read, *arguments, default=None):
        try:
            return read(*arguments)
        except ValueError as error:
            problems.append(f"{str(error)[:1].upper()}{str(error)[1:].rstrip('.')}.")
            return default

    part = attempt(_choice(PARTS), query.get("part", "check"), "part", default="check")
    state, rest = State(part=part), {key: text for key, text in query.items() if key != "part"}
    if part in FIELDS:
        held = getattr(state, FIELDS[part])
        for name, read in READERS[part].items():
            # A network's link has a seed of its own.
            if name in rest:
                held = replace(held, **{name: attempt(read, rest.pop(name), name, default=getattr(held, name))})
        state = replace(state, **{FIELDS[part]: held})
    if part in ("check", "step"):
        place = rest.pop("w", None)
        if part == "check" and "h" in rest:
            state = replace(state, exponent=attempt(_exponent, rest.pop("h"), default=state.exponent))
        network, wrong = forward_link.from_query({"example": "worked", **rest}, None)
        problems += wrong
        state = attempt(checked, replace(state, network=network), default=state)
        state = replace(checked(state), steps=replace(state.steps, count=min(state.steps.count, state.most_steps)))
        if place is not None:
            state = attempt(_placed, state, place, default=state)
    elif rest:
        problems.append(f"This part does not know {shown(next(iter(rest)))}, so it is left out of the link.")
    return state, problems


def _exponent(text: str) -> float:
    match = re.fullmatch(r"1e-([0-9]{1,2}(\.5)?)", text)
    if not match or float(match[1]) > FINEST:
        raise ValueError(f"h {shown(text)} is not one of 1e-0, 1e-0.5, 1e-1 to 1e-{FINEST}")
    return float(match[1])


def _placed(state: State, text: str) -> State:
    match = re.fullmatch(r"([0-9]{1,3}\.[a-z_]{1,40})\.([0-9]{1,6})", text)
    if not match:
        raise ValueError(f"w {shown(text)} is not a number's place such as 4.weight.0")
    return with_number(state, match[1], int(match[2]))
