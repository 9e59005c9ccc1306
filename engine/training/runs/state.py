"""What a run's two files hold: run.json, what was asked for, and state.json, how far it is."""

import socket
from typing import Any, Literal

from pydantic import ValidationError, field_validator

from engine.training.records import Count, Number, Record, Time, Whole

WAITING, ACTIVE = "queued", ("queued", "running", "paused")
ENDED = ("stopped", "finished", "diverged", "failed")
MAX_NAME = 80


def checked_name(name: str) -> str:
    """Return a run's name without spaces around it. ValueError where a list cannot show it on a line."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise ValueError(f"a run's name has 1 to {MAX_NAME} characters on one line")
    return name.strip()


class Asked(Record):
    """What was asked for. config: as Config.as_dict makes it. removed: older runs that had to go for this one."""

    id: str = ""
    name: str
    created: Time
    preset: str | None = None
    kept: bool = False
    removed: tuple[str, ...] = ()
    config: dict[str, Any] | None = None

    @field_validator("name")
    @classmethod
    def _checked(cls, name: str) -> str:
        return checked_name(name)


class Owner(Record):
    """The process that trains a run."""

    host: str
    pid: Whole


class RunState(Record):
    """How far a run is. Times are seconds since 1970; `seconds` counts only training.

    submitted_by: the cluster's address, or the app's own sign. submission: how often it was sent. lost: workers lost
    since the last whole epoch; lost_by: "memory" where the last one took too much. A value of another type than its
    field's becomes the field's default, and so does what an older file has not got; only the status must be right.
    """

    status: Literal["queued", "running", "paused", "stopped", "finished", "diverged", "failed"]
    message: str = ""
    step: Whole = 0
    steps: Whole = 0
    epoch: Whole = 0
    epochs: Whole = 0
    updated: Time = 0.0
    queued: Time = 0.0
    started: Time | None = None
    ended: Time | None = None
    seconds: Number = 0.0
    images_per_second: Number | None = None
    loss: Number | None = None
    test_accuracy: Number | None = None
    threads: Count | None = None
    owner: Owner | None = None
    submitted_by: str | None = None
    submission: Whole = 0
    lost: Whole = 0
    lost_by: str | None = None

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_default(cls, value: Any, check, info) -> Any:
        try:
            return check(value)
        except ValidationError:
            field = cls.model_fields[info.field_name]
            if field.is_required():
                raise
            return field.default

    @property
    def active(self) -> bool:
        """Whether it trains, or is to."""
        return self.status in ACTIVE

    @property
    def elsewhere(self) -> bool:
        """Whether the last process that trained the run is on another machine, whose lock may be invisible here."""
        at_work = self.status in ("running", "paused")
        return at_work and self.owner is not None and self.owner.host != socket.gethostname()
