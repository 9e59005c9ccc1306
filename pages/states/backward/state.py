"""What the backward page shows, as one value: a forward state, and the gradient that is open in it.

Following a gradient: pages/states/backward/walk.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from engine import limits
from pages.states import edits
from pages.states.backward.places import AT, Place, parameter_cell, place_text
from pages.states.backward.walk import GradientWalk
from pages.states.link import Link, write
from pages.states.network import state as network
from pages.states.network.state import STEP, NetworkState
from pages.states.picture import Chosen


@dataclass(frozen=True, eq=False)
class GradientState(GradientWalk):
    """A network with its numbers, and how a gradient was followed."""

    @property
    def offered(self) -> Chosen | None:
        """The picture of the Input page, which no link of this state holds."""
        return self.forward.offered

    # Changing the numbers

    def with_forward(self, forward: NetworkState) -> Self:
        """Return the state for a changed network, with those places of the path that it still has."""
        return of(forward).as_far(self)

    def with_target(self, target: int) -> Self:
        """Return the state with another true class."""
        forward = self.forward.with_target(target)
        return of(forward) if self.open[:2] == (self.logits, "") else self.with_forward(forward)

    def with_picture(self, chosen: Chosen) -> Self:
        return self.with_forward(self.forward.with_picture(chosen))

    def with_seed(self, seed: int) -> Self:
        return self.with_forward(self.forward.with_seed(seed))

    def with_edit(self, edit: Mapping) -> tuple[Self, str]:
        """Apply what the learner typed or pasted; return the new state and a sentence or "".

        Raises ValueError where it has not the form of an edit (pages/states/edits.py), or leads to numbers that cannot
        be computed.
        """
        forward, name = self.forward, f"{self.passed - 1}.weight"
        own_arrays = {"input": forward.input, "weight": forward.parameters.get(name)}
        arrays = {board: own_arrays[board] for board in self.editable}
        try:
            board, array, note = edits.apply(edit, arrays, parameter_cell)
        except edits.Refused as refused:
            return self, str(refused)
        if board == "input":
            return self.with_forward(forward.with_input(array)), note
        changed = replace(forward, parameters={**forward.parameters, name: array})
        return self.with_forward(changed.checked()), note

    # The link

    def query(self) -> dict[str, str]:
        """Return the shortest link that brings a state back."""
        at = self.path if self.path != self.first_path else None
        return {**self.forward.query(), **write((AT, at), (STEP, self.step))}


def of(forward: NetworkState) -> GradientState:
    """Return the state of a network with the true class's logit open. ValueError where the network has no loss."""
    state = _begun(forward)
    _ = state.both
    return state


def _begun(forward: NetworkState) -> GradientState:
    if not forward.has_loss:
        size = "×".join(map(str, forward.logits.shape))
        raise ValueError(f"the network ends in {size}; a loss needs one number for each class: end in Flatten, Linear")
    forward.network.check_costs(limits.WHOLE)
    return GradientState(forward.opened()).opened()


def read(
    query: Mapping[str, str], chosen: Chosen | None = None, *, traced: bool = True
) -> tuple[GradientState, list[str]]:
    """Return the state of a link, and a sentence for each part of the link that could not be read and was left out.

    chosen: the picture of the Input page. traced: whether to see that every gradient can be computed; a link that was
    written here need not be.
    """
    link = Link(query)
    forward = network.opened(link, chosen)
    state = link.attempt(of if traced else _begun, forward) or of(network.from_preset(network.DEFAULT))
    if (path := link.take(AT)) is not None:
        state = link.attempt(_with_path, state, path, default=state)
    return state.but(step=link.take(STEP)), link.end()


def _with_path(state: GradientState, path: tuple[Place, ...]) -> GradientState:
    for place in path:
        if not state.has(place):
            raise ValueError(f"at names {place_text(place)}, a gradient that this network does not have")
    return state.opened(path)
