"""What the page Inside the trained network shows, as one value: a network, a picture, and the number that is open.

Places and paths are as in pages/states/network/state.py: number 1 is the first layer, flat a cell of its output.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from engine import functional as F
from engine.cached import Kept, cached_property
from engine.facts import saliency, wide
from engine.layers import Conv2d, Linear
from engine.network import receptive
from engine.network.blocks import own
from engine.network.receptive import Field
from engine.trace import Board, Trace
from engine.training.trained import Trained
from engine.writing.setting import Setting
from pages.states import fields
from pages.states.inside import models as inside_models
from pages.states.inside import pictures as inside_pictures
from pages.states.inside.models import Model
from pages.states.inside.pictures import Picture
from pages.states.link import Link, write
from pages.states.network.limits import is_large
from pages.states.network.state import AT, STEP, with_path
from pages.states.network.walk import NetworkWalk, Place
from pages.states.picture import PATH, Chosen

RUN = fields.text("run")
TEXT = fields.text("x")
CLASS = fields.whole("class", 0, 999_999)
FROM = fields.whole("from", 0, 999_999)
SQUARES, USUAL_SQUARE = (4, 6, 8, 12), 8
SQUARE = fields.choice("square", map(str, SQUARES), str(USUAL_SQUARE))
SEARCHED = fields.whole("searched", 1, 10_000)
KERNELS = fields.whole("kernels", 1, 999)
_TRACED, _OUTPUTS = Kept(64), Kept(12)


@dataclass(frozen=True, eq=False)
class InsideState(NetworkWalk):
    """A trained network with a picture, and what is open.

    asked: the class that is asked about, None for the network's answer. first: the first of a wide layer's inputs whose
    terms are written out; None for the inputs that count most. square: the side of the square that covers the picture.
    searched: how many test pictures are searched, None for the usual number. kernels: the layer whose kernels are
    shown, None for the open one. offered: the picture of the Input page.
    """

    model: Model
    trained: Trained
    picture: Picture
    asked: int | None = None
    first: int | None = None
    square: int = USUAL_SQUARE
    searched: int | None = None
    kernels: int | None = None
    offered: Chosen | None = None

    @cached_property
    def outputs(self) -> list[np.ndarray]:
        """Every layer's output; those of the last pictures are kept, since a class looks at the same ones."""
        return _OUTPUTS.get(self.key, lambda: self.network.forward(self.input, self.parameters))

    @property
    def classes(self) -> tuple[str, ...]:
        return self.trained.classes

    @property
    def is_path(self) -> bool:
        """Whether the path's own picture goes through the path's own network."""
        return self.model.key == inside_models.PATH and self.picture.title == PATH.name

    @property
    def key(self) -> tuple:
        """The network's file and the picture: everything but the open place depends on them."""
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
        """The layer whose maps are shown large, and the channel there; for a vector, the place."""
        number, flat = self.shown if self.shown[0] else self.open
        return number, flat // self.output(number)[0].size

    @property
    def kernel_layers(self) -> list[int]:
        """The numbers of the layers that have kernels, or rows of weights, to show."""
        return [k for k, layer in enumerate(self.network.layers, start=1) if isinstance(layer, Conv2d | Linear)]

    @property
    def kernels_of(self) -> int:
        """The layer whose kernels are shown: the chosen one, else the open one or the last before it that has any."""
        numbers = self.kernel_layers
        if self.kernels in numbers:
            return self.kernels
        return max((k for k in numbers if k <= self.channel[0]), default=numbers[0])

    @property
    def is_wide(self) -> bool:
        return wide.is_wide(self.layer(self.open[0]))

    @cached_property
    def part(self) -> wide.Part:
        """The open cell of a wide layer; the last ones are kept, since each act begins where the one before ended."""
        return _TRACED.get((self.key, self.open, self.first), self._part)

    def _part(self) -> wide.Part:
        number, _ = self.open
        parameters = own(self.parameters, str(number - 1))
        return wide.part(self.layer(number), self.output(number - 1), self.index, first=self.first, **parameters)

    @cached_property
    def trace(self) -> Trace:
        """The open layer's trace near the open cell; kept like `part`."""
        return self.part.trace if self.is_wide else _TRACED.get((self.key, self.open), self._trace)

    def _trace(self) -> Trace:
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

    # Changes

    def with_picture(self, chosen: Picture) -> Self:
        """Return the state with another picture, at the same place; the answer, where it was open, follows."""
        fresh = self.but(input=self.trained.input(chosen.pixels), picture=chosen, step=None)
        same = self.path[-1:] if self.path[-1][0] else self.path
        return fresh.but(path=fresh.answer_path if self.path == self.answer_path else same)

    def with_class(self, asked: int | None) -> Self:
        return self.but(asked=asked)

    def with_first(self, first: int | None) -> Self:
        """Return the state with other inputs of a wide layer written out."""
        return self.but(first=first)

    def with_square(self, side: int) -> Self:
        return self.but(square=side)

    def with_searched(self, count: int | None) -> Self:
        return self.but(searched=count)

    def with_kernels_of(self, number: int) -> Self:
        return self.but(kernels=number)

    def opened(self, path: tuple[Place, ...] = (), step: int | None = None) -> Self:
        """Return the state with a path; what was chosen for a layer stays only where the same layer stays open."""
        state = super().opened(path, step)
        return state if self.path and state.open[0] == self.open[0] else state.but(first=None, kernels=None)

    # The link

    def query(self) -> dict[str, str]:
        """Return the link that brings a state back; a picture that no link holds stays in the session."""
        return write(
            (RUN, self.model.key),
            (TEXT, self.picture.text),
            (AT, self.path if self.path != self.first_path else None),
            (STEP, self.step),
            (CLASS, self.asked),
            (FROM, self.first),
            (SQUARE, str(self.square)),
            (SEARCHED, self.searched),
            (KERNELS, self.kernels),
        )


