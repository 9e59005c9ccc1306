"""What a worked example is."""

from dataclasses import dataclass, field

import numpy as np

from engine.layers import Layer
from engine.network.zoo import array_of


@dataclass(frozen=True)
class Example:
    """A layer, an input and its parameters, with a title that says what it teaches.

    extras: what a lesson chooses beside the layer, by name (a target, a temperature). step: the one that it opens on.
    drawn: what the input is a drawing of: a picture's name, its channels, size and scale.
    """

    title: str
    layer: Layer
    input: np.ndarray
    parameters: dict[str, np.ndarray] = field(default_factory=dict)
    extras: dict[str, object] = field(default_factory=dict)
    step: int = 0
    drawn: tuple[str, str, int, str] | None = None


def typed(title: str, layer: Layer, input: np.ndarray, **parameters: str) -> Example:
    """Return an example whose parameters are written as texts, in the shapes that the layer gives them."""
    shapes = layer.parameter_shapes()
    return Example(title, layer, input, {name: array_of(text, *shapes[name]) for name, text in parameters.items()})
