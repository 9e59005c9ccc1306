"""What pages take from the events of a training: the form of each kind, checked, since a file may hold anything.

Events hold more, which is kept unchanged. What an older event has not got has a first value here.
"""

import math
from typing import Annotated

from pydantic import Field, model_validator

from engine.training.records import Count, Number, Record, Whole

MOST = 10**6  # numbers in a picture of filters
Share = Annotated[float, Field(ge=0, le=1)]
# JSON knows lists only.
Chance = Annotated[tuple[Whole, Share], Field(strict=False)]


class Event(Record):
    event: str
    seconds: Number | None = None


class Start(Event):
    """resumed_from: epochs in the checkpoint. skipped: the first of the files that could not be used."""

    steps: Count
    steps_per_epoch: Count
    resumed_from: Annotated[Number, Field(ge=0)] | None = None
    data: str = ""
    data_key: str = ""
    classes: list[str] = Field(default_factory=list)
    train: Whole = 0
    test: Whole = 0
    skipped: list[str] = Field(default_factory=list)
    skipped_count: Whole | None = None
    device: str = "?"
    precision: str = "?"
    threads: Count = 1
    versions: dict[str, str] = Field(default_factory=dict)


class Steps(Event):
    """Losses and learning rates of the steps from `first` on."""

    first: Count
    loss: list[Number]
    lr: list[Number]
    images_per_second: Number

    @model_validator(mode="after")
    def _as_many(self) -> "Steps":
        if len(self.loss) != len(self.lr):
            raise ValueError(f"{len(self.loss)} losses have {len(self.lr)} learning rates")
        return self


class OfLayer(Record):
    """A layer's figure: the norm of its gradient, or its share of dead units."""

    layer: Whole
    name: str
    norm: Number | None = None
    share: Number | None = None


class Epoch(Event):
    epoch: Count
    train_loss: Number | None = None
    train_accuracy: Number | None = None
    test_loss: Number | None = None
    test_accuracy: Number | None = None
    images_per_second: Number | None = None
    gradient_norms: list[OfLayer] = Field(default_factory=list)
    dead: list[OfLayer] = Field(default_factory=list)


class Sample(Record):
    """A test picture: its place, its class, and the likeliest classes."""

    index: Whole
    label: Whole
    top: list[Chance]


class Filters(Record):
    """Kernels (O, C, H, W) as numbers in C order. layer: from 1. channels: those of which C = 1 is the mean."""

    shape: Annotated[list[Count], Field(min_length=4, max_length=4)]
    values: list[Number]
    layer: Count = 1
    channels: Count | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Filters":
        if math.prod(self.shape) != len(self.values) or len(self.values) > MOST:
            raise ValueError(f"{len(self.values)} numbers are no filters of {self.shape}")
        return self


class Look(Event):
    epoch: Number
    samples: list[Sample]
    filters: Filters | None = None

    def fits(self, classes: int) -> bool:
        """Whether all classes that it names are there."""
        named = [k for sample in self.samples for k in (sample.label, *(k for k, _ in sample.top))]
        return max(named, default=-1) < classes


class End(Event):
    """How a training ended: finished, stopped, diverged, failed."""

    step: Whole | None = None
    what: str = ""
    advice: list[str] = Field(default_factory=list)
    test_accuracy: Number | None = None
    images_per_second: Number | None = None


class Note(Event):
    message: str = ""


ENDS = ("finished", "stopped", "diverged", "failed")
KINDS: dict[str, type[Event]] = {
    "start": Start, "steps": Steps, "epoch": Epoch, "look": Look, **dict.fromkeys(ENDS, End)
}  # fmt: skip
