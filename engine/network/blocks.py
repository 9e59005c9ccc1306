"""Layers in a row, and blocks made of them: what a network and a block have in common.

Blocks are no lessons and stand in no registry. They keep the layers' contract, with the parameters of the layers
inside named as PyTorch's state_dict names them ("body.0.weight").
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from engine import limits
from engine.layers.base import Layer, Shape


def shape_text(shape: Shape) -> str:
    """Return a shape as sentences quote it: (1, 6, 6), (64)."""
    return f"({', '.join(map(str, shape))})"


def called(layer: Layer) -> str:
    """Return a layer's name in a sentence: its class."""
    return type(layer).__name__


def output_shapes(layers: Sequence[Layer], input_shape: Shape, word: str = "layer") -> list[Shape]:
    """Return every layer's output shape.

    input_shape: (C, H, W), (features,), or either with N in front. Raises ValueError at the first layer that cannot
    take what arrives: "layer 4, Linear: in_features is 128, but layer 3, Flatten, gives (64)".
    """
    shapes: list[Shape] = []
    for k, layer in enumerate(layers):
        arriving = shapes[-1] if shapes else tuple(input_shape)
        name, source = f"{word} {k + 1}, {called(layer)}", _source(layers, k, word)
        shapes.append(_output_shape(layer, arriving, name, source, of_sequences(layers)))
    return shapes


def of_sequences(layers: Sequence[Layer]) -> bool:
    """Whether a stack is for sequences: PyTorch's modules then take (N, C, L) in place of (N, C, 1, L)."""
    return any(layer.sequences for layer in layers)


def _source(layers: Sequence[Layer], k: int, word: str) -> str:
    return f"{word} {k}, {called(layers[k - 1])}, gives" if k else "the input is"


def _output_shape(layer: Layer, arriving: Shape, name: str, source: str, sequence: bool) -> Shape:
    gives = f"{source} {shape_text(arriving)}"
    if layer.arguments:
        raise ValueError(f"{name}: it takes a {layer.arguments[0]} beside its input, so it cannot stand in a stack")
    if sequence and len(arriving) > 2 and not layer.on_sequence():
        raise ValueError(
            f"{name}: {layer.code()} is for pictures, but Conv1d makes this a stack of sequences (C, L), here (C, 1, L)"
        )
    for setting, axis in layer.arriving().items():
        wanted = getattr(layer, setting)
        if len(arriving) < -axis:
            raise ValueError(f"{name}: it takes maps (C, H, W), but {gives}")
        if arriving[axis] != wanted:
            flat = f"; a Flatten before it would give {shape_text((prod(arriving),))}"
            needs = axis == -1 and len(arriving) == 3 and not sequence
            raise ValueError(f"{name}: {setting} is {wanted}, but {gives}{flat if needs else ''}")
    try:
        shape = tuple(layer.output_shape(arriving))
    except (ValueError, IndexError) as error:
        if len(arriving) == 1 and not isinstance(layer, Block):
            raise ValueError(f"{name}: it takes maps (C, H, W), but {gives}") from error
        raise ValueError(f"{name}: {error}; {gives}") from error
    if prod(shape) > limits.CELLS:
        raise ValueError(f"{name}: it gives more than {limits.CELLS:,} cells, the most that are counted here; {gives}")
    return shape


def fit_all(layers: Sequence[Layer], input_shape: Shape, word: str = "layer") -> tuple[Layer, ...]:
    """Return the layers, each fitted to what the ones before it give. ValueError as `output_shapes` raises."""
    made: list[Layer] = []
    shape = tuple(input_shape)
    for k, layer in enumerate(layers):
        name, source = f"{word} {k + 1}, {called(layer)}", _source(layers, k, word)
        try:
            made.append(layer.fitted(shape))
        except ValueError as error:
            raise ValueError(f"{name}: {error}; {source} {shape_text(shape)}") from error
        shape = _output_shape(made[-1], shape, name, source, of_sequences(layers))
    return tuple(made)


