"""The picture that is chosen on the Input page and used by the others, and its text in a link."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine import functional as F
from engine import limits
from engine.data import cifar10, pictures
from engine.facts.examples import seven
from pages.states import codec
from pages.states.codec import shown

_CIFAR10 = re.compile(r"cifar10-(train|test)-([0-9]{1,6})")


@dataclass(frozen=True, eq=False)
class Own:
    """A learner's own picture, from which its numbers are made at any size.

    pixels: uint8 (H, W, 3), cut already. cut: from where in the file the square was cut, None where it was not.
    """

    pixels: np.ndarray
    cut: float | None


@dataclass(frozen=True)
class Chosen:
    """One picture as numbers.

    `values` is read-only float64 (C, H, W); `text` its text in a link, None where it is too large for one;
    `title` what a page calls it; `scale` the scale that its numbers were made in, None for numbers as typed; `own` the
    learner's own picture that it was made from, where its session has that.
    """

    values: np.ndarray
    text: str | None
    title: str
    scale: str | None = None
    own: Own | None = None

    @property
    def full_scale(self) -> float | None:
        """The value that stands for full brightness, None where the numbers follow no scale."""
        return None if self.scale is None else float(self.scale.partition("-")[2])


@dataclass(frozen=True)
class Spec:
    """A picture that code can draw again: `name` is an example's or `cifar10-test-17`."""

    name: str
    channels: str
    size: int
    scale: str

    @property
    def text(self) -> str:
        return f"pic.{self.name}.{self.channels}.{self.size}.{self.scale}"

    @property
    def cifar10(self) -> tuple[str, int] | None:
        """The split and number of a CIFAR-10 picture."""
        match = _CIFAR10.fullmatch(self.name)
        return (match[1], int(match[2])) if match else None


SHRUNK = 12  # the side of a picture that is too large for a lesson's steps
PATH = Spec(*seven.DRAWN)  # the picture that goes along the path
YOURS = "your picture"


def is_path(query: Mapping[str, str], chosen: Chosen | None) -> bool:
    """Whether a link opens the path's own numbers: it has no key at all, and no other picture was chosen.

    A link that has keys, but names no example, was written before there was the path: it means the example that its
    page began with then, the kind's or the module's `default`. What Stride writes names its example, or its numbers.
    """
    return not query and (chosen is None or chosen.text == PATH.text)


def called(chosen: Chosen | None) -> str:
    """Return what the pages call the picture that goes along the path: "the seven", "the letter", "your picture"."""
    text = PATH.text if chosen is None else chosen.text or ""
    name = spec_from_text(text).name if text.startswith("pic.") else ""
    if name == PATH.name:
        return "the seven"
    return f"the {name}" if name in pictures.EXAMPLES else YOURS


def picture_from_text(text: str) -> Chosen:
    """Return the picture that a link's text stands for.

    Three forms: `pic.scene.rgb.256.0-255` for a bundled example or a CIFAR-10 picture (name, channels, size,
    scale), and the readable and the packed numbers of pages.states.codec, up to 4 × 32 × 32. Raises ValueError,
    and nothing else, for any other text.
    """
    if text.startswith("pic."):
        return draw(spec_from_text(text))
    most = (limits.CHANNELS, limits.SIDE, limits.SIDE)
    values = codec.decode(text, name="picture", ndim=(2, 3), max_shape=most)
    return from_numbers(values if values.ndim == 3 else values[None])


def spec_from_text(text: str) -> Spec:
    """Read `pic.scene.rgb.256.0-255`. Raises ValueError for any other text."""
    parts = text.split(".")
    if len(parts) != 5 or len(text) > 80:
        raise ValueError(f'picture: {shown(text)} is not of the form "pic, name, rgb or grey, size, scale"')
    _, name, channels, size, scale = parts
    if name not in pictures.EXAMPLES and not _CIFAR10.fullmatch(name):
        known = ", ".join(pictures.EXAMPLES)
        raise ValueError(f"picture: there is no picture {shown(name)}; there are {known} and cifar10-test-0")
    if channels not in pictures.CHANNELS:
        raise ValueError(f"picture: channels {shown(channels)} is not one of {', '.join(pictures.CHANNELS)}")
    if not re.fullmatch("[0-9]{1,6}", size):
        raise ValueError(f"picture: size {shown(size)} is not a whole number")
    pictures.check_size(int(size))
    if scale not in pictures.SCALES:
        raise ValueError(f"picture: scale {shown(scale)} is not one of {', '.join(pictures.SCALES)}")
    return Spec(name, channels, int(size), scale)


def draw(spec: Spec) -> Chosen:
    """Return the picture of a spec. Raises ValueError where its CIFAR-10 picture cannot be read."""
    if spec.cifar10 is None:
        picture, title = pictures.example(spec.name, spec.size), spec.name
    else:
        if not cifar10.present():
            raise ValueError(f"picture: {spec.name} needs CIFAR-10, which is not in {cifar10.folder()}")
        split, index = spec.cifar10
        picture, label = cifar10.picture(split, index)
        title = f"{cifar10.CLASSES[label]}, {split} {index}"
    values = pictures.tensor(picture, spec.size, spec.channels, spec.scale)
    return Chosen(values, spec.text, title, spec.scale)


def from_own(own: Own, channels: str, size: int, scale: str, title: str = "your picture") -> Chosen:
    """Return a learner's own picture as numbers, the longer side of `size`."""
    return replace(from_numbers(pictures.tensor(own.pixels, size, channels, scale), title, scale), own=own)


def from_numbers(
    values: np.ndarray, title: str = "numbers", scale: str | None = None, text: str | None = None
) -> Chosen:
    """Return numbers as a picture, (C, H, W), or as they are; they travel in the link where they are few enough.

    text: theirs in a link, where it is known.
    """
    values = np.array(values, dtype=np.float64)
    values.flags.writeable = False
    small = values.ndim < 3 or (len(values) <= limits.CHANNELS and max(values.shape[1:]) <= limits.SIDE)
    return Chosen(values, text or (codec.encode(values) if small else None), title, scale)


def shrunk(chosen: Chosen, side: int, decimals: int) -> Chosen:
    """Return a picture with `side` rows and columns: a drawn one drawn anew, else numbers averaged and rounded."""
    if (chosen.text or "").startswith("pic."):
        return draw(replace(spec_from_text(chosen.text), size=side))
    values = np.round(F.adaptive_avg_pool2d(chosen.values, side), decimals)
    return from_numbers(values, chosen.title, chosen.scale)


def small_enough(chosen: Chosen) -> tuple[Chosen, str]:
    """Return a picture of at most 16×16, and a sentence where it had to be made smaller."""
    _, height, width = chosen.values.shape
    if max(height, width) <= limits.STEPPED and chosen.text is not None:
        return chosen, ""
    note = f"Your picture of {height} × {width} is shown at {SHRUNK} × {SHRUNK} here, so that every step can be seen."
    return shrunk(chosen, SHRUNK, decimals=2 if chosen.full_scale == 1 else 0), note


def likely_full(values: np.ndarray) -> float | None:
    """Return the end of the scale, 1, 9 or 255, that numbers without one fit; None with negatives."""
    if values.min() < 0:
        return None
    return next((full for full in (1.0, 9.0, 255.0) if values.max() <= full), None)
