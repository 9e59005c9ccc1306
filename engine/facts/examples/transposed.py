"""Transposed convolutions to step through."""

from engine.facts.examples.example import typed
from engine.layers import ConvTranspose2d
from engine.network.zoo import array_of

_BLOCK = array_of("1 2 3 4", 1, 2, 2)
_ONES = array_of("1 1 1  1 1 1  1 1 1", 1, 3, 3)

TRANSPOSED = {
    "upsample": typed(
        "A small map becomes larger",
        ConvTranspose2d(1, 1, 3, stride=2),
        _BLOCK,
        weight="1 0 1 0 2 0 1 0 1",
        bias="1",
    ),
    "checkerboard": typed(
        "Stamps overlap unevenly: a checkerboard",
        ConvTranspose2d(1, 1, 3, stride=2),
        _ONES,
        weight="1 " * 9,
        bias="0",
    ),
    "even": typed(
        "Stamps overlap evenly: no checkerboard inside",
        ConvTranspose2d(1, 1, 4, stride=2, padding=1),
        _ONES,
        weight="1 " * 16,
        bias="0",
    ),
    "output-padding": typed(
        "output_padding: one more row and column",
        ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1),
        _BLOCK,
        weight="1 0 1 0 2 0 1 0 1",
        bias="1",
    ),
    "interpolation": typed(
        "A kernel that draws straight lines between the cells",
        ConvTranspose2d(1, 1, 3, stride=2, padding=1),
        array_of("0 4 8  4 8 0  8 0 4", 1, 3, 3),
        weight=".25 .5 .25  .5 1 .5  .25 .5 .25",
        bias="0",
    ),
    "two-channels": typed(
        "Two channels in, two channels out",
        ConvTranspose2d(2, 2, 2, stride=2),
        array_of("1 2 3 4  0 1 2 1", 2, 2, 2),
        weight="1 0 0 1  1 1 -1 -1  0 2 2 0  1 -1 1 -1",
        bias="1 -1",
    ),
}
