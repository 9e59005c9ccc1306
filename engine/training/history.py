"""The history of a training, put together from its events. Imports no torch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from engine.training.events import ENDS, KINDS, Epoch, Event, Look, Note, Start, Steps


@dataclass
class History:
    """Every step's loss and learning rate, every epoch's event, and the last of each other kind.

    A training that was resumed repeats what came after its checkpoint: the first report is dropped. loss[k] and lr[k]
    belong to step k + 1. rates: (step, images a second) pairs. step, epoch: how many steps and whole
    epochs were taken in all.
    """

    loss: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    rates: list[tuple[int, float]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    start: dict[str, Any] | None = None
    look: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    notes: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    step: int = 0
    epoch: int = 0

    @property
    def steps(self) -> int:
        """Steps in all; 0 before the start."""
        return self.start["steps"] if self.start else 0

    @property
    def per_epoch(self) -> int:
        """Steps in an epoch; 1 before the start."""
        return self.start["steps_per_epoch"] if self.start else 1

    @property
    def seconds_left(self) -> float | None:
        """How many seconds the rest will take at the speed so far; None before there is a speed."""
        return self.seconds / self.step * (self.steps - self.step) if self.step and self.steps else None

    def copy(self) -> "History":
        """Return the history so far, which does not grow with this one."""
        lists = {name: list(value) for name, value in vars(self).items() if isinstance(value, list)}
        return replace(self, **lists)

    def add(self, event: Mapping[str, Any]) -> None:
        """Take one more event; unknown kinds become notes, and events without their kind's form are passed over."""
        try:
            kind = Event.model_validate(event).event
            whole = KINDS.get(kind, Note).model_validate(event)
        except ValidationError:
            return
        held = {**event, **whole.model_dump()}
        self.seconds = self.seconds if whole.seconds is None else whole.seconds
        if isinstance(whole, Start):
            self.start = held
            self._go_back(whole)
        elif isinstance(whole, Steps):
            self.loss[whole.first - 1 :] = whole.loss
            self.lr[whole.first - 1 :] = whole.lr
            self.step = whole.first + len(whole.loss) - 1
            self.rates.append((self.step, whole.images_per_second))
        elif isinstance(whole, Epoch):
            self._drop_epochs(whole.epoch - 1)
            self.epochs.append(held)
            self.epoch = whole.epoch
        elif isinstance(whole, Look):
            if self.start and whole.fits(len(self.start["classes"])):
                self.look = held
        elif kind in ENDS:
            self.end = held
        elif kind not in ("paused", "resumed"):
            self.notes.append(held)

    def progress(self) -> dict[str, Any]:
        """Return the known progress of the training, by the names in a run's state."""
        last = self.end or (self.epochs[-1] if self.epochs else {})
        known = {
            "seconds": self.seconds,
            "step": self.step,
            "steps": self.steps or None,
            "epoch": self.epoch,
            "loss": self.loss[-1] if self.loss else None,
            "images_per_second": self.rates[-1][1] if self.rates else None,
            "test_accuracy": last.get("test_accuracy"),
        }
        return {name: value for name, value in known.items() if value is not None}

    def _go_back(self, start: Start) -> None:
        """Drop what a resume will repeat."""
        epochs = start.resumed_from or 0
        self.end, self.epoch, self.step = None, int(epochs), round(epochs * start.steps_per_epoch)
        del self.loss[self.step :], self.lr[self.step :]
        self.rates = [pair for pair in self.rates if pair[0] <= self.step]
        self._drop_epochs(self.epoch)

    def _drop_epochs(self, last: int) -> None:
        """Drop the epochs after the last one; by number, as a killed process may have left one out."""
        self.epochs = [epoch for epoch in self.epochs if epoch["epoch"] <= last]


def history(events: Iterable[Mapping[str, Any]]) -> History:
    """Return the history that these events tell."""
    told = History()
    for event in events:
        told.add(event)
    return told
