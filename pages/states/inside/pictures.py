"""The picture that a trained network sees, of its size and channels, and its text in a link.

`test-17` is a picture of CIFAR-10's test set, `shapes-17` a drawn shape, `digits-7` a drawn digit, `own-17` a test
picture of the folder that the network was trained on; all other texts are those of pages/states/picture.py.
"""

import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.data import cifar10, drawings, folder, pictures, weights
from engine.data.decoded import Arrays
from engine.data.sources import folder_of
from engine.training.config import SIDE
from engine.training.trained import Trained
from pages.states import picture
from pages.states.codec import shown
from pages.states.inside.models import own_source
from pages.states.sheet.png import coloured

SHAPES, SHAPES_SEED = 500, 987_654_321  # no training draws from this seed
FIRST_EXAMPLE = "ship"
OWN = "your picture"  # what one is called whose numbers stand in the link
BYTES = 255.0
_NUMBERED = re.compile(r"(test|shapes|digits|own)-([0-9]{1,6})")
_KNOWN = {"test": cifar10.CLASSES, "shapes": drawings.CLASSES, "digits": tuple(map(str, range(10)))}  # classes of a set


@dataclass(frozen=True, eq=False)
class Picture:
    """pixels: uint8 (C, H, W) as the network takes them, read-only. text: in a link. truth: its class's name."""

    pixels: np.ndarray
    text: str
    title: str
    truth: str | None = None

    @property
    def colours(self) -> np.ndarray:
        """The pixels in colour, uint8 (H, W, 3)."""
        return coloured(self.pixels)


@dataclass(frozen=True)
class TestSet:
    """A numbered set of pictures that a network was not trained on."""

    __test__ = False  # no test class

    key: str
    title: str
    count: int
    source: str = ""
    seed: int = 0
    fingerprint: str = ""

    @property
    def plural(self) -> str:
        """What several of its pictures are called."""
        return f"{self.title}s" if self.key in ("shapes", "digits") else f"{self.title} pictures"

    @property
    def channels(self) -> int:
        return 1 if self.key == "digits" else 3

    def pixels(self, numbers: range) -> np.ndarray:
        """Return pictures, uint8 (N, 3, 32, 32); digits (N, 1, 28, 28)."""
        if self.key == "test":
            return np.stack([cifar10.picture("test", n)[0] for n in numbers]).transpose(0, 3, 1, 2)
        if self.key == "digits":
            images = np.rint(weights.digits() * BYTES).astype(np.uint8)
        else:
            images = _shapes()[0] if self.key == "shapes" else self._own().test_images
        return np.array(images[numbers.start : numbers.stop])

    def truth(self, number: int) -> str:
        """Return the name of a picture's class."""
        if self.key == "test":
            return cifar10.CLASSES[cifar10.picture("test", number)[1]]
        if self.key == "shapes":
            return drawings.CLASSES[_shapes()[1][number]]
        if self.key == "digits":
            return _KNOWN["digits"][number]
        own = self._own()
        return own.classes[own.test_labels[number]]

    def _own(self) -> Arrays:
        return folder.pictures(self.source, self.seed, self.fingerprint)

    def picture(self, number: int, network: Trained) -> Picture:
        """Return one picture as a network takes it."""
        if not 0 <= number < self.count:
            raise ValueError(f"picture {number} is not there: {self.title} has pictures 0 to {self.count - 1}")
        pixels, truth = self.pixels(range(number, number + 1))[0], self.truth(number)
        return Picture(_taken(coloured(pixels), network), f"{self.key}-{number}", f"{self.title} {number}", truth)


@lru_cache(maxsize=1)
def _shapes() -> tuple[np.ndarray, np.ndarray]:
    return drawings.shape_pictures(SHAPES, SIDE, SHAPES_SEED, colour=True)


def test_sets(network: Trained) -> list[TestSet]:
    """Return the test sets for a network's channels that this machine has, those with its classes first."""
    classes, channels = set(network.classes), network.network.input_shape[0]
    fit = [one for one in _sets(network) if one.channels == channels]
    return sorted(fit, key=lambda one: -len(classes & set(_KNOWN.get(one.key, network.classes))))


def find_set(key: str, network: Trained) -> TestSet | None:
    """Return the test set of a key that this machine has, whatever network it is for."""
    return next((one for one in _sets(network) if one.key == key), None)


def _sets(network: Trained) -> list[TestSet]:
    made = []
    if cifar10.present():
        # Broken files are told of where CIFAR-10 is chosen, on the Input page.
        with contextlib.suppress(ValueError):
            made.append(TestSet("test", "CIFAR-10 test", cifar10.count("test")))
    own, _ = own_set(network)
    if own is not None:
        made.append(own)
    made.append(TestSet("shapes", "synthetic shape", SHAPES))
    made.append(TestSet("digits", "drawn digit", len(_KNOWN["digits"])))
    return made


