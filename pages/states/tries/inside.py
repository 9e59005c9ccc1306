"""Things to try on the page Inside the network: they depend on the network that is open."""

import numpy as np

from engine.network.blocks import called, own
from pages.states.network.state import AT
from pages.states.tries.asked import Try


def _inputs(state) -> int:
    """Return from how many numbers a neuron of the last layer is made."""
    return state.output(state.open[0] - 1).size


def _met(state) -> int:
    """Return how many weights one number of the open convolution is made with."""
    return int(np.prod(own(state.parameters, str(state.open[0] - 1))["weight"].shape[1:]))


def of(state) -> tuple[Try, ...]:
    """Return the things to try with the network of a state."""
    query, numbers = {"run": state.model.key}, range(1, len(state.network) + 1)
    last_maps = max((k for k in numbers if state.output(k).ndim == 3), default=1)
    last_convolution = max((k for k in numbers if called(state.layer(k)) == "Conv2d"), default=1)
    return (
        Try(
            "Start at the answer: from how many numbers of the layer before is it made?",
            {**query, "at": AT.write(state.answer_path)},
            _inputs,
            "The player shows the inputs of its neuron: those that count most, and how many there are.",
            "A neuron of the last layer reads the whole vector: each number times a weight of its own.",
        ),
        Try(
            "One number of the last convolution: how many products is it the sum of? Then follow it back to "
            "the pixels.",
            {**query, "at": f"{last_convolution}.0"},
            _met,
            "How many channels come in, and how many cells has the kernel in each?",
            "Each filter has one kernel for each channel that comes in, and each cell of it makes one product.",
        ),
        Try(
            "The last maps: how many pixels wide is the part of the picture that one cell can see, with padding?",
            {**query, "at": f"{last_maps}.0"},
            lambda state: state.fields[state.open[0]][0].size,
            "Above the maps stands what a cell sees of the picture: its receptive field.",
            "Each layer sees a window of a window: the field grows with every kernel, and faster after each pooling.",
        ),
    )
