"""Where a stack goes on to from the calculator: the pages that step through it or train it, or why they cannot."""

from dataclasses import dataclass
from math import prod

import numpy as np

from engine import limits
from engine.data import pictures
from engine.network import Network
from engine.network.stack_text import write_stack
from engine.training.config import INPUT_SHAPE, Config
from engine.writing.display import sentence
from pages.states import codec, picture
from pages.states.network.limits import runnable
from pages.states.network.presets import OWN

FORWARD, BACKWARD, TRAINING = "forward", "backward", "training"


@dataclass(frozen=True)
class Onward:
    """A page that a stack can go on to: its link there, or why it cannot go."""

    page: str
    query: dict[str, str]
    why: str = ""


def onward(network: Network) -> list[Onward]:
    """Return where a network can go on to, in the order of the path."""
    made = []
    for page, link in ((FORWARD, _forward), (BACKWARD, _backward), (TRAINING, _training)):
        try:
            made.append(Onward(page, link(network)))
        except ValueError as error:
            made.append(Onward(page, {}, sentence(error)))
    return made


def _forward(network: Network) -> dict[str, str]:
    return _followed(network)[1]


def _backward(network: Network) -> dict[str, str]:
    followed, query = _followed(network)
    scores = [followed.input_shape, *followed.shapes()][followed.logits]
    if len(scores) != 1 or not 2 <= scores[0] <= limits.CLASSES:
        raise ValueError(f"a loss needs a vector of 2 to {limits.CLASSES} scores at the end, not {scores}")
    return query


def _followed(network: Network) -> tuple[Network, dict[str, str]]:
    """Return a network as it is followed number by number, and its link."""
    followed = runnable(network)
    return followed, {"example": OWN, "stack": write_stack(network.layers), "x": _input(network.input_shape)}


def _input(shape: tuple[int, ...]) -> str:
    """Return the text of an input of a shape: a drawn picture where there is one. ValueError where it is too large."""
    if len(shape) == 3 and shape[0] in (1, 3) and shape[1] == shape[2] and pictures.MIN_SIZE <= shape[1] <= limits.SIDE:
        return picture.Spec("digit", "grey" if shape[0] == 1 else "rgb", shape[1], "0-1").text
    if max(shape[-2:]) > limits.SIDE or (len(shape) == 3 and shape[0] > limits.CHANNELS):
        raise ValueError(
            f"an input of {shape} is too large to follow: at most "
            f"({limits.CHANNELS}, {limits.SIDE}, {limits.SIDE}), or {limits.SIDE} numbers"
        )
    return codec.encode((np.arange(prod(shape)) % 10.0).reshape(shape))


def _training(network: Network) -> dict[str, str]:
    taken = Network(INPUT_SHAPE, network.layers)
    try:
        _ = taken.output_shape
    except ValueError as error:
        raise ValueError(f"its pictures are {INPUT_SHAPE}; {error}") from None
    Config(taken)  # what a training asks of a network
    return {"stack": write_stack(network.layers)}
