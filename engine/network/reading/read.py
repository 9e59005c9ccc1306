"""A pasted text → its layers, with what was taken for what."""

import re
from dataclasses import dataclass

from engine.layers.base import Layer, Shape
from engine.network.blocks import Residual, Sequential
from engine.network.reading.choice import network_of
from engine.network.reading.printed import is_printed, printed_layers, without_print
from engine.network.reading.python.limits import MAX_DEPTH, MAX_LAYERS, TooMuch, Unread
from engine.network.reading.python.modules import stacked
from engine.network.reading.python.objects import children
from engine.network.reading.python.pending import is_pending
from engine.network.reading.python.reader import Reader
from engine.network.reading.python.values import Flow, Instance, Leaf, Modules
from engine.network.reading.text import is_keras, tree_of

NO_NAME = r"[^\w.]"
KERAS = (
    "this is Keras code; Stride reads PyTorch's: write it as nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), …), "
    "channels first"
)


@dataclass(frozen=True)
class Reading:
    """What a text says. layers: some may be open until it is known what arrives (reading.python.pending).

    notes: sentences about what was taken for what. shapes: inputs' shapes that the text names.
    """

    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()


def layers_of(text: str) -> tuple[Layer, ...]:
    """Return a text's layers. Unread, which is a ValueError, where it cannot be read or leaves open what arrives."""
    layers = read(text).layers
    if is_pending(layers):
        raise Unread("what arrives at its layers is not known")
    return layers


def read(text: str) -> Reading:
    """Return what a pasted text says: nn.Sequential, a class with its forward, or what print(model) shows.

    Raises Unread, with a sentence that names the line, for everything else.
    """
    try:
        if is_printed(text) and re.search(r"^(>>> |\s)*class \w+", text, re.MULTILINE):
            text = without_print(text)  # the class itself says more
        if is_printed(text):
            return _checked(*printed_layers(text))
        try:
            tree = tree_of(text)
        except Unread:
            if is_keras(text):
                raise Unread(KERAS) from None
            raise
        if is_keras(text):
            raise Unread(KERAS)
        reader = Reader()
        layers = _layers(reader, network_of(reader, tree))
        return _checked(layers, reader.notes, reader.shapes)
    except (RecursionError, MemoryError):
        raise Unread("the text is nested too deeply") from None


def _layers(reader: Reader, network) -> tuple[Layer, ...]:
    """Return a network's layers: of a class those that forward goes through, in a row."""
    if isinstance(network, list | tuple):
        return tuple(stacked(reader, one) for one in network)
    if isinstance(network, Modules):
        return tuple(stacked(reader, one) for one in network.parts.values())
    if isinstance(network, Leaf):
        return (stacked(reader, network),)
    if network.modules is not None and network.modules.kind == "Sequential" and not _own_forward(network):
        return tuple(stacked(reader, one) for one in network.modules.parts.values())
    end = reader.forward(network)
    for leaf, line in end.leaves:
        reader.place(leaf, line)
    _tell_unused(reader, network, end)
    return end.layers


def _own_forward(network: Instance) -> bool:
    try:
        network.cls.find("forward")
    except KeyError:
        return False
    return True


def _tell_unused(reader: Reader, network: Instance, end: Flow) -> None:
    """Note the layers with weights that forward does not use."""
    used = {id(leaf) for leaf, _ in end.leaves}
    rest, unused = list(children(network).items()), []
    seen: set[int] = set()
    while rest:
        name, one = rest.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Leaf):
            if id(one) not in used and _weighty(one.layer):
                unused.append(f"`{re.sub(NO_NAME, '·', name)}` (line {one.line})")
        else:
            inside = children(one) if isinstance(one, Instance) else one.parts
            rest = [(f"{name}.{inner}", part) for inner, part in inside.items()] + rest
    if unused:
        reader.note(f"forward does not use {', '.join(unused[:5])}: left out, with its weights")


def _weighty(layer: Layer) -> bool:
    return is_pending((layer,)) or bool(layer.parameter_shapes())


def _checked(layers: tuple[Layer, ...], notes=(), shapes=()) -> Reading:
    count = _count(layers, 0)
    if not count:
        raise Unread("there is no layer in it")
    if count > MAX_LAYERS:
        raise TooMuch(f"these are {count} layers, more than the {MAX_LAYERS} that are read")
    return Reading(tuple(layers), tuple(notes), tuple(shapes))


def _count(layers: tuple[Layer, ...], depth: int) -> int:
    """Return how many layers there are, blocks and what is in them counted."""
    if depth > MAX_DEPTH:
        raise Unread(f"at most {MAX_DEPTH} Sequentials are read one inside the other")
    count = 0
    for layer in layers:
        count += 1
        if isinstance(layer, Sequential):
            count += _count(layer.layers, depth + 1)
        elif isinstance(layer, Residual):
            count += _count((*layer.body, *layer.shortcut), depth + 1)
    return count
