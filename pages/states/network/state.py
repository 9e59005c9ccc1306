"""What the forward page shows, as one value: changed by an edit or a step, from a link and to one.

Places and paths: pages/states/network/walk.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

import numpy as np

from engine import limits
from engine.cached import cached_property
from engine.layers import CrossEntropyLoss, Layer, LogSoftmax, Softmax
from engine.network import Network
from engine.network.blocks import own
from engine.network.stack_text import read_stack, write_stack
from engine.trace import Trace
from engine.writing.display import shown
from pages.states import codec, edits, fields, picture
from pages.states.fields import Field
from pages.states.link import Link, write
from pages.states.network import presets
from pages.states.network.limits import is_large, runnable
from pages.states.network.numbers import carried, read_numbers, write_numbers
from pages.states.network.presets import DEFAULT, FIRST, PRESETS, Preset
from pages.states.network.stack import Refusal
from pages.states.network.walk import NetworkWalk, path_field
from pages.states.picture import Chosen

EXAMPLE = fields.choice("example", PRESETS)
STACK = Field("stack", read_stack, write_stack)
SEED = fields.whole("seed", 0, 999_999, 0)
TARGET = fields.whole("target", 0, 999_999)
STEP = fields.whole("step", 0, 999_999)
AT = path_field("at", "9.0~8.2")


@dataclass(frozen=True, eq=False)
class NetworkState(NetworkWalk):
    """A network with its input and numbers, a target class, and what is open.

    base: name of the preset that it started from. text: the input's text in a link. seed: for the numbers of layers
    that the preset does not have. offered: the picture of the Input page. refused: what of the stack has just been.
    """

    base: str
    text: str
    target: int = 0
    seed: int = 0
    offered: Chosen | None = None
    refused: Refusal | None = None

    KEPT = (*NetworkWalk.KEPT, ("trace", ("network", "input", "parameters", "target", "open")))

    @property
    def preset(self) -> Preset:
        return PRESETS[self.base]

    @property
    def has_loss(self) -> bool:
        return self.logits.ndim == 1 and 2 <= self.logits.size <= limits.CLASSES

    @cached_property
    def loss(self) -> np.ndarray:
        return np.asarray(CrossEntropyLoss().forward(self.logits, target=self.target))

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes are called: as in the preset where their number fits."""
        names, count = self.preset.classes, self.logits.size
        return names if len(names) == count else tuple(map(str, range(count)))

    @property
    def at_loss(self) -> bool:
        """Whether the loss is open."""
        return self.open[0] > len(self.network)

    def output(self, number: int) -> np.ndarray:
        """What stands at a place's number: the input, a layer's output, the loss."""
        return self.loss if number > len(self.network) else super().output(number)

    def layer(self, number: int) -> Layer:
        """The layer of a number from 1 on; the loss is a layer too."""
        return CrossEntropyLoss() if number > len(self.network) else super().layer(number)

    @property
    def index(self) -> tuple[int, ...]:
        return () if self.at_loss else super().index

    @cached_property
    def trace(self) -> Trace:
        """The open layer's trace: near the open cell where the layer is large. Maps in between cannot be edited."""
        number, _ = self.open
        layer, arriving = self.layer(number), self.logits if self.at_loss else self.output(number - 1)
        if self.at_loss:
            trace = layer.trace(arriving, target=self.target, classes=self.classes)
        elif isinstance(layer, Softmax | LogSoftmax):
            trace = layer.trace(arriving, classes=self.classes)
        else:
            around = self.index if is_large(layer, arriving.shape, self.output(number).shape) else None
            trace = self.network.trace(number - 1, self.input, self.outputs, self.parameters, around=around)
        boards = tuple(
            replace(board, editable=False) if board.name == "input" and number != 1 else board for board in trace.boards
        )
        return replace(trace, boards=boards)

    @cached_property
    def shown_step(self) -> int:
        if self.step is None and self.at_loss:
            return len(self.trace.steps) - 1
        return super().shown_step

    def written(self) -> tuple[int, int] | None:
        if not self.at_loss:
            return super().written()
        return (self.open[0], 0) if self.shown_step == len(self.trace.steps) - 1 else None

    def leads(self) -> dict[str, int]:
        if not self.at_loss:
            return super().leads()
        has_softmax = self.network.logits < len(self.network) and isinstance(self.network.layers[-1], Softmax)
        return {"input": self.network.logits} | ({"probabilities": len(self.network)} if has_softmax else {})

    # Changes

    def checked(self) -> Self:
        """Return a state whose numbers or network changed, with a target and a path that fit it.

        ValueError where it cannot be computed.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            finite = all(np.isfinite(out).all() for out in self.outputs)
        if not finite:
            raise ValueError("These numbers become too large to compute with on their way through the network.")
        state = self if self.target < self.logits.size else self.but(target=0)
        return state.as_far(state)

    def with_network(self, network: Network) -> Self:
        """Return the state with another stack: layers take what arrives, numbers of layers that stayed are kept.

        A drawn picture is drawn anew where the stack takes another size. Raises ValueError, with the layer's name and
        both shapes, where the stack is impossible or cannot be followed.
        """
        network = runnable(network.fitted())
        if network == self.network:
            return self
        state = self
        if network.input_shape != self.input.shape:
            chosen = presets.redrawn(self.text, network.input_shape)
            state = replace(self, input=chosen.values, text=chosen.text)
        return state._with_stack(network, path=self.path[-1:], step=None)

    def with_input(self, array: np.ndarray, text: str | None = None) -> Self:
        """Return the state with another input; the first layer takes its channels, and the other layers follow."""
        array = np.array(array, dtype=np.float64)
        array.flags.writeable = False
        state = replace(self, input=array, text=text or codec.encode(array))
        if array.shape == self.network.input_shape:
            return state.checked()
        return state._with_stack(runnable(Network(array.shape, self.network.layers).fitted()))

    def _with_stack(self, network: Network, **changes) -> Self:
        parameters = carried(self.network, self.parameters, network, start_of(self.base, network, self.seed))
        return replace(self, network=network, parameters=parameters, **changes).checked()

    def with_picture(self, chosen: Chosen) -> Self:
        """Return the state with a picture, made small enough that its numbers can be followed."""
        return self.with_input(*presets.small(chosen))

    def with_seed(self, seed: int) -> Self:
        """Return the state with all numbers drawn anew."""
        return replace(self, seed=seed, parameters=start_of(self.base, self.network, seed)).checked()

    def with_target(self, target: int) -> Self:
        """Return the state with another true class. ValueError where there is no such class."""
        if not 0 <= target < self.logits.size:
            raise ValueError(f"target {target} is not a class: classes are 0 to {self.logits.size - 1}")
        return self.but(target=target)

    def with_edit(self, edit: Mapping) -> tuple[Self, str]:
        """Apply what the learner typed, pasted or painted; return the new state and a sentence or "".

        Raises ValueError where it has not the form of an edit (pages/states/edits.py), or leads to numbers that cannot
        be computed.
        """
        number, _ = self.open
        arrays = {} if self.at_loss else own(self.parameters, str(number - 1))
        if number == 1:
            arrays["input"] = self.input
        try:
            board, array, note = edits.apply(edit, arrays, self.layer(number).parameter_cell)
        except edits.Refused as refused:
            return self, str(refused)
        if board == "input":
            return self.with_input(array), note
        return replace(self, parameters={**self.parameters, f"{number - 1}.{board}": array}).checked(), note

    # The link

    def query(self) -> dict[str, str]:
        """Return the shortest link that brings a state back."""
        preset = self.preset
        return {
            **write(
                (EXAMPLE, self.base),
                (STACK, self.network.layers if self.network.layers != preset.network.layers else None),
                (TEXT, self.text if self.text != preset.text else None),
                (SEED, self.seed),
            ),
            **write_numbers(start_of(self.base, self.network, self.seed), self.parameters),
            **write(
                (TARGET, self.target if self.target != preset.target else None),
                (AT, self.path if self.path != self.first_path else None),
                (STEP, self.step),
            ),
        }


@cache
def from_preset(name: str) -> NetworkState:
    preset = PRESETS[name]
    numbers = preset.network, preset.input, dict(preset.parameters)
    return NetworkState(*numbers, name, preset.text, preset.target).opened()


def start_of(base: str, network: Network, seed: int) -> dict[str, np.ndarray]:
    """Return the numbers that a preset's network begins with: the preset's where they fit, else drawn from a seed."""
    preset, drawn = PRESETS[base], network.initial(seed, readable=True)
    return drawn if seed else carried(preset.network, preset.parameters, network, drawn)


def _input(text: str) -> tuple[np.ndarray, str]:
    if text.startswith("pic."):
        values = picture.picture_from_text(text).values
        size = "×".join(map(str, values.shape[1:]))
        if max(values.shape[1:]) > limits.SIDE:
            raise ValueError(f"x is {size}; at most {limits.SIDE}×{limits.SIDE} can be followed")
        return values, text
    return codec.decode(text, name="x", ndim=(1, 3), max_shape=(limits.CHANNELS, limits.SIDE, limits.SIDE)), text


TEXT = Field("x", _input)


def read(
    query: Mapping[str, str], chosen: Chosen | None = None, *, traced: bool = True
) -> tuple[NetworkState, list[str]]:
    """Return the state of a link, and a sentence for each part of the link that could not be read and was left out.

    chosen: the picture of the Input page. Nothing is traced, and the numbers are sent through the network once.
    """
    link = Link(query)
    state = opened(link, chosen)
    if (path := link.take(AT)) is not None:
        state = link.attempt(with_path, state, path, default=state)
    return state.but(step=link.take(STEP)), link.end()


def opened(link: Link, chosen: Chosen | None = None) -> NetworkState:
    """Return the state with a link's network, numbers, input and target; the caller reads what is open."""
    first = picture.is_path(link.query, chosen)
    mine = not (first or link.query) and presets.takes(chosen)
    example = link.take(EXAMPLE, FIRST if first else presets.of(chosen) if mine else DEFAULT)
    state = known = from_preset(example).but(offered=chosen)
    if seed := link.take(SEED):
        state = replace(state, seed=seed, parameters=start_of(state.base, state.network, seed))
    array, text = presets.small(chosen) if mine else link.take(TEXT, (state.input, state.text))
    layers = link.take(STACK)
    if layers is not None or array is not state.input:
        state = link.attempt(_with, state, layers, array, text, default=state)
    parameters = read_numbers(link, state.parameters)
    numbered = any(parameters[name] is not state.parameters[name] for name in parameters)
    tried = [replace(state, parameters=parameters), state] if numbered else [state]
    state = next((made for one in tried if (made := _running(link, one)) is not None), known)
    target = link.take(TARGET)
    return state if target is None else link.attempt(state.with_target, target, default=state)


def _running(link: Link, state: NetworkState) -> NetworkState | None:
    """Return a link's state with what it begins with open; None, with a sentence, where it cannot be computed."""
    made = link.attempt(state.checked)
    return made and made.opened()


def _with(state: NetworkState, layers: tuple[Layer, ...] | None, array: np.ndarray, text: str) -> NetworkState:
    """Return a state with a link's stack, as it stands there, and input."""
    network = Network(array.shape, state.network.layers if layers is None else layers)
    network = runnable(network.fitted() if layers is None else network)
    parameters = start_of(state.base, network, state.seed)
    return replace(state, network=network, input=array, text=text, parameters=parameters)


def with_path(state: NetworkWalk, path: tuple[tuple[int, int], ...]) -> NetworkWalk:
    """Return a state with a link's path. ValueError where the network has not all of its places."""
    if state.kept_path(path) != path:
        raise ValueError(f"at {shown(AT.write(path))} names a cell that this network does not have.")
    return state.opened(path)
