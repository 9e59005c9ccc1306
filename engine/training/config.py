"""The settings of a training, with its data and network, as one value that goes to JSON and back. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import limits
from engine.functional.shapes import pair
from engine.layers import Conv2d
from engine.network import Network
from engine.network.stack_text import read_stack, write_stack
from engine.network.summary import rows
from engine.writing.setting import setting, settings

SIDE, CHANNELS = 32, 3
INPUT_SHAPE = (CHANNELS, SIDE, SIDE)
SOURCES = ("cifar10", "shapes", "folder:")
OPTIMISERS = ("sgd", "adamw")
SCHEDULES = ("constant", "cosine", "one-cycle")
DEVICES = ("auto", "cuda", "mps", "cpu")
PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True)
class Config:
    """Everything that a training depends on. The same values on the same machine give the same weights.

    network: takes (3, 32, 32) pictures in and ends in logits. Raises ValueError, with the setting's name and the
    numbers, where a value is out of its limits.
    """

    network: Network
    data: str = setting("cifar10", help='The pictures: "cifar10", "shapes" (drawn by this program) or "folder:PATH".')
    epochs: int = setting(
        8,
        help="How often the training goes through all training pictures.",
        minimum=1,
        maximum=1000,
        plain="rounds through all pictures",
    )
    batch_size: int = setting(
        256,
        help="Pictures a step: the gradient is their mean.",
        minimum=1,
        maximum=8192,
        more=True,
        plain="pictures a step",
    )
    optimiser: str = setting(
        "sgd",
        help="sgd: Nesterov momentum. adamw: a step size for every weight.",
        choices=OPTIMISERS,
        more=True,
        plain="how a step is made",
    )
    lr: float = setting(
        0.1,
        help="Learning rate: the largest one of the schedule.",
        minimum=0.0,
        maximum=1000.0,
        more=True,
        plain="step size",
    )
    momentum: float = setting(
        0.9,
        help="How much of the last step is kept: SGD's momentum, AdamW's beta 1.",
        minimum=0.0,
        maximum=0.999,
        more=True,
        plain="how much of the last step goes on",
    )
    schedule: str = setting(
        "one-cycle",
        help="constant: always lr. cosine: falls to 0. one-cycle: rises, then falls to 0 in a straight line.",
        choices=SCHEDULES,
        more=True,
        plain="how the step size changes",
    )
    warmup: float = setting(
        0.2,
        help="The share of all steps in which one-cycle rises.",
        minimum=0.0,
        maximum=0.9,
        more=True,
        plain="share of the steps in which it rises",
    )
    weight_decay: float = setting(
        5e-4,
        help="How strongly weights are pulled towards 0 (not biases, not norms).",
        minimum=0.0,
        maximum=1.0,
        more=True,
        plain="pull of the weights towards 0",
    )
    label_smoothing: float = setting(
        0.0,
        help="The share of the target that is spread over all classes.",
        minimum=0.0,
        maximum=0.9,
        more=True,
        plain="how much doubt the answers leave",
    )
    flip: bool = setting(
        True, help="Mirror half of the pictures, left to right.", more=True, plain="mirror half of the pictures"
    )
    shift: int = setting(
        2,
        help="Move each picture by up to so many pixels each way; the border is reflected.",
        minimum=0,
        maximum=8,
        more=True,
        plain="move pictures by so many pixels",
    )
    cutout: int = setting(
        0,
        help="Blank a square of this side in each picture.",
        minimum=0,
        maximum=24,
        more=True,
        plain="side of a blanked square",
    )
    whiten: bool = setting(
        False,
        help="Begin the first convolution with the pictures' own principal directions, and leave it so.",
        more=True,
        plain="a ready-made first layer",
    )
    norm_momentum: float = setting(
        0.1,
        help="How far BatchNorm's running statistics move to each batch's; more for short trainings.",
        minimum=0.0,
        maximum=1.0,
        more=True,
        plain="how fast batch norm follows",
    )
    test_flips: bool = setting(
        False,
        help="At the end, test each picture and its mirror image; their mean logits count.",
        more=True,
        plain="test mirror images too",
    )
    test_shifts: bool = setting(
        False,
        help="At the end, test each picture also moved by a pixel, up left and down right; their mean logits count.",
        more=True,
        plain="test moved pictures too",
    )
    seed: int = setting(
        0,
        help="Starts all random numbers: weights, order, augmentation.",
        minimum=0,
        maximum=2**31 - 1,
        more=True,
        plain="start of the random numbers",
    )
    device: str = setting(
        "auto",
        help="Where it runs; auto takes CUDA, then Apple's MPS, then the CPU.",
        choices=DEVICES,
        more=True,
        plain="where it runs",
    )
    precision: str = setting(
        "auto",
        help="auto: bfloat16 where the device computes it quickly, else float32.",
        choices=PRECISIONS,
        more=True,
        plain="how exact the numbers are",
    )

    def __post_init__(self):
        for name, declared in settings(Config).items():
            declared.check(getattr(self, name))
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
        if (count := self.network.parameter_count) > (most := limits.TRAINED_NUMBERS):
            raise ValueError(f"the network has {count:,} weights and biases; at most {most:,} are trained")
        self.network.check_costs(limits.TRAINED)

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

    def check_batches(self, pictures: int) -> None:
        """ValueError, with the layer, where it cannot train on the batches of so many training pictures."""
        count = min(self.batch_size, pictures)
        for row in rows(self.network):
            try:
                row.layer.check_training((count, *row.input_shape))
            except ValueError as error:
                raise ValueError(f"layer {row.number}, {row.kind}: {error}") from None

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as JSON can hold them; the network as a stack's text."""
        values = {name: getattr(self, name) for name in settings(Config)}
        return {"network": write_stack(self.network.layers), **values}


def from_dict(held: Mapping[str, Any]) -> Config:
    """Return the config of a dict as `as_dict` makes it; left-out settings keep their defaults.

    Raises ValueError for settings that are unknown, of the wrong type or out of range.
    """
    if not isinstance(held, Mapping) or not isinstance(held.get("network"), str):
        raise ValueError("a training's settings are an object with the network's text under `network`")
    unknown = [name for name in held if name != "network" and name not in settings(Config)]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no setting of a training")
    given = {name: value for name, value in held.items() if name != "network"}
    return Config(Network(INPUT_SHAPE, read_stack(held["network"])), **given)


def whiten_problem(network: Network) -> str:
    """Return why a network's first layer cannot be whitened; "" where it can."""
    if not network.layers:
        return "whiten needs a first layer Conv2d, and there is no layer"
    first, most = network.layers[0], ""
    if isinstance(first, Conv2d):
        height, width = pair(first.kernel_size, "kernel_size", 1)
        size = first.in_channels * height * width
        if first.groups == 1 and first.out_channels <= 2 * size:
            return ""
        most = f" and with at most {2 * size} filters"
    return f"whiten needs a first layer Conv2d without groups{most}, not {first.code()}"
