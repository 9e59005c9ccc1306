"""What a training is: data, network, and every setting, as one value that goes to JSON and back. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from engine.functional.shapes import pair
from engine.layers import Conv2d
from engine.network import Network
from engine.network.stack_text import read_stack, write_stack

SIDE, CHANNELS = 32, 3
INPUT_SHAPE = (CHANNELS, SIDE, SIDE)
SOURCES = ("cifar10", "shapes", "folder:")
OPTIMISERS = ("sgd", "adamw")
SCHEDULES = ("constant", "cosine", "one-cycle")
DEVICES = ("auto", "cuda", "mps", "cpu")
PRECISIONS = ("auto", "float32", "bfloat16")


def setting(default: Any, help: str, low: float | None = None, high: float | None = None, choices: tuple = ()) -> Any:
    """Return a dataclass field that carries its limits and its explanation, for checks, commands and controls."""
    return field(default=default, metadata={"help": help, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True)
class Config:
    """Everything that a training depends on. The same values on the same machine give the same weights.

    network: takes (3, 32, 32) pictures in and ends in logits. Raises ValueError, with the setting's name and the
    numbers, where a value is out of its limits.
    """

    network: Network
    data: str = setting("cifar10", 'The pictures: "cifar10", "shapes" (drawn by this program) or "folder:PATH".')
    epochs: int = setting(8, "How often the training goes through all training pictures.", 1, 1000)
    batch_size: int = setting(256, "Pictures a step: the gradient is their mean.", 1, 8192)
    optimiser: str = setting("sgd", "sgd: Nesterov momentum. adamw: a step size for every weight.", choices=OPTIMISERS)
    lr: float = setting(0.1, "Learning rate: the largest one of the schedule.", 0.0, 1000.0)
    momentum: float = setting(0.9, "How much of the last step is kept: SGD's momentum, AdamW's beta 1.", 0.0, 0.999)
    schedule: str = setting(
        "one-cycle", "constant: always lr. cosine: falls to 0. one-cycle: rises, then falls to 0 in a straight line.",
        choices=SCHEDULES,
    )  # fmt: skip
    warmup: float = setting(0.2, "The share of all steps in which one-cycle rises.", 0.0, 0.9)
    weight_decay: float = setting(5e-4, "How strongly weights are pulled towards 0 (not biases, not norms).", 0.0, 1.0)
    label_smoothing: float = setting(0.0, "The share of the target that is spread over all classes.", 0.0, 0.9)
    flip: bool = setting(True, "Mirror half of the pictures, left to right.")
    shift: int = setting(2, "Move each picture by up to so many pixels each way; the border is reflected.", 0, 8)
    cutout: int = setting(0, "Blank a square of this side in each picture.", 0, 24)
    whiten: bool = setting(
        False, "Begin the first convolution with the pictures' own principal directions, and leave it so."
    )
    norm_momentum: float = setting(
        0.1, "How far BatchNorm's running statistics move to each batch's; more for short trainings.", 0.0, 1.0
    )
    test_flips: bool = setting(False, "At the end, test each picture and its mirror image; their mean logits count.")
    test_shifts: bool = setting(
        False, "At the end, test each picture also moved by a pixel, up left and down right; their mean logits count."
    )
    seed: int = setting(0, "Starts all random numbers: weights, order, augmentation.", 0, 2**31 - 1)
    device: str = setting("auto", "Where it runs; auto takes CUDA, then Apple's MPS, then the CPU.", choices=DEVICES)
    precision: str = setting(
        "auto", "auto: bfloat16 where the device computes it quickly, else float32.", choices=PRECISIONS
    )

    def __post_init__(self):
        for f in fields(self)[1:]:
            _check(f, getattr(self, f.name))
        if self.data not in SOURCES[:2] and not (self.data.startswith("folder:") and len(self.data) > 7):
            raise ValueError(f'data {self.data!r} is neither "cifar10", "shapes" nor "folder:PATH"')
        if self.network.input_shape != INPUT_SHAPE:
            raise ValueError(f"the network takes {self.network.input_shape}, but the pictures are {INPUT_SHAPE}")
        out = self.network.output_shape
        if len(out) != 1:
            raise ValueError(
                f"the network gives {out}; a classifier ends in a vector of logits: add Flatten and Linear"
            )
        if not self.network.parameter_count:
            raise ValueError("the network has no weights to train")

    @property
    def classes(self) -> int:
        """How many logits the network gives."""
        return self.network.output_shape[0]

    def for_classes(self, count: int) -> "Config":
        """Return the same training with a last layer of `count` outputs. ValueError where the last is not Linear."""
        *before, last = self.network.layers[: self.network.logits]
        if self.classes == count:
            return self
        if not hasattr(last, "out_features"):
            raise ValueError(f"the network gives {self.classes} logits, but the data has {count} classes")
        after = self.network.layers[self.network.logits :]
        layers = (*before, replace(last, out_features=count), *after)
        return replace(self, network=self.network.with_layers(layers))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as JSON can hold them; the network as a stack's text."""
        made = {f.name: getattr(self, f.name) for f in fields(self)[1:]}
        return {"network": write_stack(self.network.layers), **made}


def from_dict(held: Mapping[str, Any]) -> Config:
    """Return the config of a dict as `as_dict` makes it; left-out settings keep their defaults.

    Raises ValueError for settings that are unknown, of the wrong type or out of range.
    """
    if not isinstance(held, Mapping) or not isinstance(held.get("network"), str):
        raise ValueError("a training's settings are an object with the network's text under `network`")
    declared = {f.name: f for f in fields(Config)}
    unknown = [name for name in held if name not in declared]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no setting of a training")
    given = {name: value for name, value in held.items() if name != "network"}
    return Config(Network(INPUT_SHAPE, read_stack(held["network"])), **given)


def whiten_problem(network: Network) -> str:
    """Return why a network's first layer cannot be whitened; "" where it can."""
    first, most = network.layers[0], ""
    if isinstance(first, Conv2d):
        height, width = pair(first.kernel_size, "kernel_size", 1)
        size = first.in_channels * height * width
        if first.groups == 1 and first.out_channels <= 2 * size:
            return ""
        most = f" and with at most {2 * size} filters"
    return f"whiten needs a first layer Conv2d without groups{most}, not {first.code()}"


def _check(f, value: Any) -> None:
    kind = type(f.default)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ValueError(f"{f.name} is {value!r}, not a {kind.__name__}")
    low, high, choices = (f.metadata[key] for key in ("low", "high", "choices"))
    if choices and value not in choices:
        raise ValueError(f"{f.name} {value!r} is none of {', '.join(choices)}")
    if low is not None and not low <= value <= high:
        raise ValueError(f"{f.name} {value!r} is not from {low:g} to {high:g}")
