"""Things to try on the Input page: pictures as numbers."""

from pages.states.fields import JOINT
from pages.states.picture import Spec
from pages.states.tries.asked import Try

COLOURS = "Red", "Green", "Blue"


def _numbers(state) -> int:
    return sum(one.values.size for one in state.batch)


def _flat(state) -> str:
    """Return the channel in which all pixels are alike."""
    return next(name for name, plane in zip(COLOURS, state.chosen.values, strict=True) if plane.min() == plane.max())


INPUT = (
    Try(
        "A grey picture of 6 × 6: how many numbers does a network get?",
        {"x": Spec("digit", "grey", 6, "0-9").text},
        _numbers,
        "One number for each pixel: N × C × H × W.",
        "1 × 1 × 6 × 6 = 36: one channel, 6 rows, 6 columns.",
    ),
    Try(
        "Red and white squares: in which channel can they not be told apart?",
        {"x": Spec("checkerboard", "rgb", 6, "0-9").text},
        _flat,
        "Look at the three channels one after the other: in one of them all numbers are the same.",
        "White is full red, full green and full blue. Both squares have full red, so only the others tell them apart.",
        COLOURS,
    ),
    Try(
        "A batch of three colour pictures, 8 × 8: how many numbers is that?",
        {"x": JOINT.join(Spec(name, "rgb", 8, "0-255").text for name in ("digit", "letter", "scene"))},
        _numbers,
        "N counts the pictures, C the channels: multiply all four.",
        "3 × 3 × 8 × 8 = 576. C, H and W must be the same for all three; only N grows.",
    ),
)
