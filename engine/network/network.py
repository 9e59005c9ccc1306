"""A network: one description, which the calculator, the forward page, the PyTorch model and the URL share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from engine.layers import LogSoftmax, Softmax
from engine.layers.base import Layer, Shape
from engine.limits import Cost, Limit, check
from engine.network.blocks import (
    Block,
    Residual,
    Sequential,
    called,
    fit_all,
    forward_all,
    of_sequences,
    output_shapes,
    own,
)
from engine.trace import Trace

FINE = 0.1  # weights that are all smaller than this get two decimals, others one


@dataclass(frozen=True)
class Network:
    """Layers in a row, and the shape of what goes in, without N: (C, H, W) or (features,).

    Parameters are not part of it: they are in a dict, by PyTorch's names in nn.Sequential: "0.weight", "4.body.0.bias".
    A network may be described although it cannot run: `shapes` says where it fails.
    """

    input_shape: Shape
    layers: tuple[Layer, ...]

    def __post_init__(self):
        object.__setattr__(self, "input_shape", tuple(self.input_shape))
        object.__setattr__(self, "layers", tuple(self.layers))
        if len(self.input_shape) not in (1, 3) or any(n < 1 for n in self.input_shape):
            raise ValueError(f"input_shape must be (C, H, W) or (features,), all at least 1, got {self.input_shape}")

    def __len__(self) -> int:
        return len(self.layers)

    # What it is

    def shapes(self) -> list[Shape]:
        """Return every layer's output shape.

        Raises ValueError with the layer's number and class and both shapes: "layer 4, Linear: in_features is 128,
        but layer 3, Flatten, gives (64)".
        """
        return output_shapes(self.layers, self.input_shape)

    @property
    def output_shape(self) -> Shape:
        return [self.input_shape, *self.shapes()][-1]

    def arriving_shape(self, k: int) -> Shape:
        """Return the shape that layer k takes in."""
        return [self.input_shape, *output_shapes(self.layers[:k], self.input_shape)][k]

    def fitted(self) -> "Network":
        """Return the same network with in_channels, in_features and num_features replaced by what arrives.

        Raises ValueError, as `shapes` does, where that is not enough.
        """
        return replace(self, layers=fit_all(self.layers, self.input_shape))

    def parameter_shapes(self) -> dict[str, Shape]:
        """Name and shape of each parameter and buffer, as in the state_dict of nn.Sequential."""
        return Sequential(self.layers).parameter_shapes()

    @property
    def buffers(self) -> tuple[str, ...]:
        """Names of parameters that are not trained."""
        return Sequential(self.layers).buffers

    @property
    def parameter_count(self) -> int:
        """Weights and biases in all; buffers are not counted."""
        return sum(layer.parameter_count for layer in self.layers)

    def multiply_adds(self) -> int:
        """Multiply-adds for one picture."""
        shapes = [self.input_shape, *self.shapes()]
        return sum(layer.multiply_adds(shape) for layer, shape in zip(self.layers, shapes, strict=False))

    def costs(self) -> list[Cost]:
        """Return what it takes to compute each layer on one picture."""
        shapes = [self.input_shape, *self.shapes()]
        return [layer.cost(shape) for layer, shape in zip(self.layers, shapes, strict=False)]

    @property
    def work(self) -> int:
        """Multiply-adds, additions and comparisons of one pass."""
        return sum(cost.work for cost in self.costs())

    def check_costs(self, table: dict[str, Limit]) -> None:
        """Raise ValueError, with the layer's number and class, where a layer costs more than a table allows."""
        for k, cost in enumerate(self.costs()):
            try:
                check(cost, table)
            except ValueError as error:
                raise ValueError(f"layer {k + 1}, {called(self.layers[k])}: {error}") from error

    @property
    def logits(self) -> int:
        """How many layers make the logits: all of them, or all but a softmax, or its logarithm, at the end."""
        return len(self) - (len(self) > 0 and isinstance(self.layers[-1], Softmax | LogSoftmax))

    @property
    def sequences(self) -> bool:
        """Whether PyTorch's model takes (N, C, L): the stack is one of sequences."""
        return of_sequences(self.layers)

    # Numbers

    def initial(self, seed: int, readable: bool = False) -> dict[str, np.ndarray]:
        """Return parameters to begin with, always the same for a seed.

        Each layer with parameters draws its own, so that a layer without any (a ReLU) can come or go. readable: rounded
        to one decimal, or to two where they are small, so that sums on screen stay short.
        """
        parameters, drawn = {}, 0
        for k, layer in enumerate(self.layers):
            if layer.parameter_shapes():
                arrays = layer.initial(np.random.default_rng((seed, drawn)))
                parameters |= {f"{k}.{name}": _rounded(array) if readable else array for name, array in arrays.items()}
                drawn += 1
        return parameters

    def check_parameters(self, parameters: Mapping[str, np.ndarray]) -> None:
        """ValueError unless these are the network's parameters, by name and shape."""
        wanted = self.parameter_shapes()
        for name in wanted.keys() | parameters.keys():
            if name not in wanted:
                raise ValueError(f"the network has no parameter {name}")
            if name not in parameters:
                raise ValueError(f"parameter {name} {wanted[name]} is missing")
            if np.shape(parameters[name]) != wanted[name]:
                raise ValueError(f"parameter {name} has shape {np.shape(parameters[name])}, not {wanted[name]}")

    def forward(self, input: np.ndarray, parameters: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """Return every layer's output, the first layer's first.

        input: as input_shape, or with N in front. Raises ValueError where shapes do not fit.
        """
        if tuple(input.shape[-len(self.input_shape) :]) != self.input_shape:
            raise ValueError(f"the input has shape {input.shape}, but the network takes {self.input_shape}")
        self.shapes()
        self.check_parameters(parameters)
        return list(forward_all(self.layers, input, parameters))

    def trace(
        self,
        k: int,
        input: np.ndarray,
        outputs: list[np.ndarray],
        parameters: Mapping[str, np.ndarray],
        around: tuple[int, ...] | None = None,
    ) -> Trace:
        """Trace layer k as it computed, given the network's input and what `forward` returned.

        around: an index of the layer's output, where only its neighbourhood is wanted. Blocks have no trace:
        ValueError.
        """
        layer = self.layers[k]
        if isinstance(layer, Block):
            raise ValueError(f"layer {k + 1}, {called(layer)}: a block cannot be stepped through")
        return layer.trace(outputs[k - 1] if k else input, around=around, **own(parameters, str(k)))

    # Changes. Each returns another network, which may not run before it is `fitted`.

    def with_layers(self, layers) -> "Network":
        return replace(self, layers=tuple(layers))

    def insert(self, k: int, layer: Layer) -> "Network":
        """Return the network with a layer put in at place k: 0 is the first, len(network) the last."""
        return self.with_layers((*self.layers[:k], layer, *self.layers[k:]))

    def remove(self, k: int) -> "Network":
        return self.with_layers((*self.layers[:k], *self.layers[k + 1 :]))

    def replace(self, k: int, layer: Layer) -> "Network":
        return self.with_layers((*self.layers[:k], layer, *self.layers[k + 1 :]))

    def move(self, k: int, to: int) -> "Network":
        """Return the network with layer k at place `to` of the others."""
        others = [*self.layers[:k], *self.layers[k + 1 :]]
        others.insert(to, self.layers[k])
        return self.with_layers(others)

    # Code

    def code(self) -> str:
        """Return the nn.Sequential that makes this network, one layer a line."""
        lines = ["nn.Sequential(", *(f"    {line}" for layer in self.layers for line in _code_lines(layer)), ")"]
        return "\n".join(lines)

    @property
    def has_residual(self) -> bool:
        """Whether `code` needs engine.network.blocks.RESIDUAL_CODE before it."""
        return any(isinstance(layer, Residual) for layer in all_layers(self.layers))


def all_layers(layers: tuple[Layer, ...]) -> Iterator[Layer]:
    """Yield every layer and block, blocks before what is in them."""
    for layer in layers:
        yield layer
        if isinstance(layer, Block):
            yield from all_layers(tuple(part for _, part in layer.parts))


def _code_lines(layer: Layer) -> list[str]:
    if isinstance(layer, Sequential):
        return _sequential_lines("", layer.layers)
    if not isinstance(layer, Residual):
        return [f"{layer.code()},"]
    inside = _sequential_lines("", layer.body)
    if layer.shortcut:
        inside += _sequential_lines("shortcut=", layer.shortcut)
    if layer.activation is not None:
        inside.append(f"activation={layer.activation.code()},")
    return ["Residual(", *(f"    {line}" for line in inside), "),"]


def _sequential_lines(start: str, layers: tuple[Layer, ...]) -> list[str]:
    return [f"{start}nn.Sequential(", *(f"    {line}" for layer in layers for line in _code_lines(layer)), "),"]


def _rounded(array: np.ndarray) -> np.ndarray:
    return np.round(array, 2 if prod(array.shape) and np.abs(array).max() < FINE else 1) + 0.0
