"""A network's numbers as keys of a link and back, and a network's input shape; any text may come in.

Numbers that differ from a start (a seed's, or an example's) are a sparse list, `0.weight.3_-2.5~4.bias.0_1`, or whole
parameters where these are shorter. The stack itself: engine.network.stack_text.
"""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from math import prod

import numpy as np

from engine import limits
from engine.network import Network
from engine.network.stack_text import write_stack
from pages.states import codec, fields
from pages.states.codec import shown
from pages.states.fields import Field
from pages.states.link import Link

MAX_PROBLEMS = 3
FEW, WHOLE = 8, 4096  # up to so many changed numbers are a list; up to so many numbers of a parameter can travel whole
_EDITS = Field("edits", lambda text: text[: codec.MAX_TEXT])
_EDIT = re.compile(r"([0-9]{1,3})\.([a-z0-9_.]{1,40})\.([0-9]{1,7})_(-?[0-9]{1,7}(?:\.[0-9]{1,6})?)")


def write_numbers(start: Mapping[str, np.ndarray], parameters: Mapping[str, np.ndarray]) -> dict[str, str]:
    """Return the keys of a link that turn the first parameters into the present ones; both have the same names."""
    items, query = [], {}
    for name, array in parameters.items():
        places = np.flatnonzero(array != start[name]).tolist()
        sparse = [f"{name}.{k}_{codec.decimal_text(float(array.flat[k]))}" for k in places]
        whole = codec.encode(array) if len(places) > FEW and array.size <= WHOLE else ""
        if whole and len(whole) < len("~".join(sparse)):
            query[name] = whole
        else:
            items += sparse
    return {"edits": "~".join(items), **query} if items else query


def read_numbers(link: Link, start: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return parameters with a link's changes."""
    parameters = dict(start)
    for name, array in start.items():
        parameters[name] = link.take(fields.shaped(name, array.shape), array)
    for item in link.take(_EDITS, "").split("~"):
        if item and len(link.problems) < MAX_PROBLEMS:
            link.attempt(_apply, parameters, start, item)
    return parameters


def _apply(parameters: dict[str, np.ndarray], start: Mapping[str, np.ndarray], item: str) -> None:
    match = _EDIT.fullmatch(item)
    name = f"{match[1]}.{match[2]}" if match else ""
    if name not in parameters:
        raise ValueError(f"edits: {shown(item)} names no number of this network.")
    flat, value = int(match[3]), float(match[4])
    if flat >= parameters[name].size:
        raise ValueError(f"edits: {name} has {parameters[name].size} numbers, but none at {flat}.")
    if abs(value) > codec.MAX_VALUE:
        raise ValueError(f"edits: {shown(match[4])} is larger than {codec.MAX_VALUE:,}.")
    if parameters[name] is start[name]:
        parameters[name] = np.array(start[name])
    parameters[name].flat[flat] = value + 0.0


def read_input_shape(text: str) -> tuple[int, ...]:
    """Return the input shape that "3x32x32" or "64" stands for. ValueError for any other text."""
    if not re.fullmatch(r"[1-9][0-9]{0,4}(x[1-9][0-9]{0,4}x[1-9][0-9]{0,4})?", text):
        raise ValueError(f"{shown(text)} is not an input's shape, such as 3x32x32 (C, H, W) or 64.")
    shape = tuple(map(int, text.split("x")))
    if max(shape) > limits.SIZE:
        raise ValueError(f"An input of {text} is too large: at most {limits.SIZE} along an axis.")
    return shape


def carried(
    old: Network, parameters: Mapping[str, np.ndarray], new: Network, start: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return a changed network's parameters: the old ones of layers that stayed, where the shapes fit, else `start`."""
    words = [[write_stack((layer,)) for layer in network.layers] for network in (old, new)]
    stayed: dict[int, int] = {}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and i2 - i1 == j2 - j1):
            stayed |= dict(zip(range(j1, j2), range(i1, i2), strict=True))
    made = dict(start)
    for name in made:
        k, _, rest = name.partition(".")
        was = parameters.get(f"{stayed.get(int(k))}.{rest}")
        if was is None or was.ndim != made[name].ndim:
            continue
        if was.shape == made[name].shape:
            made[name] = was
            continue
        common = tuple(slice(0, min(pair)) for pair in zip(was.shape, made[name].shape, strict=True))
        made[name] = np.array(made[name])
        made[name][common] = was[common]
    return made


def number_count(network: Network) -> int:
    """How many numbers a network's parameters hold, buffers too."""
    return sum(prod(shape) for shape in network.parameter_shapes().values())
