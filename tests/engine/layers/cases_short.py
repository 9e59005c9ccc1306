"""Cases of transposed convolution and batch norm: name → strategy for (layer, input, parameters)."""

CASES = {}
