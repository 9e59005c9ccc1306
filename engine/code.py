"""PyTorch code that makes the same numbers as a page, to paste and run."""

import numpy as np

from engine.display import MAX_DECIMALS, decimals_needed, number_text
from engine.layers.base import Layer

LARGEST = 4096


def layer_code(layer: Layer, input: np.ndarray, **parameters: np.ndarray) -> str:
    """Return a script that builds the layer with these parameters, runs it on this input and prints y.

    input: (C, H, W), at most 4,096 numbers in all arrays together; ValueError above.
    """
    size = input.size + sum(value.size for value in parameters.values())
    if size > LARGEST:
        raise ValueError(f"{size} numbers are too many to paste; at most {LARGEST}")
    lines = [
        "import torch",
        "from torch import nn",
        "",
        f"x = torch.tensor({literal(input[None])}, dtype=torch.float64)  # N, C, H, W",
        f"layer = {layer.code()}.double()",
        "with torch.no_grad():",
    ]
    for name, value in parameters.items():
        lines.append(f"    layer.{name}.copy_(torch.tensor({literal(value, 8)}, dtype=torch.float64))")
    lines += ["    y = layer(x)", "print(y.shape)", "print(y)"]
    return "\n".join(lines) + "\n"


def literal(array: np.ndarray, indent: int = 4) -> str:
    """Return an array as nested lists, one line a row, every number exact."""
    exact = decimals_needed(array) is not None

    def write(value: float) -> str:
        text = number_text(value, MAX_DECIMALS) if exact else repr(value)
        return text if "." in text or "e" in text else f"{text}."

    def nest(part: np.ndarray, depth: int) -> str:
        if part.ndim == 0:
            return write(float(part))
        if part.ndim == 1:
            return "[" + ", ".join(nest(value, depth + 1) for value in part) + "]"
        pad = "\n" + " " * (indent + depth)
        return "[" + ("," + pad).join(nest(value, depth + 1) for value in part) + "]"

    return nest(np.asarray(array), 0)
