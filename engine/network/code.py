"""PyTorch code to paste and run, which gives the same numbers as a page: for a layer, and for a network."""

import io
from collections.abc import Mapping

import numpy as np

from engine.layers.base import Layer
from engine.network.blocks import RESIDUAL_CODE
from engine.network.network import Network
from engine.writing.display import MAX_DECIMALS, decimals_needed, plain_number

LARGEST = 4096  # code holds at most so many numbers
FILE = "stride.npz"
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
    call = f"{name}({inside})"
    lines += [f"    y = torch.relu({call})" if given.get("relu") else f"    y = {call}", "print(y.shape)", "print(y)"]
    return "\n".join(lines) + "\n"


def batch_of_one(input: np.ndarray, sequences: bool) -> np.ndarray:
    """Return an input with N in front, as PyTorch's module takes it: of sequences without the height of 1."""
    return input[None, :, 0] if sequences and input.ndim == 3 else input[None]


def called_on(layer: Layer, given: dict) -> tuple[float, dict[str, np.ndarray]]:
    """Return what PyTorch's module is called with: the input's divisor (the temperature), and the other arguments."""
    return float(given.get("temperature", 1.0)), {name: np.asarray(given[name]) for name in layer.arguments}


def _target_literal(value: np.ndarray) -> str:
    if value.dtype.kind in "iu":
        return repr(value.tolist())
    return f"{literal(value)}, dtype=torch.float64"


def network_code(
    network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray], target: int | None = None
) -> str:
    """Return a script that builds the network, runs it on this input and prints y, and the loss of a target class.

    Up to 4,096 numbers stand in the script; where there are more, it reads the file that `numbers_file` makes.
    """
    lines = [*network_lines(network, input, parameters), "with torch.no_grad():"]
    if target is None:
        lines += ["    y = model(x)", "print(y.shape)", "print(y)"]
    else:
        lines += [
            f"    logits = {logits_call(network)}",
            "    y = model(x)",
            f"    loss = nn.CrossEntropyLoss()(logits, torch.tensor([{target}]))",
            "print(y)",
            "print(loss)",
        ]
    return "\n".join(lines) + "\n"


def network_lines(network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> list[str]:
    """Return the first lines of a network's scripts: `model` with its parameters, and `x`."""
    file = needs_file(network, input)
    lines = ["import numpy as np", "import torch"] if file else ["import torch"]
    lines += ["from torch import nn", "", ""]
    if network.has_residual:
        lines += [*RESIDUAL_CODE.splitlines(), "", ""]
    lines += [f"model = {network.code()}.double().eval()", ""]
    x = batch_of_one(input, network.sequences)
    axes = AXES[x.ndim]
    if file:
        lines += [
            f'numbers = np.load("{FILE}")  # the file that Stride offers beside this code',
            f'x = torch.from_numpy(numbers["x"])[None{", :, 0" if x.ndim == 3 else ""}]  # {axes}',
            'state = {name: torch.from_numpy(numbers[name]) for name in numbers.files if name != "x"}',
        ]
    else:
        lines += [f"x = torch.tensor({literal(x)}, dtype=torch.float64)  # {axes}", "state = {"]
        for name, array in parameters.items():
            lines.append(f'    "{name}": torch.tensor({literal(array, 8)}, dtype=torch.float64),')
        lines.append("}")
    counters = ", strict=False)  # BatchNorm2d also counts batches" if network.buffers else ")"
    return [*lines, f"model.load_state_dict(state{counters}"]


def logits_call(network: Network) -> str:
    """Return the expression that gives the logits, which the loss takes: a softmax at the end is left out."""
    return "model(x)" if network.logits == len(network) else "model[:-1](x)"


def needs_file(network: Network, input: np.ndarray) -> bool:
    """Whether the numbers are too many to stand in the code, which then reads them from a file."""
    return input.size + sum(int(np.prod(shape)) for shape in network.parameter_shapes().values()) > LARGEST


def numbers_file(input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> bytes:
    """Return the input, as x, and all parameters as a NumPy .npz file; it holds plain arrays, nothing pickled."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, x=input, **parameters)
    return buffer.getvalue()


def literal(array: np.ndarray, indent: int = 4) -> str:
    """Return an array as nested lists, one line a row, every number exact."""
    exact = decimals_needed(array) is not None

    def write(value: float) -> str:
        text = plain_number(value, MAX_DECIMALS) if exact else repr(value)
        return text if "." in text or "e" in text else f"{text}."

    def nest(part: np.ndarray, depth: int) -> str:
        if part.ndim == 0:
            return write(float(part))
        if part.ndim == 1:
            return "[" + ", ".join(nest(value, depth + 1) for value in part) + "]"
        pad = "\n" + " " * (indent + depth)
        return "[" + ("," + pad).join(nest(value, depth + 1) for value in part) + "]"

    return nest(np.asarray(array), 0)
