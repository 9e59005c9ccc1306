"""The picture that a trained network sees, 32×32 in colour, and its text in a link.

`test-17` is a picture of CIFAR-10's test set, `shapes-17` a drawn shape, `own-17` a test picture of the folder that the
network was trained on; all other texts are those of pages/states/picture.py.
"""

import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.data import cifar10, drawings, folder, pictures
from engine.data.decoded import Arrays
from engine.data.sources import folder_of
from engine.training.config import SIDE
from engine.training.trained import Trained
from pages.states import picture
from pages.states.codec import shown
from pages.states.inside.models import own_source

SHAPES, SHAPES_SEED = 500, 987_654_321  # no training draws from this seed
FIRST_EXAMPLE = "ship"
OWN = "your picture"  # what one is called whose numbers stand in the link
BYTES = 255.0
_NUMBERED = re.compile(r"(test|shapes|own)-([0-9]{1,6})")


@dataclass(frozen=True, eq=False)
class Picture:
    """pixels: uint8 (3, 32, 32), read-only. text: in a link. truth: its class's name."""

    pixels: np.ndarray
    text: str
    title: str
    truth: str | None = None


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
        return f"{self.title}s" if self.key == "shapes" else f"{self.title} pictures"

    def pixels(self, numbers: range) -> np.ndarray:
        """Return pictures, uint8 (N, 3, 32, 32)."""
        if self.key == "test":
            return np.stack([cifar10.picture("test", n)[0] for n in numbers]).transpose(0, 3, 1, 2)
        images = _shapes()[0] if self.key == "shapes" else self._own().test_images
        return np.array(images[numbers.start : numbers.stop])

    def truth(self, number: int) -> str:
        """Return the name of a picture's class."""
        if self.key == "test":
            return cifar10.CLASSES[cifar10.picture("test", number)[1]]
        if self.key == "shapes":
            return drawings.CLASSES[_shapes()[1][number]]
        own = self._own()
        return own.classes[own.test_labels[number]]

    def _own(self) -> Arrays:
        return folder.pictures(self.source, self.seed, self.fingerprint)

    def picture(self, number: int) -> Picture:
        if not 0 <= number < self.count:
            raise ValueError(f"picture {number} is not there: {self.title} has pictures 0 to {self.count - 1}")
        pixels, truth = self.pixels(range(number, number + 1))[0], self.truth(number)
        return Picture(_frozen(pixels), f"{self.key}-{number}", f"{self.title} {number}", truth)


@lru_cache(maxsize=1)
def _shapes() -> tuple[np.ndarray, np.ndarray]:
    return drawings.shape_pictures(SHAPES, SIDE, SHAPES_SEED, colour=True)


def test_sets(network: Trained) -> list[TestSet]:
    """Return the test sets that this machine has, those that fit the network first."""
    made = []
    if cifar10.present():
        # Broken files are told of where CIFAR-10 is chosen, on the Input page.
        with contextlib.suppress(ValueError):
            made.append(TestSet("test", "CIFAR-10 test", cifar10.count("test")))
    own, _ = own_set(network)
    if own is not None:
        made.append(own)
    made.append(TestSet("shapes", "synthetic shape", SHAPES))
    classes = set(network.classes)
    known = {"test": set(cifar10.CLASSES), "shapes": set(drawings.CLASSES)}
    return sorted(made, key=lambda one: -len(classes & known.get(one.key, classes)))


def own_set(network: Trained) -> tuple[TestSet | None, str]:
    """Return the test pictures of the folder that a network was trained on, or a sentence that says why not.

    Neither for a network that was trained on a known data set.
    """
    source, seed, fingerprint = own_source(network), network.config.seed, str(network.card.get("data_key") or "")
    if source is None:
        return None, ""
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
    """Return the picture that a network opens with."""
    found = fitting(network)
    return found.picture(0) if found else example(FIRST_EXAMPLE)


def example(name: str) -> Picture:
    """Return a drawn example."""
    return from_chosen(picture.draw(picture.Spec(name, "rgb", SIDE, "0-255")))


def from_text(text: str, network: Trained) -> Picture:
    """Return the picture of a link. ValueError, with a sentence, where there is none."""
    match = _NUMBERED.fullmatch(text)
    if not match:
        return from_chosen(picture.picture_from_text(text), BYTES)
    for one in test_sets(network):
        if one.key == match[1]:
            return one.picture(int(match[2]))
    _, why = own_set(network) if match[1] == "own" else (None, "")
    raise ValueError(why or f"picture {shown(text)} is from a test set that is not on this machine")


def from_chosen(chosen: picture.Chosen, unscaled: float | None = None) -> Picture:
    """Return the Input page's picture as the network takes it: 32×32, three channels, 0 to 255.

    unscaled: the number for full brightness where the numbers follow no scale; by default the end of the scale that
    they fit.
    """
    full = chosen.full_scale or unscaled or picture.likely_full(chosen.values) or float(chosen.values.max()) or 1.0
    bytes_ = np.rint(np.clip(chosen.values / full, 0, 1) * 255).astype(np.uint8)
    if len(bytes_) not in (1, 3):
        bytes_ = bytes_.mean(axis=0, keepdims=True).astype(np.uint8)
    pixels = np.broadcast_to(bytes_, (3, *bytes_.shape[1:])).transpose(1, 2, 0)
    small = _small(np.ascontiguousarray(pixels))
    if chosen.text and chosen.text.startswith("pic."):
        return Picture(small, chosen.text, chosen.title)
    return Picture(small, picture.from_numbers(small).text, OWN)


def from_file(data: bytes) -> tuple[Picture, tuple[str, ...]]:
    """Return an uploaded or photographed file as a picture, and notes. ValueError as uploads.read raises it."""
    from pages.states.input import uploads  # it needs Pillow

    read = uploads.read(data)
    small = _small(read.picture)
    return Picture(small, picture.from_numbers(small).text, OWN), read.notes


def act(data: bytes) -> list[Any]:
    """Return the page's act for a file of the learner's own (pages/states/inside/sheet.py). ValueError as from_file."""
    picture, notes = from_file(data)
    return ["file", {"text": picture.text, "note": " ".join(notes)}]


def _small(pixels: np.ndarray) -> np.ndarray:
    """Return uint8 (H, W, 3), cut square from the middle, as a network takes it, (3, 32, 32)."""
    return _frozen(pictures.resize(pictures.square(pixels), (SIDE, SIDE)).transpose(2, 0, 1))


def _frozen(pixels: np.ndarray) -> np.ndarray:
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    pixels.flags.writeable = False
    return pixels
