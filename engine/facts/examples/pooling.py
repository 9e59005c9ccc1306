"""Poolings to step through."""

from engine.facts.examples import seven
from engine.facts.examples.convolution import COLOUR
from engine.facts.examples.example import Example
from engine.layers import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from engine.network.zoo import array_of

_POOLED = array_of("15 3 8 2  1 9 0 4  7 20 5 1  6 2 3 0", 1, 4, 4)
_FIVE = array_of("15 3 8 4 6  1 9 0 6 2  7 20 5 1 8  6 2 5 6 4  1 5 2 1 3", 1, 5, 5)

POOLING = {
    seven.KEY: seven.POOLING,
    "max": Example("Max: the largest number wins", MaxPool2d(2), _POOLED),
    "average": Example("Average: every number counts", AvgPool2d(2), _POOLED),
    "global": Example("One number for a whole map", AdaptiveAvgPool2d(1), _POOLED),
    "three-channels": Example("Three channels, each on its own", MaxPool2d(2), COLOUR),
    "overlapping": Example("Windows overlap", MaxPool2d(3, stride=2), _FIVE),
    "dropped": Example("One row and one column are dropped", MaxPool2d(2), _FIVE),
    "ceil-mode": Example("ceil_mode: windows at the edge are smaller", AvgPool2d(2, ceil_mode=True), _FIVE),
    "padding": Example("Padding never wins", MaxPool2d(3, stride=2, padding=1), _POOLED),
    "regions": Example("The output's size is given: regions of 4, 6 and 9 cells", AdaptiveAvgPool2d(3), _FIVE),
}
