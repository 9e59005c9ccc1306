"""Which pixels an answer depends on, and which pictures excite a channel most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from engine import functional as F
from engine.layers.base import Layer, Shape
from engine.network import Network
from engine.network.blocks import Residual, Sequential, forward_all, own
from engine.network.receptive import Axis, Field

PIXEL: Field = (Axis(), Axis())
"""What a pixel sees: itself."""
CHUNK = 64  # how many pictures go through a network at once


def gradient(network: Network, parameters: Mapping[str, np.ndarray], input: np.ndarray, target: int) -> np.ndarray:
    r"""Return the slope of one class's logit for every number of the input, $\partial z_t / \partial x_{c,i,j}$.

    input: (C, H, W) → (C, H, W). Raises ValueError where the class does not exist or shapes do not fit.

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising image classification
    models and saliency maps" (2014).
    """
    layers = network.layers[: network.logits]
    logits = network.forward(input, parameters)[network.logits - 1]
    _check_target(target, logits)
    return _through(layers, (np.arange(logits.size) == target).astype(logits.dtype), input, parameters)


def _through(layers: Sequence[Layer], grad: np.ndarray, input: np.ndarray, parameters: Mapping) -> np.ndarray:
    """Return the gradient for the input of some layers, given that for their output."""
    arriving = [input, *forward_all(layers, input, parameters)]
    for k in range(len(layers) - 1, -1, -1):
        grad = _grad_input(layers[k], grad, arriving[k], own(parameters, str(k)))
    return grad


def _grad_input(layer: Layer, grad: np.ndarray, input: np.ndarray, parameters: Mapping) -> np.ndarray:
    if isinstance(layer, Sequential):
        return _through(layer.layers, grad, input, parameters)
    if isinstance(layer, Residual):
        branches = [(layers, own(parameters, name)) for name, layers in layer.branches.items()]
        if layer.activation is not None:
            total = sum([input, *forward_all(layers, input, held)][-1] for layers, held in branches)
            grad = layer.activation.backward(grad, total)["input"]
        return sum(_through(layers, grad, input, held) for layers, held in branches)
    return layer.backward(grad, input, **parameters)["input"]


def strength(slopes: np.ndarray) -> np.ndarray:
    """Return for each pixel the largest size over its channels: (C, H, W) → (H, W)."""
    return np.abs(slopes).max(axis=0)


def occlusion(
    network: Network, parameters: Mapping[str, np.ndarray], input: np.ndarray, target: int, size: int, stride: int
) -> np.ndarray:
    r"""Return how much of a class's probability is lost where a square of the picture is covered.

    $m_{i,j} = p_t(x) - p_t(x \text{ with a square of 0 around the pixels of cell } i, j)$; 0 is the training pictures'
    mean colour. Cell (i, j) stands for the `stride` × `stride` pixels whose middle the square of `size` lies over, cut
    off at the borders. Negative where covering helps.

    input: (C, H, W) → (⌈H / stride⌉, ⌈W / stride⌉). Raises ValueError for sizes below 1 and an unknown class.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014).
    """
    if size < 1 or stride < 1:
        raise ValueError(f"size and stride must be at least 1, got {size} and {stride}")
    _, height, width = input.shape
    rows, columns = (-(-n // stride) for n in (height, width))
    covered = np.repeat(input[None], rows * columns, axis=0)
    for k in range(rows * columns):
        i, j = divmod(k, columns)
        top, left = (2 * place * stride + stride - size for place in (i, j))
        down, across = (slice(max(0, start // 2), max(0, start // 2 + size)) for start in (top, left))
        covered[k, :, down, across] = 0
    logits = network.forward(input, parameters)[network.logits - 1]
    _check_target(target, logits)
    before = F.softmax(logits, dim=-1)[target]
    after = [
        F.softmax(network.forward(covered[k : k + CHUNK], parameters)[network.logits - 1], dim=-1)[:, target]
        for k in range(0, len(covered), CHUNK)
    ]
    return (before - np.concatenate(after)).reshape(rows, columns)


def _check_target(target: int, logits: np.ndarray) -> None:
    if logits.ndim != 1 or not 0 <= target < logits.size:
        raise ValueError(f"target {target} is not one of the network's outputs, {logits.shape}")


@dataclass(frozen=True)
class Peaks:
    """The largest number of each channel of one layer, for each of some pictures, and its place in the channel's map.

    values, places: (N, C).
    """

    values: np.ndarray
    places: np.ndarray


def peaks(network: Network, parameters: Mapping[str, np.ndarray], inputs: np.ndarray, k: int) -> Peaks:
    """Return every channel's largest number in the output of layer k (from 0), for a batch of pictures (N, C, H, W)."""
    if not 0 <= k < len(network):
        raise ValueError(f"there is no layer {k + 1}; the network has {len(network)}")
    *_, out = forward_all(network.layers[: k + 1], inputs, parameters)
    flat = out.reshape(len(out), out.shape[1], -1)
    places = flat.argmax(axis=2)
    return Peaks(np.take_along_axis(flat, places[..., None], axis=2)[..., 0], places)


def joined(parts: list[Peaks]) -> Peaks:
    """Return the peaks of several batches as those of one."""
    return Peaks(np.concatenate([p.values for p in parts]), np.concatenate([p.places for p in parts]))


def strongest(found: Peaks, channel: int, count: int) -> list[tuple[int, int, float]]:
    """Return (picture, place in the map, value) of the pictures that excite a channel most, the strongest first."""
    if not 0 <= channel < found.values.shape[1]:
        raise ValueError(f"there is no channel {channel}; the layer has {found.values.shape[1]}")
    order = np.argsort(-found.values[:, channel], kind="stable")[:count]
    return [(int(n), int(found.places[n, channel]), float(found.values[n, channel])) for n in order]


@dataclass(frozen=True)
class Seen:
    """The part of the input that one cell sees: first row and column, rows and columns, cut off at the borders."""

    top: int
    left: int
    height: int
    width: int


def seen(field: Field | None, place: tuple[int, int], shape: Shape) -> Seen:
    """Return what the cell at (row, column) of a layer with this receptive field sees of an input (C, H, W).

    A field of None sees everything.
    """
    if field is None:
        return Seen(0, 0, *shape[-2:])
    spans = []
    for axis, at, n in zip(field, place, shape[-2:], strict=True):
        begin = axis.begin + at * axis.jump
        start, end = max(0, ceil(begin)), min(n, floor(begin + axis.span))
        spans.append((min(start, n - 1), max(1, end - start)))
    (top, height), (left, width) = spans
    return Seen(top, left, height, width)