def own_set(network: Trained) -> tuple[TestSet | None, str]:
    """Return the test pictures of the folder that a network was trained on, or a sentence that says why not.

    Neither for a network that was trained on a known data set.
    """
    source = own_source(network)
    if source is None:
        return None, ""
    seed, fingerprint = network.config.seed, str(network.card.get("data_key") or "")
    try:
        found = folder.pictures(source, seed, fingerprint)
    except ValueError as error:
        return None, f"The pictures that it was trained on cannot be shown. {error}"
    return TestSet("own", f"{folder_of(source).name} test", len(found.test_labels), source, seed, fingerprint), ""


def fitting(network: Trained) -> TestSet | None:
    """Return the first test set that shows what the network knows."""
    for one in test_sets(network):
        if one.key == "own" or one.truth(0) in network.classes:
            return one
    return None


def default(network: Trained) -> Picture:
    """Return the picture that a network opens with: the path's, where the path leads to it."""
    if network.network.input_shape[0] == 1:
        return example(picture.PATH.name, network)
    found = fitting(network)
    return found.picture(0, network) if found else example(FIRST_EXAMPLE, network)


def example(name: str, network: Trained) -> Picture:
    """Return a drawn example, drawn for the network's size."""
    return from_chosen(picture.draw(spec(name, network)), network)


def spec(name: str, network: Trained) -> picture.Spec:
    """Return how a drawn picture is drawn for a network."""
    channels, side, _ = network.network.input_shape
    return picture.Spec(name, "grey" if channels == 1 else "rgb", side, "0-255")


def from_text(text: str, network: Trained) -> Picture:
    """Return the picture of a link. ValueError, with a sentence, where there is none."""
    match = _NUMBERED.fullmatch(text)
    if not match:
        return from_chosen(picture.picture_from_text(text), network, BYTES)
    if found := find_set(match[1], network):
        return found.picture(int(match[2]), network)
    _, why = own_set(network) if match[1] == "own" else (None, "")
    raise ValueError(why or f"picture {shown(text)} is from a test set that is not on this machine")


def offered(chosen: picture.Chosen, network: Trained) -> Picture:
    """Return the Input page's picture as a network takes it; one that code can draw is drawn anew for its size."""
    if (chosen.text or "").startswith("pic."):
        return example(picture.spec_from_text(chosen.text).name, network)
    return from_chosen(chosen, network)


def from_chosen(chosen: picture.Chosen, network: Trained, unscaled: float | None = None) -> Picture:
    """Return numbers as a network takes them: of its size and channels, 0 to 255.

    unscaled: the number for full brightness where the numbers follow no scale; by default the end of the scale that
    they fit.
    """
    full = chosen.full_scale or unscaled or picture.likely_full(chosen.values) or float(chosen.values.max()) or 1.0
    bytes_ = np.rint(np.clip(chosen.values / full, 0, 1) * 255).astype(np.uint8)
    if len(bytes_) not in (1, 3):
        bytes_ = bytes_.mean(axis=0, keepdims=True).astype(np.uint8)
    small = _taken(coloured(bytes_), network)
    if chosen.text and chosen.text.startswith("pic."):
        return Picture(small, chosen.text, chosen.title)
    return Picture(small, picture.from_numbers(small).text, OWN)


def from_file(data: bytes) -> tuple[Picture, tuple[str, ...]]:
    """Return an uploaded or photographed file as a picture of 32×32 in colour, and notes.

    ValueError as uploads.read raises it.
    """
    from pages.states.input import uploads  # it needs Pillow

    read = uploads.read(data)
    small = _small(read.picture, SIDE)
    return Picture(small, picture.from_numbers(small).text, OWN), read.notes


def act(data: bytes) -> list[Any]:
    """Return the page's act for a file of the learner's own (pages/states/inside/sheet.py). ValueError as from_file."""
    picture, notes = from_file(data)
    return ["file", {"text": picture.text, "note": " ".join(notes)}]


def _taken(pixels: np.ndarray, network: Trained) -> np.ndarray:
    """Return uint8 (H, W, 3), cut square from the middle, as a network takes it, (C, H, W)."""
    channels, side, _ = network.network.input_shape
    return _small(pictures.grey(pixels) if channels == 1 else pixels, side)


def _small(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return uint8 (H, W, C), cut square from the middle, as read-only (C, side, side)."""
    small = np.ascontiguousarray(pictures.resize(pictures.square(pixels), (side, side)).transpose(2, 0, 1))
    small.flags.writeable = False
    return small
