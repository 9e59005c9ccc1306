"""Steps of an optimiser as PyTorch code that, run, gives the same losses and numbers."""

from collections.abc import Mapping

import numpy as np

from engine.learning.optim import Optimiser
from engine.learning.passes import KernelLesson
from engine.network import Network
from engine.network.code import literal
from engine.network.network_code import network_code


def steps_code(
    network: Network,
    input: np.ndarray,
    parameters: Mapping[str, np.ndarray],
    target: int,
    optimiser: Optimiser,
    count: int,
    mirrored: int | None = None,
) -> str:
    """Return a script that takes `count` steps from these numbers on and prints losses and parameters.

    mirrored: the class of the mirrored picture, where that makes a batch of two with the picture. Where the numbers are
    too many, they are read from the file of engine.network.network_code.numbers_file.
    """
    start, _, _ = network_code(network, input, parameters).partition("with torch.no_grad():")
    logits = "model(x)" if network.logits == len(network) else "model[:-1](x)  # the loss does the softmax itself"
    lines = [f"target = torch.tensor([{target}])"]
    if mirrored is not None:
        lines = ["x = torch.cat([x, x.flip(-1)])  # the picture and its mirror image"]
        lines.append(f"target = torch.tensor([{target}, {mirrored}])")
    lines += [
        f"optimiser = {optimiser.code()}",
        f"for step in range({count}):",
        "    optimiser.zero_grad()",
        f"    logits = {logits}",
        "    loss = nn.CrossEntropyLoss()(logits, target)",
        "    loss.backward()",
        "    optimiser.step()",
        '    print("step", step + 1, "loss before", loss.item())',
        "for name, parameter in model.named_parameters():",
        "    print(name, parameter.data)",
    ]
    return start + "\n".join(lines) + "\n"


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