def begin(model: Model, network: Trained, chosen: Picture) -> InsideState:
    """Return the state that the page opens with."""
    numbers = network.network, network.input(chosen.pixels), network.parameters
    return InsideState(*numbers, model, network, chosen).opened()


def read(
    query: Mapping[str, str], chosen: Chosen | None = None, *, traced: bool = True
) -> tuple[InsideState, list[str]]:
    """Return the state of a link, and a sentence for each part of the link that could not be read and was left out.

    chosen: the picture of the Input page. traced: whether the step is held to the trace.
    """
    link = Link(query)
    attempt = link.attempt
    key, text = link.take(RUN), link.take(TEXT)
    model = None if key is None else attempt(inside_models.find, key)
    network = attempt(model.load) if model else None
    if network is None:
        model, network = _first_that_opens(link, chosen)
    picture = None
    if text is not None:
        picture = attempt(inside_pictures.from_text, text, network)
    elif chosen is not None and not query:
        picture = attempt(inside_pictures.offered, chosen, network)
    picture = picture or attempt(inside_pictures.default, network)
    state = begin(model, network, picture or inside_pictures.example(inside_pictures.FIRST_EXAMPLE, network))
    state = state.but(square=int(link.take(SQUARE, str(USUAL_SQUARE))), searched=link.take(SEARCHED))
    if (asked := link.take(CLASS)) is not None:
        state = attempt(_with_below, state, "asked", CLASS, asked, len(state.classes), default=state)
    if (path := link.take(AT)) is not None:
        state = attempt(with_path, state, path, default=state)
    if (number := link.take(KERNELS)) is not None:
        state = attempt(_with_below, state, "kernels", KERNELS, number, len(state.network) + 1, default=state)
    if (first := link.take(FROM)) is not None:
        state = attempt(_with_inputs, state, first, default=state)
    if (step := link.take(STEP)) is not None and not state.is_block:
        count = len(state.trace.steps) if traced else step + 1
        state = attempt(_with_below, state, "step", STEP, step, count, default=state)
    return state.but(offered=chosen), link.end()


def _first_that_opens(link: Link, chosen: Chosen | None) -> tuple[Model, Trained]:
    """Return the network of a link that names none: of the bare address that of the path, unless the picture is in
    colour; of a link that has keys the one that the page began with before there was the path.
    """
    in_colour = chosen is not None and len(chosen.values) > 1
    models = inside_models.choices()
    if link.query or in_colour:
        models.sort(key=lambda model: model.key == inside_models.PATH)
    for model in models:
        if network := link.attempt(model.load):
            return model, network
    raise ValueError(" ".join(link.problems) or "there is no trained network here")


def _with_inputs(state: InsideState, first: int) -> InsideState:
    if not state.is_wide:
        raise ValueError(f"from {first} chooses among many inputs, but the open layer has only a few")
    return _with_below(state, "first", FROM, first, len(state.part.inputs))


def _with_below(state: InsideState, name: str, field: Setting, value: int, count: int) -> InsideState:
    """Return the state with one value changed, which must be below `count`."""
    return state.but(**{name: replace(field, maximum=count - 1).check(value)})
