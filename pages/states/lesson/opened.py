"""Lessons whose layer may have too many terms to step through at once: its maps are shown, one number of them open."""

from collections.abc import Mapping

from engine import limits
from engine.trace import Trace
from pages.states import fields
from pages.states.lesson.kind import Kind
from pages.states.lesson.state import LessonState

# The pixel chosen on large maps.
AT = fields.patterned(
    "at",
    r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})",
    "filter.row.column, such as 0.12.40",
    lambda match: tuple(map(int, match.groups())),
    write=lambda at: ".".join(map(str, at)),
)


class Opened(Kind):
    """A lesson of maps. Its extras hold AT."""

    def stepped(self, state: LessonState) -> bool:
        """Whether every step fits the player, and an answer."""
        shape = state.input.shape
        return max(shape[1:]) <= limits.STEPPED and state.layer.cost(shape).terms <= limits.TERMS

    def has_pictures(self, state: LessonState) -> bool:
        return super().has_pictures(state) and self.stepped(state)

    def pixel(self, state: LessonState) -> tuple[int, int, int]:
        """Return the (filter, row, column) that is open on a large map, kept inside the output."""
        filters, height, width = state.output_shape
        o, i, j = state.extras["at"] or (0, *_middle(state))
        return min(o, filters - 1), min(i, height - 1), min(j, width - 1)

    def trace(self, state: LessonState) -> Trace:
        around = None if self.stepped(state) else self.pixel(state)
        return state.layer.trace(state.input, **state.arguments, around=around)

    def shown_step(self, state: LessonState) -> int:
        return super().shown_step(state) if self.stepped(state) else state.trace.step_at(self.pixel(state))

    def acts(self):
        return {"pixel": self.with_pixel}

    def with_pixel(self, state: LessonState, at: Mapping[str, int]) -> LessonState:
        """Return the state with the pixel of a map opened; at: `filter`, `row`, `column`."""
        return self.with_extras(state, at=(int(at["filter"]), int(at["row"]), int(at["column"])))

    def with_step(self, state: LessonState, step: int) -> LessonState:
        """Return the state at a step; on large maps it follows from the pixel chosen there."""
        return super().with_step(state, step) if self.stepped(state) else state

    def with_settings(self, state: LessonState, **changes) -> LessonState:
        state = super().with_settings(state, **changes)
        return state if state.extras["at"] is None else self.with_extras(state, at=None)


def _middle(state: LessonState) -> tuple[int, int]:
    """Return the row and column of a map's middle, or the next ones that are made from any of the input."""
    windows = state.layer.windows(state.input.shape)
    counts = ([count for _, count in axis.ends()] for axis in (windows.rows, windows.columns))
    return tuple(next((k for k in range(len(one) // 2, len(one)) if one[k]), len(one) // 2) for one in counts)
