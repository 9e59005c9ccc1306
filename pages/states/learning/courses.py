"""What was computed for a state is kept for a while, so that a step on, or back, need not begin at the start.

An answer never depends on it, except that a training gets further the more of it is there (`Fitting`).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from engine import limits
from engine.learning import fit
from engine.learning.gradient_check import Check, check, curve, every_h, reach
from engine.learning.kernel import KernelLesson, kernel_lesson
from engine.learning.optim import Adam
from engine.learning.passes import Learner, Nudge, Taken, take_step
from pages.states.learning.settings import MOST_EPOCHS, Kernel, Training

if TYPE_CHECKING:
    from pages.states.learning.state import LearningState

MOST_KEPT, KEPT_NUMBERS = 40, 200_000  # learners of one network that are kept; numbers in all of these together


# A gradient checked


@dataclass(frozen=True)
class _Place:
    """A number of a network; `query` is the network's link, from which all its numbers follow."""

    query: tuple[tuple[str, str], ...]
    name: str
    index: tuple[int, ...]
    state: "LearningState" = field(compare=False)

    @property
    def parts(self) -> tuple:
        network = self.state.network
        return network.network, network.parameters, network.input, network.target, self.name, self.index


def checked(state: "LearningState") -> Check:
    """Return the check of the chosen number's gradient."""
    place = _Place(tuple(state.network.query().items()), state.name, state.index, state)
    return check(*place.parts, state.h, _every_h(place), _curve(place, reach(state.h)))


@lru_cache(maxsize=64)
def _every_h(place: _Place) -> list[Nudge]:
    return every_h(*place.parts)


@lru_cache(maxsize=64)
def _curve(place: _Place, reach: float) -> np.ndarray:
    return curve(*place.parts, place.state.h)


# Steps of a network


@lru_cache(maxsize=32)
def _learners(key: tuple) -> tuple[Lock, dict[int, Learner]]:
    """Return what has been kept of a network that learns in one way: learners by their number of steps."""
    return Lock(), {}


def taken(state: "LearningState") -> Taken:
    """Return the step that led to the present count; at the start the first one, which is only a preview.

    Ends early where the loss is no finite number any more.
    """
    lock, kept = _learners((tuple(state.network.query().items()), replace(state.steps, count=0)))
    with lock:
        own = dict(kept)
    try:
        return walked(state, own)  # without the lock: somebody with the same network need not wait
    finally:
        with lock:
            kept.clear()
            kept.update(own)


def walked(state: "LearningState", kept: dict[int, Learner]) -> Taken:
    """Return `taken` with the learners on the way, by their number of steps; the newest of them stay in `kept`."""
    optimiser, (x, target) = state.steps.made, state.data
    wanted = max(1, state.steps.count)
    start = max((k for k in kept if k < wanted), default=0)
    learner = kept.get(start) or _beginner(state)
    try:
        while True:
            kept[learner.steps] = learner
            limits.look()
            made = take_step(learner, optimiser, x, target)
            if made.after.steps >= wanted or made.diverged:
                return made
            learner = made.after
    finally:
        size = sum(array.size for array in learner.parameters.values())
        for number in sorted(kept)[1 : -max(2, min(MOST_KEPT, KEPT_NUMBERS // size))]:
            del kept[number]


def _beginner(state: "LearningState") -> Learner:
    """Return who has taken no step yet, with the velocity that every number is to have."""
    parameters, memory = state.network.parameters, {}
    if state.steps.rolling:
        memory = {name: {"velocity": np.full(parameters[name].shape, state.steps.rolling)} for name in state.trained}
    return Learner(state.network.network, dict(parameters), memory)


# A kernel that learns


class _Lessons:
    """The lessons of a kernel so far, and those to come."""

    def __init__(self, kernel: Kernel):
        self._coming = kernel_lesson(kernel.input, kernel.target, kernel.seed).course(kernel.lr)
        self._made: list[KernelLesson] = []
        self._lock = Lock()

    def until(self, count: int) -> list[KernelLesson]:
        with self._lock, limits.undivided():
            self._made += islice(self._coming, max(0, count + 1 - len(self._made)))
            return self._made[: count + 1]


@lru_cache(maxsize=32)
def _lessons(kernel: Kernel) -> _Lessons:
    return _Lessons(kernel)


def lessons(kernel: Kernel) -> list[KernelLesson]:
    """Return the lesson at each step so far; it ends where the loss has grown beyond bounds."""
    return _lessons(replace(kernel, count=0, cell=0, reveal=False)).until(kernel.count)


# A training


class Fitting:
    """A training that goes on whenever somebody asks for more of it: its pictures, its start, its epochs so far."""

    def __init__(self, training: Training):
        self.training = training
        self.data = fit.drawn(training.classes, training.size, training.count, training.seed)
        self.start = fit.starting(fit.small_network(len(training.classes), training.size), training.seed)
        self.epochs: list[fit.Event] = []
        self._lock = Lock()
        self._steps = self._begun()

    def _begun(self) -> Iterator[fit.Event | None]:
        data, training = self.data, self.training
        return fit.fit(
            self.start, Adam(training.lr), data.inputs, data.labels, data.test_inputs, data.test_labels,
            epochs=MOST_EPOCHS, batch_size=training.batch, seed=training.seed, every_step=True,
        )  # fmt: skip

    @property
    def failed(self) -> bool:
        """Whether the loss is no finite number any more, so that nothing can follow."""
        return bool(self.epochs) and not np.isfinite(self.epochs[-1].loss)

    def train(self, wanted: int, seconds: float) -> None:
        """Train until there are so many epochs, but only for so long: a step at least.

        Returns at once where somebody else's request is training it.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            end = time.monotonic() + seconds
            while len(self.epochs) < wanted and not self.failed:
                limits.look()
                with limits.undivided():
                    event = next(self._steps)
                if event is not None:  # of an epoch's learner only the numbers are shown
                    learner = Learner(event.learner.network, event.learner.parameters)
                    self.epochs.append(replace(event, learner=learner))
                if time.monotonic() > end:
                    break
        finally:
            self._lock.release()


@lru_cache(maxsize=64)
def _fitting(training: Training) -> Fitting:
    return Fitting(training)


def fitting(training: Training) -> Fitting:
    """Return the training of these settings; how many epochs are wanted of it makes no difference."""
    return _fitting(replace(training, epochs=MOST_EPOCHS, done=0, shown=0))
