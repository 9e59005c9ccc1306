"""What a key of a link holds, declared once: how it is written, how it is read, and the sentence for a wrong text.

A layer's and a training's settings are declared on their classes (engine/writing/setting.py); what else a page's state
has is declared here, or beside the state, in the same form.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from engine.writing.display import shown
from engine.writing.setting import Setting
from pages.states import codec

JOINT = "*"  # between several values of one key; no value has it


@dataclass(frozen=True)
class Field:
    """One key of a link that is no setting of a layer or a training.

    read(text) → value, ValueError with a sentence that begins with the key for any other text. default: the value that
    a link leaves out. also: the names of this key in older links.
    """

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    default: Any = None
    also: tuple[str, ...] = ()

    def is_default(self, value: Any) -> bool:
        return self.default is not None and value == self.default


def choice(name: str, choices: Iterable[str], default: str | None = None) -> Setting:
    """One of several names; a space in one is a - in a link."""
    return Setting(name, "choice", default=default, choices=tuple(choices))


def whole(name: str, least: int, most: int, default: int | None = None) -> Setting:
    """A whole number."""
    return Setting(name, "int", default=default, minimum=least, maximum=most)


def number(name: str, least: float, most: float, default: float | None = None) -> Setting:
    return Setting(name, "float", default=default, minimum=least, maximum=most)


def array(name: str, ndim: int | tuple[int, ...], max_shape: tuple[int, ...] | None = None, **others) -> Field:
    """An array of numbers, in either form of pages/states/codec.py."""
    return Field(
        name, lambda text: codec.decode(text, name=name, ndim=ndim, max_shape=max_shape), codec.encode, **others
    )


def shaped(name: str, shape: tuple[int, ...], also: tuple[str, ...] = ()) -> Field:
    """An array of one shape."""

    def read(text: str) -> np.ndarray:
        values = codec.decode(text, name=name, ndim=len(shape), max_size=max(codec.MAX_SIZE, prod(shape)))
        if values.shape != shape:
            there, needed = ("×".join(map(str, s)) for s in (values.shape, shape))
            raise ValueError(f"{name} has shape {there}, but this layer needs {needed}")
        return values

    return Field(name, read, codec.encode, also=also)


def listed(name: str, part: Setting, joint: str, form: str, count: range, default: tuple = ()) -> Field:
    """Several values of one kind, joined by a sign; `form` is an example for the sentence."""

    def read(text: str) -> tuple:
        parts = text.split(joint)
        if len(parts) not in count:
            raise ValueError(f"{name} {shown(text)} is not of the form {form}")
        return tuple(part.read(one) for one in parts)

    return Field(name, read, lambda values: joint.join(map(part.write, values)), default)


def patterned(
    name: str, pattern: str, form: str, value: Callable[[re.Match], Any] = re.Match.groups, **others
) -> Field:
    """A text that matches a pattern; value(match) is its value, `form` an example for the sentence."""

    def read(text: str) -> Any:
        match = re.fullmatch(pattern, text)
        if not match:
            raise ValueError(f"{name} {shown(text)} is not {form}")
        return value(match)

    return Field(name, read, **others)


def text(name: str) -> Setting:
    """A text that is read elsewhere."""
    return Setting(name, "str", default=None)


STEP = whole("step", 0, 999_999, 0)
# What is left blank in a page's player, in the link of every page that has one.
PREDICT = choice("predict", ("result", "sums", "products", "map", "shape", "reads", "winner"))
PICTURE, NUMBERS = "picture", "numbers"
VIEW = choice("view", (PICTURE, NUMBERS), NUMBERS)
