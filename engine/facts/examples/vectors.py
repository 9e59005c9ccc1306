"""Vectors to step through: fully connected layers, logits and their loss."""

from engine.facts.examples import seven
from engine.facts.examples.example import Example, typed
from engine.layers import CrossEntropyLoss, Flatten, Linear, Softmax
from engine.network.blocks import own
from engine.network.zoo import WORKED_PARAMETERS, array_of

_HIDDEN, _OUTPUT = own(WORKED_PARAMETERS, "4"), own(WORKED_PARAMETERS, "6")

FULLY_CONNECTED = {
    seven.KEY: seven.CONNECTED,
    f"{seven.KEY}-flatten": seven.FLATTEN,
    "flatten": Example("A map becomes a vector", Flatten(), array_of("15 8 20 5", 1, 2, 2)),
    "hidden": Example("A hidden layer: ReLU after it", Linear(4, 3), array_of("15 8 20 5", 4), _HIDDEN, {"relu": True}),
    "output": Example("Hidden neurons become logits", Linear(3, 3), array_of("16.6 12.1 6.4", 3), _OUTPUT),
    "flatten-three-channels": Example(
        "Three maps become one vector, channel after channel",
        Flatten(),
        array_of("1 2 3 4 5 6  7 8 9 10 11 12  13 14 15 16 17 18", 3, 2, 3),
    ),
    "template": typed(
        "A neuron compares with a template",
        Linear(9, 2),
        array_of("0 1 0  1 1 1  0 1 0", 9),
        weight="-1 1 -1 1 1 1 -1 1 -1  1 -1 1 -1 1 -1 1 -1 1",
        bias="0 0",
    ),
}

_LOGITS = array_of("7.86 8.78 9.64", 3)
_BATCH = array_of("7.86 8.78 9.64  5 3.55 6.31  3.31 9 1.6", 3, 3)
_ELEPHANT = {"target": 2}

OUTPUT = {
    seven.KEY: seven.OUTPUT,
    "softmax": Example("Softmax alone: probabilities, no loss", Softmax(dim=-1), _LOGITS),
    "loss": Example("The loss: how unlikely was the true class?", CrossEntropyLoss(), _LOGITS, extras=_ELEPHANT),
    "batch": Example("A batch: the mean of three losses", CrossEntropyLoss(), _BATCH, extras={"target": (2, 0, 1)}),
    "temperature": Example(
        "Temperature 2: more even", CrossEntropyLoss(), _LOGITS, extras={**_ELEPHANT, "temperature": 2.0}
    ),
    "smoothing": Example(
        "Smoothing: never quite sure", CrossEntropyLoss(label_smoothing=0.1), _LOGITS, extras=_ELEPHANT
    ),
    "large": Example(
        "Large logits overflow",
        CrossEntropyLoss(),
        array_of("1000 998 995", 3),
        extras={"target": 0, "subtract_largest": False},
    ),
}