def own(parameters: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Return the parameters whose names begin with a name, without it: own({"3.weight": w}, "3") is {"weight": w}."""
    start = f"{name}."
    return {key[len(start) :]: parameters[key] for key in parameters if key.startswith(start)}


def forward_all(
    layers: Sequence[Layer], input: np.ndarray, parameters: Mapping[str, np.ndarray]
) -> Iterator[np.ndarray]:
    """Yield every layer's output, one after the other; parameters by name, as "0.weight"."""
    for k, layer in enumerate(layers):
        limits.look()
        input = layer.forward(input, **own(parameters, str(k)))
        yield input


@dataclass(frozen=True)
class Block(Layer):
    """A layer made of layers. `branches`: rows of layers by name ("" for the only one), all on the block's input."""

    reads_all: ClassVar[bool] = True

    @property
    def branches(self) -> dict[str, tuple[Layer, ...]]:
        raise NotImplementedError

    @property
    def parts(self) -> list[tuple[str, Layer]]:
        """Every layer inside, with its name in the block: ("body.0", Conv2d …)."""
        named = []
        for branch, layers in self.branches.items():
            named += [(f"{branch}.{k}" if branch else str(k), layer) for k, layer in enumerate(layers)]
        return named

    def fitted(self, arriving: Shape) -> "Block":
        """Return the block with every layer inside fitted to what arrives."""
        raise NotImplementedError

    @property
    def sequences(self) -> bool:
        return of_sequences([layer for _, layer in self.parts])

    def on_sequence(self) -> bool:
        return all(layer.on_sequence() for _, layer in self.parts)

    @property
    def buffers(self) -> tuple[str, ...]:
        return tuple(f"{name}.{buffer}" for name, layer in self.parts for buffer in layer.buffers)

    def parameter_shapes(self) -> dict[str, Shape]:
        return {f"{name}.{key}": shape for name, layer in self.parts for key, shape in layer.parameter_shapes().items()}

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {f"{name}.{key}": array for name, layer in self.parts for key, array in layer.initial(rng).items()}

    def multiply_adds(self, input_shape: Shape) -> int:
        total = 0
        for branch, layers in self.branches.items():
            shapes = [tuple(input_shape), *output_shapes(layers, input_shape, branch or "part")]
            total += sum(layer.multiply_adds(shape) for layer, shape in zip(layers, shapes, strict=False))
        return total


@dataclass(frozen=True)
class Sequential(Block):
    """Layers one after the other, as nn.Sequential inside nn.Sequential."""

    summary: ClassVar[str] = "Layers one after the other."

    layers: tuple[Layer, ...]

    @property
    def branches(self) -> dict[str, tuple[Layer, ...]]:
        return {"": self.layers}

    def fitted(self, arriving: Shape) -> "Sequential":
        return replace(self, layers=fit_all(self.layers, arriving, "part"))

    def output_shape(self, input_shape: Shape) -> Shape:
        return [tuple(input_shape), *output_shapes(self.layers, input_shape, "part")][-1]

    def forward(self, input: np.ndarray, **parameters: np.ndarray) -> np.ndarray:
        return [input, *forward_all(self.layers, input, parameters)][-1]

    def code(self) -> str:
        return f"nn.Sequential({', '.join(layer.code() for layer in self.layers)})"


@dataclass(frozen=True)
class Add(Layer):
    """The sum of a residual block's two branches: a row in a table, but no layer of a stack."""

    summary: ClassVar[str] = "Add the two branches, cell by cell."

    def output_shape(self, input_shape: Shape) -> Shape:
        return tuple(input_shape)


@dataclass(frozen=True)
class Residual(Block):
    r"""Add a shortcut to what the body makes: $y = f(\text{body}(x) + \text{shortcut}(x))$.

    body, shortcut: layers in a row; an empty shortcut passes x on as it is. activation: f, None for none.
    ResNet's BasicBlock has ReLU for f, MobileNetV2's inverted residual has none.

    Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016).
    """

    summary: ClassVar[str] = "Add the input, or a simple function of it, to what the layers of the body make."

    body: tuple[Layer, ...]
    shortcut: tuple[Layer, ...] = ()
    activation: Layer | None = None

    @property
    def branches(self) -> dict[str, tuple[Layer, ...]]:
        return {"body": self.body, "shortcut": self.shortcut}

    def fitted(self, arriving: Shape) -> "Residual":
        body, shortcut = (fit_all(part, arriving, name) for name, part in self.branches.items())
        return replace(self, body=body, shortcut=shortcut)

    def output_shape(self, input_shape: Shape) -> Shape:
        ends = {
            name: [tuple(input_shape), *output_shapes(layers, input_shape, name)][-1]
            for name, layers in self.branches.items()
        }
        if ends["body"] != ends["shortcut"]:
            raise ValueError(
                f"the body gives {shape_text(ends['body'])}, the shortcut {shape_text(ends['shortcut'])}: "
                "they cannot be added"
            )
        return ends["body"]

    def forward(self, input: np.ndarray, **parameters: np.ndarray) -> np.ndarray:
        body, shortcut = (
            [input, *forward_all(layers, input, own(parameters, name))][-1] for name, layers in self.branches.items()
        )
        total = body + shortcut
        return total if self.activation is None else self.activation.forward(total)

    def code(self) -> str:
        arguments = [Sequential(self.body).code()]
        if self.shortcut:
            arguments.append(f"shortcut={Sequential(self.shortcut).code()}")
        if self.activation is not None:
            arguments.append(f"activation={self.activation.code()}")
        return f"Residual({', '.join(arguments)})"


RESIDUAL_CODE = '''\
class Residual(nn.Module):
    """activation(body(x) + shortcut(x))"""

    def __init__(self, body, shortcut=None, activation=None):
        super().__init__()
        self.body = body
        self.shortcut = nn.Identity() if shortcut is None else shortcut
        self.activation = nn.Identity() if activation is None else activation

    def forward(self, x):
        return self.activation(self.body(x) + self.shortcut(x))
'''
