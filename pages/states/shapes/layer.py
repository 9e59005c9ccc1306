"""What the calculator's one-layer half shows, as one value: from a link, to a link, and changed by what was typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from engine.facts.placement import axis_settings
from engine.facts.solve import MOST
from engine.layers import LAYERS, Layer
from pages.states.codec import shown
from pages.states.edits import Refused
from pages.states.settings import is_default, write

CLASSES = {
    "Conv2d": "Convolution",
    "ConvTranspose2d": "Transposed",
    "MaxPool2d": "Max pool",
    "AvgPool2d": "Average pool",
}
PAIRS = {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
FLAGS = ("bias", "ceil_mode")
NUMBERS = ("out_channels", "groups")
LARGEST = 65_536  # cells along an axis of the output, and channels
WORDS = {"size": ("height", "width"), "want": ("wanted height", "wanted width"), "channels": ("in_channels",)}
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class OneLayer:
    """A sliding layer, its input (C, H, W), and the output size asked for: None where that is the layer's own."""

    layer: Layer
    shape: tuple[int, int, int]
    asked: tuple[int, int] | None = None

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.layer.output_shape(self.shape)

    @property
    def wanted(self) -> tuple[int, int]:
        return self.asked or self.output_shape[1:]

    @property
    def names(self) -> list[str]:
        """The settings that the layer's class has and the form shows, in its order."""
        own = {f.name for f in fields(self.layer)}
        return [name for name in ("out_channels", *PAIRS, "groups", *FLAGS) if name in own]


def made(kind: str, shape: tuple[int, int, int], asked=None, **settings: Any) -> OneLayer:
    """Return a state. Raises ValueError with the numbers where the layer is impossible, or too large to draw."""
    cls = LAYERS[kind]
    if "in_channels" in {f.name for f in fields(cls)}:
        settings = {"in_channels": shape[0], **settings}
    one = OneLayer(cls(**settings), shape, asked)
    if max(one.output_shape) > LARGEST:
        sizes = " × ".join(f"{n:,}" for n in one.output_shape)
        raise ValueError(f"the output would be {sizes}, and the calculator goes up to {LARGEST:,} along an axis")
    return one


def _examples() -> dict[str, tuple[str, OneLayer]]:
    def conv(title: str, side: int, channels: tuple[int, int], kernel: int, **settings):
        one = made("Conv2d", (channels[0], side, side), out_channels=channels[1], kernel_size=kernel, **settings)
        return title, one

    return {
        "stride-1": conv("6×6, filter 4×4: S = 1, P = 0", 6, (1, 1), 4),
        "stride-2": conv("6×6, filter 4×4: S = 2, P = 0", 6, (1, 1), 4, stride=2),
        "stride-2-padding-1": conv("6×6, filter 4×4: S = 2, P = 1", 6, (1, 1), 4, stride=2, padding=1),
        "alexnet": conv("AlexNet's first layer: 11×11, S = 4, P = 2", 224, (3, 64), 11, stride=4, padding=2),
        "resnet": conv("ResNet's stem: 7×7, S = 2, P = 3", 224, (3, 64), 7, stride=2, padding=3, bias=False),
        "same": conv("A 3×3 that keeps the size: P = 1", 32, (64, 64), 3, padding=1),
        "dcgan": (
            "DCGAN's upsampling: 4×4, S = 2, P = 1",
            made("ConvTranspose2d", (512, 8, 8), out_channels=256, kernel_size=4, stride=2, padding=1, bias=False),
        ),
        "ceil-mode": (
            "Pooling 2×2 of an odd size with ceil_mode",
            made("MaxPool2d", (1, 5, 5), kernel_size=2, stride=2, ceil_mode=True),
        ),
    }


EXAMPLES = _examples()
FIRST = EXAMPLES["stride-2-padding-1"][1]


def example_title(name: str) -> str:
    """Return an example's title with the size that comes out."""
    title, one = EXAMPLES[name]
    (_, before, _), (_, after, _) = one.shape, one.output_shape
    return f"{title}: {before} → {after}"


