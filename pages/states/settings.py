"""A layer's settings as text in a link and back, and the limits that its fields declare."""

import re
from dataclasses import MISSING, Field, fields
from typing import Any

from engine.layers import Layer
from pages.states.codec import shown

# Settings that follow the input's shape, and which of its axes they are.
ARRIVING = {"in_channels": -3, "num_features": -3, "in_features": -1}
_PAIR = re.compile(r"([0-9]{1,3})(?:x([0-9]{1,3}))?")
_DECIMAL = re.compile(r"-?([0-9]{1,4}(\.[0-9]{0,6})?|[0-9]e-[0-9]{1,2})")


def setting_fields(layer: type[Layer] | Layer) -> dict[str, Field]:
    """Return a layer's settings by name."""
    return {f.name: f for f in fields(layer) if "help" in f.metadata}


def kind_of(field: Field) -> str:
    """Return what a setting holds: "choice", "bool", "pair", "float" or "int"."""
    if field.metadata["choices"]:
        return "choice"
    if field.metadata["pair"]:
        return "pair"
    annotation = str(field.type)
    for name in ("bool", "float", "int"):
        if name in annotation:
            return name
    raise TypeError(f"setting {field.name}: {field.type} has no control")


def write(value: Any) -> str:
    """Return a setting's text."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        rows, columns = value
        return str(rows) if rows == columns else f"{rows}x{columns}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(field: Field, text: str) -> Any:
    """Return the value that a text gives a setting. Raises ValueError with the setting's name and limits."""
    name, metadata = field.name, field.metadata
    kind = kind_of(field)
    if kind == "choice":
        for choice in metadata["choices"]:
            if str(choice) == text:
                return choice
        raise ValueError(f"{name} {shown(text)} is none of {', '.join(map(str, metadata['choices']))}.")
    if kind == "bool":
        if text not in ("0", "1"):
            raise ValueError(f"{name} {shown(text)} is neither 1 (on) nor 0 (off).")
        return text == "1"
    if kind == "float":
        if not _DECIMAL.fullmatch(text):
            raise ValueError(f"{name} {shown(text)} is not a number.")
        return within(field, float(text))
    match = _PAIR.fullmatch(text)
    if not match:
        raise ValueError(f"{name} {shown(text)} is not a whole number, or two such as 2x1.")
    numbers = [within(field, int(part)) for part in match.groups() if part]
    if len(numbers) == 1 or numbers[0] == numbers[1]:
        return numbers[0]
    if kind == "int":
        raise ValueError(f"{name} {shown(text)} must be one whole number.")
    return tuple(numbers)


def within(field: Field, value: float) -> float:
    """Return a value that lies inside a setting's limits. Raises ValueError for others."""
    least, most = field.metadata["minimum"], field.metadata["maximum"]
    if (least is not None and value < least) or (most is not None and value > most):
        raise ValueError(f"{field.name} {value:g} must be from {least:g} to {most:g}.")
    return value


def is_default(field: Field, value: Any) -> bool:
    """Whether a setting has its default, and so needs no place in a link."""
    return field.default is not MISSING and value == field.default
