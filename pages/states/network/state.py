"""What the forward page shows, as one value: from a link, to a link, and changed by an edit or a step.

A place is (number, flat). Number 0 is the input, k is layer k counted from 1, one more than the layers is the loss;
flat is a cell of its output in C order. `path` is how a number was followed back: its last place is the one open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.layers import CrossEntropyLoss, Layer, Softmax
from engine.network import Network
from engine.trace import Trace
from engine.trace.follow import origins
from pages.states import codec, edits, picture
from pages.states.network import presets as forward_presets
from pages.states.network.limits import MAX_CLASSES, is_large, runnable
from pages.states.network.numbers import carried
from pages.states.network.presets import PRESETS, Preset

Place = tuple[int, int]
MAX_PATH = 40


@dataclass(frozen=True, eq=False)
class State:
    """A network with its input and numbers, a target class, and what is open.

    base: name of the preset that it started as. text: the input's text in a link. seed: of layers that the preset has
    not. step: of the open layer's trace, None for the step that writes the open cell.
    """

    base: str
    network: Network
    input: np.ndarray
    text: str
    parameters: dict[str, np.ndarray]
    target: int = 0
    seed: int = 0
    path: tuple[Place, ...] = ()
    step: int | None = None

    @property
    def preset(self) -> Preset:
        return PRESETS[self.base]

    @cached_property
    def outputs(self) -> list[np.ndarray]:
        """Every layer's output."""
        return self.network.forward(self.input, self.parameters)

    @property
    def logits(self) -> np.ndarray:
        return self.output(self.network.logits)

    @property
    def has_loss(self) -> bool:
        """Whether the network ends in a vector of scores."""
        return self.logits.ndim == 1 and 2 <= self.logits.size <= MAX_CLASSES

    @cached_property
    def loss(self) -> np.ndarray:
        return np.asarray(CrossEntropyLoss().forward(self.logits, target=self.target))

    @property
    def last(self) -> int:
        """The number of the last place: the loss, or the last layer."""
        return len(self.network) + self.has_loss

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes are called: as in the preset where their number fits."""
        names, count = self.preset.classes, self.logits.size
        return names if len(names) == count else tuple(map(str, range(count)))

    def output(self, number: int) -> np.ndarray:
        """What stands at a place's number: the input, a layer's output, the loss."""
        if number == 0:
            return self.input
        return self.loss if number > len(self.network) else self.outputs[number - 1]

    def layer(self, number: int) -> Layer:
        """The layer of a number from 1 on; the loss is a layer too."""
        return CrossEntropyLoss() if number > len(self.network) else self.network.layers[number - 1]

    @property
    def open(self) -> Place:
        """The last place of the path that a layer computed."""
        return next((place for place in reversed(self.path) if place[0]), (self.last, 0))

    @property
    def index(self) -> tuple[int, ...]:
        """The open cell's index in its layer's output."""
        number, flat = self.open
        return tuple(int(k) for k in np.unravel_index(flat, self.output(number).shape)) if number <= len(
            self.network) else ()  # fmt: skip

    @cached_property
    def trace(self) -> Trace:
        """The open layer's trace: near the open cell where the layer is large. Maps in between cannot be edited."""
        number, _ = self.open
        if number > len(self.network):
            made = CrossEntropyLoss().trace(self.logits, target=self.target, classes=self.classes)
        else:
            layer, arriving = self.layer(number), self.output(number - 1)
            around = self.index if is_large(layer, arriving.shape, self.output(number).shape) else None
            if isinstance(layer, Softmax):
                made = layer.trace(arriving, classes=self.classes)
            else:
                made = self.network.trace(number - 1, self.input, self.outputs, self.parameters, around=around)
        boards = tuple(
            replace(board, editable=False) if board.name == "input" and number != 1 else board for board in made.boards
        )
        return replace(made, boards=boards)

    @cached_property
    def shown_step(self) -> int:
        """The step of the trace that is on show."""
        if self.step is not None:
            return min(self.step, len(self.trace.steps) - 1)
        if self.open[0] > len(self.network):
            return len(self.trace.steps) - 1
        return self.trace.step_at(self.index)

    def written(self) -> Place | None:
        """The cell of the open layer's output that the step on show writes; None for a step on the way to one."""
        number, _ = self.open
        board, flat = self.trace.steps[self.shown_step].writes
        if number > len(self.network):
            return (number, 0) if self.shown_step == len(self.trace.steps) - 1 else None
        if board != self.trace.output_board:
            return None
        return number, _flat(self.trace.board(board).outside(flat), self.output(number).shape)

    @property
    def shown(self) -> Place:
        """The open cell, or the one that stepping has led to."""
        return self.written() or self.open

    @cached_property
    def trail(self) -> tuple[Place, ...]:
        """The path to what is shown; where stepping has led to a cell that the place before did not read, only that."""
        if self.shown == self.open:
            return self.path
        before = tuple(place for place in self.path if place[0])[:-1]
        number, flat = self.shown
        if before and flat not in replace(self, path=before, step=None).read().get(number, ()):
            before = ()
        return (*before, self.shown)

    def leads(self) -> dict[str, int]:
        """Boards of the open trace whose cells are another place's output, and that place's number."""
        number, _ = self.open
        if number <= len(self.network):
            return {"input": number - 1}
        made = {"input": self.network.logits}
        if self.network.logits < len(self.network):
            made["probabilities"] = len(self.network)
        return made

    def place_of(self, board: str, flat: int) -> Place | None:
        """Return the place that a cell of the open trace's boards is; None for padding. ValueError for other boards."""
        number = self.leads().get(board)
        if number is None or not 0 <= flat < self.trace.board(board).values.size:
            raise ValueError(f"cell {flat} of {board!r} leads nowhere")
        outside = self.trace.board(board).outside(flat)
        return None if outside is None else (number, _flat(outside, self.output(number).shape))

    def read(self) -> dict[int, list[int]]:
        """Return the cells of earlier places that the step on show rests on: number → flats."""
        made: dict[int, list[int]] = {}
        for board, flats in origins(self.trace, self.shown_step, self.leads()).items():
            places = [self.place_of(board, flat) for flat in flats]
            made[self.leads()[board]] = sorted(place[1] for place in places if place)
        return made


