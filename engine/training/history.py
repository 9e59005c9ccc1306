"""What a training has told so far, put together from its events. Imports no torch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.training.records import is_number, is_whole

ENDS = ("finished", "stopped", "diverged", "failed")


@dataclass
class History:
    """Every step's loss and learning rate, every epoch's event, and the last of each other kind.

    A training that was resumed repeats what came after its checkpoint: the first telling is dropped. loss[k] and lr[k]
    belong to step k + 1. `rates` has (step, images a second) pairs.
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

    @property
    def steps(self) -> int:
        """Steps in all; 0 before the start."""
        return self.start["steps"] if self.start else 0

    @property
    def step(self) -> int:
        """Steps told so far."""
        return len(self.loss)

    @property
    def per_epoch(self) -> int:
        """Steps in an epoch; 1 before the start."""
        return self.start["steps_per_epoch"] if self.start else 1

    @property
    def seconds_left(self) -> float | None:
        """What the rest will take at the speed so far; None before there is one."""
        return self.seconds / self.step * (self.steps - self.step) if self.step and self.steps else None

    def add(self, event: Mapping[str, Any]) -> None:
        """Take one more event; unknown kinds are kept as notes, and what is no whole event is passed over."""
        if not _is_whole(event):
            return
        kind = event["event"]
        self.seconds = event.get("seconds", self.seconds)
        if kind == "start":
            self._begin(event)
        elif kind == "steps":
            kept = event["first"] - 1
            self.loss[kept:] = event["loss"]
            self.lr[kept:] = event["lr"]
            self.rates.append((self.step, event["images_per_second"]))
        elif kind == "epoch":
            self._keep_epochs(event["epoch"] - 1)
            self.epochs.append(dict(event))
        elif kind == "look":
            self.look = dict(event)
        elif kind in ENDS:
            self.end = dict(event)
        elif kind not in ("paused", "resumed"):
            self.notes.append(dict(event))

    def _begin(self, event: Mapping[str, Any]) -> None:
        """Drop what a resume will repeat."""
        self.start, self.end = dict(event), None
        epochs = event.get("resumed_from") or 0
        step = round(epochs * event["steps_per_epoch"])
        del self.loss[step:], self.lr[step:]
        self.rates = [pair for pair in self.rates if pair[0] <= step]
        self._keep_epochs(int(epochs))

    def _keep_epochs(self, last: int) -> None:
        """Drop the epochs after the last one; by number, as a killed process may not have told of one."""
        self.epochs = [epoch for epoch in self.epochs if epoch["epoch"] <= last]


def _is_whole(event: Any) -> bool:
    """Whether an event has all that a History takes from one of its kind, in the right types."""
    if not isinstance(event, Mapping) or not isinstance(event.get("event"), str):
        return False
    needed = _NEEDED.get(event["event"], {})
    return is_number(event.get("seconds", 0)) and all(fits(event.get(name)) for name, fits in needed.items())


def _is_count(value: Any) -> bool:
    return is_whole(value) and value > 0


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_number, value))


_NEEDED: dict[str, dict[str, Callable[[Any], bool]]] = {
    "start": {
        "steps": _is_count, "steps_per_epoch": _is_count,
        "resumed_from": lambda value: value is None or (is_number(value) and value >= 0),
    },
    "steps": {"first": _is_count, "loss": _are_numbers, "lr": _are_numbers, "images_per_second": is_number},
    "epoch": {"epoch": _is_count},
}  # fmt: skip


def history(events: Iterable[Mapping[str, Any]]) -> History:
    """Return what these events tell."""
    made = History()
    for event in events:
        made.add(event)
    return made
