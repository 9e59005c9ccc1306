"""A whole network compared with PyTorch: every layer's output, and the loss."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch

from engine.layers import CrossEntropyLoss
from engine.learning.kinks import other_sides
from engine.learning.passes import Pass, both_ways
from engine.network import Network
from engine.network.blocks import called
from engine.network.code import batch_of_one
from engine.pytorch.check import Comparison, comparison
from engine.pytorch.modules import torch_model


def compare_network(
    network: Network, input: np.ndarray, parameters: Mapping[str, np.ndarray], target: int | None = None
) -> list[Comparison]:
    """Run a network in NumPy and in torch.nn, in float64; return a comparison a layer, then one of the loss.

    input: (C, H, W) or (features,). target: a class, where the loss is wanted.
    """
    model = torch_model(network, parameters)
    ours = network.forward(np.asarray(input, dtype=np.float64), parameters)
    theirs = torch.from_numpy(np.array(batch_of_one(input, network.sequences), dtype=np.float64))
    made, logits = [], theirs
    with torch.no_grad():
        for k, (module, out) in enumerate(zip(model, ours, strict=True)):
            theirs = module(theirs)
            logits = theirs if k + 1 == network.logits else logits
            made.append(
                comparison(f"{k + 1} {called(network.layers[k])}", out, _one(theirs, network), torch.__version__)
            )
        if target is not None:
            mine = CrossEntropyLoss().forward(ours[network.logits - 1] if network.logits else input, target=target)
            loss = torch.nn.CrossEntropyLoss()(logits, torch.tensor([target]))
            made.append(comparison("loss", np.asarray(mine), loss.numpy(), torch.__version__))
    return made


def compare_gradients(
    network: Network, parameters: Mapping[str, np.ndarray], input: np.ndarray, target: int
) -> list[Comparison]:
    """Run a network both ways in NumPy and by torch.autograd, in float64; return a comparison a gradient.

    These are the gradients of the loss for the input, for every layer's output ("layer 3 MaxPool2d") as far as the
    loss rests on it, and for every trained parameter ("4.weight"). One that differs only since a number is rounded to
    the other side of a point where the slope jumps says so in `sides`.
    """
    ours = both_ways(network, parameters, np.asarray(input, dtype=np.float64), target)
    model = torch_model(network, parameters)
    x = torch.from_numpy(np.array(batch_of_one(input, network.sequences), dtype=np.float64)).requires_grad_()
    passed = [x]
    for module in model[: network.logits]:
        passed.append(module(passed[-1]))
        passed[-1].retain_grad()
    torch.nn.CrossEntropyLoss()(passed[-1], torch.tensor([target])).backward()
    outputs = [_one(out.detach(), network) for out in passed[1:]]
    theirs = {"input": _one(x.grad, network)}
    for k, out in enumerate(passed[1:]):
        theirs[f"layer {k + 1} {called(network.layers[k])}"] = _one(out.grad, network)
    theirs |= {name: parameter.grad.numpy() for name, parameter in model.named_parameters()}
    made = [comparison(name, _gradient(ours, name), gradient, torch.__version__) for name, gradient in theirs.items()]
    sides = tuple(other_sides(network, ours.input, ours.outputs, outputs))
    if not sides:
        return made
    # With PyTorch's own numbers, and so on its sides, the gradients must be PyTorch's.
    there = both_ways(network, parameters, ours.input, target, outputs)
    again = [comparison(one.name, _gradient(there, one.name), theirs[one.name], one.version) for one in made]
    return [
        replace(one, sides=sides) if other.agrees and not one.agrees else one
        for one, other in zip(made, again, strict=True)
    ]


def _gradient(there: Pass, name: str) -> np.ndarray:
    """Return a gradient by its name in `compare_gradients`."""
    if name == "input":
        return there.grad_input
    if name.startswith("layer "):
        return there.incoming[int(name.split()[1]) - 1]
    return there.gradients[name]


def _one(batch, network: Network) -> np.ndarray:
    """Return the only picture of a batch; a sequence gets its height of 1."""
    one = batch[0].numpy()
    return one[:, None] if network.sequences and one.ndim == 2 else one
