"""Queries of links: some that are out in the world, some as dear as a page's own limits allow, some wrong."""

import json
from dataclasses import fields
from functools import cache
from math import prod
from pathlib import Path
from random import Random
from typing import Any

from engine.layers import (
    GELU,
    LAYERS,
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GroupNorm,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Softmax,
)
from engine.layers.conv import PADDING_MODES
from engine.network.stack_text import write_stack
from engine.training.config import Config
from engine.writing.setting import Setting, settings
from pages.states.answers import PAGES
from pages.states.fields import JOINT

LINKS = Path(__file__).parents[1] / "pages" / "states" / "links.json"
SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 33, 64, 100, 127, 128, 151, 255, 256, 512, 1000, 4096, 8000, 8192)
HUGE = (10**4, 65_535, 65_536, 10**5, 999_999, 10**6, 10**6 + 1, 9_999_999, 2**31, 2**63, 10**30, 10**400)
TEXTS = (
    *("", " ", "-1", "−1", "nan", "inf", "1e309", "1e-400", "0x10", "None", "none", "same", "valid", "true"),
    *("1_5", "½", "٣", "%00", "\x00", "\ud800", "<script>alert(1)</script>", "../../etc/passwd", "{0.__class__}"),
    *("a" * 3000, "[" * 500, "1x1", "0x0", "5x", "x5", "1" * 5000, "~" * 400, "_" * 400),
)
KEYS = (
    *("x", "stack", "layer", "example", "step", "at", "seed", "target", "edits", "weight", "w", "b", "bias", "part"),
    *("count", "net", "want", "tab", "run", "view", "with", "data", "preset", "class", "from", "square", "searched"),
    *("kernels", "h", "classes", "own", "size", "epochs", "batch", "lr", "done", "shown", "reveal", "two", "hidden"),
)
PICTURES = ("digit", "scene")
STACKED = tuple(name for name, cls in LAYERS.items() if not cls.arguments)
COSTLY = ("Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "Linear", "AdaptiveAvgPool2d", "Conv1d")


@cache
def known(page: str) -> list[dict[str, str]]:
    """Return the queries that are out in the world, of a page."""
    links = json.loads(LINKS.read_text(encoding="utf-8"))
    return [link["query"] for link in links if link["page"] == page]


def query(draw: Random, page: str) -> dict[str, Any]:
    kind, queries = draw.random(), known(page)
    if queries and kind < 0.25:
        return dict(draw.choice(queries))
    if kind < 0.6:
        return _dear(draw, page)
    made = dict(draw.choice(queries)) if queries and kind < 0.8 else {}
    for _ in range(draw.choice((0, 1, 1, 2, 4)) + (not made)):
        key = draw.choice(_keys(page))
        made[key] = value(draw, key)
    return made


def _lesson(page: str) -> Any:
    """Return the kind of a lesson's page; None of another's."""
    return getattr(PAGES[page].read, "__self__", None)


def _dear(draw: Random, page: str) -> dict[str, Any]:
    """Return a query of which each part can be read, and that is as large as the page's own limits let it be."""
    kind = _lesson(page)
    if kind is None:
        made = {"stack": stack(draw), "x": drawn(draw, (12, 28, 32, 32))}
        if draw.random() < 0.7:
            _, _, channels, side, _ = made["x"].split(".")
            made["stack"] = fitting(draw, (3 if channels == "rgb" else 1, int(side), int(side)))
        if page == "calculator":
            height, width = draw.choice(SIZES[1:]), draw.choice(SIZES[1:])
            made |= {"tab": "stack", "x": f"{draw.choice((1, 3, 512))}x{height}x{width}"}
        if page == "learning":
            made |= {"part": draw.choice(("check", "step")), "count": draw.choice(("10", "100", "1000"))}
        if page == "training":
            made = {"stack": made["stack"], "data": "shapes"}
        if page == "input":
            one = drawn(draw, (6, 16, 32, 512))
            made = {"x": JOINT.join([one] * draw.choice((1, 1, 3, 8, 9))), "n": str(draw.randrange(9))}
        if page == "inside":
            made = {"x": made["x"], "at": f"{draw.randrange(1, 20)}.{draw.randrange(2000)}"}
        if page in ("forward", "backward") and draw.random() < 0.5:
            made["at"] = f"{draw.randrange(1, 8)}.{draw.randrange(500)}"
        return {key: text for key, text in made.items() if draw.random() < 0.95}
    name, length = draw.choice(kind.layers), draw.choice((2, 10, 64))
    made = {"layer": name, "x": drawn(draw, (16, 16, 12, 512)) if 3 in kind.axes else f"{length}_0~{length}"}
    for one in settings(LAYERS[name]).values():
        if draw.random() < 0.7 and one.maximum is not None:
            most = int(one.maximum)
            made[one.name] = str(draw.choice((most, most, max(most - 1, 1), most // 2 or 1)))
    return made


@cache
def _keys(page: str) -> tuple[str, ...]:
    """Return the keys that a page's links have, the more often the more they cost."""
    keys, kind = {key for query in known(page) for key in query}, _lesson(page)
    if kind is not None:
        keys |= {f.name for name in kind.layers for f in fields(LAYERS[name])}
        return (*sorted(keys | {"layer", "view", "try"}), "x")
    keys |= {f.name for f in fields(Config)} if page == "training" else set(KEYS)
    return (*sorted(keys | {"try"}), *("x", "stack") * 4)


def value(draw: Random, key: str) -> str:
    """Return a value of a key, mostly one of its own kind."""
    kind = draw.random()
    if kind < 0.9 and key in ("stack", "x", "layer"):
        return {"stack": stack, "x": input, "layer": lambda draw: draw.choice(list(LAYERS))}[key](draw)
    a, b, c = (number(draw) for _ in range(3))
    return draw.choice((draw.choice(TEXTS), array(draw), f"{a}", f"{a}", f"{a}x{b}", f"{a}.{b}.{c}"))


def number(draw: Random) -> int:
    kind = draw.random()
    return draw.choice(SIZES[:8]) if kind < 0.5 else draw.choice(SIZES) if kind < 0.85 else draw.choice(HUGE)


def array(draw: Random) -> str:
    shape = [draw.choice(SIZES[1:]) for _ in range(draw.choice((1, 2, 3, 3, 4)))]
    return f"{'x'.join(map(str, shape))}_{draw.choice((0, 1, -1, 0.5, 1_000_000, 'nan'))}~{min(4096, prod(shape))}"


def drawn(draw: Random, sides: tuple[int, ...]) -> str:
    """Return a drawn picture's text."""
    channels, scale = draw.choice(("rgb", "grey", "grey")), draw.choice(("0-1", "0-9", "0-255"))
    return f"pic.{draw.choice(PICTURES)}.{channels}.{draw.choice(sides)}.{scale}"


def input(draw: Random) -> str:
    kind, (a, b, c) = draw.random(), (number(draw) for _ in range(3))
    if kind < 0.65:
        text = drawn(draw, (5, 8, 12, 16, 17, 28, 32, 32, 64, 512))
        return text.replace("scene", draw.choice(("scene", "nothing", "cifar10-test-0")))
    return array(draw) if kind < 0.9 else f"{a}x{b}x{c}"


def stack(draw: Random) -> str:
    """Return a stack's text: of a few layers, or of very many; mostly one that fits together."""
    count = draw.choice((1, 1, 2, 3, 5, 8, 16, 16, 27, 60, 300, 301))
    if draw.random() < 0.15:
        return "~".join([_layer(draw, draw.choice(COSTLY))] * count)
    words = [_layer(draw, draw.choice(COSTLY if draw.random() < 0.6 else STACKED)) for _ in range(count)]
    if draw.random() < 0.4:
        words += [f"AdaptiveAvgPool2d-1~Flatten~Linear-{draw.choice((1, 2, 3, 8))}-3"]
    if draw.random() < 0.1:
        words.insert(0, draw.choice((f"Sequential-{count}", "Residual-1-1-0", "Sequential-1~" * 12 + "ReLU")))
    return "~".join(words)


def fitting(draw: Random, shape: tuple[int, ...]) -> str:
    """Return the text of a stack whose layers fit together, some as dear as they may be, that ends in scores."""
    layers: list[Layer] = []
    for _ in range(draw.choice((1, 2, 3, 5, 8, 12))):
        k, channels = draw.choice((1, 2, 3, 5, 7, 15, 31, 63, 101, 127, 129)), shape[0]
        half, out = k // 2, draw.choice((1, 1, 2, 4, 8, 32))
        layer = draw.choice(
            (
                Conv2d(channels, out, k, padding=half, stride=draw.choice((1, 1, 2, 9))),
                Conv2d(channels, channels, k, padding=half, groups=channels, padding_mode=draw.choice(PADDING_MODES)),
                ConvTranspose2d(channels, out, k, stride=draw.choice((1, 2, 5)), padding=half),
                MaxPool2d(k, draw.choice((1, 2, 40)), half),
                AvgPool2d(k, draw.choice((1, 2, 40)), half),
                AdaptiveAvgPool2d(draw.choice((1, 5, 32, 60))),
                GroupNorm(1, channels),
                BatchNorm2d(channels),
                draw.choice((ReLU(), GELU(), Softmax(dim=-1), Flatten())),
            )
        )
        try:
            after = layer.output_shape(shape)
        except (ValueError, IndexError):
            continue
        if len(after) == 3 and prod(after) < 20_000:
            layers, shape = [*layers, layer], after
    end = (Flatten(), Linear(prod(shape), draw.choice((2, 3, 16)))) if draw.random() < 0.8 else ()
    return write_stack((*layers, *end))


def _layer(draw: Random, name: str) -> str:
    words = [name]
    for one in settings(LAYERS[name]).values():
        if one.default is ... and not one.is_fixed:
            channels = one.name.endswith(("channels", "features"))
            words.append(str(draw.choice((1, 1, 1, 2, 3, 8)) if channels and draw.random() < 0.8 else number(draw)))
        elif draw.random() < 0.35:
            words.append(f"{one.name}.{_setting(draw, one)}")
    return "-".join(words)


def _setting(draw: Random, one: Setting) -> str:
    if one.choices and draw.random() < 0.9:
        return str(draw.choice(one.choices))
    if one.kind == "bool":
        return draw.choice("01")
    return str(number(draw)) if draw.random() < 0.7 else f"{number(draw)}x{number(draw)}"
