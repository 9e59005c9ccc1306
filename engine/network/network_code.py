"""A network as PyTorch code that, run, gives the same numbers."""

import io
from collections.abc import Mapping

import numpy as np

from engine.network import Network
from engine.network.blocks import RESIDUAL_CODE
from engine.network.code import AXES, LARGEST, batch_of_one, literal

FILE = "stride.npz"


def needs_file(network: Network, input: np.ndarray) -> bool:
    """Whether the numbers are too many to stand in the code, which then reads them from a file."""
    return input.size + sum(int(np.prod(shape)) for shape in network.parameter_shapes().values()) > LARGEST


def network_code(
    network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray], target: int | None = None
) -> str:
    """Return a script that builds the network, runs it on this input and prints y, and the loss of a target class.

    Up to 4,096 numbers stand in the script; more are read from the file that `numbers_file` makes, laid beside it.
    """
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
    lines += [f"model.load_state_dict(state{counters}", "with torch.no_grad():"]
    if target is None:
        lines += ["    y = model(x)", "print(y.shape)", "print(y)"]
    else:
        logits = "model(x)" if network.logits == len(network) else "model[:-1](x)"
        lines += [
            f"    logits = {logits}",
            "    y = model(x)",
            f"    loss = nn.CrossEntropyLoss()(logits, torch.tensor([{target}]))",
            "print(y)",
            "print(loss)",
        ]
    return "\n".join(lines) + "\n"


def numbers_file(input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> bytes:
    """Return the input, as x, and all parameters as a NumPy .npz file; it holds plain arrays, nothing pickled."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, x=input, **parameters)
    return buffer.getvalue()
