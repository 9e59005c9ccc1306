"""Edits of a network: a layer's settings typed as in PyTorch, layers added, removed and moved.

After each edit, the sizes that follow from what arrives (in_channels, in_features, num_features) are fitted; only
where they were typed, and are wrong, the edit is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine import limits
from engine.layers import LAYERS, Conv2d, Linear
from engine.layers.base import ARRIVING, Layer, Shape
from engine.network import Network
from engine.network.blocks import called, shape_text
from engine.network.reading import read
from engine.network.reading.python.pending import is_pending, settled
from engine.writing.display import sentence

KINDS = tuple(sorted(name for name, cls in LAYERS.items() if not cls.arguments))
MAX_SETTINGS = 400
_LINE = re.compile(r"^line \d+: (nn\.)?")


@dataclass
class Remedy:
    """A change that puts a refused edit right, and what to write on its button."""

    label: str
    change: dict[str, Any]


class Refused(ValueError):
    """An edit that would not give a network that runs.

    row: the row to say it beside (−1 the input). remedy: what would put it right, where one thing would.
    """

    def __init__(self, sentence: str, row: int, remedy: Remedy | None = None):
        super().__init__(sentence)
        self.row, self.remedy = row, remedy


def settings_text(layer: Layer) -> str:
    """Return a layer's settings as its PyTorch code writes them: "3, 16, kernel_size=3, padding=1"."""
    return layer.code().partition("(")[2].removesuffix(")")


def layer_of(kind: str, text: str, arriving: Shape = (1,)) -> Layer:
    """Return the layer of a class that a text of settings makes, for the shape that arrives, where it depends on that.

    ValueError with a sentence for any other text.
    """
    _known(kind)
    if len(text) > MAX_SETTINGS:
        raise ValueError(f"the settings have {len(text)} characters; at most {MAX_SETTINGS} are read")
    try:
        layers = read(f"nn.{kind}({text})").layers
        layers = settled(layers, arriving) if is_pending(layers) else layers
    except ValueError as error:
        raise ValueError(_LINE.sub("", str(error))) from None
    if len(layers) != 1 or called(layers[0]) != kind:
        raise ValueError(f"these are not the settings of one nn.{kind}")
    return layers[0]


def fresh(kind: str, arriving: Shape, like: Layer | None = None) -> Layer:
    """Return a new layer of a class that takes what arrives; `like`, of a class of its kind, lends it its settings."""
    own = {f.name for f in fields(LAYERS[kind])}
    settings: dict[str, Any] = dict(LAYERS[kind].fresh)
    for name, axis in LAYERS[kind].arriving().items():
        settings[name] = arriving[axis] if len(arriving) >= -axis else 1
    if "out_channels" in own:
        settings["out_channels"] = settings["in_channels"]
    if like is not None and like.family and like.family == LAYERS[kind].family:
        settings |= {f.name: getattr(like, f.name) for f in fields(like) if f.name in own and f.name not in ARRIVING}
    return LAYERS[kind](**settings)


def apply(network: Network, change: Mapping[str, Any]) -> Network:
    """Return the network after one edit.

    change: `action` and `row`, a layer's place from 0. "set": `text` are the settings of a `kind`; "kind": another
    class; "add": a new layer below (−1: at the top), of `kind` or of one that is likely there; "remove"; "move": `by`
    so many places down; "input": `text` is the input's shape. `before`: a class to put in above, too.

    Raises Refused with a sentence and its row, ValueError where the change has not that form.
    """
    action, row = str(change["action"]), int(change["row"])
    if action == "input":
        return _with_input(network, str(change["text"]))
    least = -1 if action == "add" else 0
    if not least <= row < len(network):
        raise ValueError(f"there is no row {row}")
    try:
        return _ACTIONS[action](network, row, change)
    except Refused:
        raise
    except ValueError as error:
        raise Refused(sentence(error), row) from None


def _with_input(network: Network, text: str) -> Network:
    numbers = re.findall(r"[0-9]+", text)
    if not re.fullmatch(r"[\s()\[\]]*[0-9]+(\s*[,x× ]\s*[0-9]+)*[\s,()\[\]]*", text) or len(numbers) not in (1, 3):
        raise Refused("An input's shape is written as 3, 32, 32 (C, H, W), or as one number of features.", -1)
    shape = tuple(int(n) if len(n) < 9 else limits.SIZE + 1 for n in numbers)
    if not all(1 <= n <= limits.SIZE for n in shape):
        raise Refused(f"An input's sizes go from 1 to {limits.SIZE:,}; these are {shape_text(shape)}.", -1)
    return _fitted(Network(shape, network.layers), -1)


