"""What a layer is: a frozen dataclass of settings, with its shape rule, forward and trace beside each other.

A layer holds no parameters. They are passed to it by name, as `parameter_shapes` lists them, so that one
description of a network serves the calculator, the traces, the PyTorch model and the URL.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from math import prod
from typing import Any, ClassVar

import numpy as np

from engine.functional.shapes import Window
from engine.functional.working import Working
from engine.limits import Cost
from engine.trace import Trace
from engine.trace.gradient import gradient_trace

LAYERS: dict[str, type["Layer"]] = {}
Shape = tuple[int, ...]
POSITIONAL = ("in_channels", "out_channels", "in_features", "out_features", "num_features")
ARRIVING: set[str] = set()
"""Names of the settings of registered layers that follow the input's shape; which axis, each class says itself."""
EVERYWHERE = "it is added everywhere with the factor 1: the sum of the incoming gradients"  # a bias's rule


def register(cls: type["Layer"]) -> type["Layer"]:
    """Add a layer to the one registry, under its PyTorch name."""
    if cls.__name__ in LAYERS:
        raise ValueError(f"layer {cls.__name__} is registered twice")
    LAYERS[cls.__name__] = cls
    ARRIVING.update(cls.arriving())
    return cls


def row_window(input_shape: Shape) -> tuple[Window, Window] | None:
    """What one output cell reads where it is made from a whole row of the input; None on a vector, which is one row."""
    return None if len(input_shape) < 3 else (Window(), Window(input_shape[-1], 0, 0))


