"""The answer of an exercise as PyTorch gives it, from what the exercise gives: its data, its layers, its step."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from engine.exercises import Exercise
from tests.engine.parity import torch_module


def tensor(value) -> torch.Tensor:
    return torch.tensor(np.asarray(value), dtype=torch.float64)


def answer(one: Exercise):
    """Return the answer to the exercise's last item."""
    name, scene = one.kind.name, one.problem.scene
    if name in BY_NAME:
        return BY_NAME[name](one)
    arrays, layer = scene.arrays, scene.layer
    made = torch_module(layer)
    with torch.no_grad():
        for parameter in ("weight", "bias", "running_mean", "running_var"):
            if parameter in arrays and getattr(made, parameter, None) is not None:
                getattr(made, parameter).copy_(tensor(arrays[parameter]))
    made.train(name == "norm-training")
    x = tensor(arrays["input"])[None].requires_grad_()
    out = F.relu(made(x)) if arrays.get("relu") else made(x)
    if not scene.of:
        offset = 0 if name not in ("softmax", "norm-training", "norm-evaluation") else scene.trace.output.size
        step = scene.step - (len(scene.trace.steps) - offset if offset else 0)
        return out.flatten()[step].item()
    out.backward(tensor(arrays["grad_output"])[None])
    of = x if scene.of == "input" else getattr(made, scene.of)
    return of.grad.flatten()[scene.step].item()


def sequence(one: Exercise):
    scene = one.problem.scene
    x, w, b = (tensor(scene.arrays[name]) for name in ("input", "weight", "bias"))
    return F.conv1d(x[:, 0][None], w, b).flatten()[scene.step].item()


def window(one: Exercise):
    """Where the gradient of one output goes, with padding made part of the input."""
    layer, step = one.problem.scene.layer, one.problem.scene.step
    x = torch.zeros(1, 1, 6 + 2 * layer.padding, 6 + 2 * layer.padding, dtype=torch.float64, requires_grad=True)
    F.conv2d(x, torch.ones(1, 1, layer.kernel_size, layer.kernel_size).double(), stride=layer.stride).flatten()[
        step
    ].backward()
    rows, columns = (x.grad[0, 0] != 0).nonzero().min(dim=0).values.tolist()
    return (rows - layer.padding, columns - layer.padding)


def matrix(one: Exercise):
    arrays, step = one.problem.scene.arrays, one.problem.scene.step
    return (tensor(arrays["weight"]).reshape(1, -1) @ F.unfold(tensor(arrays["input"])[None], 2)[0])[0, step].item()


def size(one: Exercise):
    scene = one.problem.scene
    return torch_module(scene.layer)(tensor(scene.arrays["input"])[None]).shape[2]


def shape(one: Exercise):
    scene = one.problem.scene
    return tuple(torch_module(scene.layer)(tensor(scene.arrays["input"])[None]).shape[1:])


def same(one: Exercise):
    """The padding of which PyTorch's "same" adds to each side."""
    kernel, dilation = one.problem.data["kernel"], one.problem.data["dilation"]
    (left, right, *_) = nn.Conv2d(1, 1, kernel, dilation=dilation, padding="same")._reversed_padding_repeated_twice
    assert left == right
    return left


def in_features(one: Exercise):
    channels, height, width = map(int, one.problem.data["maps"].split(" × "))
    return nn.Flatten()(torch.zeros(1, channels, height, width)).shape[1]


def parameters(one: Exercise):
    return sum(parameter.numel() for parameter in torch_module(one.problem.scene.layer).parameters())


def multiply_adds(one: Exercise):
    """Each product counts once: with ones everywhere the output is the number of products."""
    scene = one.problem.scene
    made = torch_module(scene.layer)
    return F.conv2d(torch.ones(1, *scene.arrays["input"].shape).double(), torch.ones_like(made.weight)).sum().item()


def receptive_field(one: Exercise):
    """How many rows of the input change one cell in the middle of the output."""
    x = torch.zeros(1, 1, 64, 64, dtype=torch.float64, requires_grad=True)
    layers = [
        nn.AvgPool2d(layer.kernel_size) if "Pool" in layer.code() else torch_module(layer)
        for layer in one.problem.scene.layers
    ]
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.ones_(layer.weight)
    out = nn.Sequential(*layers)(x)
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    rows = (x.grad[0, 0] != 0).any(dim=1).nonzero()
    return int(rows.max() - rows.min()) + 1


def tie(one: Exercise):
    _, place = F.max_pool2d(tensor(one.problem.scene.arrays["input"])[None], 2, return_indices=True)
    return (int(place),)


def flat(one: Exercise):
    scene = one.problem.scene
    values = tensor(scene.arrays["input"])
    c, i, j = (int(number) for number in np.unravel_index(scene.step, values.shape))
    return (nn.Flatten(start_dim=0)(values) == values[c, i, j]).nonzero().item()


def loss(one: Exercise):
    arrays = one.problem.scene.arrays
    return F.cross_entropy(tensor(arrays["input"]), torch.tensor(arrays["target"])).item()


def batch_mean(one: Exercise):
    return tensor(one.problem.data["losses"]).mean().item()


def difference(one: Exercise):
    arrays = one.problem.scene.arrays
    z = tensor(arrays["input"]).requires_grad_()
    F.cross_entropy(z, torch.tensor(arrays["target"])).backward()
    k = one.problem.scene.step - (len(one.problem.scene.trace.steps) - 3)
    return z.grad[k].item()


def step(one: Exercise):
    data = one.problem.data
    w = nn.Parameter(tensor(data["weight"]))
    w.grad = tensor(data["gradient"])
    rate = data["learning rate"]
    if "β₁" in data:
        optimiser = torch.optim.Adam([w], rate, betas=(data["β₁"], data["β₂"]), eps=0.0)
    else:
        optimiser = torch.optim.SGD([w], rate, momentum=data.get("momentum", 0.0))
        if "velocity" in data:
            optimiser.state[w]["momentum_buffer"] = tensor(data["velocity"])
    optimiser.step()
    return w.item()


def network(one: Exercise):
    scene = one.problem.scene
    made = nn.Sequential(*(torch_module(layer) for layer in scene.layers))
    made.load_state_dict({name: tensor(value) for name, value in scene.arrays.items() if name != "input"})
    return made(tensor(scene.arrays["input"])[None]).item()


BY_NAME = {
    "conv-sequence": sequence, "conv-window": window, "conv-matrix": matrix, "size-conv": size, "size-pool": size,
    "size-transposed": size, "size-padding": same, "size-shape": shape, "size-in-features": in_features,
    "count-parameters": parameters, "count-groups": parameters, "count-linear": parameters,
    "count-multiply-adds": multiply_adds, "count-receptive-field": receptive_field, "max-pool-tie": tie,
    "flatten": flat, "loss": loss, "batch-mean": batch_mean, "p-minus-q": difference, "step-sgd": step,
    "step-momentum": step, "step-adam": step, "network": network,
}  # fmt: skip