def _set(network: Network, row: int, change: Mapping[str, Any]) -> Network:
    arriving = network.arriving_shape(row)
    layer = layer_of(str(change.get("kind", called(network.layers[row]))), str(change["text"]), arriving)
    if "before" in change:
        network, row = _with_before(network, row, change)
        arriving = network.arriving_shape(row)
        layer = layer.fitted(arriving)
    changed = network.replace(row, layer)
    try:
        changed.with_layers(changed.layers[: row + 1]).shapes()
    except ValueError as error:
        raise Refused(sentence(error), row, _remedy(network, row, layer, arriving)) from None
    return _fitted(changed, row)


def _with_before(network: Network, row: int, change: Mapping[str, Any]) -> tuple[Network, int]:
    """Return the network with another layer above a row, and the row's new place."""
    return network.insert(row, fresh(_known(change["before"]), network.arriving_shape(row))), row + 1


def _remedy(network: Network, row: int, layer: Layer, arriving: Shape) -> Remedy | None:
    """Return the change that puts right typed settings that do not fit what arrives."""
    if isinstance(layer, Linear) and len(arriving) == 3:
        return _flatten(row, text=settings_text(layer))
    try:
        right = layer.fitted(arriving)
        _fitted(network.replace(row, right), row)
    except ValueError:
        return None
    numbers = [getattr(right, name) for name in right.arriving() if getattr(right, name) != getattr(layer, name)]
    change = {"action": "set", "row": row, "kind": called(right), "text": settings_text(right)}
    return Remedy(f"make it {numbers[0]}", change) if numbers else None


def _with_kind(network: Network, row: int, change: Mapping[str, Any]) -> Network:
    kind, old = _known(change["kind"]), network.layers[row]
    if "before" in change:
        network, row = _with_before(network, row, change)
    arriving = network.arriving_shape(row)
    if kind == "Linear" and len(arriving) == 3:
        raise Refused(f"A Linear takes features, but maps {shape_text(arriving)} arrive here.", row, _flatten(row))
    return _fitted(network.replace(row, fresh(kind, arriving, old)), row)


def _flatten(row: int, **change: str) -> Remedy:
    action = "set" if "text" in change else "kind"
    change = {"action": action, "row": row, "kind": "Linear", "before": "Flatten", **change}
    return Remedy("put a Flatten before it", change)


def _add(network: Network, row: int, change: Mapping[str, Any]) -> Network:
    if len(network) >= limits.LAYERS:
        raise ValueError(f"a stack has at most {limits.LAYERS} layers")
    arriving = network.arriving_shape(row + 1)
    likely = "ReLU" if row >= 0 and isinstance(network.layers[row], Conv2d | Linear) else "Conv2d"
    kind = _known(change.get("kind") or (likely if len(arriving) == 3 or likely == "ReLU" else "Linear"))
    return _fitted(network.insert(row + 1, fresh(kind, arriving)), row)


def _remove(network: Network, row: int, change: Mapping[str, Any]) -> Network:
    return _fitted(network.remove(row), row)


def _move(network: Network, row: int, change: Mapping[str, Any]) -> Network:
    to = row + int(change["by"])
    if not 0 <= to < len(network):
        raise ValueError("it is at the end already")
    return _fitted(network.move(row, to), row)


def _known(kind: Any) -> str:
    if kind not in KINDS:
        raise ValueError(f"{str(kind)[:24]!r} is not a layer that stands in a stack")
    return kind


def _fitted(network: Network, row: int) -> Network:
    """Return the network with the sizes that follow from what arrives. Refused, with a row, where it cannot run."""
    try:
        fitted = network.fitted()
        shapes = [fitted.input_shape, *fitted.shapes()]
    except ValueError as error:
        raise Refused(sentence(error), row) from None
    # On maps a Linear would work on the width alone. PyTorch allows it, but whoever removed a Flatten does not mean it.
    for k, (before, after) in enumerate(zip(network.layers, fitted.layers, strict=True)):
        if isinstance(after, Linear) and after != before and len(shapes[k]) == 3:
            gives = f"layer {k}, {called(fitted.layers[k - 1])}, gives" if k else "the input is"
            said = f"Layer {k + 1}, Linear: it takes features, but {gives} maps {shape_text(shapes[k])}."
            raise Refused(said, row)
    return fitted


_ACTIONS = {"set": _set, "kind": _with_kind, "add": _add, "remove": _remove, "move": _move}
