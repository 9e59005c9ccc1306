"""Facts about activations: the curve and its slope, where a cell lies on them, and when a filter cannot learn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from engine.layers.base import Layer
from engine.layers.elementwise import Elementwise
from engine.trace import Trace
from engine.writing.display import number_text, rounded_decimals, shared_decimals

NEAR = 4.0  # a curve shows at least −4 … 4
BEND = 8.0  # beyond −8 … 8 every curve is nearly straight, so a few points are enough
MOST_STEPS = 1000


@dataclass(frozen=True, eq=False)
class Curve:
    """f and f′ at many x, in order. At a kink the slope is NaN, between its values from the left and the right."""

    x: np.ndarray
    y: np.ndarray
    slope: np.ndarray


def curve(layer: Elementwise, input: np.ndarray) -> Curve:
    """Return f and f′ over a stretch that holds every number of the input, every kink, and −4 … 4."""
    corners = layer.kinks
    reach = [-NEAR, NEAR, float(input.min()), float(input.max()), *(k - 1 for k in corners), *(k + 1 for k in corners)]
    return _curve(layer, min(reach), max(reach))


@lru_cache(maxsize=256)
def _curve(layer: Elementwise, low: float, high: float) -> Curve:
    corners = layer.kinks
    edge = 0.05 * (high - low)
    low, high = low - edge, high + edge
    inner = np.linspace(max(low, -BEND), min(high, BEND), 321)
    x = np.unique(np.concatenate((np.linspace(low, high, 201), inner)))
    slope = layer.derivative(x)
    for kink in corners:
        away = np.abs(x - kink) > 1e-6
        x, slope, at = x[away], slope[away], int(np.searchsorted(x[away], kink))
        left, right = layer.derivative(np.array([kink - 1e-9, kink + 1e-9]))
        x = np.insert(x, at, (kink - 1e-9, kink, kink + 1e-9))
        slope = np.insert(slope, at, (left, np.nan, right))
    return Curve(x, layer.function(x), slope)


@dataclass(frozen=True)
class Written:
    """A number as a text, and the sign before it: = where the text is exact, else ≈."""

    value: float
    equals: str
    text: str


def written(value: float, others: np.ndarray, whole: bool = True) -> Written:
    """Write a number as it is written among others. whole: its digits could end; where not, they are never all."""
    decimals, ends = shared_decimals(np.array([value]))
    if not ends:
        decimals = rounded_decimals(others)
    text = number_text(float(value), decimals)
    return Written(float(value), "=" if ends and whole else "≈", text)


@dataclass(frozen=True)
class Point:
    """One cell on the curve: x, f(x), f′(x); on_kink: the slope is a choice there; where: its index in the output."""

    x: Written
    y: Written
    slope: Written
    on_kink: bool
    where: tuple[int, ...]


def point(trace: Trace, step: int) -> Point:
    """Return the point on the curve for the cell of a step."""
    (phase,) = trace.phases
    slopes, x = trace.layer.derivative(phase.before), float(phase.before[step])
    whole = bool(trace.layer.ends(x))
    return Point(
        written(x, phase.before),
        written(phase.results[step], phase.results, whole),
        written(slopes[step], slopes, whole or x == 0),
        x in trace.layer.kinks,
        trace.board("output").outside(int(phase.writes.index[step])),
    )


@dataclass(frozen=True)
class Response:
    """A filter, the activation after it, and the gradients that come back to the filter.

    sums: z, the filter's own. outputs: f(z). arriving: the gradient for f(z). gradient: for z. gradients: for the
    filter's parameters, by name.
    steps: how many steps of SGD until an output is above zero; None where MOST_STEPS are not enough.
    """

    layer: Elementwise
    sums: np.ndarray
    outputs: np.ndarray
    arriving: np.ndarray
    gradient: np.ndarray
    gradients: dict[str, np.ndarray]
    steps: int | None


def response(
    layer: Elementwise, filter: Layer, input: np.ndarray, parameters: Mapping[str, np.ndarray], rate: float
) -> Response:
    """Send a gradient of −1 back to each output of a filter: a loss that falls where the outputs rise.

    rate: learning rate of the steps.
    """
    first = _response(layer, filter, input, parameters)
    present, now = first, dict(parameters)
    for step in range(MOST_STEPS + 1):
        if (present.outputs > 0).any():
            return replace(first, steps=step)
        if not any(gradient.any() for gradient in present.gradients.values()):
            return first
        now = {name: value - rate * present.gradients[name] for name, value in now.items()}
        present = _response(layer, filter, input, now)
    return first


def _response(layer: Elementwise, filter: Layer, input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> Response:
    sums = filter.forward(input, **parameters)
    arriving = -np.ones_like(sums)
    gradient = layer.passed(arriving, sums)
    gradients = filter.backward(gradient, input, **parameters)
    gradients = {name: gradients[name] for name in parameters}
    return Response(layer, sums, layer.function(sums), arriving, gradient, gradients, None)
