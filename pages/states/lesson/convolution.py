"""What the Convolution page shows, as one value: from a link, to a link, and changed by an edit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.data.kernels import kernel, resized
from engine.facts.examples import CONVOLUTION
from engine.layers import Conv2d
from engine.trace import Trace
from pages.states import codec, edits
from pages.states.knobs import Knob
from pages.states.lesson import convolution_knobs as conv_knobs
from pages.states.picture import Chosen, from_numbers, picture_from_text
from pages.states.settings import read, setting_fields

DEFAULT = "three-channels-three-filters"
MAX_FILTERS, MAX_KERNEL, MAX_STEPPED = 8, 7, 16
FIELDS = setting_fields(Conv2d)
_SETTINGS = ("stride", "padding", "dilation", "groups", "mode")
KEYS = ("example", "x", "w", "b", *_SETTINGS, "step", "at")


@dataclass(frozen=True, eq=False)
class State:
    """A picture, a layer with its numbers, the step on show, and (filter, row, column) chosen on a large map."""

    chosen: Chosen
    layer: Conv2d
    weight: np.ndarray
    bias: np.ndarray | None
    step: int = 0
    at: tuple[int, int, int] | None = None
    example: str = ""

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        return {"weight": self.weight} if self.bias is None else {"weight": self.weight, "bias": self.bias}

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.layer.output_shape(self.chosen.values.shape)

    @property
    def stepped(self) -> bool:
        """Whether every step fits the player; larger pictures are shown as maps."""
        return max(self.chosen.values.shape[1:]) <= MAX_STEPPED


def from_example(name: str) -> State:
    """Return the state of a worked example."""
    example = CONVOLUTION[name]
    return State(
        chosen=from_numbers(example.input, title="worked example"),
        layer=example.layer,
        weight=example.parameters["weight"],
        bias=example.parameters["bias"],
        example=name,
    )


def from_picture(chosen: Chosen) -> State:
    """Return the state that a picture starts with: one filter, Sobel x on every channel, bias 0."""
    channels, height, width = chosen.values.shape
    name = "Sobel x" if min(height, width) >= 3 else "identity"
    one = kernel(name, (min(3, height), min(3, width)))
    weight = np.repeat(one[None, None], channels, axis=1)
    layer = Conv2d(channels, 1, _pair(*one.shape))
    return State(chosen=chosen, layer=layer, weight=weight, bias=np.zeros(1))


def from_query(query: Mapping[str, str], session_picture: Chosen | None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part."""
    problems: list[str] = []

    def attempt(read, *arguments):
        try:
            return read(*arguments)
        except ValueError as error:
            problems.append(str(error))
            return None

    unknown = [key for key in query if key not in KEYS]
    if unknown:
        problems.append(f"This page does not know {codec.shown(unknown[0])}, so it is left out of the link.")
    state = None
    if "example" in query:
        state = attempt(_example, query["example"])
    elif "x" in query:
        chosen = attempt(picture_from_text, query["x"])
        state = from_picture(chosen) if chosen else None
    elif session_picture is not None:
        state = from_picture(session_picture)
    state = state or from_example(DEFAULT)
    if "example" in query and "x" in query and (chosen := attempt(picture_from_text, query["x"])):
        state = replace(state, chosen=chosen, example="")
    weight = attempt(_weight, query["w"]) if "w" in query else None
    weight = state.weight if weight is None else weight
    bias = state.bias
    if "b" in query:
        bias = None if query["b"] == "none" else attempt(_bias, query["b"], len(weight))
    if "w" in query and bias is not None and len(bias) != len(weight):
        bias = np.zeros(len(weight))
    bias = np.zeros(len(weight)) if bias is None and query.get("b") != "none" else bias
    settings = {}
    for name in _SETTINGS:
        if name in query:
            value = attempt(_setting, name, query[name])
            if value is not None:
                settings["padding_mode" if name == "mode" else name] = value
    if any(key in query for key in ("x", "w", "b", *_SETTINGS)):
        state = replace(state, example="")
    built = attempt(_build, state, weight, bias, settings)
    if built is None:
        built = replace(state, example="")
        if attempt(lambda s: s.output_shape, built) is None:
            built = from_picture(state.chosen)
    step = attempt(_step, query["step"]) if "step" in query else None
    at = attempt(_at, query["at"]) if "at" in query else None
    return replace(built, step=step or 0, at=at), problems


def to_query(state: State) -> dict[str, str]:
    """Return the shortest link that brings a state back. A picture too large for a link is left out."""
    query: dict[str, str] = {}
    layer = state.layer
    if state.example:
        query["example"] = state.example
    else:
        if state.chosen.text is not None:
            query["x"] = state.chosen.text
        query["w"] = codec.encode(state.weight)
        query["b"] = "none" if state.bias is None else codec.encode(state.bias)
        for name, default in (("stride", (1, 1)), ("dilation", (1, 1)), ("padding", (0, 0))):
            value = getattr(layer, name)
            if name == "padding" and isinstance(value, str):
                query[name] = value
            elif (pair := _both(value)) != default:
                query[name] = str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"
        if layer.groups != 1:
            query["groups"] = str(layer.groups)
        if layer.padding_mode != "zeros":
            query["mode"] = layer.padding_mode
    if state.step:
        query["step"] = str(state.step)
    if state.at is not None:
        query["at"] = ".".join(map(str, state.at))
    return query


