"""What the backward page shows, as one value: a forward state, and the gradient that is open in it.

A place is (number, name, flat), the gradient of the loss for one number. Numbers count as on the forward page: 0 is
the input, k is layer k counted from 1, one more than the layers is the loss. name: "" for a value, else the parameter
of layer `number`. flat: the cell in C order. A rule is a place without its cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.facts.rules import probability_trace
from engine.layers import Conv2d, ConvTranspose2d, CrossEntropyLoss, Layer, Linear
from engine.learning.passes import Pass, both_ways
from engine.network.blocks import own
from engine.trace import Board, Trace, crop
from engine.trace.follow import origins
from pages.states.network import state as forward_state
from pages.states.network.limits import WHOLE_SIDE, WHOLE_TERMS

Place = tuple[int, str, int]
Rule = tuple[int, str]
MAX_PATH = 40
WHOLE_STEPS = 1000  # above this, a trace keeps to the neighbourhood of one cell


@dataclass(frozen=True, eq=False)
class State:
    """A network with its numbers, and how a gradient was followed: the last place of the path is open.

    step: of the open trace, None for the step that writes the open cell.
    """

    forward: forward_state.State
    path: tuple[Place, ...] = ()
    step: int | None = None

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
        """Return a board as it can be edited: pixels, and weights that are laid out as they are kept."""
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
        """Return the cell that each cell of a gradient's board is; a transposed convolution's weight lies otherwise."""
        shape = self.gradient(number, name).shape
        cells = np.arange(int(np.prod(shape))).reshape(shape)
        layer = self.forward.layer(number) if name == "weight" else None
        return layer.filters(cells) if isinstance(layer, ConvTranspose2d) else cells

    @cached_property
    def shown_step(self) -> int:
        if self.step is not None:
            return min(self.step, len(self.trace.steps) - 1)
        return self.trace.step_at(self.index)

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
        return number, name, int(order.ravel()[_flat(outside, order.shape)])

    @property
    def shown(self) -> Place:
        """The open place, or the one that stepping has led to."""
        return self.written() or self.open

    @cached_property
    def trail(self) -> tuple[Place, ...]:
        """The path to what is shown; where stepping has left it, only that."""
        if self.shown == self.open:
            return self.path
        before = self.path[:-1]
        if before:
            number, name, flat = self.shown
            read = replace(self, path=before, step=None).read()
            if flat not in read.get((number, name), ()):
                before = ()
        return (*before, self.shown)

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


def board_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of a gradient's board: a kernel's filters and channels are its panes."""
    return (shape[0] * shape[1], *shape[2:]) if len(shape) == 4 else shape


def _flat(index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Return the cell of a value or parameter that a board's index means; a paged map has an axis more."""
    shape = board_shape(shape)
    if len(index) > len(shape):
        index = (index[0], *index[-2:])
    return int(np.ravel_multi_index(index, shape)) if shape else 0


def _plain(layer: Layer) -> bool:
    return isinstance(layer, Conv2d) and layer.groups == 1


def is_large(trace: Trace) -> bool:
    """Whether all steps of a gradient at once are too many to see."""
    shapes = [board.values.shape for board in trace.boards]
    sides = [side for shape in shapes if len(shape) > 1 for side in shape[-2:]]
    longest = max((shape[0] for shape in shapes if len(shape) == 1), default=0)
    terms = sum(phase.terms.size for phase in trace.phases)
    wide = max(sides, default=0) > WHOLE_SIDE or longest > 2 * WHOLE_SIDE
    return wide or terms > WHOLE_TERMS or len(trace.steps) > WHOLE_STEPS
