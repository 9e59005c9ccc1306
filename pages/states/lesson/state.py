"""What a lesson page of one layer shows, as one value: from a link, to a link, and changed by an edit or a knob.

`Kind` (pages/states/lesson/kind.py) says what a page is about, and answers for what a lesson may do in its own way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from engine.cached import cached_property
from engine.layers import Layer
from engine.trace import Trace
from engine.writing.display import sentence
from pages.states import edits, picture
from pages.states.fields import NUMBERS, VIEW
from pages.states.knobs import Knob, turn
from pages.states.picture import Chosen

if TYPE_CHECKING:
    from pages.states.lesson.kind import Kind


@dataclass(frozen=True, eq=False)
class LessonState:
    """A layer with its input, parameters and extras; the step on show; the example that it is, if any.

    chosen: the input as a picture: its numbers, and their text in a link. note: what was done to it so that it fits.
    view: whether the boards show pictures or numbers, where they can show both. came: the page that has put it out,
    where it came along from there.
    """

    kind: "Kind"
    layer: Layer
    chosen: Chosen
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    example: str = ""
    note: str = ""
    came: str = ""
    view: str = NUMBERS

    @property
    def pictured(self) -> dict[str, str] | None:
        """What the player needs to show pictures, or numbers beside them; None where it has no picture to show."""
        return {"view": self.view, "note": self.kind.seen} if self.kind.seen and self.kind.has_pictures(self) else None

    def with_view(self, view: str) -> Self:
        """Return the state with its boards as pictures, or as numbers."""
        return replace(self, view=VIEW.read(str(view)))

    @property
    def input(self) -> np.ndarray:
        return self.chosen.values

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.layer.output_shape(self.input.shape)

    @property
    def arguments(self) -> dict[str, Any]:
        """What forward takes beside the input: parameters, and extras that are the layer's arguments."""
        names = [name for name in (*self.layer.arguments, *self.layer.options) if name in self.extras]
        return {**self.parameters, **{name: self.extras[name] for name in names}}

    @cached_property
    def trace(self) -> Trace:
        """What the player steps through. ValueError where the layer cannot be computed."""
        return self.kind.trace(self)

    @cached_property
    def output(self) -> np.ndarray:
        """What the layer makes of the input, in one piece."""
        return self.layer.forward(self.input, **self.arguments)

    @cached_property
    def knobs(self) -> list[Knob]:
        """The knobs beside the player."""
        return self.kind.knobs(self)

    @property
    def shown_step(self) -> int:
        return self.kind.shown_step(self)

    def query(self) -> dict[str, str]:
        """Return the shortest link that brings the state back."""
        return self.kind.query(self)

    def with_step(self, step: int) -> Self:
        """Return the state at a step; its trace is the same."""
        stepped = self.kind.with_step(self, step)
        if "trace" in self.__dict__:
            stepped.__dict__["trace"] = self.trace
        return stepped

    def with_edit(self, edit: Mapping) -> tuple[Self, str]:
        """Apply what the learner typed, pasted, painted or turned; return the new state and a sentence or "".

        What cannot be computed leaves the state as it was. Raises ValueError where it has not the form of an edit
        (pages/states/edits.py, pages/states/knobs.py).
        """
        note = ""
        try:
            if "knob" in edit:
                changed = turn(self.knobs, edit)
            else:
                arrays = {"input": self.input, **self.parameters}
                board, array, note = edits.apply(edit, arrays, self.layer.parameter_cell)
                changed = self._with_array(board, array)
        except edits.Refused as refused:
            return self, str(refused)
        try:
            return changed.with_step(changed.shown_step), note  # there may be fewer steps now
        except ValueError as error:
            return self, sentence(error)

    def _with_array(self, board: str, array: np.ndarray) -> Self:
        state = replace(self, example="")
        if board != "input":
            return replace(state, parameters={**state.parameters, board: array})
        return replace(state, chosen=picture.from_numbers(array, state.chosen.title, state.chosen.scale), came="")