def with_layer(state: State, **changes) -> State:
    """Return the state with layer settings changed; weights and biases keep what fits.

    Raises ValueError where the layer cannot be.
    """
    layer = state.layer
    size = _both(changes.pop("kernel_size", layer.kernel_size))
    filters = changes.pop("out_channels", layer.out_channels)
    groups = changes.get("groups", layer.groups)
    weight = resized(state.weight, size) if size != state.weight.shape[2:] else state.weight
    channels = layer.in_channels // groups
    if channels != weight.shape[1]:
        repeats = -(-channels // weight.shape[1])
        weight = np.tile(weight, (1, repeats, 1, 1))[:, :channels]
    if filters != len(weight):
        weight = np.concatenate([weight, np.zeros((max(0, filters - len(weight)), *weight.shape[1:]))])[:filters]
    bias = state.bias
    if changes.pop("bias", bias is not None):
        bias = np.zeros(0) if bias is None else bias
        bias = np.concatenate([bias, np.zeros(max(0, filters - len(bias)))])[:filters]
    else:
        bias = None
    return _build(replace(state, example="", at=None), weight, bias, changes)


def with_kernel(state: State, name: str, filters: list[int]) -> State:
    """Return the state with a named kernel in every channel of some filters."""
    shaped = kernel(name, state.layer.kernel)
    if shaped.shape != state.layer.kernel:
        state = with_layer(state, kernel_size=_pair(*shaped.shape))
    weight = state.weight.copy()
    weight[filters] = shaped
    return replace(state, weight=weight, example="")


def with_picture(state: State, chosen: Chosen) -> State:
    """Return the state with another picture; the layer stays where the picture can take it."""
    if chosen.values.shape[0] != state.layer.in_channels:
        return from_picture(chosen)
    changed = replace(state, chosen=chosen, example="", at=None, step=0)
    try:
        _ = changed.output_shape
    except ValueError:
        return from_picture(chosen)
    return changed


def knobs(state: State) -> list[Knob]:
    """Return the knobs beside the player."""
    return conv_knobs.knobs(state, with_layer, FIELDS)


def with_edit(state: State, edit: Mapping) -> tuple[State, str]:
    """Apply what the learner typed, pasted, painted or turned; return the new state and a sentence or "".

    Raises ValueError where it is not of the form of an edit (pages/states/edits.py, pages/states/knobs.py).
    """
    arrays = {"input": state.chosen.values, **state.parameters}
    try:
        if "knob" in edit:
            name, value = conv_knobs.turn(knobs(state), edit)
            return (with_kernel(state, *value) if name == "kernel" else with_layer(state, **{name: value})), ""
        board, array, note = edits.apply(edit, arrays)
    except edits.Refused as refused:
        return state, str(refused)
    changed = replace(state, example="")
    if board == "input":
        picture = from_numbers(array, title=state.chosen.title, scale=state.chosen.scale)
        return replace(changed, chosen=picture), note
    return replace(changed, **{board: array}), note


def with_step(state: State, step: int) -> State:
    """Return the state at a step; a large picture's step follows from the pixel chosen on its maps."""
    return replace(state, step=step) if state.stepped else state


def trace(state: State) -> Trace:
    """Return the trace of a state that is stepped through whole."""
    return state.layer.trace(state.chosen.values, **state.parameters)


def live(state: State) -> bool:
    """Whether edits of a state can go to the engine's own address: its link holds all of it."""
    return state.stepped and state.chosen.text is not None


def _build(state: State, weight: np.ndarray, bias: np.ndarray | None, settings: Mapping) -> State:
    channels = state.chosen.values.shape[0]
    kept = {n: getattr(state.layer, n) for n in ("stride", "padding", "dilation", "groups", "padding_mode")}
    layer = Conv2d(channels, len(weight), _pair(*weight.shape[2:]), bias=bias is not None, **{**kept, **settings})
    if layer.parameter_shapes()["weight"] != weight.shape:
        raise ValueError(
            f"the kernels have {weight.shape[1]} channels, but an input of {channels} channels in "
            f"{layer.groups} group(s) needs {channels // layer.groups}"
        )
    changed = replace(state, layer=layer, weight=weight, bias=bias)
    _ = changed.output_shape
    layer.pad(state.chosen.values)
    return changed


def _example(text: str) -> State:
    if text not in CONVOLUTION:
        raise ValueError(f"There is no example {codec.shown(text)}; there are {', '.join(CONVOLUTION)}.")
    return from_example(text)


def _weight(text: str) -> np.ndarray:
    return codec.decode(text, name="w", ndim=4, max_shape=(MAX_FILTERS, 4, MAX_KERNEL, MAX_KERNEL))


def _bias(text: str, filters: int) -> np.ndarray:
    bias = codec.decode(text, name="b", ndim=1, max_shape=(MAX_FILTERS,))
    if len(bias) != filters:
        raise ValueError(f"b has {len(bias)} numbers, but there are {filters} filters.")
    return bias


def _setting(name: str, text: str):
    if name == "padding" and text in ("same", "valid"):
        return text
    field = FIELDS["padding_mode" if name == "mode" else name]
    return read(field, text)


def _step(text: str) -> int:
    if not re.fullmatch("[0-9]{1,6}", text):
        raise ValueError(f"step {codec.shown(text)} is not a whole number.")
    return int(text)


def _at(text: str) -> tuple[int, int, int]:
    match = re.fullmatch(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})", text)
    if not match:
        raise ValueError(f"at {codec.shown(text)} is not filter.row.column, such as 0.12.40.")
    return int(match[1]), int(match[2]), int(match[3])


def _both(value) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def _pair(rows: int, columns: int) -> int | tuple[int, int]:
    return rows if rows == columns else (rows, columns)
