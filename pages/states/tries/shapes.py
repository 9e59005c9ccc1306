"""Things to try on the page Shapes, with one layer."""

from dataclasses import replace

from pages.states.tries.asked import Try

MOST = 20


def _keeping(state) -> int:
    """Return the least padding with which a layer keeps the size of what comes in."""
    layer, shape = state.shown.layer, state.shown.shape
    return next(p for p in range(MOST) if replace(layer, padding=p).output_shape(shape)[1:] == tuple(shape[1:]))


def _biases(state) -> int:
    layer = state.shown.layer
    return layer.parameter_count - replace(layer, bias=False).parameter_count


def _span(state) -> int:
    """Return how many cells of the input a window spans."""
    layer = state.shown.layer
    return (layer.kernel[0] - 1) * layer.dilations[0] + 1


LAYER = (
    Try(
        "A 5×5 kernel with stride 1: which padding keeps 32×32 as it is?",
        {"tab": "layer", "layer": "Conv2d", "x": "3x32x32", "out_channels": "8", "kernel_size": "5"},
        _keeping,
        "Raise the padding until 32×32 comes out. How many cells does the kernel take off on each side without it?",
        "A kernel takes k − 1 cells off in all, half of them on each side: (k − 1) / 2. That is why kernels are odd.",
    ),
    Try(
        "64 filters of 3×3 on a colour picture: how many parameters fewer are there without the bias?",
        {"tab": "layer", "layer": "Conv2d", "x": "3x32x32", "out_channels": "64", "kernel_size": "3", "padding": "1"},
        _biases,
        "Turn the bias off, and compare the parameters.",
        "One bias for each filter, whatever the kernel's size and the number of channels.",
    ),
    Try(
        "A 3×3 kernel with dilation 2: over how many rows of the input does its window reach?",
        {"tab": "layer", "layer": "Conv2d", "x": "1x9x9", "out_channels": "1", "kernel_size": "3", "dilation": "2"},
        _span,
        "The drawing shows which cells a window reads. Count from the first to the last, the gaps too.",
        "Three rows, with a gap of one between each two: (3 − 1) × 2 + 1. The weights are still nine.",
    ),
)
