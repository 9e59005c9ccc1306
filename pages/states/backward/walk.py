"""Following a gradient through a network: every rule, the trace of the open one, and what it rests on.

Places, rules and boards: pages/states/backward/places.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Self

import numpy as np

from engine.cached import cached_property
from engine.facts.rules import probability_trace
from engine.layers import ConvTranspose2d, CrossEntropyLoss, Layer, Linear
from engine.learning.kinks import jump_at
from engine.learning.passes import Pass, both_ways
from engine.network.blocks import own
from engine.trace import Board, Trace, crop
from engine.trace.follow import origins
from pages.states.backward.places import Place, Rule, board_shape, flat_in, is_large, plain
from pages.states.network.state import NetworkState
from pages.states.network.walk import MAX_PATH, Walk


@dataclass(frozen=True, eq=False)
class GradientWalk(Walk):
    """A walk through the gradients of a network, from one rule to the next; the last place of the path is open."""

    forward: NetworkState

    KEPT = (("both", ("forward",)), ("trace", ("forward", "open")))

    @cached_property
    def both(self) -> Pass:
        """Every value and gradient."""
        state = self.forward
        return both_ways(state.network, state.parameters, state.input, state.target, state.outputs)

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
        if not 0 < number <= self.logits:
            return ()
        layer = self.forward.layer(number)
        return tuple(name for name in layer.parameter_shapes() if name not in layer.buffers)

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
        """Which rule is open; the loss's own for the probabilities."""
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
        return replace(board, editable=board.name in self.editable)

    @property
    def editable(self) -> tuple[str, ...]:
        """Boards that can be edited where they are shown: pixels, and weights that are laid out as they are kept."""
        weights = ("weight",) if isinstance(self.layer, Linear) or plain(self.layer) else ()
        return (*weights, "input") if self.passed == 1 else weights

    @property
    def index(self) -> tuple[int, ...]:
        """The open cell's index in the board of its gradient."""
        number, name, flat = self.open
        order = self.order(number, name)
        (at,) = np.flatnonzero(order == flat)
        return tuple(int(k) for k in np.unravel_index(at, board_shape(order.shape)))

    def order(self, number: int, name: str) -> np.ndarray:
        """Return the cell that each cell of a gradient's board is; a transposed convolution's weight lies otherwise."""
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
        """The place that the step on show writes; None for a step on the way to one."""
        number, name, _ = self.open
        board, flat = self.trace.steps[self.shown_step].writes
        if board != self.trace.output_board:
            return None
        outside = self.trace.board(board).outside(flat)
        if outside is None:
            return None
        order = self.order(number, name)
        return number, name, int(order.ravel()[flat_in(outside, order.shape)])

    def leads(self) -> dict[str, Rule]:
        """Boards of the open trace whose cells are a gradient nearer to the loss, and which."""
        if not self.open[1] and self.open[0] >= self.logits:
            return {}
        return {"incoming": (self.passed, "")}

    def values_read(self) -> dict[str, int]:
        """Boards of the open trace whose cells are a value of the forward pass, and whose."""
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
        return None if outside is None else flat_in(outside, shape)

    def read(self) -> dict[Rule, list[int]]:
        """Return the cells of gradients nearer to the loss that the step on show rests on."""
        return self._origins(self.leads(), self.place_of)

    def read_values(self) -> dict[int, list[int]]:
        """Return the values that the step on show rests on: number → cells."""
        return self._origins(self.values_read(), self.value_of)

    def _origins(self, boards: dict[str, Any], place_of: Callable[[str, int], tuple | None]) -> dict[Any, list[int]]:
        return {
            boards[board]: sorted(place[-1] for flat in flats if (place := place_of(board, flat)))
            for board, flats in origins(self.trace, self.shown_step, boards).items()
        }

    def rests_on(self, place: Place) -> bool:
        *rule, flat = place
        return flat in self.read().get(tuple(rule), ())

    def has(self, place: Place) -> bool:
        """Whether there is such a gradient."""
        number, name, flat = place
        known = name in self.parameters(number) if name else 0 <= number <= len(self.forward.network)
        return known and 0 <= flat < self.values(number, name).size

    def kept_path(self, path: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return a path as far as the network has its places."""
        return tuple(takewhile(self.has, path))

    def with_open(self, number: int, name: str, flat: int) -> Self:
        """Return the state with a gradient chosen from the whole; the loss's own opens the true class's logit."""
        if not name and number == self.forward.last and number > len(self.forward.network):
            return self.opened()
        if not self.has((number, name, flat)):
            raise ValueError(f"there is no gradient {flat} of {name or 'value'} {number}")
        return self.opened(((number, name, flat),))

    def with_rule(self, by: int) -> Self:
        """Return the state so many rules on (back from the loss), at the largest gradient that it gives."""
        at = min(max(self.at_rule + by, 0), len(self.rules) - 1)
        if at == self.at_rule and self.open[:2] == self.rules[at]:
            return self
        number, name = self.rules[at]
        if (number, name) == (self.logits, ""):
            return self.opened()
        return self.opened(((number, name, int(np.abs(self.gradient(number, name)).argmax())),))

    def with_lead(self, board: str, flat: int) -> Self:
        """Return the state one rule towards the loss, at the gradient that a cell of the open trace is."""
        place = self.place_of(board, flat)
        return self if place is None else self.opened((*self.trail, place)[-MAX_PATH:])
