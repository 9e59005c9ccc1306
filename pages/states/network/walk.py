"""Following a number back through a network: the path, the number that is open, and where stepping has led.

A place is (number, flat). Number 0 is the input, 1 the first layer, and so on; the loss comes after the last layer.
flat is a cell of the output in C order. `path` holds the places on the way back; the last one is open.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from engine.cached import cached_property
from engine.layers import Layer
from engine.network import Network
from engine.network.blocks import Block
from engine.trace import Board
from engine.trace.follow import origins
from pages.states import fields
from pages.states.fields import Field

Place = tuple[int, ...]
MAX_PATH = 40


@dataclass(frozen=True, eq=False, kw_only=True)
class Walk:
    """A path through places, and the step on show in the trace of the open one.

    step: None for the step that writes the open cell. Each kind of walk says what `open`, its `trace` and its `index`
    in the trace are, which place the step on show writes, and what that rests on.
    """

    path: tuple[Place, ...] = ()
    step: int | None = None

    # What is computed once, with all that it depends on.
    KEPT: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    def but(self, **changes: Any) -> Self:
        """Return the state with other fields; what is computed already is kept where all that it depends on is."""
        made = replace(self, **changes)
        for name, reasons in self.KEPT:
            if name in vars(self) and all(getattr(made, one) is getattr(self, one) for one in reasons):
                vars(made)[name] = vars(self)[name]
        return made

    @cached_property
    def shown_step(self) -> int:
        """The step of the trace that is on show."""
        return self.trace.step_at(self.index) if self.step is None else min(self.step, len(self.trace.steps) - 1)

    @property
    def shown(self) -> Place:
        """The open place, or the one that stepping has led to."""
        return self.written() or self.open

    @property
    def walked(self) -> tuple[Place, ...]:
        """The places of the path that can be stepped through."""
        return self.path

    @cached_property
    def trail(self) -> tuple[Place, ...]:
        """The path to the place on show; only that place, where stepping has left the path."""
        if self.shown == self.open:
            return self.path
        before = self.walked[:-1]
        if before and not self.but(path=before, step=None).rests_on(self.shown):
            before = ()
        return (*before, self.shown)

    def opened(self, path: tuple[Place, ...] = (), step: int | None = None) -> Self:
        """Return the state with a path, by default the one that it begins with."""
        return self.but(path=path or self.first_path, step=step)

    def with_back(self, place: int) -> Self:
        """Return the state at an earlier place of its path."""
        if not 0 <= place < len(self.trail):
            raise ValueError(f"the path has no place {place}")
        return self.opened(self.trail[: place + 1])

    def with_step(self, step: int) -> Self:
        """Return the state at a step of the open trace; the path goes on from where that is."""
        return self if step == self.shown_step else self.but(path=self.walked, step=step)

    def as_far(self, before: "Walk") -> Self:
        """Return the state with as much of another state's path as its network has; with all of it, also the step."""
        kept = self.kept_path(before.path)
        return self.opened(kept, before.step if kept == before.path else None)


