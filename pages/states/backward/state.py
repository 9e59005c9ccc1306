"""What the backward page shows, as one value: a forward state, and the gradient that is open in it.

A place is (number, name, flat), the gradient of the loss for one number. Numbers count as on the forward page: 0 is the
input, 1 the first layer, and so on; the loss comes after the last layer. name: "" for a value, else the parameter of
layer `number`. flat: the cell in C order. A rule is a place without its cell.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Self

import numpy as np

from engine.facts.rules import probability_trace
from engine.layers import Conv2d, ConvTranspose2d, CrossEntropyLoss, Layer, Linear
from engine.learning.kinks import jump_at
from engine.learning.passes import Pass, both_ways
from engine.network.blocks import own
from engine.trace import Board, Trace, crop
from engine.trace.follow import origins
from engine.writing.display import shown
from pages.states import edits
from pages.states.fields import Field
from pages.states.link import Link, write
from pages.states.network import state as network
from pages.states.network.limits import WHOLE_SIDE, WHOLE_TERMS
from pages.states.network.state import STEP, NetworkState
from pages.states.network.walk import MAX_PATH, Walk
from pages.states.picture import Chosen

Place = tuple[int, str, int]
Rule = tuple[int, str]
WHOLE_STEPS = 1000  # where there are more, a trace shows only the neighbourhood of one cell
_PLACE = re.compile(r"([0-9]{1,2})\.(?:([a-z_]{1,20})\.)?([0-9]{1,6})")


def place_text(place: Place) -> str:
    """Return a place's text in a link: 7.2 for a value's gradient, 5.weight.3 for a parameter's."""
    number, name, flat = place
    return f"{number}.{name}.{flat}" if name else f"{number}.{flat}"


def _read_path(text: str) -> tuple[Place, ...]:
    places = [_PLACE.fullmatch(part) for part in text.split("~")[: MAX_PATH + 1]]
    if len(places) > MAX_PATH or not all(places):
        raise ValueError(f"at {shown(text)} is not a path such as 5.weight.1~5.1")
    return tuple((int(place[1]), place[2] or "", int(place[3])) for place in places)


AT = Field("at", _read_path, lambda path: "~".join(map(place_text, path)))


