"""What only the Convolution lesson shows."""

from engine import functional as F
from engine.layers.kerneled import Filtered
from pages.states.lesson.state import LessonState


def source(state: LessonState):
    """Return the engine's code behind a state."""
    return Filtered.filter_phase, F.conv2d
