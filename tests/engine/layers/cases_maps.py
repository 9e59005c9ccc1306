"""Cases of activations and pooling: name → strategy for (layer, input, parameters)."""

CASES = {}
