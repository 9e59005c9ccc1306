"""PyTorch code that makes the same numbers as a page, to paste and run."""

import numpy as np

from engine.layers.base import Layer
from engine.writing.display import MAX_DECIMALS, decimals_needed, number_text

LARGEST = 4096
AXES = {4: "N, C, H, W", 3: "N, C, L", 2: "N, features"}
LOGITS = {1: "K: logits", 2: "N, K: logits"}


def layer_code(layer: Layer, input: np.ndarray, **given) -> str:
    """Return a script that builds the layer with these parameters, runs it on this input and prints y.

    input: one picture, (C, H, W) or (F,), which the script gives an N; a loss takes (K,) or (N, K) as they are.
    given: parameters, arguments (a target) and options (a temperature) by name. At most 4,096 numbers in all arrays
    together; ValueError above.
    """
    size = input.size + sum(np.size(value) for value in given.values())
    if size > LARGEST:
        raise ValueError(f"{size} numbers are too many to paste; at most {LARGEST}")
    if layer.arguments or input.ndim in (2, 4):
        x, axes = input, LOGITS if layer.arguments else AXES
    else:
        x, axes = batch_of_one(input, layer.sequences), AXES
    module = f"{layer.code()}.double()" + (".eval()" if layer.other_in_training else "")
    parameters = {name: given[name] for name in given if name not in (*layer.arguments, *layer.options)}
    lines = [
        "import torch",
        "from torch import nn",
        "",
        f"x = torch.tensor({literal(x)}, dtype=torch.float64)  # {axes[x.ndim]}",
    ]
    called, rest = called_on(layer, given)
    lines += [f"{name} = torch.tensor({_target_literal(value)})" for name, value in rest.items()]
    name = "loss" if layer.arguments else "layer"
    lines += [f"{name} = {module}", "with torch.no_grad():"]
    for parameter, value in parameters.items():
        lines.append(f"    {name}.{parameter}.copy_(torch.tensor({literal(value, 8)}, dtype=torch.float64))")
    inside = ", ".join(["x" if called == 1 else f"x / {called!r}", *rest])
    made = f"{name}({inside})"
    lines += [f"    y = torch.relu({made})" if given.get("relu") else f"    y = {made}", "print(y.shape)", "print(y)"]
    return "\n".join(lines) + "\n"


def batch_of_one(input: np.ndarray, sequences: bool) -> np.ndarray:
    """Return an input with N in front, as PyTorch's module takes it: of sequences without the height of 1."""
    return input[None, :, 0] if sequences and input.ndim == 3 else input[None]


def called_on(layer: Layer, given: dict) -> tuple[float, dict[str, np.ndarray]]:
    """Return what PyTorch's module is called on: the input's divisor (the temperature), and the other arguments."""
    return float(given.get("temperature", 1.0)), {name: np.asarray(given[name]) for name in layer.arguments}


def _target_literal(value: np.ndarray) -> str:
    if value.dtype.kind in "iu":
        return repr(value.tolist())
    return f"{literal(value)}, dtype=torch.float64"


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
