"""What only the Convolution lesson shows: whole feature maps of a picture that is too large to step through."""

from engine import functional as F
from engine.layers.kerneled import Filtered
from pages.states.lesson.sheets.maps import maps
from pages.states.lesson.state import LessonState
from pages.states.sheet import Sheet


def above(page: Sheet, state: LessonState) -> None:
    """Draw a picture that is too large to step through, and its feature maps."""
    if state.kind.stepped(state):
        return
    output = state.layer.forward(state.input, **state.parameters)
    page.widget("maps", "maps", **maps(state.layer, state.input, output, state.kind.pixel(state)))
    page.caption("Point at a feature map to see a pixel's window on the input; choose the pixel to open it below.")


def source(state: LessonState):
    """Return the engine's code behind a state."""
    return Filtered.filter_phase, F.conv2d
