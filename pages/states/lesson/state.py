"""What a lesson page of one layer shows, as one value: from a link, to a link, and changed by an edit or a knob.

`Kind` says what a page is about; everything else follows from the layer's own declarations.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from engine import functional as F
from engine.facts.examples import Example
from engine.layers import LAYERS, Layer
from engine.trace import Trace
from engine.writing.display import sentence
from pages.states import codec, edits, picture, settings
from pages.states.knobs import Knob
from pages.states.lesson import knobs as layer_knobs

MAX_SIDE, MAX_CHANNELS, MAX_VECTOR = 16, 4, 64
SHRUNK = 12


@dataclass(frozen=True)
class Extra:
    """A choice of a lesson that is no setting of its layer, such as a target class.

    read: text of a link (or of a choice) → value, ValueError with a sentence for any other text. write: value → text.
    knob: State → the knob that sets it (its name is the extra's), None where something else does.
    """

    name: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    knob: Callable[[Any], Knob] | None = None


@dataclass(frozen=True, eq=False)
class State:
    """A layer with its input, parameters and extras; the step on show; the example that it is, if any.

    text: the input's text in a link. note: what was done to a picture so that it fits.
    """

    layer: Layer
    input: np.ndarray
    text: str
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    example: str = ""
    note: str = ""

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.layer.output_shape(self.input.shape)

    @property
    def arguments(self) -> dict[str, Any]:
        """What forward takes beside the input: parameters, and extras that are the layer's arguments."""
        names = [name for name in (*self.layer.arguments, *self.layer.options) if name in self.extras]
        return {**self.parameters, **{name: self.extras[name] for name in names}}


def _trace(state: State) -> Trace:
    return state.layer.trace(state.input, **state.arguments)


@dataclass(frozen=True)
class Kind:
    """A lesson page of single layers.

    page: its name, in the session and at the engine's own address. layers: the classes that it teaches, as named in
    the registry. examples: by name; `default` is the one shown first. axes: numbers of axes that an input may
    have. starting: for each class, settings to begin with that have no default. extras: see Extra.
    trace: State → Trace, where it is more than the layer's own. adapt: (class name, input) → the input in the form
    that a layer of this class takes (a map flattened), where the class was changed. vector: the word for its
    numbers.
    """

    page: str
    layers: tuple[str, ...]
    examples: Mapping[str, Example]
    default: str
    axes: tuple[int, ...] = (3,)
    starting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extras: tuple[Extra, ...] = ()
    trace: Callable[[State], Trace] = _trace
    adapt: Callable[[str, np.ndarray], np.ndarray] = lambda name, array: array
    vector: str = "features"

    @property
    def pictures(self) -> bool:
        """Whether the picture chosen on the Input page can be the input."""
        return 3 in self.axes

    def live(self, state: State) -> bool:
        """Whether edits can go to the engine's own address: a state's link holds all of it."""
        return True

    def from_example(self, name: str) -> State:
        """Return the state of a worked example."""
        example = self.examples[name]
        extras = {extra.name: extra.default for extra in self.extras} | example.extras
        text = codec.encode(example.input)
        return State(example.layer, example.input, text, dict(example.parameters), extras, example=name)

    def with_class(self, state: State, name: str) -> State:
        """Return the state with a layer of another class; settings of the same name are kept where they can be."""
        cls, old = LAYERS[name], settings.setting_fields(state.layer)
        if cls is type(state.layer):
            return state
        array = self.adapt(name, state.input)
        if array is not state.input:
            state = replace(state, input=array, text=codec.encode(array))
        given = dict(self.starting.get(name, {}))
        needed = {f.name: f for f in settings.setting_fields(cls).values()}
        kept = {n: getattr(state.layer, n) for n in needed if n in old}
        given = {n: v for n, v in {**given, **kept}.items() if n in needed}
        given |= {n: state.input.shape[axis] for n, axis in settings.ARRIVING.items() if n in needed}
        try:
            return _fitted(replace(state, example="", step=0), cls(**given))
        except (ValueError, IndexError):
            least = {n: given[n] for n, f in needed.items() if n in given and f.default is MISSING}
            return _fitted(replace(state, example="", step=0), cls(**least))

    def with_settings(self, state: State, **changes) -> State:
        """Return the state with settings changed; parameters keep what fits. ValueError where the layer cannot be."""
        return _fitted(replace(state, example=""), replace(state.layer, **changes))

    def with_extras(self, state: State, **changes) -> State:
        """Return the state with extras changed."""
        return replace(state, example="", extras={**state.extras, **changes})

    def with_input(self, state: State, array: np.ndarray, text: str | None = None) -> State:
        """Return the state with another input; the layer takes over its channels or features."""
        array = np.array(array, dtype=np.float64)
        array.flags.writeable = False
        names = settings.setting_fields(state.layer)
        changes = {n: array.shape[axis] for n, axis in settings.ARRIVING.items() if n in names and array.ndim >= -axis}
        state = replace(state, input=array, text=text or codec.encode(array), example="")
        return _fitted(state, replace(state.layer, **changes))

    def with_picture(self, state: State, chosen: picture.Chosen) -> State:
        """Return the state with a picture, made small enough that every step fits."""
        small, note = small_enough(chosen)
        return replace(self.with_input(state, small.values, small.text), note=note)

    def knobs(self, state: State) -> list[Knob]:
        """Return the knobs beside the player."""
        return layer_knobs.knobs(self, state)

    def with_edit(self, state: State, edit: Mapping) -> tuple[State, str]:
        """Apply what the learner typed, pasted, painted or turned; return the new state and a sentence or "".

        What cannot be computed leaves the state as it was. Raises ValueError where it is not of the form of an edit
        (pages/states/edits.py, pages/states/knobs.py).
        """
        if "knob" in edit:
            try:
                changed = layer_knobs.turn(self, state, edit)
            except edits.Refused as refused:
                return state, str(refused)
            return self._judged(state, changed, "")
        arrays = {"input": state.input, **state.parameters}
        try:
            board, array, note = edits.apply(edit, arrays, state.layer.parameter_cell)
        except edits.Refused as refused:
            return state, str(refused)
        if board == "input":
            changed = replace(self.with_input(state, array), parameters=state.parameters)
        else:
            changed = replace(state, parameters={**state.parameters, board: array}, example="")
        return self._judged(state, changed, note)

    def _judged(self, state: State, changed: State, note: str) -> tuple[State, str]:
        try:
            self.trace(changed)
        except ValueError as error:
            return state, sentence(error)
        return changed, note

    def with_step(self, state: State, step: int) -> State:
        """Return the state at a step."""
        return replace(state, step=step)

    def to_query(self, state: State) -> dict[str, str]:
        """Return the shortest link that brings a state back."""
        query: dict[str, str] = {}
        if state.example:
            query["example"] = state.example
        else:
            query["layer"] = type(state.layer).__name__
            query["x"] = state.text
            for name, f in settings.setting_fields(state.layer).items():
                value = getattr(state.layer, name)
                if name not in settings.ARRIVING and not settings.is_default(f, value) and value is not None:
                    query[name] = settings.write(value)
            for name, array in state.parameters.items():
                query[_key(state.layer, name)] = codec.encode(array)
            for extra in self.extras:
                if state.extras[extra.name] != extra.default:
                    query[extra.name] = extra.write(state.extras[extra.name])
        if state.step:
            query["step"] = str(state.step)
        return query

    def from_query(self, query: Mapping[str, str], chosen: picture.Chosen | None) -> tuple[State, list[str]]:
        """Read a link. What cannot be read is left out, with a sentence for each such part."""
        problems: list[str] = []

        def attempt(read, *arguments):
            try:
                return read(*arguments)
            except (ValueError, IndexError) as error:
                problems.append(str(error))
                return None

        state = attempt(self._example, query["example"]) if "example" in query else None
        given = state is not None
        state, plain = state or self.from_example(self.default), False
        if "layer" in query and (name := attempt(self._class, query["layer"])):
            state = self.with_class(state, name)
            plain = not given  # settings that the link leaves out have their defaults, not an example's
        fields = settings.setting_fields(state.layer)
        changes = {name: f.default for name, f in fields.items() if plain and f.default is not MISSING}
        changes |= {n: v for n, v in self.starting.get(type(state.layer).__name__, {}).items() if n in changes}
        for name in fields.keys() & query.keys():
            value = attempt(settings.read, fields[name], query[name])
            if value is not None and name not in settings.ARRIVING:
                changes[name] = value
        if (both := self._with_both(state, query.get("x"), changes)) is not None:
            state, changes = both, {}
        elif "x" in query:
            state = attempt(self._with_text, state, query["x"]) or state
        elif not given and chosen is not None and self.pictures:
            state = self.with_picture(state, chosen)
        if changes:
            state = attempt(lambda s: self.with_settings(s, **changes), state) or state
        for name, array in state.parameters.items():
            key = _key(state.layer, name)
            if key in query and (read := attempt(_array, query[key], name, array.shape)) is not None:
                state = replace(state, parameters={**state.parameters, name: read}, example="")
        for extra in self.extras:
            if extra.name in query and (value := attempt(extra.read, query[extra.name])) is not None:
                state = attempt(partial(self.with_extras, state, **{extra.name: value})) or state
        known = {"example", "layer", "x", "step", *fields, *(e.name for e in self.extras)}
        known |= {_key(state.layer, name) for name in state.parameters}
        unknown = [key for key in query if key not in known]
        if unknown:
            problems.append(f"This page does not know {codec.shown(unknown[0])}, so it is left out of the link.")
        step = attempt(_step, query["step"]) if "step" in query else 0
        return self._shown(replace(state, step=step or 0)), problems

    def _shown(self, state: State) -> State:
        """Return the state where it can be computed, else the default example."""
        try:
            self.trace(state)
        except ValueError:
            return self.from_example(self.default)
        return state

    def _with_both(self, state: State, text: str | None, changes: Mapping[str, Any]) -> State | None:
        """Return the state with an input and settings that may fit only one another; None where they do not."""
        if text is None:
            return None
        try:
            return self._with_text(replace(state, layer=replace(state.layer, **changes)), text)
        except (ValueError, IndexError):
            return None

    def _example(self, text: str) -> State:
        if text not in self.examples:
            raise ValueError(f"There is no example {codec.shown(text)}; there are {', '.join(self.examples)}.")
        return self.from_example(text)

    def _class(self, text: str) -> str:
        if text not in self.layers:
            raise ValueError(f"layer {codec.shown(text)} is none of {', '.join(self.layers)}.")
        return text

    def _with_text(self, state: State, text: str) -> State:
        if text.startswith("pic.") and self.pictures:
            return self.with_picture(state, picture.picture_from_text(text))
        limits = (MAX_CHANNELS, MAX_SIDE, MAX_SIDE) if self.axes != (1,) else (MAX_VECTOR,)
        return self.with_input(state, codec.decode(text, name="x", ndim=self.axes, max_shape=limits), text)


def small_enough(chosen: picture.Chosen) -> tuple[picture.Chosen, str]:
    """Return a picture of at most 16×16, and a sentence where it had to be made smaller."""
    _, height, width = chosen.values.shape
    if max(height, width) <= MAX_SIDE and chosen.text is not None:
        return chosen, ""
    note = f"Your picture of {height} × {width} is shown at {SHRUNK} × {SHRUNK} here, so that every step can be seen."
    if chosen.text is not None and chosen.text.startswith("pic."):
        return picture.draw(replace(picture.spec_from_text(chosen.text), size=SHRUNK)), note
    decimals = 2 if chosen.full_scale == 1 else 0
    small = np.round(F.adaptive_avg_pool2d(chosen.values, SHRUNK), decimals)
    return picture.from_numbers(small, title=chosen.title, scale=chosen.scale), note


def _fitted(state: State, layer: Layer) -> State:
    """Return the state with a layer, its parameters cut or filled up to the layer's shapes.

    ValueError where the layer cannot take the input.
    """
    layer.output_shape(state.input.shape)
    made = {}
    for name, shape in layer.parameter_shapes().items():
        old = state.parameters.get(name)
        if old is not None and old.shape == shape:
            made[name] = old
            continue
        array = np.ones(shape) if name in ("running_var", "weight") else np.zeros(shape)
        if old is not None and old.ndim == len(shape):
            both = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, shape, strict=True))
            array[both] = old[both]
        made[name] = array
    changed = replace(state, layer=layer, parameters=made)
    layer.forward(state.input, **changed.arguments)
    return changed


def _key(layer: Layer, parameter: str) -> str:
    """Return a parameter's key in a link: its name, or "b" for a bias that shares it with a setting."""
    return "b" if parameter in settings.setting_fields(layer) else parameter


def _array(text: str, name: str, shape: tuple[int, ...]) -> np.ndarray:
    array = codec.decode(text, name=name, ndim=len(shape))
    if array.shape != shape:
        there, needed = ("×".join(map(str, s)) for s in (array.shape, shape))
        raise ValueError(f"{name} has shape {there}, but this layer needs {needed}.")
    return array


def _step(text: str) -> int:
    if not re.fullmatch("[0-9]{1,6}", text):
        raise ValueError(f"step {codec.shown(text)} is not a whole number.")
    return int(text)
