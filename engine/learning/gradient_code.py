"""A network's backward pass as PyTorch code that, run, prints the same gradients."""

from collections.abc import Mapping

import numpy as np

from engine.network import Network
from engine.network.network_code import network_code


def gradient_code(network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray], target: int) -> str:
    """Return a script that runs the network to the loss of a target class, calls .backward() and prints gradients.

    Where the numbers are too many, they are read from the file of engine.network.network_code.numbers_file.
    """
    start, _, _ = network_code(network, input, parameters).partition("with torch.no_grad():")
    logits = "model(x)" if network.logits == len(network) else "model[:-1](x)  # the loss does the softmax itself"
    lines = [
        "x.requires_grad_()",
        f"logits = {logits}",
        f"loss = nn.CrossEntropyLoss()(logits, torch.tensor([{target}]))",
        "loss.backward()",
        'print("loss", loss.item())',
        "for name, parameter in model.named_parameters():",
        "    print(name, parameter.grad)",
        'print("x", x.grad)',
    ]
    return start + "\n".join(lines) + "\n"
