"""Flatten and fully connected layers, as PyTorch's nn.Flatten and nn.Linear."""

from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from engine import functional as F
from engine.functional import shapes
from engine.layers.base import Layer, Shape, register, row_window
from engine.layers.steps.axes import line_grid, line_of, neighbourhood
from engine.trace import Board, Partial, Phase, Trace
from engine.trace.build import phase, written
from engine.writing.display import channel_names, shared_decimals
from engine.writing.setting import setting

NEURON = "Neuron {neuron}: each of the {count} inputs times its own weight."
NEURON_OF_ONE = "Neuron {neuron}: the input times its weight."


@register
@dataclass(frozen=True)
class Flatten(Layer):
    r"""Put all maps into one vector: channel by channel, each row by row.

    $$y_{(c H + i) W + j} = x_{c,i,j}$$

    No number changes and none is lost: only the shape does. There is nothing to learn: no parameters.

    - Input: (C, H, W), or (N, C, H, W), of which each picture becomes a vector of its own. A vector stays as it is.
    - Output: (C · H · W,), with N in front where the input has it.

    Source: PyTorch documentation, torch.nn.Flatten.
    """

    reads_all: ClassVar[bool] = True
    summary: ClassVar[str] = "Put all maps into one vector, in C, H, W order."
    rules: ClassVar[dict[str, str]] = {"input": "the same numbers, put back into their map"}
    signature: ClassVar[tuple[str, ...]] = ("start_dim", "end_dim")
    fixed: ClassVar[dict[str, tuple]] = {"start_dim": (1,), "end_dim": (-1, 3)}  # in (N, C, H, W), 3 is the last axis

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) < 3:  # vectors already
            return tuple(input_shape)
        *batch, channels, height, width = input_shape
        return (*batch, prod((channels, height, width)))

    def forward(self, input: np.ndarray) -> np.ndarray:
        return np.array(input).reshape(self.output_shape(input.shape))

    def backward(self, grad_output: np.ndarray, input: np.ndarray) -> dict[str, np.ndarray]:
        return {"input": np.array(grad_output).reshape(input.shape)}

    def trace(self, input: np.ndarray, *, around: tuple[int] | None = None) -> Trace:
        """Trace the layer on one picture (C, H, W): one step a cell, in the vector's order.

        Raises ValueError for other numbers of axes.
        """
        if input.ndim != 3:
            raise ValueError(f"Flatten is traced on (C, H, W), but the input has shape {input.shape}")
        (places,) = neighbourhood(around, (input.size,)) if around else (range(input.size),)
        c, i, j = np.unravel_index(np.array(places), input.shape)
        kept = np.s_[:, :, :]
        if around:
            kept = np.s_[c.min() : c.max() + 1, i.min() : i.max() + 1, :]
        maps = input[kept]
        first = (kept[0].start or 0, kept[1].start or 0)
        index = np.ravel_multi_index((c - first[0], i - first[1], j), maps.shape)
        values = maps.ravel()[index]
        boards = (
            Board(
                "input", "input", maps, ("C", "H", "W"), "maps" if len(input) > 1 else "map",
                panes=channel_names(len(input))[first[0] : first[0] + len(maps)], origin=(int(first[1]), 0),
                first_pane=int(first[0]), whole=input.shape, editable=True,
            ),
            Board(
                "output", "output", values, ("F",), "vector", origin=(0, places.start), wrap=line_of(len(places)),
                whole=(input.size,), hidden=True,
            ),
        )  # fmt: skip
        columns = {"channel": c, "row": i, "column": j, "place": np.array(places)}
        step = phase(
            {board.name: board for board in boards},
            "flatten",
            (("input", index[:, None]),),
            "output",
            partial="value",
            page=c - c.min(),
            say="Channel {channel}, row {row}, column {column} becomes number {place} of the vector.",
            where="Channel {channel}, row {row}, column {column}.",
            fields={name: tuple(map(str, column.tolist())) for name, column in columns.items()},
        )
        _, height, width = input.shape
        formula = rf"y_{{({height}c + i) \cdot {width} + j}} = x_{{c,i,j}}"
        return Trace(self, self.summary, boards, (step,), formula, page_name="channel")


