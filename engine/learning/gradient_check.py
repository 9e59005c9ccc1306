"""The check of one gradient: the loss with a number moved by ±h, for one h and for all, and what an h does wrong."""

from dataclasses import dataclass

import numpy as np

from engine.learning.passes import Nudge, loss_curve, nudges, verdict
from engine.network import Network
from engine.writing.display import rough_text, typographic

STEPS = tuple(float(h) for h in 10.0 ** -np.arange(0, 14.01, 0.25))
POINTS, NEAREST, DIGITS = 41, 0.5, 12
ABOUT = {
    "large": "h is too large: over 2h the loss is not a straight line (it bends, or a ReLU or a maximum switches), "
    "so the slope of the secant is not that of the tangent. The error falls with h², until rounding takes over.",
    "small": "h is too small: the two losses agree in nearly all of their 16 digits, so what is left of their "
    "difference is mostly rounding, and the division by 2h makes that large.",
    "": "This h is good: small enough that the curve is straight over 2h, large enough that rounding does not count.",
}


@dataclass(frozen=True)
class Check:
    """A number moved by the present h and by every h, and the curve of the loss with both lines.

    weights, losses: points of the curve. tangent, secant: the lines' heights there.
    """

    value: float
    nudge: Nudge
    others: list[Nudge]
    weights: np.ndarray
    losses: np.ndarray
    tangent: np.ndarray
    secant: np.ndarray

    @property
    def verdict(self) -> str:
        return verdict(self.nudge, self.others)

    @property
    def about(self) -> str:
        """What the present h does, in a sentence."""
        return ABOUT[self.verdict]

    @property
    def texts(self) -> dict[str, str]:
        """Both losses, the difference, the gradient and the distance between the two, as texts."""
        numbers = {name: getattr(self.nudge, name) for name in ("above", "below", "difference", "computed")}
        return {name: typographic(f"{value:.{DIGITS}f}") for name, value in numbers.items()} | {
            "error": rough_text(self.nudge.error)
        }

    @property
    def alike(self) -> int:
        """How many leading characters the difference and the gradient share."""
        pairs = zip(self.texts["difference"], self.texts["computed"], strict=False)
        return next((k for k, (one, other) in enumerate(pairs) if one != other), len(self.texts["computed"]))


def every_h(network: Network, parameters, input, target, name: str, index: tuple[int, ...]) -> list[Nudge]:
    """Move one number by ±h for every h of STEPS. Raises ValueError where there is no such number."""
    return nudges(network, parameters, input, target, name, index, STEPS)


def curve(network: Network, parameters, input, target, name: str, index: tuple[int, ...], h: float) -> np.ndarray:
    """Return the loss at the points of the curve that is drawn for an h, (POINTS,)."""
    return np.array(loss_curve(network, parameters, input, target, name, index, reach(h) * np.linspace(-1, 1, POINTS)))


def reach(h: float) -> float:
    """Return how far the curve that is drawn for an h goes to each side."""
    return max(1.5 * h, NEAREST)


def check(
    network: Network, parameters, input, target, name: str, index: tuple[int, ...], h: float,
    others: list[Nudge] | None = None, losses: np.ndarray | None = None,
) -> Check:  # fmt: skip
    """Check one gradient. Raises ValueError where there is no such number or h is not above 0.

    others, losses: what `every_h` and `curve` give, where they need not be computed again.
    """
    parts = network, parameters, input, target, name, index
    (present,) = nudges(*parts, (h,))
    others = every_h(*parts) if others is None else others
    losses = curve(*parts, h) if losses is None else losses
    value, moves = float(parameters[name][index]), reach(h) * np.linspace(-1, 1, POINTS)
    here = float(losses[POINTS // 2])
    middle = (present.above + present.below) / 2
    tangent, secant = here + present.computed * moves, middle + present.difference * moves
    return Check(value, present, others, value + moves, losses, tangent, secant)
