"""The backward page's link, both ways, and what pages/states/answers.py needs of the page."""

import re
from collections.abc import Mapping
from dataclasses import replace

from engine.trace import Trace
from engine.writing.display import sentence
from pages.states import picture
from pages.states.backward.moves import has, of, opened, with_edit, with_step
from pages.states.backward.state import MAX_PATH, Place, State
from pages.states.codec import shown
from pages.states.network import link as forward_link
from pages.states.network import state as forward_state
from pages.states.network.link import DEFAULT

__all__ = ["forward_query", "from_query", "knobs", "live", "to_query", "trace", "with_edit", "with_step"]

OWN = ("at", "step")  # keys that mean another thing on the forward page
_PLACE = re.compile(r"([0-9]{1,2})\.(?:([a-z_]{1,20})\.)?([0-9]{1,6})")


def place_text(place: Place) -> str:
    """Return a place's text in a link: 7.2 for a value's gradient, 5.weight.3 for a parameter's."""
    number, name, flat = place
    return f"{number}.{name}.{flat}" if name else f"{number}.{flat}"


def forward_query(state: State) -> dict[str, str]:
    """Return the forward page's link for the same network and numbers."""
    return forward_link.to_query(state.forward)


def to_query(state: State) -> dict[str, str]:
    """Return the shortest link that brings a state back."""
    query = forward_query(state)
    if state.path != opened(state).path:
        query["at"] = "~".join(map(place_text, state.path))
    if state.step is not None:
        query["step"] = str(state.step)
    return query


def from_query(query: Mapping[str, str], chosen: picture.Chosen | None) -> tuple[State, list[str]]:
    """Read a link. What cannot be read is left out, with a sentence for each such part."""
    forward, problems = forward_link.from_query({k: v for k, v in query.items() if k not in OWN}, chosen)
    try:
        state = of(forward)
    except ValueError as error:
        problems.append(sentence(error))
        state = of(forward_state.from_preset(DEFAULT))
    if "at" in query:
        try:
            state = opened(state, _read_path(state, query["at"]))
        except ValueError as error:
            problems.append(sentence(error))
    if "step" in query:
        if re.fullmatch("[0-9]{1,6}", query["step"]):
            state = replace(state, step=int(query["step"]))
        else:
            problems.append(f"step {shown(query['step'])} is not a whole number.")
    return state, problems


def _read_path(state: State, text: str) -> tuple[Place, ...]:
    parts = text.split("~")
    found = [_PLACE.fullmatch(part) for part in parts[: MAX_PATH + 1]]
    if len(parts) > MAX_PATH or not all(found):
        raise ValueError(f"at {shown(text)} is not a path such as 5.weight.1~5.1.")
    path = tuple((int(part[1]), part[2] or "", int(part[3])) for part in found)
    for place in path:
        if not has(state, place):
            raise ValueError(f"at names {place_text(place)}, a gradient that this network does not have.")
    return path


def live(state: State) -> bool:
    """Whether edits can go to the engine's own address: a state's link holds all of it."""
    return True


def knobs(state: State) -> list:
    return []


def trace(state: State) -> Trace:
    return state.trace
