"""What the page Inside the trained network shows, as one value: a network, a picture, and the number that is open.

Places and paths are as in pages/states/network/state.py: number k is layer k counted from 1, flat a cell of its output.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine import functional as F
from engine.facts import saliency, wide
from engine.layers import Conv2d
from engine.network import receptive
from engine.network.blocks import Block, own
from engine.network.receptive import Field
from engine.trace import Board, Trace
from engine.training.trained import Trained
from pages.states import picture
from pages.states.codec import shown
from pages.states.inside import models as inside_models
from pages.states.inside import pictures as inside_pictures
from pages.states.inside.models import Model
from pages.states.inside.pictures import Picture
from pages.states.network import state as forward_state
from pages.states.network.limits import is_large
from pages.states.network.state import MAX_PATH, Place
from pages.states.problems import Problems

KEYS = {"run", "x", "at", "step", "class", "from"}
_PATH = re.compile(r"[0-9]{1,3}\.[0-9]{1,7}(~[0-9]{1,3}\.[0-9]{1,7})*")


@dataclass(frozen=True, eq=False)
class State(forward_state.State):
    """A trained network with a picture, and what is open.

    asked: the class that is asked about, None for the network's answer. first: the first input that a wide layer's
    terms are written out of, None for those that count most.
    """

    model: Model = None  # type: ignore[assignment]
    trained: Trained = None  # type: ignore[assignment]
    picture: Picture = None  # type: ignore[assignment]
    asked: int | None = None
    first: int | None = None

    has_loss = False

    @property
    def classes(self) -> tuple[str, ...]:
        return self.trained.classes

    @property
    def key(self) -> tuple:
        """What everything but the open place depends on: the network's file and the picture."""
        return *self.model.version, self.picture.pixels.tobytes()

    @property
    def probabilities(self) -> np.ndarray:
        return F.softmax(self.logits, dim=-1)

    @property
    def answer(self) -> int:
        """The class with the largest logit."""
        return int(self.logits.argmax())

    @property
    def answer_path(self) -> tuple[Place, ...]:
        """Where the network's answer is open."""
        return ((len(self.network), self.answer),)

    @cached_property
    def first_path(self) -> tuple[Place, ...]:
        """What the page opens with: the first convolution's number of the largest size, else the answer."""
        for number, layer in enumerate(self.network.layers, start=1):
            if isinstance(layer, Conv2d):
                return ((number, int(np.abs(self.output(number)).argmax())),)
        return self.answer_path

    @property
    def about(self) -> int:
        """The class that is asked about."""
        return self.answer if self.asked is None else self.asked

    @property
    def channel(self) -> tuple[int, int]:
        """The layer whose maps are shown large, and the channel there; of a vector, the place."""
        number, flat = self.shown if self.shown[0] else self.open
        return number, flat // self.output(number)[0].size

    @property
    def is_block(self) -> bool:
        """Whether the open layer is a block, which cannot be stepped through."""
        return isinstance(self.layer(self.open[0]), Block)

    @property
    def is_wide(self) -> bool:
        return wide.is_wide(self.layer(self.open[0]))

    @cached_property
    def part(self) -> wide.Part:
        """The open cell of a wide layer."""
        number, _ = self.open
        parameters = own(self.parameters, str(number - 1))
        return wide.part(self.layer(number), self.output(number - 1), self.index, first=self.first, **parameters)

    @cached_property
    def trace(self) -> Trace:
        if self.is_wide:
            return self.part.trace
        number, _ = self.open
        layer, arriving, leaving = self.layer(number), self.output(number - 1), self.output(number)
        near = leaving.ndim == 3 or is_large(layer, arriving.shape, leaving.shape)
        made = self.network.trace(
            number - 1, self.input, self.outputs, self.parameters, around=self.index if near else None
        )
        boards = [replace(board, editable=False) for board in made.boards]
        if self.open[0] == self.network.logits and self.logits.ndim == 1:
            boards = [self._with_classes(board, made.output_board) for board in boards]
        return replace(made, boards=tuple(boards))

    def _with_classes(self, board: Board, output: str) -> Board:
        """Name the logits by their classes, where the board holds all of them."""
        whole = board.name == output and board.values.shape == (len(self.classes),)
        return replace(board, labels=self.classes) if whole else board

    @cached_property
    def shown_step(self) -> int:
        if self.is_block:
            return 0
        if self.step is not None:
            return min(self.step, len(self.trace.steps) - 1)
        return self.trace.step_at(self.index)

    def written(self) -> Place | None:
        return None if self.is_block else super().written()

    def leads(self) -> dict[str, int]:
        return {} if self.is_block else {"input": self.open[0] - 1}

    def read(self) -> dict[int, list[int]]:
        return {} if self.is_block else super().read()

    def place_of(self, board: str, flat: int) -> Place | None:
        if not self.is_wide or board != "input":
            return super().place_of(board, flat)
        held = self.trace.board(board)
        if not 0 <= flat < held.values.size:
            raise ValueError(f"cell {flat} of {board!r} leads nowhere")
        outside = held.outside(flat)
        if outside is None:
            return None
        number = self.open[0] - 1
        index = (self.part.chosen[outside[0]], *outside[1:])
        return number, int(np.ravel_multi_index(index, self.output(number).shape))

    @cached_property
    def fields(self) -> list[Field | None]:
        """What a cell of the picture and of each layer sees of the picture."""
        return [saliency.PIXEL, *receptive.fields(self.network.layers, self.network.input_shape)]


