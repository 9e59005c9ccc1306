"""The worked examples: states of a layer with small whole numbers, which pages open by name."""

from engine.facts.examples.activation import ACTIVATION, DYING
from engine.facts.examples.convolution import CONVOLUTION, SEQUENCE
from engine.facts.examples.example import Example
from engine.facts.examples.norm import BATCH_NORM
from engine.facts.examples.pooling import POOLING
from engine.facts.examples.transposed import TRANSPOSED
from engine.facts.examples.vectors import FULLY_CONNECTED, OUTPUT

__all__ = [
    "ACTIVATION",
    "BATCH_NORM",
    "CONVOLUTION",
    "DYING",
    "FULLY_CONNECTED",
    "OUTPUT",
    "POOLING",
    "SEQUENCE",
    "TRANSPOSED",
    "Example",
]
