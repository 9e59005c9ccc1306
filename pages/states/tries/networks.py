"""Things to try on the pages of whole networks: forward and back."""

from dataclasses import replace

import numpy as np

from engine.network import receptive
from pages.states.tries.asked import Try


def _terms(state) -> list[float]:
    """Return the terms of the step on show."""
    return [term.value for term in state.trace.steps[state.shown_step].terms]


def _moves(state) -> float:
    """Return by how much the loss moves where the picture's first pixel grows by 1."""
    changed = state.input.copy()
    changed.ravel()[0] += 1
    return float(replace(state, input=changed).loss - state.loss)


def _width(state) -> int:
    number, _ = state.open
    down, _ = receptive.fields(state.network.layers, state.network.input_shape)[number - 1]
    return down.size


FORWARD = (
    Try(
        "Elephant's logit: how large is the product that counts most in it?",
        {"example": "worked", "at": "9.0~8.2~7.2"},
        lambda state: max(_terms(state), key=abs),
        "The player shows one product for each hidden neuron: which is the largest?",
        "The weight says how much a neuron counts, and the neuron how much there is of it: only both together decide.",
    ),
    Try(
        "Add 1 to the pixel in the corner: by how much does the loss move?",
        {"example": "worked", "at": "1.0"},
        _moves,
        "Edit the first cell of the input, and read the loss again.",
        "The numbers that are made of that pixel do not win a window of the max pooling, or ReLU stops them: "
        "nothing of "
        "the change gets through.",
        decimals=4,
    ),
    Try(
        "LeNet-5, second convolution: how many pixels wide is the part of the picture that one number sees?",
        {"example": "lenet5", "at": "4.622"},
        _width,
        "In the table of the stack the column of receptive fields says it; or count: 5 cells of a pooled map, each of "
        "which sees 6 pixels, 2 apart.",
        "Five cells of the pooled map, 2 pixels apart, see 4 × 2 pixels and the 6 of the last one.",
    ),
)


def _signs(state) -> int:
    """Return how many of the logits' gradients have another sign than with the example's own true class."""
    other = state.with_target(state.forward.preset.target)
    mine, theirs = (one.gradient(one.logits, "") for one in (state, other))
    return int((np.sign(mine) != np.sign(theirs)).sum())


BACKWARD = (
    Try(
        "The strongest pixel: its gradient is a sum. How many of its terms are not zero?",
        {"example": "worked", "at": "0.16"},
        lambda state: sum(term != 0 for term in _terms(state)),
        "The player writes the terms out: weight × what arrives at an output. What arrives is 0 where another "
        "number won "
        "the pooling, or where ReLU stopped it.",
        "The pixel goes into several outputs, but only what wins its window and is above zero passes a gradient back.",
    ),
    Try(
        "The picture is called a lion now: how many of the three logits' gradients have changed their sign?",
        {"example": "worked", "target": "0"},
        _signs,
        "The gradient of a logit is p − q: q is 1 for the true class and 0 for the others. Compare with "
        "elephant as the "
        "true class.",
        "Lion's was p and is p − 1, elephant's was p − 1 and is p. Tiger's is p in both cases.",
    ),
    Try(
        "LeNet-5 is told that its 7 is a 1: at how many positions did one weight of the second convolution work?",
        {"example": "lenet5", "target": "1", "at": "4.weight.0"},
        lambda state: len(_terms(state)),
        "The gradient of a weight has one term for each position: how large is a map of that layer?",
        "It met an input at each position of its map, 10 × 10, and the gradient adds up what each of them wants.",
    ),
)
