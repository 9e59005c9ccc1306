"""What the calculator shows of one layer, as one value: from a link, to a link, and changed by its knobs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from engine.cached import cached_property
from engine.facts.placement import axis_settings
from engine.facts.solve import MOST
from engine.layers import LAYERS, Layer
from engine.writing.display import shown
from engine.writing.setting import Setting, limit, settings
from pages.states import fields
from pages.states.fields import Field
from pages.states.knobs import Knob, same_size
from pages.states.link import Link, write

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
HELP = {
    "channels": "Channels of the input: C.",
    "size": "Height and width of the input, in cells.",
    "padding": 'Cells added on every side; a convolution also takes "same" and "valid".',
    "want": "The output's height and width that you want.",
}


def declared(kind: str) -> dict[str, Setting]:
    """Return the settings of a class that the form shows, in the form's order, with the calculator's wider limits."""
    own = settings(LAYERS[kind])
    reach = {name: (least, MOST) for name, least in PAIRS.items()} | {name: (1, LARGEST) for name in NUMBERS}
    shown_here = [name for name in ("out_channels", *PAIRS, "groups", *FLAGS) if name in own]
    return {
        name: replace(own[name], minimum=reach[name][0], maximum=reach[name][1]) if name in reach else own[name]
        for name in shown_here
    }


@dataclass(frozen=True)
class OneLayer:
    """A sliding layer, its input (C, H, W), and the wanted output size: None where that is what the layer gives."""

    layer: Layer
    shape: tuple[int, int, int]
    asked: tuple[int, int] | None = None

    @property
    def kind(self) -> str:
        return type(self.layer).__name__

    @property
    def output_shape(self) -> tuple[int, ...]:
        return self.layer.output_shape(self.shape)

    @property
    def wanted(self) -> tuple[int, int]:
        return self.asked or self.output_shape[1:]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that the form shows."""
        return {name: getattr(self.layer, name) for name in declared(self.kind)}

    def query(self) -> dict[str, str]:
        """Return the layer's link."""
        own = [(one, getattr(self.layer, name)) for name, one in declared(self.kind).items()]
        return write((LAYER, self.kind), (SHAPE, self.shape), *own, (WANT, self.asked))

    @cached_property
    def knobs(self) -> list[Knob]:
        """The form: class, channels, size, and each setting."""
        kind = Knob("layer", "layer", "choice", CLASSES[self.kind], "", self._with_title, choices=TITLES, wide=True)
        channels = Knob(
            "channels", "in channels", "number", self.shape[0], HELP["channels"], self.with_channels, 1, LARGEST
        )
        size = _pair("size", "size", self.shape[1:], HELP["size"], self.with_size, 1, ("height", "width"))
        own = [self._knob(one) for one in declared(self.kind).values()]
        filters = [own.pop(0)] if "out_channels" in declared(self.kind) else []
        if "same" in declared(self.kind)["padding"].words:
            own.append(same_size(self.layer, self.with_settings))
        return [kind, channels, *filters, size, *own]

    @cached_property
    def want_knobs(self) -> list[Knob]:
        """The size asked for."""
        labels = "wanted height", "wanted width"
        return [_pair("want", "want", self.wanted, HELP["want"], lambda size: replace(self, asked=size), 1, labels)]

    def _knob(self, one: Setting) -> Knob:
        name, label, value = one.name, one.name.replace("_", " "), getattr(self.layer, one.name)
        help = HELP.get(name, one.help)

        def turn(new: Any) -> OneLayer:
            same = isinstance(new, tuple) and new[0] == new[1]
            return self.with_settings(**{name: new[0] if same else new})

        if one.kind == "bool":
            return Knob(name, label, "toggle", value, help, turn)
        if one.kind == "int":
            return Knob(name, label, "number", value, help, turn, one.minimum, one.maximum)
        both = tuple(axis_settings(self.layer, axis)[name] for axis in (0, 1))
        if isinstance(both[0], str):
            both = tuple(side[0] for side in self.layer.pads)
        return replace(_pair(name, label, both, help, turn, one.minimum), apart=False, words=one.words)

    def _with_title(self, title: str) -> Self:
        return with_class(self, next(name for name, known in CLASSES.items() if known == title))

    def with_size(self, size: tuple[int, int]) -> Self:
        return made(self.kind, (self.shape[0], *size), self.asked, **self.settings)

    def with_settings(self, **changed: Any) -> Self:
        return made(self.kind, self.shape, self.asked, **{**self.settings, **changed})

    def with_channels(self, channels: int) -> Self:
        """Change the input's channels; a depthwise layer stays one."""
        own = self.settings
        if own.get("groups", 1) == self.shape[0] > 1:
            own |= {"groups": channels, "out_channels": own["out_channels"] // self.shape[0] * channels}
        return made(self.kind, (channels, *self.shape[1:]), self.asked, **own)

    def with_answer(self, layer: Layer) -> Self:
        """Return the state with a layer that answers the reverse question; the question stays."""
        return OneLayer(layer, self.shape, self.wanted)


def _pair(
    name: str,
    label: str,
    value: tuple[int, int],
    help: str,
    turn: Callable[[tuple[int, int]], OneLayer],
    least: int,
    labels: tuple[str, str] | None = None,
) -> Knob:
    ends = (least, MOST)
    return Knob(
        name, label, "pair", value, help, turn, (least, least), (MOST, MOST), both=ends, apart=True, labels=labels
    )


def made(kind: str, shape: tuple[int, int, int], asked=None, **given: Any) -> OneLayer:
    """Return a state. Raises ValueError with the numbers where the layer is impossible, or too large to draw."""
    cls = LAYERS[kind]
    if "in_channels" in settings(cls):
        given = {"in_channels": shape[0], **given}
    one = OneLayer(cls(**given), shape, asked)
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


def with_class(one: OneLayer, kind: str) -> OneLayer:
    """Return the state with another class of layer, with those of the settings that it has and takes."""
    own = declared(kind)
    kept = {name: value for name, value in one.settings.items() if name in own}
    if "out_channels" in own:
        kept.setdefault("out_channels", one.shape[0])
    if isinstance(kept.get("padding"), str) and kept["padding"] not in own["padding"].words:
        kept["padding"] = 0
    try:
        return made(kind, one.shape, one.asked, **kept)
    except ValueError:  # pooling's padding and a transposed convolution's output_padding have limits of their own
        few = {name: value for name, value in kept.items() if name in ("kernel_size", "stride", "out_channels", "bias")}
        return made(kind, one.shape, one.asked, **few)


# The link


def _sizes(name: str, form: str, most: tuple[int, ...]) -> Field:
    def read(text: str) -> tuple[int, ...]:
        parts = text.split("x")
        if len(parts) != len(most) or not all(part.isdecimal() and len(part) < 7 for part in parts):
            raise ValueError(f"{name} {shown(text)} is not of the form {form}")
        sizes = tuple(map(int, parts))
        if not all(1 <= size <= largest for size, largest in zip(sizes, most, strict=True)):
            raise ValueError(f"{name} {shown(text)}: sizes go from 1 to {limit(MOST)}, channels to {limit(LARGEST)}")
        return sizes

    return Field(name, read, lambda sizes: "x".join(map(str, sizes)))


TITLES = tuple(CLASSES.values())
LAYER = fields.choice("layer", CLASSES)
SHAPE = _sizes("x", "CxHxW, such as 3x224x224", (LARGEST, MOST, MOST))
WANT = _sizes("want", "HxW, such as 112x112", (MOST, MOST))
EXAMPLE = fields.choice("example", EXAMPLES)


def read(link: Link) -> OneLayer:
    """Return the layer that a link stands for; the first example where it is impossible."""
    if not link.query:
        return FIRST
    if link.has(EXAMPLE):
        return EXAMPLES.get(link.take(EXAMPLE), ("", FIRST))[1]
    kind = link.take(LAYER, "Conv2d")
    given: dict[str, Any] = {"kernel_size": 3, "out_channels": 1} if kind.startswith("Conv") else {"kernel_size": 2}
    given |= {name: value for name, one in declared(kind).items() if (value := link.take(one)) is not None}
    try:
        return made(kind, link.take(SHAPE, (1, 32, 32)), link.take(WANT), **given)
    except ValueError as error:
        link.problems.append(f"Impossible: {error}. The first example is shown.")
        return FIRST
