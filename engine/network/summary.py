"""A network as a table: shapes, parameters, multiply-adds, memory and receptive field of every layer."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from engine.layers.base import Layer, Shape
from engine.network import Network, receptive
from engine.network.blocks import Add, Block, Residual, output_shapes
from engine.network.receptive import Axis, Field

FLOAT_BYTES = 4  # float32


@dataclass(frozen=True)
class Row:
    """One layer of a table.

    number: the place, from 1, of the layer or of the block that it is in. name: PyTorch's name, "0" or
    "4.body.0". depth: 0, or more inside blocks. block: a heading, whose figures are the sums of the rows below it.
    settings: what differs from PyTorch's defaults, as in its code. memory: bytes of its output at float32.
    field: what one cell of its output sees of the input, down and across; None where that is all of it.
    """

    number: int
    name: str
    depth: int
    block: bool
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    multiply_adds: int
    memory: int
    field: Field | None

    @property
    def kind(self) -> str:
        """The layer's class."""
        return type(self.layer).__name__

    @property
    def settings(self) -> str:
        return "" if self.block else self.layer.code().partition("(")[2].removesuffix(")")


@dataclass(frozen=True)
class Totals:
    """What a table adds up to. memory: float32 bytes of all outputs; parameter_memory: of weights, biases, buffers."""

    parameters: int
    multiply_adds: int
    memory: int
    parameter_memory: int


def rows(network: Network) -> list[Row]:
    """Return a row a layer; below a block's row, one for each layer inside it. ValueError as Network.shapes raises."""
    table = []
    shapes = [network.input_shape, *network.shapes()]
    field: Field | None = (Axis(), Axis()) if len(network.input_shape) == 3 else None
    for k, (layer, shape) in enumerate(zip(network.layers, shapes, strict=False)):
        table += _rows(layer, k + 1, str(k), 0, shape, field)
        field = receptive.after(layer, shape, field)
    return table


def totals(network: Network, table: list[Row] | None = None) -> Totals:
    """Return what the rows add up to; the layers inside blocks count, the blocks' own rows do not.

    table: the network's rows, where they have been made already.
    """
    leaves = [row for row in (rows(network) if table is None else table) if not row.block]
    return Totals(
        parameters=sum(row.parameters for row in leaves),
        multiply_adds=sum(row.multiply_adds for row in leaves),
        memory=sum(row.memory for row in leaves),
        parameter_memory=FLOAT_BYTES * sum(prod(shape) for shape in network.parameter_shapes().values()),
    )


def _rows(layer: Layer, number: int, name: str, depth: int, shape: Shape, field: Field | None) -> Iterator[Row]:
    output_shape = tuple(layer.output_shape(shape))
    inner = list(_inner(layer, number, name, depth + 1, shape, field)) if isinstance(layer, Block) else []
    leaves = [row for row in inner if not row.block]
    block = isinstance(layer, Block)
    yield Row(
        number, name, depth, block, layer, tuple(shape), output_shape,
        sum(row.parameters for row in leaves) if block else layer.parameter_count,
        sum(row.multiply_adds for row in leaves) if block else layer.multiply_adds(shape),
        sum(row.memory for row in leaves) if block else FLOAT_BYTES * prod(output_shape),
        receptive.after(layer, shape, field),
    )  # fmt: skip
    yield from inner


def _inner(block: Block, number: int, name: str, depth: int, shape: Shape, field: Field | None) -> Iterator[Row]:
    ends = []
    for branch, layers in block.branches.items():
        start = f"{name}.{branch}." if branch else f"{name}."
        arriving, seen = shape, field
        for k, (layer, output) in enumerate(zip(layers, output_shapes(layers, shape, branch or "part"), strict=True)):
            yield from _rows(layer, number, f"{start}{k}", depth, arriving, seen)
            arriving, seen = output, receptive.after(layer, arriving, seen)
        ends.append((arriving, seen))
    if isinstance(block, Residual):
        (arriving, body), (_, shortcut) = ends
        seen = receptive.union(body, shortcut)
        yield from _rows(Add(), number, f"{name}.add", depth, arriving, seen)
        if block.activation is not None:
            yield from _rows(block.activation, number, f"{name}.activation", depth, arriving, seen)