@register
@dataclass(frozen=True)
class Linear(Layer):
    r"""Weigh every input and add the bias: each neuron makes one number from all inputs.

    $$y_o = b_o + \sum_i w_{o,i}\, x_i \qquad\text{or}\qquad y = W x + b$$

    Row $o$ of $W$ holds the weights of neuron $o$. No weight is shared: each belongs to one input and one neuron.

    - Input: (in_features,), or any axes before it, such as (N, in_features).
    - Output: (out_features,), with the same axes before it.
    - weight: (out_features, in_features). bias: (out_features,).
    - relu: True puts the ReLU that follows a hidden layer behind it, $\max(0, y_o)$.
    - Raises ValueError where the input's last axis is not in_features long, with the numbers.

    Source: PyTorch documentation, torch.nn.Linear; Rosenblatt, "The perceptron" (1958), for the neuron that weighs
    its inputs and adds a threshold.
    """

    summary: ClassVar[str] = "Weigh every input, add the bias: one number for each neuron."
    options: ClassVar[tuple[str, ...]] = ("relu",)
    rules: ClassVar[dict[str, str]] = {
        "weight": "the input that it multiplied × its neuron's incoming gradient",
        "bias": "it is added with the factor 1: its neuron's incoming gradient as it is",
        "input": "over all neurons, weight × incoming gradient, added up",
    }
    vectors_only: ClassVar[bool] = True
    fresh: ClassVar[dict[str, int]] = {"out_features": 10}

    in_features: int = setting(help="Numbers that come in.", minimum=1, maximum=64, arriving=-1)
    out_features: int = setting(help="Neurons; each makes one number.", minimum=1, maximum=16)
    bias: bool = setting(True, help="Add one number to each neuron's sum.")

    def __post_init__(self):
        shapes.whole(self.in_features, "in_features", 1)
        shapes.whole(self.out_features, "out_features", 1)

    def parameter_shapes(self) -> dict[str, Shape]:
        weight = (self.out_features, self.in_features)
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape[-1] != self.in_features:
            raise ValueError(
                f"in_features is {self.in_features}, but the input's last axis has {input_shape[-1]} numbers"
            )
        return (*input_shape[:-1], self.out_features)

    def multiply_adds(self, input_shape: Shape) -> int:
        return prod(input_shape[:-1]) * self.in_features * self.out_features

    def window(self, input_shape: Shape) -> tuple[shapes.Window, shapes.Window] | None:
        return row_window(input_shape)

    def forward(
        self, input: np.ndarray, *, weight: np.ndarray, bias: np.ndarray | None = None, relu: bool = False
    ) -> np.ndarray:
        self.output_shape(input.shape)
        out = F.linear(input, weight, bias)
        return F.relu(out) if relu else out

    def backward(
        self,
        grad_output: np.ndarray,
        input: np.ndarray,
        *,
        weight: np.ndarray,
        bias: np.ndarray | None = None,
        relu: bool = False,
    ) -> dict[str, np.ndarray]:
        if relu:
            grad_output = F.relu_backward(grad_output, F.linear(input, weight, bias))
        grad, grad_weight, grad_bias = F.linear_backward(grad_output, input, weight)
        grads = {"input": grad, "weight": grad_weight}
        return grads if bias is None else {**grads, "bias": grad_bias}

    def slopes(self, forward: Trace) -> np.ndarray | None:
        (phase,) = forward.phases
        return (phase.before > 0).astype(np.float64) if phase.finish else None

    def trace(
        self,
        input: np.ndarray,
        *,
        weight: np.ndarray,
        bias: np.ndarray | None = None,
        relu: bool = False,
        around: tuple[int] | None = None,
    ) -> Trace:
        """Trace the layer on one vector (in_features,), neuron by neuron.

        Raises ValueError for inputs of more axes.
        """
        if input.ndim != 1:
            raise ValueError(f"Linear is traced on one vector (in_features,), but the input has shape {input.shape}")
        (neurons,) = neighbourhood(around, (self.out_features,)) if around else (range(self.out_features),)
        kept = slice(neurons.start, neurons.stop)
        sums = self.forward(input, weight=weight, bias=bias)[kept]
        output = F.relu(sums) if relu else sums
        line = line_of(self.in_features, square=True)
        boards = [
            Board("input", "input", input, ("F",), "input", wrap=line, editable=True),
            Board(
                "weight", "weight", weight[kept], ("O", "F"), "weights", paged=True, origin=(kept.start, 0), wrap=line,
                editable=True,
            ),
        ]  # fmt: skip
        if bias is not None:
            boards.append(Board("bias", "bias", bias[kept], ("O",), "bias", origin=(0, kept.start), editable=True))
        boards.append(
            Board("output", "output", output, ("O",), "output", origin=(0, kept.start), wrap=line_of(len(neurons)),
                  whole=(self.out_features,), hidden=True)
        )  # fmt: skip
        bias_term = "b_{o} + " if bias is not None else ""
        total = rf"{bias_term}\sum_{{i=0}}^{{{self.in_features - 1}}} w_{{o,i}}\; x_{{i}}"
        return Trace(
            layer=self,
            title=self.summary,
            boards=tuple(boards),
            phases=(_neurons(self, {board.name: board for board in boards}, sums, kept.start, relu),),
            formula=rf"y_{{o}} = \max(0,\; {total})" if relu else f"y_{{o}} = {total}",
            page_name="neuron",
        )


def _neurons(layer: Linear, boards: dict[str, Board], sums: np.ndarray, first: int, relu: bool) -> Phase:
    count, width = boards["weight"].values.shape
    every = np.arange(count)
    x_index = np.tile(np.arange(width), (count, 1))
    where = NEURON if layer.in_features > 1 else NEURON_OF_ONE
    neurons = phase(
        boards,
        "neuron",
        (("input", x_index), ("weight", every[:, None] * width + x_index)),
        "output",
        operation="×",
        grid=line_grid(width, square=True),
        singles=(("bias", "bias", every),) if "bias" in boards else (),
        finish="relu" if relu else "",
        before=sums,
        page=every,
        say=where + " {sum}" + (" ReLU makes it {result}." if relu else ""),
        where=where,
    )
    fields = {
        "neuron": tuple(str(first + o) for o in range(count)),
        "count": (str(width),) * count,
        "sum": _sums(neurons.partials, sums),
        "result": written(neurons.results, shared_decimals(neurons.results)[0]),
    }
    return replace(neurons, fields=fields)


def _sums(partials: tuple[Partial, ...], results: np.ndarray) -> tuple[str, ...]:
    """Return a sentence for each neuron: its products' sum, its bias and the total."""
    decimals, exact = shared_decimals(results, *(partial.values for partial in partials))
    equals = "is" if exact else "is about"
    columns = [written(values, decimals) for values in (*(partial.values for partial in partials), results)]
    say = "Sum {}, bias {}: the total" if len(partials) == 2 else "The sum of the products"
    return tuple(f"{say.format(*parts)} {equals} {total}." for *parts, total in zip(*columns, strict=True))