@dataclass(frozen=True)
class Layer:
    """The contract that every layer keeps.

    output_shape((N,) C, H, W) raises ValueError where the layer cannot take the shape.
    buffers: the names of parameters that are not trained (running statistics).
    arguments: names that forward and trace take beside the input and are no parameters (a loss's target).
    options: further names that they may be given, each with a default (a temperature).
    summary: one sentence; the docstring's first line where a class gives no other.
    functional: the function in engine.functional that it is.
    kinks: where its slope jumps, in order, if it is a function of one number.
    sequences: whether PyTorch's module is one of sequences (N, C, L), which are (N, C, 1, L) here.
    rules: in words, how the gradient of "input" and of each parameter follows from that of the output.
    reads_all: whether one output cell reads all of the input, or has no place on a grid.
    vectors_only: whether its steps are traced on one vector only.
    other_in_training: whether it computes something else while a network trains.

    Pasted code: signature: PyTorch's order of arguments, where it has more than the settings; None where it takes, and
    ignores, anything. fixed: arguments that are no setting, or not in general, each with the values that Stride can
    do. A new one in a stack: fresh: settings to begin with; family: layers of one family lend each other theirs.
    """

    summary: ClassVar[str] = ""
    buffers: ClassVar[tuple[str, ...]] = ()
    arguments: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ()
    functional: ClassVar[str] = ""
    kinks: ClassVar[tuple[float, ...]] = ()
    sequences: ClassVar[bool] = False
    rules: ClassVar[Mapping[str, str]] = {}
    reads_all: ClassVar[bool] = False
    vectors_only: ClassVar[bool] = False
    other_in_training: ClassVar[bool] = False
    signature: ClassVar[tuple[str, ...] | None] = ()
    fixed: ClassVar[Mapping[str, tuple]] = {}
    fresh: ClassVar[Mapping[str, Any]] = {}
    family: ClassVar[str] = ""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "summary" not in vars(cls) and cls.__doc__:
            cls.summary = cls.__doc__.partition("\n")[0]

    @classmethod
    def arriving(cls) -> dict[str, int]:
        """The settings that say what arrives, such as in_channels, each with the axis of the input that it counts."""
        return {f.name: f.metadata["axis"] for f in fields(cls) if f.metadata.get("axis")}

    def fitted(self, input_shape: Shape) -> "Layer":
        """Return the layer whose in_channels, in_features or num_features are what arrives."""
        axes = {name: axis for name, axis in self.arriving().items() if len(input_shape) >= -axis}
        changes = {name: input_shape[axis] for name, axis in axes.items() if getattr(self, name) != input_shape[axis]}
        return self.with_arriving(**changes) if changes else self

    def with_arriving(self, **changes: int) -> "Layer":
        """Return the layer with other numbers of what arrives; settings that depend on them follow."""
        return replace(self, **changes)

    def parameter_shapes(self) -> dict[str, Shape]:
        """Name and shape of each parameter, as in PyTorch's state_dict."""
        return {}

    @property
    def parameter_count(self) -> int:
        """Weights and biases in all; buffers are not counted."""
        return sum(prod(shape) for name, shape in self.parameter_shapes().items() if name not in self.buffers)

    def initial(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Return parameters to begin with, as PyTorch does: uniform within ±1/√(numbers that one output reads)."""
        shapes = self.parameter_shapes()
        return {name: rng.uniform(-1, 1, shape) / np.sqrt(prod(shapes["weight"][1:])) for name, shape in shapes.items()}

    def output_shape(self, input_shape: Shape) -> Shape:
        raise NotImplementedError

    def check_training(self, input_shape: Shape) -> None:
        """ValueError where a layer that takes a batch of this shape, (N, …), cannot train on it."""

    def check_maps(self, input_shape: Shape, setting: str = "") -> None:
        """ValueError unless the input is maps, with as many channels as the setting of that name says."""
        if len(input_shape) not in (3, 4):
            raise ValueError(f"{type(self).__name__} takes (C, H, W) or (N, C, H, W), got {tuple(input_shape)}")
        if setting and input_shape[-3] != getattr(self, setting):
            raise ValueError(f"{setting} is {getattr(self, setting)}, but the input has {input_shape[-3]} channels")

    def multiply_adds(self, input_shape: Shape) -> int:
        """Multiply-adds for one picture of this shape."""
        return 0

    def cost(self, input_shape: Shape) -> Cost:
        """What it takes to compute one picture of this shape."""
        read, cells, work = prod(input_shape), prod(self.output_shape(input_shape)), self.multiply_adds(input_shape)
        window = max(1, work // cells)
        return Cost(max(read, cells), window, cells, max(read, cells, work), max(cells, work))

    def window(self, input_shape: Shape) -> tuple[Window, Window] | None:
        """What one output cell reads of the input, down and across; None where it reads all of it."""
        return None if self.reads_all else (Window(), Window())

    def working(self, input_shape: Shape) -> tuple[Working, Working] | None:
        """The output's height and width with their arithmetic; None where the layer keeps the size or has none."""
        return None

    def forward(self, input: np.ndarray, **parameters: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def trace(self, input: np.ndarray, *, around: tuple[int, ...] | None = None, **parameters: np.ndarray) -> Trace:
        """Trace the layer on one picture, without N.

        `around` is an index of the output: where given, the trace keeps to that cell and its neighbours, and the
        boards hold only what these need. Board.outside and Trace.step_at lead from the one to the other.
        """
        raise NotImplementedError

    def backward(self, grad_output: np.ndarray, input: np.ndarray, **parameters: np.ndarray) -> dict[str, np.ndarray]:
        """Return the gradients of a loss, given that for the output: of "input" and of each trained parameter.

        input may have N in front; a parameter's gradient is then the sum over the batch.
        """
        raise NotImplementedError

    def gradient_rule(self, of: str) -> str:
        """Return in words how the gradient of the input ("input") or of a parameter follows from that of the output."""
        return self.rules[of]

    def slopes(self, forward: Trace) -> np.ndarray | None:
        """Return the slope of the function that each step of a forward trace applies last; None without one."""
        return None

    def trace_backward(self, of: str, grad_output: np.ndarray, input: np.ndarray, **parameters: np.ndarray) -> Trace:
        """Trace the gradient of "input" or of a parameter, on one picture: one step a cell."""
        forward = self.trace(input, **parameters)
        return gradient_trace(forward, of, grad_output, self.slopes(forward))

    def on_sequence(self) -> bool:
        """Whether PyTorch's module gives on (N, C, L) what this layer gives on (N, C, 1, L)."""
        return True

    def parameter_cell(self, name: str, index: tuple[int, ...]) -> tuple[int, ...]:
        """Return the index in parameter `name` of what stands at `index` of the board of that name."""
        return index

    def code(self) -> str:
        """The PyTorch expression that makes this layer: only settings that differ from the default."""
        required, optional = [], []
        for f in fields(self):
            value = getattr(self, f.name)
            if f.default is MISSING:
                required.append(repr(value) if f.name in POSITIONAL else f"{f.name}={value!r}")
            elif value != f.default:
                optional.append(f"{f.name}={value!r}")
        return f"nn.{type(self).__name__}({', '.join(required + optional)})"
