"""A network's gradients, and steps of an optimiser, as PyTorch code that gives the same numbers.

Where there are too many numbers, the code reads them from the file of engine.network.code.numbers_file.
"""

from collections.abc import Mapping

import numpy as np

from engine.learning.kernel import KernelLesson
from engine.learning.optim import Optimiser
from engine.network import Network
from engine.network.code import literal, logits_call, network_lines


def gradient_code(network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray], target: int) -> str:
    """Return a script that runs the network to the loss of a target class, calls .backward() and prints gradients."""
    lines = [
        *network_lines(network, input, parameters),
        "x.requires_grad_()",
        _logits_line(network),
        f"loss = nn.CrossEntropyLoss()(logits, torch.tensor([{target}]))",
        "loss.backward()",
        'print("loss", loss.item())',
        "for name, parameter in model.named_parameters():",
        "    print(name, parameter.grad)",
        'print("x", x.grad)',
    ]
    return "\n".join(lines) + "\n"


def steps_code(
    network: Network,
    input: np.ndarray,
    parameters: Mapping[str, np.ndarray],
    target: int,
    optimiser: Optimiser,
    count: int,
    mirrored: int | None = None,
    velocity: float = 0.0,
) -> str:
    """Return a script that takes `count` steps from these numbers on and prints losses and parameters.

    mirrored: the class of the mirrored picture, where the batch is the picture and its mirror image. velocity: what
    every number has of it before the first step.
    """
    rolling = [
        "for parameter in model.parameters():  # the velocity before the first step",
        f'    optimiser.state[parameter]["momentum_buffer"] = torch.full_like(parameter, {velocity!r})',
    ]
    batch = [f"target = torch.tensor([{target}])"]
    if mirrored is not None:
        batch = ["x = torch.cat([x, x.flip(-1)])  # the picture and its mirror image"]
        batch.append(f"target = torch.tensor([{target}, {mirrored}])")
    lines = [
        *network_lines(network, input, parameters),
        *batch,
        f"optimiser = {optimiser.code()}",
        *(rolling if velocity else []),
        f"for step in range({count}):",
        "    optimiser.zero_grad()",
        f"    {_logits_line(network)}",
        "    loss = nn.CrossEntropyLoss()(logits, target)",
        "    loss.backward()",
        "    optimiser.step()",
        '    print("step", step + 1, "loss before", loss.item())',
        "for name, parameter in model.named_parameters():",
        "    print(name, parameter.data)",
    ]
    return "\n".join(lines) + "\n"


def _logits_line(network: Network) -> str:
    why = "" if network.logits == len(network) else "  # the loss does the softmax itself"
    return f"logits = {logits_call(network)}{why}"


def kernel_code(lesson: KernelLesson, lr: float, count: int) -> str:
    """Return a script in which the lesson's kernel, from its present numbers on, takes `count` steps."""
    x, wanted = (literal(array[None]) for array in (lesson.input, lesson.wanted))
    return "\n".join(
        [
            "import torch",
            "import torch.nn.functional as F",
            "",
            f"x = torch.tensor({x}, dtype=torch.float64)  # N, C, H, W",
            f"wanted = torch.tensor({wanted}, dtype=torch.float64)",
            f"kernel = torch.tensor({literal(lesson.kernel)}, dtype=torch.float64, requires_grad=True)",
            f"optimiser = torch.optim.SGD([kernel], lr={lr:g})",
            f"for step in range({count}):",
            "    optimiser.zero_grad()",
            "    loss = F.mse_loss(F.conv2d(x, kernel), wanted)",
            "    loss.backward()",
            "    optimiser.step()",
            "print(kernel.data)",
            "",
        ]
    )