@dataclass(frozen=True, eq=False)
class NetworkWalk(Walk):
    """A walk through the values of a network."""

    network: Network
    input: np.ndarray
    parameters: dict[str, np.ndarray]

    KEPT = (("outputs", ("network", "input", "parameters")),)

    @cached_property
    def outputs(self) -> list[np.ndarray]:
        """Every layer's output."""
        return self.network.forward(self.input, self.parameters)

    @property
    def logits(self) -> np.ndarray:
        return self.output(self.network.logits)

    @property
    def has_loss(self) -> bool:
        return False

    @property
    def last(self) -> int:
        """The number of the last place: the loss, or the last layer."""
        return len(self.network) + self.has_loss

    @property
    def first_path(self) -> tuple[Place, ...]:
        return ((self.last, 0),)

    def output(self, number: int) -> np.ndarray:
        """What stands at a place's number: the input, or a layer's output."""
        return self.outputs[number - 1] if number else self.input

    def layer(self, number: int) -> Layer:
        """The layer of a number from 1 on."""
        return self.network.layers[number - 1]

    @property
    def walked(self) -> tuple[Place, ...]:
        return tuple(place for place in self.path if place[0])

    @property
    def open(self) -> Place:
        """The last place of the path that a layer computed."""
        return self.walked[-1] if self.walked else (self.last, 0)

    @property
    def is_block(self) -> bool:
        """Whether the open layer is a block, which cannot be stepped through."""
        return isinstance(self.layer(self.open[0]), Block)

    @property
    def index(self) -> tuple[int, ...]:
        """The open cell's index in its layer's output."""
        number, flat = self.open
        return tuple(int(k) for k in np.unravel_index(flat, self.output(number).shape))

    @cached_property
    def shown_step(self) -> int:
        return 0 if self.is_block else super().shown_step

    def written(self) -> Place | None:
        """The cell of the open layer's output that the step on show writes; None for a step that only leads to one."""
        if self.is_block:
            return None
        number, _ = self.open
        board, flat = self.trace.steps[self.shown_step].writes
        return (number, _flat(self.trace.board(board), flat, self.output(number))) if self._is_output(board) else None

    def _is_output(self, board: str) -> bool:
        return board == self.trace.output_board

    def leads(self) -> dict[str, int]:
        """The boards of the open trace that show the output of another place, each with that place's number."""
        return {} if self.is_block else {"input": self.open[0] - 1}

    def place_of(self, board: str, flat: int) -> Place | None:
        """Return the place that a cell of the open trace's boards is; None for padding. ValueError for other boards."""
        number = self.leads().get(board)
        if number is None or not 0 <= flat < self.trace.board(board).values.size:
            raise ValueError(f"cell {flat} of {board!r} leads nowhere")
        at = _flat(self.trace.board(board), flat, self.output(number))
        return None if at is None else (number, at)

    def read(self) -> dict[int, list[int]]:
        """Return the cells of earlier places that the step on show rests on: number → flats."""
        if self.is_block:
            return {}
        rests: dict[int, list[int]] = {}
        for board, flats in origins(self.trace, self.shown_step, self.leads()).items():
            places = [self.place_of(board, flat) for flat in flats]
            rests[self.leads()[board]] = sorted(place[1] for place in places if place)
        return rests

    def rests_on(self, place: Place) -> bool:
        number, flat = place
        return flat in self.read().get(number, ())

    def kept_path(self, path: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the part of a path whose places this network has."""
        kept: list[Place] = []
        for number, flat in path:
            if number > self.last or flat >= max(1, self.output(number).size) or (number == 0 and not kept):
                break
            kept.append((number, flat))
        return tuple(kept)

    def with_open(self, number: int, flat: int) -> Self:
        """Return the state with a cell opened in the overview: a new path begins there."""
        if not (0 < number <= self.last and 0 <= flat < max(1, self.output(number).size)):
            raise ValueError(f"there is no cell {flat} at {number}")
        return self.opened(((number, flat),))

    def with_lead(self, board: str, flat: int) -> Self:
        """Return the state one layer back, at the cell that a cell of the open trace shows."""
        place = self.place_of(board, flat)
        if place is None:
            return self
        path = [passed for passed in self.trail if passed[0]]
        stays = place[0] == 0 and self.written() is None
        return self.opened(tuple([*path, place][-MAX_PATH:]), self.shown_step if stays else None)


def _flat(board: Board, flat: int, values: np.ndarray) -> int | None:
    """Return the cell of an array that a cell of its board shows; None for padding."""
    outside = board.outside(flat)
    if outside is None:
        return None
    return int(np.ravel_multi_index(outside, values.shape)) if values.shape else 0


def path_field(name: str, form: str) -> Field:
    """A path as a link's key: 9.0~8.2."""
    return fields.patterned(
        name,
        rf"[0-9]{{1,3}}\.[0-9]{{1,7}}(~[0-9]{{1,3}}\.[0-9]{{1,7}}){{0,{MAX_PATH - 1}}}",
        f"a path such as {form}",
        lambda match: tuple(tuple(map(int, place.split("."))) for place in match[0].split("~")),
        write=lambda path: "~".join(f"{number}.{flat}" for number, flat in path),
    )
