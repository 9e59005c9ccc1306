"""Small cases, with numbers, for what learners often get wrong about gradients."""

from dataclasses import dataclass

import numpy as np

from engine import functional as F
from engine.layers import Conv2d, ReLU
from engine.learning.passes import both_ways
from engine.network import Network

Arrays = dict[str, np.ndarray]


# A bias of 0


@dataclass(frozen=True)
class ZeroBias:
    """A network whose biases are all 0: a bias's gradient, and the loss with that bias a little below and above 0."""

    name: str
    gradient: float
    h: float
    below: float
    loss: float
    above: float


def zero_bias(network: Network, parameters: Arrays, input: np.ndarray, target: int, h: float = 0.1) -> ZeroBias | None:
    """Set every bias to 0 and look at the one with the largest gradient; None where the network has no bias."""
    names = [name for name in parameters if name.endswith(".bias") and name not in network.buffers]
    if not names:
        return None
    zeros = {name: np.zeros_like(a) if name in names else a for name, a in parameters.items()}
    there = both_ways(network, zeros, input, target)
    name = max(names, key=lambda n: np.abs(there.gradients[n]).max())
    at = int(np.abs(there.gradients[name]).argmax())
    losses = []
    for by in (-h, h):
        moved = np.array(zeros[name])
        moved[at] += by
        losses.append(both_ways(network, {**zeros, name: moved}, input, target).loss)
    return ZeroBias(f"{name}[{at}]", float(there.gradients[name][at]), h, losses[0], there.loss, losses[1])


# Dead cells of a ReLU


@dataclass(frozen=True)
class DeadCells:
    """A ReLU: what went in, the incoming gradient, and what it passes on. number: its place, counted from 1."""

    number: int
    input: np.ndarray
    incoming: np.ndarray
    passed: np.ndarray

    @property
    def dead(self) -> np.ndarray:
        """True where x ≤ 0: nothing passes, whatever arrives."""
        return self.input <= 0


def dead_cells(network: Network, parameters: Arrays, input: np.ndarray, target: int) -> DeadCells | None:
    """Return the network's ReLU that has most cells at 0 or below, as maps (C, H, W) or a vector; None without one."""
    there = both_ways(network, parameters, input, target)
    found = []
    for k, layer in enumerate(network.layers[: network.logits]):
        if isinstance(layer, ReLU):
            arriving = there.arriving(k)
            passed = layer.backward(there.incoming[k], arriving)["input"]
            found.append(DeadCells(k + 1, arriving, there.incoming[k], passed))
    return max(found, key=lambda one: int(one.dead.sum()), default=None)


# The input's gradient as a convolution


@dataclass(frozen=True)
class Flipped:
    """The input's gradient of a convolution two ways: added up window by window, and as a convolution.

    padding: zeros around the output's gradient, kernel_size − 1 − the layer's own. difference: the largest.
    """

    padded: np.ndarray
    kernel: np.ndarray
    padding: tuple[int, int]
    spread: np.ndarray
    convolved: np.ndarray

    @property
    def difference(self) -> float:
        return float(np.abs(self.spread - self.convolved).max())


def flipped(layer: Conv2d, incoming: np.ndarray, input: np.ndarray, weight: np.ndarray) -> Flipped:
    """Return the gradient of a convolution's input as a sum over windows, and by sliding the flipped kernel.

    Raises ValueError where the layer has a stride or dilation above 1, groups, padding that is not of zeros or more
    padding than kernel_size − 1.
    """
    if layer.strides != (1, 1) or layer.dilations != (1, 1) or layer.groups != 1 or layer.padding_mode != "zeros":
        raise ValueError(f"the plain picture needs stride 1, dilation 1, groups 1 and zeros as padding, not {layer}")
    (down, up), (left, right) = layer.pads
    rows, columns = layer.kernel
    if max(down, up) >= rows or max(left, right) >= columns:
        raise ValueError(f"padding {layer.padding} is more than kernel_size − 1")
    around = ((rows - 1 - down, rows - 1 - up), (columns - 1 - left, columns - 1 - right))
    padded = np.pad(incoming, ((0, 0), *around))
    kernel = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    spread = layer.trace_backward("input", incoming, input, weight=weight, **_no_bias(layer))
    board = spread.board("grad")
    inside = spread.output if board.padding is None else spread.output[~board.padding]
    return Flipped(padded, kernel, (around[0][0], around[1][0]), inside.reshape(input.shape), F.conv2d(padded, kernel))


def _no_bias(layer: Conv2d) -> Arrays:
    return {"bias": np.zeros(layer.out_channels)} if layer.bias else {}


# A batch


@dataclass(frozen=True)
class Batch:
    """Two pictures and one parameter: each picture's gradient on its own, and that of the batch's mean loss."""

    name: str
    targets: tuple[int, ...]
    losses: tuple[float, ...]
    alone: tuple[np.ndarray, ...]
    loss: float
    together: np.ndarray

    @property
    def difference(self) -> float:
        """Largest distance between the batch's gradient and the mean of those alone."""
        return float(np.abs(sum(self.alone) / len(self.alone) - self.together).max())


def batch(network: Network, parameters: Arrays, inputs: np.ndarray, targets: tuple[int, ...], name: str) -> Batch:
    """Return a parameter's gradient of each picture (N, …) alone, and of all as one batch."""
    alone = [both_ways(network, parameters, x, t) for x, t in zip(inputs, targets, strict=True)]
    together = both_ways(network, parameters, inputs, np.array(targets))
    return Batch(
        name, tuple(targets), tuple(one.loss for one in alone), tuple(one.gradients[name] for one in alone),
        together.loss, together.gradients[name],
    )  # fmt: skip