def _flat(index: tuple[int, ...], shape: tuple[int, ...]) -> int:
    return int(np.ravel_multi_index(index, shape)) if shape else 0


# Making one


def from_preset(name: str) -> State:
    preset = PRESETS[name]
    state = State(
        name, preset.network, preset.input, preset.text, dict(preset.parameters), preset.target,
    )  # fmt: skip
    return opened(state)


def opened(state: State, path: tuple[Place, ...] = (), step: int | None = None) -> State:
    """Return the state with a path, by default the loss (or the last layer's first cell)."""
    return replace(state, path=path or ((state.last, 0),), step=step)


def with_network(state: State, network: Network) -> State:
    """Return the state with another stack: layers take what arrives, numbers of layers that stayed are kept.

    A drawn picture is drawn anew where the stack takes another size. Raises ValueError, with the layer's name and both
    shapes, where the stack is impossible or cannot be followed.
    """
    network = runnable(network.fitted())
    if network == state.network:
        return state
    if network.input_shape != state.input.shape:
        chosen = forward_presets.redrawn(state.text, network.input_shape)
        state = replace(state, input=chosen.values, text=chosen.text)
    parameters = carried(state.network, state.parameters, network, start_of(state.base, network, state.seed))
    return checked(replace(state, network=network, parameters=parameters, path=state.path[-1:], step=None))


def with_input(state: State, array: np.ndarray, text: str | None = None) -> State:
    """Return the state with another input; the first layer takes over its channels, the others what follows."""
    array = np.array(array, dtype=np.float64)
    array.flags.writeable = False
    state = replace(state, input=array, text=text or codec.encode(array))
    if array.shape == state.network.input_shape:
        return checked(state)
    network = runnable(Network(array.shape, state.network.layers).fitted())
    parameters = carried(state.network, state.parameters, network, start_of(state.base, network, state.seed))
    return checked(replace(state, network=network, parameters=parameters))


