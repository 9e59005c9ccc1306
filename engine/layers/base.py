"""What a layer is: a frozen dataclass of settings, with its shape rule, forward and trace beside each other.

A layer holds no parameters. They are passed to it by name, as `parameter_shapes` lists them, so that one
description of a network serves the calculator, the traces, the PyTorch model and the URL.
"""

from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from engine.trace import Trace

LAYERS: dict[str, type["Layer"]] = {}
Shape = tuple[int, ...]
POSITIONAL = ("in_channels", "out_channels", "in_features", "out_features", "num_features")


def setting(default: Any = ..., *, help: str, minimum=None, maximum=None, choices: tuple = (), pair=False):
    """Declare a layer's setting: its default, limits and help text. Controls are generated from these.

    A `pair` may be one int for both axes or (rows, columns), as in PyTorch.
    """
    metadata = {"help": help, "minimum": minimum, "maximum": maximum, "choices": choices, "pair": pair}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


def register(cls: type["Layer"]) -> type["Layer"]:
    """Add a layer to the one registry, under its PyTorch name."""
    if cls.__name__ in LAYERS:
        raise ValueError(f"layer {cls.__name__} is registered twice")
    LAYERS[cls.__name__] = cls
    return cls


@dataclass(frozen=True)
class Layer:
    """The contract that every layer keeps.

    output_shape((N,) C, H, W) raises ValueError where the layer cannot take the shape.
    """

    summary: ClassVar[str] = ""

    def parameter_shapes(self) -> dict[str, Shape]:
        """Name and shape of each parameter, as in PyTorch's state_dict."""
        return {}

    def output_shape(self, input_shape: Shape) -> Shape:
        raise NotImplementedError

    def forward(self, input: np.ndarray, **parameters: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def trace(self, input: np.ndarray, **parameters: np.ndarray) -> Trace:
        raise NotImplementedError

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
