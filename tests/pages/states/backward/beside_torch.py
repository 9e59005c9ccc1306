"""Stacks with layers of every kind, and every gradient of a state by torch.autograd."""

import numpy as np
import torch

from engine.pytorch.modules import torch_model
from pages.states.backward.state import GradientState

STACKS = {
    "batch norm, leaky ReLU, average pooling": (
        "Conv2d-1-2-3~BatchNorm2d-2~LeakyReLU-negative_slope.0.1~AvgPool2d-2~Flatten~Linear-8-3&seed=1"
    ),
    "transposed convolution, tanh, adaptive pooling, dropout, sigmoid": (
        "ConvTranspose2d-1-2-2-stride.2~Tanh~AdaptiveAvgPool2d-2~Flatten~Dropout~Linear-8-4~Sigmoid~Linear-4-3"
    ),
    "ELU, GELU": "MaxPool2d-2~Flatten~Linear-9-4~ELU~Linear-4-4~GELU~Linear-4-3",
    "SiLU, hard tanh": "MaxPool2d-2~Flatten~Linear-9-4~SiLU~Linear-4-4~Hardtanh~Linear-4-3",
    "ReLU6, identity": "MaxPool2d-2~Flatten~Linear-9-4~ReLU6~Identity~Linear-4-3",
}


def autograd(state: GradientState) -> dict[str, np.ndarray]:
    """Every gradient by torch.autograd, flat, by the overview's parts."""
    forward = state.forward
    model = torch_model(forward.network, forward.parameters)
    passed = [torch.tensor(forward.input)[None].requires_grad_()]
    for module in model[: state.logits]:
        passed.append(module(passed[-1]))
        passed[-1].retain_grad()
    probabilities = torch.softmax(passed[-1], -1)
    probabilities.retain_grad()
    (-torch.log(probabilities[0, forward.target])).backward()
    made = {f"g{k}": out.grad.numpy().ravel() for k, out in enumerate([*passed, probabilities])}
    for name, parameter in model.named_parameters():
        k, _, rest = name.partition(".")
        made[f"{int(k) + 1}.{rest}"] = parameter.grad.numpy().ravel()
    return made