# Links


def to_query(one: OneLayer) -> dict[str, str]:
    """Return a state's link."""
    query = {"layer": type(one.layer).__name__, "x": "x".join(map(str, one.shape))}
    for field in fields(one.layer):
        value = getattr(one.layer, field.name)
        if field.name in one.names and value is not None and not is_default(field, value):
            query[field.name] = write(value)
    if one.asked is not None:
        query["want"] = "x".join(map(str, one.asked))
    return query


def from_query(query: Mapping[str, str]) -> tuple[OneLayer, list[str]]:
    """Return the state that a link stands for, and a sentence for each part of it that could not be followed."""
    problems = []
    if not query:
        return FIRST, problems
    if "example" in query:
        if query["example"] in EXAMPLES:
            return EXAMPLES[query["example"]][1], problems
        problems.append(f"There is no example {shown(query['example'])}; there are {', '.join(EXAMPLES)}.")
        return FIRST, problems
    kind = query.get("layer", "Conv2d")
    if kind not in CLASSES:
        problems.append(f"layer {shown(kind)} is none of {', '.join(CLASSES)}; Conv2d is shown.")
        kind = "Conv2d"
    own = {f.name: f for f in fields(LAYERS[kind])}
    settings: dict[str, Any] = {"kernel_size": 3, "out_channels": 1} if "out_channels" in own else {"kernel_size": 2}
    shape, asked = (1, 32, 32), None
    for name, text in query.items():
        try:
            if name == "x":
                shape = _sizes(text, "x", 3)
            elif name == "want":
                asked = _sizes(text, "want", 2)
            elif name in own and name in (*PAIRS, *FLAGS, *NUMBERS):
                settings[name] = _setting(kind, name, text)
            elif name not in ("layer", "tab"):
                problems.append(f"This page does not know {shown(name)}, so it is left out of the link.")
        except ValueError as error:
            problems.append(str(error))
    try:
        return made(kind, shape, asked, **settings), problems
    except ValueError as error:
        return FIRST, [*problems, f"Impossible: {error}. The first example is shown."]


def _sizes(text: str, name: str, count: int) -> tuple[int, ...]:
    if not re.fullmatch("x".join(["[0-9]{1,6}"] * count), text):
        form = {2: "HxW, such as 112x112", 3: "CxHxW, such as 3x224x224"}[count]
        raise ValueError(f"{name} {shown(text)} is not of the form {form}.")
    sizes = [int(part) for part in text.split("x")]
    limits = [LARGEST] * (count - 2) + [MOST] * 2
    if not all(1 <= size <= most for size, most in zip(sizes, limits, strict=True)):
        raise ValueError(f"{name} {shown(text)}: sizes go from 1 to {MOST}, channels to {LARGEST}.")
    return tuple(sizes)


def _setting(kind: str, name: str, text: str) -> Any:
    if name in FLAGS:
        if text not in ("0", "1"):
            raise ValueError(f"{name} {shown(text)} is neither 1 (on) nor 0 (off).")
        return text == "1"
    if name in NUMBERS:
        return _whole(text, name, 1, LARGEST)
    if name == "padding" and kind == "Conv2d" and text in ("same", "valid"):
        return text
    parts = [_whole(part, name, PAIRS[name], MOST) for part in text.split("x", 1)]
    return parts[0] if len(set(parts)) == 1 else tuple(parts)


def _whole(text: str, name: str, least: int, most: int) -> int:
    text = text.strip().replace(",", "")
    if not text:
        raise Refused(f"{name} is empty: type a whole number, such as {least}.")
    if not _WHOLE.fullmatch(text):
        raise Refused(f"{name} is {shown(text)}, which is not a whole number of at least {least}.")
    if not least <= int(text) <= most:
        raise Refused(f"{name} {int(text):,} is out of reach: it goes from {least} to {most:,}.")
    return int(text)