def with_picture(state: State, chosen: picture.Chosen) -> State:
    """Return the state with a picture, made small enough that its numbers can be followed."""
    return with_input(state, *forward_presets.small(chosen))


def with_seed(state: State, seed: int) -> State:
    """Return the state with all numbers drawn anew."""
    return checked(replace(state, seed=seed, parameters=start_of(state.base, state.network, seed)))


def with_target(state: State, target: int) -> State:
    """Return the state with another true class. ValueError where there is no such class."""
    if not 0 <= target < state.logits.size:
        raise ValueError(f"target {target} is not a class: classes are 0 to {state.logits.size - 1}.")
    return replace(state, target=target)


def checked(state: State) -> State:
    """Return a state, whose numbers or network changed, with a target and path that it has.

    ValueError where it cannot be computed.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        finite = all(np.isfinite(out).all() for out in state.outputs)
    if not finite:
        raise ValueError("These numbers grow beyond all bounds on their way through the network.")
    if state.target >= state.logits.size:
        state = replace(state, target=0)
    kept = kept_path(state, state.path)
    return opened(state, kept, state.step if kept == state.path else None)


def kept_path(state: State, path: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return a path as far as the network has its places."""
    kept: list[Place] = []
    for number, flat in path:
        if number > state.last or flat >= max(1, state.output(number).size) or (number == 0 and not kept):
            break
        kept.append((number, flat))
    return tuple(kept)


def start_of(base: str, network: Network, seed: int) -> dict[str, np.ndarray]:
    """Return the numbers that a network of a preset begins with: the preset's where they fit, else a seed's."""
    preset, drawn = PRESETS[base], network.initial(seed, readable=True)
    if seed:
        return drawn
    return carried(preset.network, preset.parameters, network, drawn)


# Following a number


def with_open(state: State, number: int, flat: int) -> State:
    """Return the state with a cell chosen from the whole: a path of its own begins there. ValueError where none is."""
    if not (0 < number <= state.last and 0 <= flat < max(1, state.output(number).size)):
        raise ValueError(f"there is no cell {flat} at {number}")
    return opened(state, ((number, flat),))


def with_lead(state: State, board: str, flat: int) -> State:
    """Return the state one layer back, at the cell that a cell of the open trace is."""
    place = state.place_of(board, flat)
    if place is None:
        return state
    path = [passed for passed in state.trail if passed[0]]
    stays = place[0] == 0 and state.written() is None
    return opened(state, tuple([*path, place][-MAX_PATH:]), state.shown_step if stays else None)


def with_back(state: State, place: int) -> State:
    """Return the state at an earlier place of its path."""
    if not 0 <= place < len(state.trail):
        raise ValueError(f"the path has no place {place}")
    return opened(state, state.trail[: place + 1])


def with_step(state: State, step: int) -> State:
    """Return the state at a step of the open layer; the path goes on from where that is."""
    if step == state.shown_step:
        return state
    path = tuple(place for place in state.path if place[0])
    return replace(state, path=path, step=step)


def with_edit(state: State, edit: Mapping) -> tuple[State, str]:
    """Apply what the learner typed, pasted or painted; return the new state and a sentence or "".

    Raises ValueError where it is not of the form of an edit (pages/states/edits.py), or gives what cannot be computed.
    """
    number, _ = state.open
    layer = state.layer(number)
    arrays = _own(state, number)
    if number == 1:
        arrays["input"] = state.input
    try:
        board, array, note = edits.apply(edit, arrays, layer.parameter_cell)
        if board == "input":
            return with_input(state, array), note
        return checked(replace(state, parameters={**state.parameters, f"{number - 1}.{board}": array})), note
    except edits.Refused as refused:
        return state, str(refused)


def _own(state: State, number: int) -> dict[str, np.ndarray]:
    if not 0 < number <= len(state.network):
        return {}
    start = f"{number - 1}."
    return {name.removeprefix(start): array for name, array in state.parameters.items() if name.startswith(start)}
