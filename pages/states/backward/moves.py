"""Making a state of the backward page, following a gradient, and changing the numbers."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pages.states import edits, picture
from pages.states.backward.state import MAX_PATH, Place, State
from pages.states.network import state as forward_state

# Making one


def of(forward: forward_state.State) -> State:
    """Return the state of a network that has a loss: open is the true class's logit. ValueError where it has none."""
    if not forward.has_loss:
        size = "×".join(map(str, forward.logits.shape))
        raise ValueError(f"the network ends in {size}; a loss needs one number for each class: end in Flatten, Linear")
    made = State(replace(forward, path=((forward.last, 0),), step=None))
    made = opened(made)
    _ = made.both
    return made


def opened(state: State, path: tuple[Place, ...] = (), step: int | None = None) -> State:
    """Return the state with a path, by default the true class's logit."""
    return replace(state, path=path or ((state.logits, "", state.forward.target),), step=step)


def checked(state: State) -> State:
    """Return a state whose forward part changed, with the places of its path that are still there."""
    made = of(state.forward)
    kept = kept_path(made, state.path)
    return opened(made, kept, state.step if kept == state.path else None)


def kept_path(state: State, path: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return a path as far as the network has its places."""
    kept: list[Place] = []
    for place in path:
        if not has(state, place):
            break
        kept.append(place)
    return tuple(kept)


def has(state: State, place: Place) -> bool:
    number, name, flat = place
    known = name in state.parameters(number) if name else 0 <= number <= len(state.forward.network)
    return known and 0 <= flat < state.gradient(number, name).size


# Following a gradient


def with_open(state: State, number: int, name: str, flat: int) -> State:
    """Return the state with a gradient chosen from the whole; the loss's own opens the true class's logit."""
    if not name and number == state.forward.last and number > len(state.forward.network):
        return opened(state)
    if not has(state, (number, name, flat)):
        raise ValueError(f"there is no gradient {flat} of {name or 'value'} {number}")
    return opened(state, ((number, name, flat),))


def with_rule(state: State, by: int) -> State:
    """Return the state so many rules on (back from the loss), at the largest gradient that it gives."""
    at = min(max(state.at_rule + by, 0), len(state.rules) - 1)
    if at == state.at_rule and state.open[:2] == state.rules[at]:
        return state
    number, name = state.rules[at]
    if (number, name) == (state.logits, ""):
        return opened(state)
    return opened(state, ((number, name, int(np.abs(state.gradient(number, name)).argmax())),))


def with_lead(state: State, board: str, flat: int) -> State:
    """Return the state one rule towards the loss, at the gradient that a cell of the open trace is."""
    place = state.place_of(board, flat)
    return state if place is None else opened(state, (*state.trail, place)[-MAX_PATH:])


def with_back(state: State, place: int) -> State:
    """Return the state at an earlier place of its path."""
    if not 0 <= place < len(state.trail):
        raise ValueError(f"the path has no place {place}")
    return opened(state, state.trail[: place + 1])


def with_step(state: State, step: int) -> State:
    return state if step == state.shown_step else replace(state, step=step)


# Changing the numbers


def with_target(state: State, target: int) -> State:
    """Return the state with another true class."""
    changed = replace(state, forward=forward_state.with_target(state.forward, target))
    return opened(of(changed.forward)) if state.open[:2] == (state.logits, "") else checked(changed)


def with_picture(state: State, chosen: picture.Chosen) -> State:
    return checked(replace(state, forward=forward_state.with_picture(state.forward, chosen)))


def with_seed(state: State, seed: int) -> State:
    return checked(replace(state, forward=forward_state.with_seed(state.forward, seed)))


def with_edit(state: State, edit: Mapping) -> tuple[State, str]:
    """Apply what the learner typed or pasted; return the new state and a sentence or "".

    Raises ValueError where it is not of the form of an edit (pages/states/edits.py), or gives what cannot be computed.
    """
    forward, k = state.forward, state.passed - 1
    arrays = {board.name: None for board in state.trace.boards if board.editable}
    if "input" in arrays:
        arrays["input"] = forward.input
    if "weight" in arrays:
        arrays["weight"] = forward.parameters[f"{k}.weight"]
    try:
        board, array, note = edits.apply(edit, arrays, _kept_cell)
        if board == "input":
            return checked(replace(state, forward=forward_state.with_input(forward, array))), note
        changed = replace(forward, parameters={**forward.parameters, f"{k}.weight": array})
        return checked(replace(state, forward=forward_state.checked(changed))), note
    except edits.Refused as refused:
        return state, str(refused)


def _kept_cell(board: str, index: tuple[int, ...]) -> tuple[int, ...]:
    """Return where a cell is kept: a weight's board is turned, with the input's channel first."""
    return (index[1], index[0], *index[2:]) if board == "weight" else index