def made(model: Model, network: Trained, chosen: Picture) -> State:
    """Return the state that the page opens with."""
    state = State(
        "", network.network, network.input(chosen.pixels), chosen.text or "", network.parameters,
        model=model, trained=network, picture=chosen,
    )  # fmt: skip
    return replace(state, path=state.first_path)


def with_picture(state: State, chosen: Picture) -> State:
    """Return the state with another picture, at the same place; the network's answer, where it was open, follows."""
    fresh = made(state.model, state.trained, chosen)
    same = state.path[-1:] if state.path[-1][0] else state.path
    path = fresh.answer_path if state.path == state.answer_path else same
    return replace(fresh, asked=state.asked, first=state.first, path=path)


def with_class(state: State, asked: int | None) -> State:
    return replace(state, asked=asked)


def with_first(state: State, first: int | None) -> State:
    """Return the state with other inputs of a wide layer written out."""
    return replace(state, first=first)


def with_open(state: State, number: int, flat: int) -> State:
    """Return the state with a cell chosen from the maps. ValueError where none is."""
    return _same_inputs(state, forward_state.with_open(state, number, flat))


def with_lead(state: State, board: str, flat: int) -> State:
    """Return the state one layer back, at the cell that a cell of the open trace is."""
    return _same_inputs(state, forward_state.with_lead(state, board, flat))


def with_back(state: State, place: int) -> State:
    """Return the state at an earlier place of its path."""
    return _same_inputs(state, forward_state.with_back(state, place))


with_step = forward_state.with_step


def _same_inputs(before: State, after: State) -> State:
    """Keep which inputs are written out only where the same layer stays open."""
    return after if before.open[0] == after.open[0] else replace(after, first=None)


# The link


def to_query(state: State) -> dict[str, str]:
    """Return the link that brings a state back; a picture that no link holds stays in the session."""
    query = {"run": state.model.key}
    if state.picture.text:
        query["x"] = state.picture.text
    if state.path != state.first_path:
        query["at"] = path_text(state.path)
    for name, value in (("step", state.step), ("class", state.asked), ("from", state.first)):
        if value is not None:
            query[name] = str(value)
    return query


def path_text(path: tuple[Place, ...]) -> str:
    """Return a path as a link holds it: 9.0~8.2."""
    return "~".join(f"{number}.{flat}" for number, flat in path)


def from_query(query: Mapping[str, str], chosen: picture.Chosen | None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part.

    Raises ValueError where there is no network at all that can be opened.
    """
    problems = Problems()
    attempt = problems.attempt

    model, network = None, None
    if "run" in query and (model := attempt(inside_models.find, query["run"])):
        network = attempt(model.load)
    for model_ in [] if network else inside_models.choices():
        model, network = model_, attempt(model_.load)
        if network:
            break
    if network is None:
        raise ValueError(" ".join(problems) or "there is no trained network here")
    if "x" in query:
        shown_ = attempt(inside_pictures.from_text, query["x"], network)
    else:
        shown_ = attempt(inside_pictures.from_chosen, chosen) if chosen is not None and not query else None
    shown_ = shown_ or attempt(inside_pictures.default, network)
    state = made(model, network, shown_ or inside_pictures.example(inside_pictures.FIRST_EXAMPLE))
    if "class" in query:
        state = attempt(lambda s: with_class(s, _below(query["class"], "class", len(s.classes))), state, default=state)
    if "at" in query:
        state = attempt(lambda s: replace(s, path=_read_path(s, query["at"])), state, default=state)
    if "from" in query:
        state = attempt(lambda s: with_first(s, _first(s, query["from"])), state, default=state)
    if "step" in query and not state.is_block:
        count = len(state.trace.steps)
        state = attempt(lambda s: replace(s, step=_below(query["step"], "step", count)), state, default=state)
    unknown = [key for key in query if key not in KEYS]
    if unknown:
        problems.append(f"This page does not know {shown(unknown[0])}, so it is left out of the link.")
    return state, problems


def _first(state: State, text: str) -> int:
    if not state.is_wide:
        raise ValueError(f"from {shown(text)} chooses among many inputs, and the open layer has few.")
    return _below(text, "from", len(state.part.inputs))


def _below(text: str, name: str, count: int) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) >= count:
        raise ValueError(f"{name} {shown(text)} is not a whole number from 0 to {count - 1}.")
    return int(text)


def _read_path(state: State, text: str) -> tuple[Place, ...]:
    if not _PATH.fullmatch(text) or text.count("~") >= MAX_PATH:
        raise ValueError(f"at {shown(text)} is not a path such as 9.0~8.2.")
    path = tuple(tuple(map(int, part.split("."))) for part in text.split("~"))
    kept = forward_state.kept_path(state, path)
    if kept != path:
        raise ValueError(f"at {shown(text)} names a cell that this network does not have.")
    return kept
