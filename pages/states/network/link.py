"""The forward page's link, both ways, and what pages/states/answers.py needs of the page."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.network import Network
from engine.network.stack_text import read_stack, write_stack
from engine.trace import Trace
from pages.states import codec, picture
from pages.states.codec import shown
from pages.states.network import presets as forward_presets
from pages.states.network.limits import MAX_CHANNELS, MAX_SIDE, runnable
from pages.states.network.numbers import read_numbers, write_numbers
from pages.states.network.presets import PRESETS
from pages.states.network.state import (
    MAX_PATH,
    Place,
    State,
    checked,
    from_preset,
    kept_path,
    opened,
    start_of,
    with_edit,
    with_seed,
    with_step,
    with_target,
)
from pages.states.problems import Problems

__all__ = ["from_query", "knobs", "live", "to_query", "trace", "with_edit", "with_step"]

DEFAULT = "worked"
KEYS = {"example", "stack", "x", "seed", "target", "at", "step"}


def to_query(state: State) -> dict[str, str]:
    """Return the shortest link that brings a state back."""
    preset = state.preset
    query = {"example": state.base}
    if state.network.layers != preset.network.layers:
        query["stack"] = write_stack(state.network.layers)
    if state.text != preset.text:
        query["x"] = state.text
    if state.seed:
        query["seed"] = str(state.seed)
    query |= write_numbers(start_of(state.base, state.network, state.seed), state.parameters)
    if state.target != preset.target:
        query["target"] = str(state.target)
    if state.path != ((state.last, 0),):
        query["at"] = "~".join(f"{number}.{flat}" for number, flat in state.path)
    if state.step is not None:
        query["step"] = str(state.step)
    return query


def from_query(query: Mapping[str, str], chosen: picture.Chosen | None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part."""
    problems = Problems()
    attempt = problems.attempt

    base = attempt(_base, query["example"], default=DEFAULT) if "example" in query else DEFAULT
    if not query and chosen is not None and forward_presets.takes(chosen):
        base = forward_presets.OWN
    state = from_preset(base)
    seed = attempt(_whole, query["seed"], "seed", default=0) if "seed" in query else 0
    if seed:
        state = with_seed(state, seed)
    array, text = state.input, state.text
    if "x" in query:
        array, text = attempt(_input, query["x"], default=(array, text))
    elif not query and base == forward_presets.OWN:
        array, text = forward_presets.small(chosen)
    layers = attempt(read_stack, query["stack"], default=None) if "stack" in query else None
    if layers is not None or array is not state.input:
        network = Network(array.shape, state.network.layers if layers is None else layers)
        state = attempt(_with, state, network, array, text, layers is None, default=state)
    parameters, wrong, keys = read_numbers(state.parameters, query)
    problems += wrong
    if any(parameters[name] is not state.parameters[name] for name in parameters):
        state = attempt(checked, replace(state, parameters=parameters), default=state)
    if "target" in query:
        state = attempt(lambda s: with_target(s, _whole(query["target"], "target")), state, default=state)
    if "at" in query:
        path = attempt(_read_path, state, query["at"], default=())
        state = opened(state, path) if path else state
    if "step" in query and (step := attempt(_whole, query["step"], "step", default=None)) is not None:
        state = replace(state, step=step)
    unknown = [key for key in query if key not in KEYS | keys]
    if unknown:
        problems.append(f"This page does not know {shown(unknown[0])}, so it is left out of the link.")
    return state, problems


def _with(state: State, network: Network, array: np.ndarray, text: str, fitted: bool) -> State:
    """Return a state with a link's stack and input. The stack is taken as it stands, where it was given."""
    network = runnable(network.fitted() if fitted else network)
    parameters = start_of(state.base, network, state.seed)
    return opened(checked(replace(state, network=network, input=array, text=text, parameters=parameters)))


def _base(text: str) -> str:
    if text not in PRESETS:
        raise ValueError(f"There is no example {shown(text)}; there are {', '.join(PRESETS)}.")
    return text


def _whole(text: str, name: str) -> int:
    if not re.fullmatch("[0-9]{1,6}", text):
        raise ValueError(f"{name} {shown(text)} is not a whole number.")
    return int(text)


def _input(text: str) -> tuple[np.ndarray, str]:
    if text.startswith("pic."):
        chosen = picture.picture_from_text(text)
        size = "×".join(map(str, chosen.values.shape[1:]))
        if max(chosen.values.shape[1:]) > MAX_SIDE:
            raise ValueError(f"x is {size}; at most {MAX_SIDE}×{MAX_SIDE} can be followed.")
        return chosen.values, text
    return codec.decode(text, name="x", ndim=(1, 3), max_shape=(MAX_CHANNELS, MAX_SIDE, MAX_SIDE)), text


def _read_path(state: State, text: str) -> tuple[Place, ...]:
    if not re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,5}(~[0-9]{1,2}\.[0-9]{1,5})*", text) or text.count("~") >= MAX_PATH:
        raise ValueError(f"at {shown(text)} is not a path such as 9.0~8.2.")
    path = tuple(tuple(map(int, part.split("."))) for part in text.split("~"))
    kept = kept_path(state, path)
    if kept != path:
        raise ValueError(f"at {shown(text)} names a cell that this network does not have.")
    return kept


def live(state: State) -> bool:
    """Whether edits can go to the engine's own address: a state's link holds all of it."""
    return True


def knobs(state: State) -> list:
    return []


def trace(state: State) -> Trace:
    return state.trace
