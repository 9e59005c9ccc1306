"""A trace's payload read back: the texts, colours and places that a player shows, for what draws or writes them."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.cached import cached_property
from engine.trace import NONE
from pages.states.sheet.colors import tone


def integers(packed: Mapping[str, Any]) -> np.ndarray:
    """Return integers as engine.trace.payload packs them; flat, or (steps, terms) where each step is moved on."""
    if "base" in packed:
        return _raw(packed["base"])[:, None] + np.array(packed["offset"])
    return _raw(packed["flat"])


def _raw(packed: Mapping[str, Any]) -> np.ndarray:
    kind = np.dtype(f"<u{packed['bits'] // 8}")
    flat = np.frombuffer(base64.b64decode(packed["data"]), kind)
    return np.where(flat == np.iinfo(kind).max, NONE, flat.astype(np.int64))


class Written:
    """Numbers as texts, each with the name of its colour."""

    def __init__(self, packed: Mapping[str, Any], shade: str = "sign"):
        self.pool, self.index = packed["pool"], integers(packed["index"]).ravel()
        self._tones = (
            [f"pixel-{k}" for k in packed["pixel"]] if shade == "pixel" else [tone(k) for k in packed["level"]]
        )

    def text(self, at: int) -> str:
        return self.pool[self.index[at]]

    def tone(self, at: int) -> str:
        return self._tones[self.index[at]]


class ShownBoard:
    """A board as it is drawn: `panes` grids of rows × columns; of a paged one, those of one page."""

    def __init__(self, data: Mapping[str, Any]):
        self.data, self.name, self.title = data, data["name"], data["title"]
        self.written = Written(data["values"], data["shade"])
        self.shape = data["shape"][1:] if data["paged"] else data["shape"]
        self.padding = frozenset(data["padding"] or ())
        self.labels, self.pane_names = data["labels"], data["panes"]
        *more, self.columns = self.shape or [1]
        self.rows, self.panes = (more[-1] if more else 1), int(np.prod(more[:-1])) if len(more) > 1 else 1
        self.wrapped = len(self.shape) < 2
        if self.wrapped:
            self._wrap()

    def _wrap(self) -> None:
        """A vector stands upright where that is short, else in lines."""
        count = self.columns
        self.columns = self.data["wrap"] or (1 if count <= 12 else 12)
        self.rows = -(-count // self.columns)

    @property
    def per_page(self) -> int:
        return int(np.prod(self.shape)) if self.shape else 1

    def cells(self, page: int, pane: int) -> list[tuple[int, int, int]]:
        """Return (flat, row, column) of each cell of a pane."""
        size = self.rows * self.columns
        begin = (page if self.data["paged"] else 0) * self.per_page + pane * size
        count = min(size, self.per_page - pane * size)
        return [(begin + k, k // self.columns, k % self.columns) for k in range(count)]


@dataclass(frozen=True)
class ShownPhase:
    """A phase of a payload: `data`, and the number of the step that it begins with."""

    data: Mapping[str, Any]
    start: int

    @cached_property
    def writes(self) -> np.ndarray:
        return integers(self.data["writes"]["index"]).ravel()

    def __len__(self) -> int:
        return len(self.writes)

    @cached_property
    def groups(self) -> np.ndarray:
        return np.array(self.data["groups"])

    @cached_property
    def factors(self) -> list[np.ndarray]:
        """(steps, terms) for each factor."""
        return [integers(factor["index"]).reshape(len(self), len(self.groups)) for factor in self.data["factors"]]

    @cached_property
    def terms(self) -> Written:
        return Written(self.data["terms"])

    @cached_property
    def partials(self) -> list[Written]:
        return [Written(partial["values"]) for partial in self.data["partials"]]

    @cached_property
    def before(self) -> Written:
        return Written(self.data["before"])

    @cached_property
    def results(self) -> Written:
        return Written(self.data["results"])

    @cached_property
    def pages(self) -> np.ndarray:
        return integers(self.data["page"]).ravel()

    def page(self, s: int) -> int:
        return int(self.pages[s])

    def fields(self, s: int) -> dict[str, str]:
        """Return what a step's sentence, and its finish, have in their fields."""
        return {name: column["pool"][_raw(column["index"])[s]] for name, column in self.data["fields"].items()}

    def say(self, s: int) -> str:
        return self.data["say"].format(**self.fields(s))

    def holds(self, flags: Mapping[str, Any] | None, at: int) -> bool:
        """Whether a flag of the payload is set: None where all are, else the places where it is not."""
        return flags is None or at not in _raw(flags)


class ShownTrace:
    """A payload with its boards and phases."""

    def __init__(self, payload: Mapping[str, Any]):
        self.title = payload["title"]
        self.boards = {board["name"]: ShownBoard(board) for board in payload["boards"]}
        self.phases: list[ShownPhase] = []
        for phase in payload["phases"]:
            self.phases.append(ShownPhase(phase, self.count))

    @property
    def count(self) -> int:
        """How many steps there are."""
        return self.phases[-1].start + len(self.phases[-1]) if self.phases else 0

    def at(self, step: int) -> tuple[ShownPhase, int]:
        """Return the phase of a step, and which of the phase's steps it is. Raises IndexError where there is none."""
        for phase in self.phases:
            if phase.start <= step < phase.start + len(phase):
                return phase, step - phase.start
        raise IndexError(f"there is no step {step}")
