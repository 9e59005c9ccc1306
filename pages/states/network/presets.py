"""The networks that the forward page opens with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine import limits
from engine.data import weights
from engine.facts.examples import seven
from engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Softmax
from engine.network import Network, zoo
from pages.states import codec, picture

OWN = "own"
DEFAULT, FIRST = "worked", seven.KEY  # of a link that has keys, but names no example; of the bare address
OWN_SIDE, SHRUNK = 8, 12


@dataclass(frozen=True, eq=False)
class Preset:
    """A network with an input, its first numbers, the names of its classes, and the true one.

    inputs: other inputs to try, by name: their text in a link, and their class. number: the one that learns before the
    learner's eyes: its parameter, and its place there.
    """

    title: str
    about: str
    network: Network
    input: np.ndarray
    text: str
    parameters: dict[str, np.ndarray]
    classes: tuple[str, ...] = ()
    target: int = 0
    inputs: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    number: tuple[str, int] = ("4.weight", 0)


def _worked() -> Preset:
    return Preset(
        "The tutorial's elephant",
        zoo.WORKED.about,
        zoo.WORKED.network,
        zoo.WORKED_INPUT,
        codec.encode(zoo.WORKED_INPUT),
        zoo.WORKED_PARAMETERS,
        zoo.WORKED_CLASSES,
        zoo.WORKED_TARGET,
    )


def _lenet5() -> Preset:
    known = zoo.LENET5
    network = known.network.with_layers((*known.network.layers, Softmax(dim=-1)))
    chosen = picture.draw(picture.Spec("digit", "grey", 28, "0-1"))
    trained = "Trained on digits drawn in 41 typefaces: it has never seen handwriting, nor anything but digits. "
    inputs = {f"digit {k}": (codec.encode(digit), k) for k, digit in enumerate(weights.digits())}
    return Preset(
        "LeNet-5, trained on digits", trained + known.about, network, chosen.values, chosen.text,
        weights.load("lenet5"), target=7, inputs=inputs,
    )  # fmt: skip


def _own() -> Preset:
    layers = (Conv2d(1, 2, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(18, 3), Softmax(dim=-1))
    network = Network((1, OWN_SIDE, OWN_SIDE), layers)
    chosen = picture.draw(picture.Spec("digit", "grey", OWN_SIDE, "0-9"))
    about = "Add, remove, reorder and set layers; the numbers are drawn from a seed, with one decimal."
    parameters = network.initial(0, readable=True)
    # With the seed's −0.2, some sums are 0, and two numbers of a window equal, except for rounding: their slopes would
    # be chance.
    parameters["0.weight"][0, 0, 0, 1] = -0.3
    return Preset("Your own stack", about, network, chosen.values, chosen.text, parameters)


def _seven() -> Preset:
    return Preset(
        "A seven, from its pixels to the loss",
        "The lessons' own numbers: one filter finds edges, three neurons look for a seven, a one and a four.",
        seven.NETWORK, seven.PICTURE, picture.PATH.text, seven.PARAMETERS, seven.CLASSES, seven.TARGET,
        number=("4.weight", 9),
    )  # fmt: skip


PRESETS = {seven.KEY: _seven(), "worked": _worked(), "lenet5": _lenet5(), OWN: _own()}


def takes(chosen: picture.Chosen) -> bool:
    """Whether a picture chosen on the Input page can be followed here, made smaller if need be."""
    return len(chosen.values) in (1, 3)


def of(chosen: picture.Chosen) -> str:
    """Return the network that a picture chosen on the Input page opens: the path's own, where it takes that size."""
    return FIRST if chosen.values.shape == seven.PICTURE.shape else OWN


def redrawn(text: str, shape: tuple[int, ...]) -> picture.Chosen:
    """Return the drawn picture of a link's text at another shape. ValueError where it cannot be drawn so."""
    channels = {1: "grey", 3: "rgb"}.get(shape[0]) if len(shape) == 3 and shape[1] == shape[2] else None
    if not text.startswith("pic."):
        raise ValueError("the input is made of typed numbers, so its size is fixed: choose a picture under Input")
    if channels is None:
        raise ValueError(f"no picture can be drawn as {shape}: pictures are square, with 1 or 3 channels")
    if shape[1] > limits.SIDE:
        raise ValueError(f"the input is {shape[1]}×{shape[2]}; at most {limits.SIDE}×{limits.SIDE} can be followed")
    return picture.draw(replace(picture.spec_from_text(text), channels=channels, size=shape[1]))


def small(chosen: picture.Chosen) -> tuple[np.ndarray, str]:
    """Return a picture, and its text in a link, small enough that its numbers can be seen."""
    if max(chosen.values.shape[1:]) <= limits.SIDE and chosen.text is not None:
        return chosen.values, chosen.text
    drawn = picture.shrunk(chosen, SHRUNK, decimals=2)
    return drawn.values, drawn.text
