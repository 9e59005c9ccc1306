"""A layer compared with PyTorch: the same numbers through both, and the largest difference."""

from dataclasses import dataclass

import numpy as np
import torch

from engine.layers.base import Layer
from engine.network.code import called_on
from engine.pytorch.modules import load, module_of


@dataclass(frozen=True)
class Comparison:
    """One tensor from the engine and from PyTorch: its name, shape, and the largest absolute difference.

    sides: where it differs only because slopes jump and PyTorch took another side, a sentence for each such layer.
    """

    name: str
    shape: tuple[int, ...]
    largest_difference: float
    largest_value: float
    version: str
    sides: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the difference is float64 rounding: at most 1e-10 of the largest value (or of 1)."""
        return self.largest_difference <= 1e-10 * max(1.0, self.largest_value)


def compare(layer: Layer, input: np.ndarray, **given) -> Comparison:
    """Run a layer's forward in NumPy and in torch.nn, in float64, and compare the outputs.

    input: one picture, (C, H, W) or (F,), or several, with N in front; a loss takes (K,) or (N, K) logits.
    given: parameters, arguments (a target) and options (a temperature) by name.
    """
    ours = np.asarray(layer.forward(input.astype(np.float64), **given))
    theirs = _run(layer, torch.from_numpy(np.array(input, dtype=np.float64)), given)[0].detach().numpy()
    return comparison("output", ours, theirs, torch.__version__)


def comparison(name: str, ours: np.ndarray, theirs: np.ndarray, version: str) -> Comparison:
    """Compare one tensor of both. AssertionError where the shapes differ."""
    if ours.shape != theirs.shape:
        raise AssertionError(f"{name}: the engine gives shape {ours.shape}, PyTorch {theirs.shape}")
    differ = ours != theirs  # two equal infinities, a maximum over padding only, have no difference
    return Comparison(
        name=name,
        shape=ours.shape,
        largest_difference=float(np.abs(ours[differ] - theirs[differ]).max(initial=0.0)),
        largest_value=float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)),
        version=version,
    )


def gradients(layer: Layer, input: np.ndarray, given: dict, grad_output: np.ndarray) -> dict[str, np.ndarray]:
    """Return torch.autograd's gradients for "input" and each trained parameter, given that for the output.

    input, given: as for `compare`.
    """
    x = torch.from_numpy(np.array(input, dtype=np.float64)).requires_grad_()
    out, module = _run(layer, x, given)
    out.backward(torch.from_numpy(np.array(grad_output, dtype=np.float64)))
    named = {name: parameter.grad.numpy() for name, parameter in module.named_parameters()}
    return {"input": x.grad.numpy(), **named}


def _run(layer: Layer, x, given: dict):
    """Return the output of the layer's torch module for a tensor, and the module."""
    divisor, arguments = called_on(layer, given)
    module = module_of(layer).double().eval()
    load(module, {n: v for n, v in given.items() if n not in (*layer.arguments, *layer.options)})
    one = not arguments and x.ndim in (1, 3)  # some modules want N
    targets = [torch.from_numpy(np.array(value)) for value in arguments.values()]
    batch = (x / divisor)[None] if one else x / divisor
    out = module(batch[..., 0, :] if layer.sequences else batch, *targets)
    out = torch.relu(out) if given.get("relu") else out
    out = out[..., None, :] if layer.sequences else out
    return (out[0] if one else out), module
