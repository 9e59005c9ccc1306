"""What a lesson page of one layer is about; everything else follows from the layer's own declarations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine import limits
from engine.cached import cached_property
from engine.facts.examples import Example
from engine.layers import LAYERS, Layer
from engine.layers.base import ARRIVING
from engine.trace import Trace
from engine.writing.display import sentence
from engine.writing.setting import Setting, settings
from pages.states import codec, fields, path, picture
from pages.states.fields import NUMBERS, PICTURE, STEP, VIEW, Field
from pages.states.knobs import Knob
from pages.states.lesson import knobs
from pages.states.lesson.state import LessonState
from pages.states.link import Link, write
from pages.states.picture import Chosen

SEEN = (8, 4)  # the least height and width of an input, and of its output, that are shown as pictures


@dataclass(frozen=True)
class Kind:
    """A lesson page of single layers.

    page: its name, in the session and at the engine's own address. layers: the classes that it teaches, as named in
    the registry. examples: by name. first: the one that the page's bare address opens, on the path
    (pages/states/picture.py, `is_path`); default: the one that a link means which has keys, but names none. axes:
    numbers of axes that an input may have. starting: for each class, settings to begin with that have no default.
    extras: choices that are no settings of the layer, such as a target class; those with a help have a knob. labels:
    what a knob is called, where that is not its name. vector: the word for an input's numbers. seen: what is seen
    where the boards are pictures; "" for a lesson without. first_seen: a first visit begins with the pictures.
    """

    page: str
    layers: tuple[str, ...]
    examples: Mapping[str, Example]
    default: str
    first: str = ""
    axes: tuple[int, ...] = (3,)
    starting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extras: tuple[Setting | Field, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    vector: str = "features"
    seen: str = ""
    first_seen: bool = False

    # What a lesson may do in a way of its own

    def trace(self, state: LessonState) -> Trace:
        return state.layer.trace(state.input, **state.arguments)

    def shown_step(self, state: LessonState) -> int:
        return min(state.step, len(state.trace.steps) - 1)

    def knobs(self, state: LessonState) -> list[Knob]:
        return knobs.knobs(self, state)

    def has_pictures(self, state: LessonState) -> bool:
        """Whether input and output are maps that are large enough to be seen as pictures."""
        inward, outward = state.input.shape, state.output_shape
        maps = len(inward) == len(outward) == 3
        return maps and min(inward[1:]) >= SEEN[0] and min(outward[1:]) >= SEEN[1]

    def acts(self) -> Mapping[str, Callable[[LessonState, Any], LessonState]]:
        """Return what can be done on the page beside edits and steps, by name (pages/states/view.py)."""
        return {}

    def adapted(self, name: str, array: np.ndarray) -> np.ndarray:
        """Return an input in the form that a layer of a class takes."""
        return array

    def refitted(self, name: str, old: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
        """Return a parameter of a shape, with as much of an old one as fits."""
        array = np.ones(shape) if name in ("running_var", "weight") else np.zeros(shape)
        if old is not None and old.ndim == len(shape):
            common = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, shape, strict=True))
            array[common] = old[common]
        return array

    def input_from_text(self, text: str) -> Chosen:
        """Return the input of a link's text."""
        if text.startswith("pic.") and self.pictures:
            return picture.picture_from_text(text)
        most = (limits.CHANNELS, limits.STEPPED, limits.STEPPED) if self.axes != (1,) else (limits.VECTOR,)
        values = codec.decode(text, name="x", ndim=self.axes, max_shape=most)
        return picture.from_numbers(values, text=text)

    def begin(self, chosen: Chosen | None) -> tuple[LessonState, bool]:
        """Return the state that a link without an example starts from, and whether its settings are the defaults."""
        return self.from_example(self.default), False

    def told(self, link: Link, layer: type[Layer]) -> dict[str, Any]:
        """Return settings that a link tells by something else than their names."""
        return {}

    # Making and changing a state

    @property
    def pictures(self) -> bool:
        """Whether the picture chosen on the Input page can be the input."""
        return 3 in self.axes

    def from_example(self, name: str) -> LessonState:
        """Return the state of a worked example."""
        example = self.examples[name]
        extras = {extra.name: extra.default for extra in self.extras} | example.extras
        chosen = picture.from_numbers(example.input, title="worked example")
        if example.drawn:
            chosen = picture.draw(picture.Spec(*example.drawn))
        return LessonState(self, example.layer, chosen, dict(example.parameters), extras, example.step, name)

    def with_class(self, state: LessonState, name: str) -> LessonState:
        """Return the state with a layer of another class; settings of the same name are kept where they can be."""
        cls, old = LAYERS[name], settings(type(state.layer))
        if cls is type(state.layer):
            return state
        array = self.adapted(name, state.input)
        chosen = state.chosen if array is state.input else picture.from_numbers(array)
        state = replace(state, chosen=chosen, example="", step=0)
        own = settings(cls)
        given = dict(self.starting.get(name, {})) | {n: getattr(state.layer, n) for n in own if n in old}
        given = {n: v for n, v in given.items() if n in own} | _arriving(cls, array)
        try:
            return self._fitted(state, cls(**given))
        except (ValueError, IndexError):
            needed = {n: v for n, v in given.items() if own[n].default is ...}
            return self._fitted(state, cls(**needed))

    def with_settings(self, state: LessonState, **changes) -> LessonState:
        """Return the state with settings changed; parameters keep what fits. ValueError where the layer cannot be."""
        return self._fitted(replace(state, example=""), replace(state.layer, **changes))

    def with_extras(self, state: LessonState, **changes) -> LessonState:
        """Return the state with extras changed."""
        return replace(state, example="", extras={**state.extras, **changes})

    def with_input(self, state: LessonState, chosen: Chosen) -> LessonState:
        """Return the state with another input; the layer takes over its channels or features."""
        state = replace(state, chosen=chosen, example="", came="")
        return self._fitted(state, state.layer.fitted(chosen.values.shape))

    def with_picture(self, state: LessonState, chosen: Chosen) -> LessonState:
        """Return the state with a picture, made small enough that every step fits."""
        small, note = picture.small_enough(chosen)
        return replace(self.with_input(state, small), note=note)

    def with_step(self, state: LessonState, step: int) -> LessonState:
        """Return the state at a step."""
        return replace(state, step=step)

    def _fitted(self, state: LessonState, layer: Layer) -> LessonState:
        """Return the state with a layer, its parameters cut or filled up to the layer's shapes.

        ValueError where the layer cannot take the input.
        """
        layer.output_shape(state.input.shape)
        parameters = {}
        for name, shape in layer.parameter_shapes().items():
            old = state.parameters.get(name)
            parameters[name] = old if old is not None and old.shape == shape else self.refitted(name, old, shape)
        return replace(state, layer=layer, parameters=parameters)

    # The link

    def query(self, state: LessonState) -> dict[str, str]:
        """Return the shortest link that brings a state back."""
        if state.example:
            step = {} if state.step == self.examples[state.example].step else {STEP.name: STEP.write(state.step)}
            return {**write((self._example, state.example)), **step, **write((VIEW, state.view))}
        layer = type(state.layer)
        return write(
            (self._layer, layer.__name__),
            (self._input, state.chosen if state.chosen.text is not None else None),
            *((one, getattr(state.layer, name)) for name, one in settings(layer).items() if name not in ARRIVING),
            *((_parameter(layer, name, array.shape), array) for name, array in state.parameters.items()),
            *((extra, state.extras[extra.name]) for extra in self.extras),
            (self._came, state.came or None),
            (STEP, state.step),
            (VIEW, state.view),
        )

    def read(
        self, query: Mapping[str, str], chosen: Chosen | None = None, *, traced: bool = True
    ) -> tuple[LessonState, list[str]]:
        """Return the state of a link, and a sentence for each part of it that cannot be read and is left out.

        chosen: the session's picture, for a link that names none. traced: whether to see that the state can be traced;
        a link that was written here need not be.
        """
        link = Link(query)
        attempt = link.attempt
        example, name, shown = link.take(self._example), link.take(self._layer), link.take(self._input)
        if self.first and picture.is_path(query, chosen):
            example = self.first
        if example:
            state, plain = self.from_example(example), False
        else:
            state, plain = self.begin(shown if link.has(self._input) else chosen)
            plain |= name is not None  # settings that the link leaves out have their defaults, not an example's
        if name:
            state = self.with_class(state, name)
        layer = type(state.layer)
        own = {n: one for n, one in settings(layer).items() if n not in ARRIVING}
        changes = {n: one.default for n, one in own.items() if plain and one.default is not ...}
        changes |= {n: v for n, v in self.starting.get(layer.__name__, {}).items() if n in changes}
        changes |= self.told(link, layer)
        changes |= {n: value for n, one in own.items() if (value := link.take(one)) is not None}
        both = self._with_both(state, shown, changes) if shown else None
        if both is not None:
            state, changes = both, {}
        elif shown:
            state = attempt(self.with_text, state, shown, default=state)
        elif not example and chosen is not None and self.pictures and not link.has(self._input):
            state = self._with_offered(state, chosen)
        if changes:
            fitting = attempt(lambda s: self.with_settings(s, **changes), state)
            if fitting is None:  # the link's numbers belong to a layer that cannot be
                for n, array in state.parameters.items():
                    link.skip(_parameter(layer, n, array.shape))
            state = fitting or state
        for n, array in state.parameters.items():
            if (given := link.take(_parameter(layer, n, array.shape))) is not None:
                state = replace(state, parameters={**state.parameters, n: given}, example="")
        for extra in self.extras:
            if (value := link.take(extra)) is not None:
                state = attempt(lambda s, e=extra, v=value: self.with_extras(s, **{e.name: v}), state, default=state)
        came, same = link.take(self._came, ""), shown is not None and state.input.size == shown.values.size
        step = link.take(STEP, self.examples[state.example].step if state.example else 0)
        first = self.first_seen and not query.keys() - {self._input.name} and self.has_pictures(state)
        view = link.take(VIEW, PICTURE if first else NUMBERS)
        state = replace(state, step=step, came=came if same else "", view=view)
        try:
            _ = traced and state.trace
        except ValueError as error:
            link.problems.append(sentence(error))
            state = self.from_example(self.default)
        return state, link.end()

    def with_text(self, state: LessonState, chosen: Chosen) -> LessonState:
        """Return the state with the input of a link: a drawn picture is made to fit, numbers are taken as they are."""
        drawn = (chosen.text or "").startswith("pic.")
        return self.with_picture(state, chosen) if drawn else self.with_input(state, chosen)

    def _with_offered(self, state: LessonState, chosen: Chosen) -> LessonState:
        """Return the state with the picture of the Input page; as it is, with a sentence, where that does not fit."""
        try:
            return self.with_picture(state, chosen)
        except ValueError as error:
            return replace(state, note=f"{sentence(error)} So your picture is not shown here, but an example.")

    def _with_both(self, state: LessonState, chosen: Chosen, changes: Mapping[str, Any]) -> LessonState | None:
        """Return the state with an input and settings that may fit only one another; None where they do not."""
        try:
            state = self.with_text(replace(state, layer=replace(state.layer, **changes)), chosen)
            return self._fitted(state, state.layer)
        except (ValueError, IndexError):
            return None

    @cached_property
    def _example(self) -> Setting:
        return fields.choice("example", self.examples)

    @cached_property
    def _came(self) -> Setting:
        return fields.choice("from", path.before(self.page))

    @cached_property
    def _layer(self) -> Setting:
        return fields.choice("layer", self.layers)

    @cached_property
    def _input(self) -> Field:
        return Field("x", self.input_from_text, lambda chosen: chosen.text)


def _parameter(layer: type[Layer], name: str, shape: tuple[int, ...]) -> Field:
    """Return the key of a parameter: its name, or "b" for a bias that shares it with a setting."""
    return fields.shaped("b" if name in settings(layer) else name, shape, also=("w",) if name == "weight" else ())


def _arriving(layer: type[Layer], array: np.ndarray) -> dict[str, int]:
    """Return the settings of a layer that follow its input's shape."""
    return {n: array.shape[axis] for n, axis in layer.arriving().items() if array.ndim >= -axis}