@dataclass(frozen=True, eq=False)
class GradientState(Walk):
    """A network with its numbers, and how a gradient was followed: the last place of the path is open."""

    forward: NetworkState

    knobs = ()
    live = True

    @cached_property
    def both(self) -> Pass:
        """Every value and gradient."""
        state = self.forward
        return both_ways(state.network, state.parameters, state.input, state.target)

    @property
    def logits(self) -> int:
        return self.forward.network.logits

    @property
    def has_softmax(self) -> bool:
        """Whether the network ends in a softmax, whose probabilities have a gradient of their own."""
        return self.logits < len(self.forward.network)

    def gradient(self, number: int, name: str = "") -> np.ndarray:
        """The gradient of the loss for every cell of a value or a parameter. KeyError where there is none."""
        if name:
            return self.both.gradients[f"{number - 1}.{name}"]
        if number > len(self.forward.network):
            return np.ones(())
        return self.both.incoming[number - 1] if number else self.both.grad_input

    def values(self, number: int, name: str = "") -> np.ndarray:
        """What the gradient is for."""
        return self.forward.parameters[f"{number - 1}.{name}"] if name else self.forward.output(number)

    def parameters(self, number: int) -> tuple[str, ...]:
        """The names of a layer's trained parameters."""
        start = f"{number - 1}."
        return tuple(name.removeprefix(start) for name in self.both.gradients if name.startswith(start))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in order, from the loss back: the logits, then each layer's parameters and what it took in."""
        made: list[Rule] = [(self.logits, "")]
        for number in range(self.logits, 0, -1):
            made += [*((number, name) for name in self.parameters(number)), (number - 1, "")]
        return tuple(made)

    @property
    def first_path(self) -> tuple[Place, ...]:
        """The true class's logit."""
        return ((self.logits, "", self.forward.target),)

    @property
    def open(self) -> Place:
        return self.path[-1]

    @property
    def at_rule(self) -> int:
        """The number of the rule that is open; for the probabilities, that of the loss."""
        rule = self.open[:2]
        return self.rules.index(rule) if rule in self.rules else 0

    @property
    def passed(self) -> int:
        """The number of the layer that the open rule goes through: its gradient arrives, the open one leaves."""
        number, name, _ = self.open
        return number if name else self.forward.last if number >= self.logits else number + 1

    @property
    def layer(self) -> Layer:
        return self.forward.layer(self.passed)

    @cached_property
    def trace(self) -> Trace:
        """The trace of the open gradient, near the open cell where it is large."""
        made = self.whole_trace
        if is_large(made):
            made = crop.around(made, self.index)
        return replace(made, boards=tuple(self._board(board) for board in made.boards))

    @cached_property
    def whole_trace(self) -> Trace:
        number, name, _ = self.open
        state = self.forward
        if not name and number == self.logits:
            return CrossEntropyLoss().trace_backward(
                "input", 1.0, state.logits, target=state.target, classes=state.classes
            )
        if not name and number > self.logits:
            return probability_trace(self.both.probabilities, state.target, state.classes)
        k = self.passed - 1
        return self.layer.trace_backward(
            name or "input", self.both.incoming[k], self.both.arriving(k), **own(state.parameters, str(k))
        )

    def _board(self, board: Board) -> Board:
        """Return a board whose numbers can be edited: pixels, and weights that lie as their parameter does."""
        editable = (board.name == "input" and self.passed == 1) or (
            board.name == "weight" and (isinstance(self.layer, Linear) or _plain(self.layer))
        )
        return replace(board, editable=editable)

    @property
    def index(self) -> tuple[int, ...]:
        """The open cell's index in the board of its gradient."""
        number, name, flat = self.open
        order = self.order(number, name)
        (at,) = np.flatnonzero(order == flat)
        return tuple(int(k) for k in np.unravel_index(at, board_shape(order.shape)))

    def order(self, number: int, name: str) -> np.ndarray:
        """Return which cell of a gradient each cell of its board shows; a transposed convolution's weight is turned."""
        shape = self.gradient(number, name).shape
        cells = np.arange(int(np.prod(shape))).reshape(shape)
        layer = self.forward.layer(number) if name == "weight" else None
        return layer.filters(cells) if isinstance(layer, ConvTranspose2d) else cells

    @property
    def jump(self) -> str:
        """A sentence where a layer's slope jumps at the number whose gradient is shown; "" elsewhere."""
        number, name, flat = self.shown
        if name or number >= self.logits:
            return ""
        return jump_at(self.layer, self.both.arriving(self.passed - 1), flat)

    def written(self) -> Place | None:
        """The place that the step on show writes; None for a step that only leads to one."""
        number, name, _ = self.open
        board, flat = self.trace.steps[self.shown_step].writes
        if board != self.trace.output_board:
            return None
        outside = self.trace.board(board).outside(flat)
        if outside is None:
            return None
        order = self.order(number, name)
        return number, name, int(order.ravel()[_flat(outside, order.shape)])

    def leads(self) -> dict[str, Rule]:
        """The boards of the open trace that show a gradient nearer to the loss, each with that gradient."""
        if not self.open[1] and self.open[0] >= self.logits:
            return {}
        return {"incoming": (self.passed, "")}

    def values_read(self) -> dict[str, int]:
        """The boards of the open trace that show a value of the forward pass, each with the place of that value."""
        number, name, _ = self.open
        if not name and number >= self.logits:
            made = {"input": number}
            return made | ({"probabilities": number + 1} if number == self.logits and self.has_softmax else {})
        return {"input": self.passed - 1}

    def place_of(self, board: str, flat: int) -> Place | None:
        """Return the place that a cell of the open trace's boards is; None for padding. ValueError for other boards."""
        rule = self.leads().get(board)
        return None if (at := self._cell(board, flat, rule, self.leads())) is None else (*rule, at)

    def value_of(self, board: str, flat: int) -> tuple[int, int] | None:
        """Return the forward page's place of a cell of the open trace's boards; None for padding. ValueError else."""
        number = self.values_read().get(board)
        at = self._cell(board, flat, None if number is None else (number, ""), self.values_read())
        return None if at is None else (number, at)

    def _cell(self, board: str, flat: int, rule: Rule | None, boards: Mapping) -> int | None:
        if rule is None or not 0 <= flat < self.trace.board(board).values.size:
            raise ValueError(f"cell {flat} of {board!r} leads nowhere: {', '.join(boards)} do")
        found, shape = self.trace.board(board), self.values(*rule).shape
        outside = found.outside(flat)
        return None if outside is None else _flat(outside, shape)

    def read(self) -> dict[Rule, list[int]]:
        """Return the cells of gradients nearer to the loss that the step on show rests on."""
        found = origins(self.trace, self.shown_step, self.leads())
        return {
            self.leads()[board]: sorted(place[2] for flat in flats if (place := self.place_of(board, flat)))
            for board, flats in found.items()
        }

    def read_values(self) -> dict[int, list[int]]:
        """Return the values that the step on show rests on: number → cells."""
        found = origins(self.trace, self.shown_step, self.values_read())
        return {
            self.values_read()[board]: sorted(place[1] for flat in flats if (place := self.value_of(board, flat)))
            for board, flats in found.items()
        }

    def rests_on(self, place: Place) -> bool:
        *rule, flat = place
        return flat in self.read().get(tuple(rule), ())

    # Following a gradient

    def has(self, place: Place) -> bool:
        """Whether there is such a gradient."""
        number, name, flat = place
        known = name in self.parameters(number) if name else 0 <= number <= len(self.forward.network)
        return known and 0 <= flat < self.gradient(number, name).size

    def kept_path(self, path: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the part of a path whose places this network has."""
        return tuple(takewhile(self.has, path))

    def with_open(self, number: int, name: str, flat: int) -> Self:
        """Return the state with a gradient opened in the overview; for the loss, that of the true class's logit."""
        if not name and number == self.forward.last and number > len(self.forward.network):
            return self.opened()
        if not self.has((number, name, flat)):
            raise ValueError(f"there is no gradient {flat} of {name or 'value'} {number}")
        return self.opened(((number, name, flat),))

    def with_rule(self, by: int) -> Self:
        """Return the state a number of rules further back from the loss, at the largest gradient there."""
        at = min(max(self.at_rule + by, 0), len(self.rules) - 1)
        if at == self.at_rule and self.open[:2] == self.rules[at]:
            return self
        number, name = self.rules[at]
        if (number, name) == (self.logits, ""):
            return self.opened()
        return self.opened(((number, name, int(np.abs(self.gradient(number, name)).argmax())),))

    def with_lead(self, board: str, flat: int) -> Self:
        """Return the state one rule nearer to the loss, at the gradient that a cell of the open trace shows."""
        place = self.place_of(board, flat)
        return self if place is None else self.opened((*self.trail, place)[-MAX_PATH:])

    # Changing the numbers

    def with_forward(self, forward: NetworkState) -> Self:
        """Return the state for a changed network, with those places of the path that it still has."""
        return of(forward).as_far(self)

    def with_target(self, target: int) -> Self:
        """Return the state with another true class."""
        forward = self.forward.with_target(target)
        return of(forward) if self.open[:2] == (self.logits, "") else self.with_forward(forward)

    def with_picture(self, chosen: Chosen) -> Self:
        return self.with_forward(self.forward.with_picture(chosen))

    def with_seed(self, seed: int) -> Self:
        return self.with_forward(self.forward.with_seed(seed))

    def with_edit(self, edit: Mapping) -> tuple[Self, str]:
        """Apply what the learner typed or pasted; return the new state and a sentence or "".

        Raises ValueError where it has not the form of an edit (pages/states/edits.py), or leads to numbers that cannot
        be computed.
        """
        forward, name = self.forward, f"{self.passed - 1}.weight"
        own_arrays = {"input": forward.input, "weight": forward.parameters.get(name)}
        arrays = {board.name: own_arrays[board.name] for board in self.trace.boards if board.editable}
        try:
            board, array, note = edits.apply(edit, arrays, _kept_cell)
        except edits.Refused as refused:
            return self, str(refused)
        if board == "input":
            return self.with_forward(forward.with_input(array)), note
        changed = replace(forward, parameters={**forward.parameters, name: array})
        return self.with_forward(changed.checked()), note

    # The link

    def query(self) -> dict[str, str]:
        """Return the shortest link that brings a state back."""
        at = self.path if self.path != self.first_path else None
        return {**self.forward.query(), **write((AT, at), (STEP, self.step))}


def of(forward: NetworkState) -> GradientState:
    """Return the state of a network with the true class's logit open. ValueError where the network has no loss."""
    if not forward.has_loss:
        size = "×".join(map(str, forward.logits.shape))
        raise ValueError(f"the network ends in {size}; a loss needs one number for each class: end in Flatten, Linear")
    state = GradientState(forward.opened()).opened()
    _ = state.both
    return state


def read(query: Mapping[str, str], chosen: Chosen | None = None) -> tuple[GradientState, list[str]]:
    """Return the state of a link, and a sentence for each part of the link that could not be read and was left out."""
    link = Link(query)
    forward = network.opened(link, chosen)
    state = link.attempt(of, forward) or of(network.from_preset(network.DEFAULT))
    if (path := link.take(AT)) is not None:
        state = link.attempt(_with_path, state, path, default=state)
    return replace(state, step=link.take(STEP)), link.end()


def _with_path(state: GradientState, path: tuple[Place, ...]) -> GradientState:
    for place in path:
        if not state.has(place):
            raise ValueError(f"at names {place_text(place)}, a gradient that this network does not have")
    return state.opened(path)


def _kept_cell(board: str, index: tuple[int, ...]) -> tuple[int, ...]:
    """Return a cell's place in its parameter: a weight's board is turned, with the input's channel first."""
    return (index[1], index[0], *index[2:]) if board == "weight" else index


def board_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a gradient's board: a kernel's filters and channels are its panes."""
    return (shape[0] * shape[1], *shape[2:]) if len(shape) == 4 else shape


def _flat(index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Return the cell of a value or parameter at a board's index; a map with pages has one axis more."""
    shape = board_shape(shape)
    if len(index) > len(shape):
        index = (index[0], *index[-2:])
    return int(np.ravel_multi_index(index, shape)) if shape else 0


def _plain(layer: Layer) -> bool:
    return isinstance(layer, Conv2d) and layer.groups == 1


def is_large(trace: Trace) -> bool:
    """Whether a gradient has too many steps to show them all at once."""
    shapes = [board.values.shape for board in trace.boards]
    sides = [side for shape in shapes if len(shape) > 1 for side in shape[-2:]]
    longest = max((shape[0] for shape in shapes if len(shape) == 1), default=0)
    terms = sum(phase.terms.size for phase in trace.phases)
    wide = max(sides, default=0) > WHOLE_SIDE or longest > 2 * WHOLE_SIDE
    return wide or terms > WHOLE_TERMS or len(trace.steps) > WHOLE_STEPS
