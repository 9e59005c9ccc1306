"""Trained networks from their files: weights, classes, how pictures become input, and a card about their training.

A file is safetensors, as engine.training writes it: parameters by PyTorch's names, and JSON in the header under
"stride"; or that of LeNet-5 on digits (engine/data/weights.py). Nothing is unpickled, and torch is not needed.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from engine import functional as F
from engine import lean
from engine.cached import cached_property
from engine.data import weights
from engine.network import Network
from engine.network.zoo import LENET5
from engine.training import files
from engine.training.config import CHANNELS, Config, from_dict

BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "models"
MAX_BYTES = 256 * 2**20
KEPT_BYTES = 300 * 2**20  # of the networks that stay in memory; the last one does in any case
LARGE = 4_000_000  # numbers: of larger networks, what is in float64 is made when it is needed


@dataclass(frozen=True, eq=False)
class Trained:
    """A network with trained parameters.

    network: pictures in, logits out. parameters: float64, read-only; of a large network, made at each use. mean, std:
    (C,) of the training pictures' bytes over 255. card: what the file's header says of the training ("config", "data",
    "test_accuracy", …). config: None for a network that was not trained by engine.training. decimals: of a pixel
    between 0 and 1, None where it is not rounded.
    """

    network: Network
    parameters: Mapping[str, np.ndarray]
    classes: tuple[str, ...]
    mean: np.ndarray
    std: np.ndarray
    card: Mapping[str, Any]
    config: Config | None = None
    decimals: int | None = None

    def input(self, pictures: np.ndarray) -> np.ndarray:
        """Return the network's input of pictures: (x / 255 − mean) / std, with x / 255 of so many `decimals`.

        uint8 (C, H, W), or with N in front → float64 of the same shape.
        """
        shares = np.asarray(pictures) / 255
        if self.decimals is not None:
            shares = np.round(shares, self.decimals)
        shape = (-1, 1, 1)
        return (shares - self.mean.reshape(shape)) / self.std.reshape(shape)

    def logits(self, pictures: np.ndarray) -> np.ndarray:
        """Return the logits of pictures, (classes,) or (N, classes), in float64."""
        return self.network.forward(self.input(pictures), self.parameters)[-1]

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        return F.softmax(self.logits(pictures), dim=-1)

    @cached_property
    def single(self) -> Mapping[str, np.ndarray]:
        """The parameters in float32, as they were trained: for many pictures at once."""
        if isinstance(self.parameters, _Widened):
            return self.parameters.single
        return {name: array.astype(np.float32) for name, array in self.parameters.items()}


class _Widened(Mapping[str, np.ndarray]):
    """Arrays in float32 that are float64 to who takes one. So a large network takes half of the memory, or less."""

    def __init__(self, single: dict[str, np.ndarray]):
        self.single = single

    def __getitem__(self, name: str) -> np.ndarray:
        return _fixed(self.single[name].astype(np.float64))

    def __iter__(self) -> Iterator[str]:
        return iter(self.single)

    def __len__(self) -> int:
        return len(self.single)


def _fixed(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def bundled() -> dict[str, Path]:
    """Return the files of the networks that come with Stride, by name; that of the path first."""
    found = [path for path in sorted(BUNDLED.glob("*")) if path.suffix in (".safetensors", files.PLAIN)]
    return {path.stem: path for path in (weights.LENET5, *found)}


def load(path: Path) -> Trained:
    """Return a file's network; a file that has not changed is not read again.

    Raises ValueError, with a sentence, where the file is missing, broken, too large or not of the form.
    lean.Wanted: it has not come to this browser yet.
    """
    try:
        status = path.stat()
    except OSError:
        raise ValueError(f"the network's file {path.name} is not there") from None
    if status.st_size > MAX_BYTES:
        raise ValueError(f"{path.name} has {status.st_size} bytes; at most {MAX_BYTES} are read")
    if lean.IN_BROWSER and not status.st_size:
        raise lean.Wanted(path.name)
    key = path, status.st_mtime_ns, status.st_size
    with _KEEPING:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    made = _digits() if path == weights.LENET5 else _read(path)
    with _KEEPING:
        for old in [old for old in _KEPT if old[0] == path]:
            del _KEPT[old]
        _KEPT[key] = made
        while len(_KEPT) > 1 and sum(map(_bytes, _KEPT.values())) > KEPT_BYTES:
            _KEPT.popitem(last=False)
    return made


def saved(network: Trained) -> bytes:
    """Return a network's parameters as a safetensors file, in float32, by PyTorch's names."""
    from safetensors.numpy import save

    return save(dict(network.single))


_KEPT: OrderedDict[tuple[Path, int, int], Trained] = OrderedDict()
_KEEPING = Lock()


def _bytes(network: Trained) -> int:
    """Return how many bytes a network's parameters take, in both forms."""
    count = sum(array.size for array in network.single.values())
    return 4 * count if isinstance(network.parameters, _Widened) else 12 * count


def _digits() -> Trained:
    """Return LeNet-5 as engine/pytorch/digits.py trained it: its facts stand there.

    What it was tested with when it was trained is not known any more: `right` there measured it anew, with 5,000 digits
    of seed 1 in Debian's fonts-dejavu.
    """
    card = {
        "data": "digits drawn in 41 typefaces", "train": 40_000, "epoch": 8,
        "test_accuracy": 0.9996, "test": 5000, "tested": "drawn anew in 22 typefaces (DejaVu)",
        "settings": "Adam, learning rate 0.004 (one-cycle), batches of 128, seed 0; weights rounded to hundredths",
        "augmentation": "each digit turned, sheared, moved, thickened and blurred by chance",
    }  # fmt: skip
    classes = tuple(map(str, range(LENET5.network.output_shape[0])))
    return Trained(LENET5.network, weights.load("lenet5"), classes, np.zeros(1), np.ones(1), card, decimals=2)


def _read(path: Path) -> Trained:
    arrays, card = files.read(path, "cannot be read as a trained network")
    try:
        return _checked(arrays, card)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path.name} does not hold a trained network: {error}") from error


def _checked(arrays: Mapping[str, np.ndarray], card: Any) -> Trained:
    if not isinstance(card, dict):
        raise ValueError("its header is no object")
    config = from_dict(card.get("config"))
    network = config.network.with_layers(config.network.layers[: config.network.logits])
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name} has numbers that are not finite")
    if sum(array.size for array in arrays.values()) > LARGE:
        parameters = _Widened({name: _fixed(np.asarray(array, dtype=np.float32)) for name, array in arrays.items()})
    else:
        parameters = {name: _fixed(np.array(array, dtype=np.float64)) for name, array in arrays.items()}
    network.check_parameters(parameters)
    classes = card.get("classes")
    if not isinstance(classes, list) or len(classes) != config.classes or not all(isinstance(c, str) for c in classes):
        raise ValueError(f"it names no {config.classes} classes")
    mean, std = (_channels(card, name) for name in ("mean", "std"))
    if not (std > 0).all():
        raise ValueError(f"std {std.tolist()} is not above 0")
    return Trained(network, parameters, tuple(classes), mean, std, card, config)


def _channels(card: dict, name: str) -> np.ndarray:
    values = np.array(card.get(name), dtype=np.float64)
    if values.shape != (CHANNELS,) or not np.isfinite(values).all():
        raise ValueError(f"{name} is not {CHANNELS} numbers, one a channel")
    return values
