"""Things to try on the lessons in which each number, or a vector of them, is changed."""

import numpy as np

from engine.facts import examples
from engine.writing.display import number_text
from pages.states import codec
from pages.states.tries.asked import Try

ABOVE, BELOW, ZERO = "Above zero", "Below zero", "Zero"
FUNCTIONS = "Identity", "ReLU", "The absolute value"


def _cut(state) -> int:
    """Return how many cells an activation does not leave as they are."""
    return int((state.output != state.input).sum())


def _slope(state) -> str:
    """Return on which side of zero the slope at the open cell lies."""
    h, at = 1e-4, state.input.ravel()[state.step]
    rise = np.diff(state.layer.forward(np.array([at - h, at + h]))).item()
    return ABOVE if rise > 0 else BELOW if rise < 0 else ZERO


def _function(state) -> str:
    x = state.input
    return next(
        name
        for name, y in zip(FUNCTIONS, (x, np.maximum(x, 0), np.abs(x)), strict=True)
        if np.allclose(state.output, y)
    )


ACTIVATION = (
    Try(
        "Hard tanh: how many cells are cut off?",
        {"example": "hard-tanh"},
        _cut,
        "Which numbers of the input lie below −1 or above 1?",
        "Numbers from −1 to 1 stay as they are; all below become −1, all above 1.",
    ),
    Try(
        "GELU at −0.5: is its slope above or below zero? (Then edit the cell to −1, and look again.)",
        {"layer": "GELU", "x": codec.encode(examples.ACTIVATION["tanh"].input), "step": "6"},
        _slope,
        "Below the player the curve is drawn: does it rise or fall at −0.5?",
        "GELU falls until about −0.75 and rises from there on: at −1 its slope is below zero.",
        (ABOVE, BELOW, ZERO),
    ),
    Try(
        "Leaky ReLU with negative slope 1: which function is this?",
        {"layer": "LeakyReLU", "x": codec.encode(examples.ACTIVATION["relu"].input), "negative_slope": "1"},
        _function,
        "Compare each number with what comes out.",
        "Slope 1 below zero and slope 1 above: every number stays what it is.",
        FUNCTIONS,
    ),
)


def _answering(state) -> str:
    """Return the neuron that answers most to the template's other pattern: corners and centre."""
    cross = 1 - state.input
    cross[4] = 1
    return f"Neuron {int(state.layer.forward(cross, **state.parameters).argmax())}"


def _needed(state) -> float:
    """Return by how much input 0 must grow until neuron 0 is above zero."""
    weight, bias = state.parameters["weight"], state.parameters["bias"]
    return float(-(weight[0] @ state.input + bias[0]) / weight[0, 0])


def _life(state) -> str:
    weights, bias = state.parameters["weight"][0], state.parameters["bias"][0]
    total = weights @ state.input
    said, with_bias, more = (number_text(float(value), 2) for value in (total, total + bias, weights[0]))
    return f"The sum is {said}, with the bias {with_bias}; each 1 more of input 0 adds {more}."


FULLY_CONNECTED = (
    Try(
        "Three maps become one vector: at which place, counted from 0, does the second map begin?",
        {"example": "flatten-three-channels", "step": "6"},
        lambda state: int(np.prod(state.input.shape[1:])),
        "How many cells has the first map? Its cells come first.",
        "The maps follow one another, each row by row: 2 × 3 cells of the first come before the second.",
    ),
    Try(
        "A plus against two templates: edit it into a ×. Which neuron answers more strongly now?",
        {"example": "template"},
        _answering,
        "Set the four corners and the centre to 1 and all others to 0, and compare the two outputs.",
        "Its weights are 1 where the × has a 1, and −1 elsewhere: nothing is taken off.",
        ("Neuron 0", "Neuron 1"),
    ),
    Try(
        "A bias of −20 with ReLU: neuron 0 is dead. How much must input 0 grow to bring it to life?",
        {
            "layer": "Linear",
            "x": "4_15_8_20_5",
            "weight": "3x4_0.5_0.8_0.1_0.1_0.2_0.5_0.1_0.6_0.1_0.2_0.1_0.2",
            "b": "3_-20_0.1_0.3",
            "relu": "1",
        },
        _needed,
        "How far is the sum, with the bias, below zero? And by how much does it rise where input 0 grows by 1?",
        _life,
    ),
)