# Changes


def with_class(one: OneLayer, kind: str) -> OneLayer:
    """Return the state with another class of layer and, as far as it has and takes them, the same settings."""
    own = {f.name for f in fields(LAYERS[kind])}
    kept = {name: getattr(one.layer, name) for name in one.names if name in own}
    if "out_channels" in own:
        kept.setdefault("out_channels", one.shape[0])
    if isinstance(kept.get("padding"), str) and kind != "Conv2d":
        kept["padding"] = 0
    try:
        return made(kind, one.shape, one.asked, **kept)
    except ValueError:  # pooling's padding and a transposed convolution's output_padding have limits of their own
        few = {name: value for name, value in kept.items() if name in ("kernel_size", "stride", "out_channels", "bias")}
        return made(kind, one.shape, one.asked, **few)


def with_field(one: OneLayer, name: str, axis: int | None, text: str = "", by: int = 0) -> OneLayer:
    """Return the state after a field was typed into, or its − or + was pressed (`by` −1 or 1).

    axis: 0 the height, 1 the width; None both. Raises ValueError with a sentence where the field cannot hold that, or
    the layer is then impossible.
    """
    if name in FLAGS:
        return _with_settings(one, **{name: text == "1"})
    if name == "padding" and text in ("same", "valid") and isinstance(one.layer, LAYERS["Conv2d"]):
        return _with_settings(one, padding=text)
    if name not in {"channels", "size", "want", *one.names}:
        raise ValueError(f"there is no field {name!r}")
    present = value_of(one, name)
    most = MOST if name in PAIRS or name in ("size", "want") else LARGEST
    least = PAIRS.get(name, 1)
    where = name if axis is None else WORDS.get(name, (f"{name} down", f"{name} across"))[axis]
    old = present[axis or 0]
    if text:
        new = _whole(text, where, least, most)
    elif by:
        number = old if isinstance(old, int) else max(one.layer.pads)[0]
        new = min(max(number + by, least), most)
    else:
        raise Refused(f"{where} is empty: type a whole number, such as {least}.")
    values = tuple(new if axis in (None, k) else value for k, value in enumerate(present))
    if any(isinstance(value, str) for value in values):
        raise Refused(f"padding is {values[1 - axis]!r} on the other axis: type a number for both.")
    if name == "want":
        return replace(one, asked=values)
    if name == "size":
        return made(type(one.layer).__name__, (one.shape[0], *values), one.asked, **_settings(one))
    if name == "channels":
        return _with_channels(one, new)
    return _with_settings(one, **{name: values[0] if len(set(values)) == 1 else values})


def value_of(one: OneLayer, name: str) -> tuple:
    """Return what a field holds: one value, or the values of both axes."""
    if name == "channels":
        return (one.shape[0],)
    if name == "size":
        return one.shape[1:]
    if name == "want":
        return one.wanted
    if name in PAIRS:
        return tuple(axis_settings(one.layer, axis)[name] for axis in (0, 1))
    return (getattr(one.layer, name),)


def _settings(one: OneLayer) -> dict[str, Any]:
    return {name: getattr(one.layer, name) for name in one.names}


def _with_settings(one: OneLayer, **changed: Any) -> OneLayer:
    return made(type(one.layer).__name__, one.shape, one.asked, **{**_settings(one), **changed})


def _with_channels(one: OneLayer, channels: int) -> OneLayer:
    """Change the input's channels; a depthwise layer stays one."""
    settings = _settings(one)
    if settings.get("groups", 1) == one.shape[0] > 1:
        settings |= {"groups": channels, "out_channels": settings["out_channels"] // one.shape[0] * channels}
    return made(type(one.layer).__name__, (channels, *one.shape[1:]), one.asked, **settings)


def with_answer(one: OneLayer, layer: Layer) -> OneLayer:
    """Return the state with a layer that answers the reverse question; what was asked stays."""
    return OneLayer(layer, one.shape, one.wanted)
