"""Cases of flatten, fully connected, softmax and loss: name → strategy for (layer, input, parameters)."""

CASES = {}
