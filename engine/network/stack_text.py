"""A stack of layers as a short text and back, for links, commands and files; any text may come in.

A stack is its layers joined by ~, each its class, then its settings joined by -: those without a default first, in
PyTorch's order, then those that differ from the default, by name:

    Conv2d-1-8-3-padding.1~ReLU~MaxPool2d-2~Flatten~Linear-72-10

A pair is 3x5, with none for None; True and False are 1 and 0, and n is a minus sign. `Sequential-2` says that the next
two layers are in it; `Residual-5-2-1`, that the next five are the body, two more the shortcut, and one more the
activation.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine import limits
from engine.layers import LAYERS, Layer
from engine.network.blocks import Residual, Sequential
from engine.writing.display import shown
from engine.writing.setting import Setting, settings

MAX_TEXT = 12_000
MAX_DEPTH = 8
MAX_NUMBER = 1_000_000
_NUMBER = re.compile(r"n?[0-9]{1,7}(\.[0-9]{1,8})?(en?[0-9]{1,2})?")


def write_stack(layers: tuple[Layer, ...]) -> str:
    """Return a stack's text."""
    return "~".join(_written(layers))


def _written(layers: tuple[Layer, ...]) -> Iterator[str]:
    for layer in layers:
        if isinstance(layer, Sequential):
            yield f"Sequential-{len(layer.layers)}"
            yield from _written(layer.layers)
        elif isinstance(layer, Residual):
            last = () if layer.activation is None else (layer.activation,)
            yield f"Residual-{len(layer.body)}-{len(layer.shortcut)}-{len(last)}"
            yield from _written((*layer.body, *layer.shortcut, *last))
        else:
            yield "-".join([type(layer).__name__, *_settings(layer)])


def _settings(layer: Layer) -> list[str]:
    needed, other = [], []
    for name, declared in settings(type(layer)).items():
        value = getattr(layer, name)
        if declared.is_fixed:
            continue
        if declared.default is ...:
            needed.append(_value_text(value))
        elif value != declared.default:
            other.append(f"{name}.{_value_text(value)}")
    return needed + other


def _value_text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return "x".join(map(_value_text, value))
    return repr(value).replace("-", "n").replace("+", "") if isinstance(value, float) else str(value)


def read_stack(text: str) -> tuple[Layer, ...]:
    """Return the layers of a stack's text. Raises ValueError, with a sentence, for any other text."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"The stack's text has {len(text)} characters; at most {MAX_TEXT} are read.")
    words = text.split("~") if text else []
    if len(words) > limits.LAYERS:
        raise ValueError(f"The stack has {len(words)} layers; at most {limits.LAYERS} are read.")
    rest = list(enumerate(words, start=1))[::-1]
    layers: list[Layer] = []
    while rest:
        layers.append(_layer(rest, 0))
    return tuple(layers)


def _layer(rest: list[tuple[int, str]], depth: int) -> Layer:
    """Read one layer off the end of the words that are left, the first word last."""
    if not rest:
        raise ValueError("The stack ends inside a block.")
    number, word = rest.pop()
    name, *parts = word.split("-")
    if name in ("Sequential", "Residual"):
        wanted = 1 if name == "Sequential" else 3
        if depth >= MAX_DEPTH or len(parts) != wanted or not all(re.fullmatch("[0-9]{1,3}", p) for p in parts):
            raise ValueError(f"Layer {number} of the stack, {shown(word)}, is not a block that can be read.")
        groups = [tuple(_layer(rest, depth + 1) for _ in range(int(part))) for part in parts]
        if name == "Sequential":
            return Sequential(groups[0])
        body, shortcut, last = groups
        if not body or len(last) > 1:
            raise ValueError(f"Layer {number} of the stack, {shown(word)}, is not a block that can be read.")
        return Residual(body, shortcut, *last)
    cls = LAYERS.get(name)
    if cls is None or cls.arguments:
        raise ValueError(f"Layer {number} of the stack, {shown(name)}, is not a layer that stands in a stack.")
    try:
        return cls(**_read_settings(cls, parts))
    except (ValueError, TypeError) as error:
        raise ValueError(f"Layer {number} of the stack, {name}: {error}.") from None


def _read_settings(cls: type[Layer], parts: list[str]) -> dict[str, Any]:
    declared = settings(cls)
    needed = [one for one in declared.values() if one.default is ... and not one.is_fixed]
    if len(parts) < len(needed):
        raise ValueError(f"{needed[len(parts)].name} is missing")
    given = {one.name: _value(one, part) for one, part in zip(needed, parts, strict=False)}
    given |= {one.name: one.choices[0] for one in declared.values() if one.is_fixed}
    for part in parts[len(needed) :]:
        name, dot, text = part.partition(".")
        if not dot or name not in declared or name in given:
            raise ValueError(f"{shown(part)} is not a setting that can stand here")
        given[name] = _value(declared[name], text)
    return given


def _value(declared: Setting, text: str) -> Any:
    """Return the value that a setting's text stands for; what its layer can do with it, the layer says itself."""
    if text == "none" and declared.default is None:
        return None
    if _NUMBER.fullmatch(text):
        text = text.replace("n", "-")
    least = -MAX_NUMBER if declared.kind == "float" else 0
    value = replace(declared, minimum=least, maximum=MAX_NUMBER).read(text)
    return (value, value) if "x" in text and isinstance(value, int) else value
