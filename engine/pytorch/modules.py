"""Layers and networks as torch modules, float64 and evaluating, with the engine's parameters."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import torch

from engine.layers.base import Layer
from engine.network import Network
from engine.network.blocks import Block, Residual, Sequential, called


def torch_model(network: Network, parameters: Mapping[str, np.ndarray] | None = None):
    """Return a network as torch.nn.Sequential: float64 and evaluating, with the given parameters or torch's own."""
    model = torch.nn.Sequential(*(module_of(layer) for layer in network.layers)).double().eval()
    if parameters is not None:
        load(model, parameters)
    return model


def load(module, parameters: Mapping[str, np.ndarray]) -> None:
    """Give a torch module parameters, named as in its state_dict. ValueError where some are missing or unknown."""
    state = {name: torch.from_numpy(np.array(value, dtype=np.float64)) for name, value in parameters.items()}
    left = module.load_state_dict(state, strict=False)
    missing = [name for name in left.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or left.unexpected_keys:
        raise ValueError(f"{type(module).__name__} lacks {missing} and does not know {left.unexpected_keys}")


def module_of(layer: Layer):
    """Return the torch module of a layer, with torch's own parameters."""
    if isinstance(layer, Sequential):
        return torch.nn.Sequential(*(module_of(part) for part in layer.layers))
    if isinstance(layer, Residual):
        return _residual(layer)
    if isinstance(layer, Block):
        raise ValueError(f"PyTorch has no {called(layer)}")
    return getattr(torch.nn, called(layer))(**asdict(layer))


def _residual(block: Residual):
    class Sum(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = torch.nn.Sequential(*(module_of(part) for part in block.body))
            self.shortcut = torch.nn.Sequential(*(module_of(part) for part in block.shortcut))
            self.activation = torch.nn.Identity() if block.activation is None else module_of(block.activation)

        def forward(self, x):
            return self.activation(self.body(x) + self.shortcut(x))

    return Sum()