WHAT = "Only the logits", "The logits and the probabilities", "The logits, the probabilities and the loss"
FALLS, RISES, STAYS = "It falls", "It rises", "It stays"


def _loss(state, logits=None, **others) -> float:
    return float(state.layer.forward(state.input if logits is None else logits, **{**state.arguments, **others}))


def _changing(state) -> str:
    """Return what is another one without the 100 that was added to every logit."""
    before = state.input - 100
    if not np.isclose(_loss(state, before), _loss(state)):
        return WHAT[2]
    shares = [np.exp(x - x.max()) / np.exp(x - x.max()).sum() for x in (before, state.input)]
    return WHAT[0] if np.allclose(*shares) else WHAT[1]


def _smoothed(state) -> str:
    larger = state.input.copy()
    larger[2] += 1
    change = _loss(state, larger) - _loss(state)
    return RISES if change > 0 else FALLS if change < 0 else STAYS


OUTPUT_LOSS = (
    Try(
        "100 was added to every logit (they were 7.86, 8.78 and 9.64): what has changed?",
        {"layer": "CrossEntropyLoss", "x": "3_107.86_108.78_109.64"},
        _changing,
        "Compare with the lesson's first example, or take 100 off each logit again.",
        "Only the distances between the logits count: e to the 100 is in every exponential, and is divided out.",
        WHAT,
    ),
    Try(
        "Lion is the true class now, not elephant: by how much larger is the loss of the same answer?",
        {"layer": "CrossEntropyLoss", "x": "3_7.86_8.78_9.64", "target": "0"},
        lambda state: _loss(state) - _loss(state, target=2),
        "Note the loss, choose elephant as the target, and take the difference.",
        "The logits' distance: the loss is the logarithm of the sum, the same for all classes, less the true logit.",
    ),
    Try(
        "A sure answer with label smoothing: make elephant's logit larger by 1. What does the loss do?",
        {"layer": "CrossEntropyLoss", "x": "3_1_2_8", "label_smoothing": "0.1"},
        _smoothed,
        "Edit the last logit from 8 to 9, and compare the losses.",
        "The target wants a little for the other classes, too: an answer that is too sure costs.",
        (FALLS, RISES, STAYS),
    ),
)

OUT = "The input itself", "Zeros", "Numbers with mean 0"


def _undone(state) -> str:
    y = state.output
    return OUT[0] if np.allclose(y, state.input) else OUT[1] if np.allclose(y, 0) else OUT[2]


BATCH_NORM = (
    Try(
        "The same input in evaluation: β is 1. What is the mean of the output?",
        {"example": "evaluation"},
        lambda state: float(state.output.mean()),
        "Add up the output's numbers and divide by how many there are. Which mean was subtracted?",
        "The running mean, 3, is subtracted, not the input's own, which is 4: so 1 is left of it, divided by "
        "σ, times γ.",
    ),
    Try(
        "γ = σ and β = μ: what comes out?",
        {"example": "undone"},
        _undone,
        "Compare output and input, cell by cell.",
        "What was divided by is multiplied again, and what was subtracted is added. Change a number of the input, and "
        "mean and variance change with it: then γ and β no longer undo it.",
        OUT,
    ),
    Try(
        "Group norm: set the groups to 1. How many numbers share one mean then?",
        {"example": "groups"},
        lambda state: state.input.size,
        "Look at which cells light up as what the mean is made of.",
        lambda state: (
            f"One group holds all {len(state.input)} channels, of {state.input[0].size} numbers each. With "
            f"{len(state.input)} groups each channel has a mean of its own."
        ),
    ),
)
