"""A trained network on a picture: the picture and the answer, the maps of all layers, and the chosen map, large."""

from collections.abc import Collection

import numpy as np

from engine.cached import Kept
from engine.facts import saliency
from engine.layers import Conv2d, ConvTranspose2d
from engine.network.blocks import called
from engine.writing.display import number_text
from pages.states.inside.state import InsideState
from pages.states.network import overview
from pages.states.sheet import png
from pages.states.sheet.parts import fingerprint
from pages.states.sheet.png import picture_address

TALL, LEAST_SIDE, GAP = 10, 20, 2  # maps in a column; pixels of the smallest map's side, and between two maps
WRITTEN, LISTED = 8, 16  # sides of maps, and lengths of vectors, whose numbers are written
LINES = (24, 46)  # lines of a longer vector: of up to FEW numbers, and of more
FEW = 144
TOP = 5
_LAYERS = Kept(32)

WORDS = {
    "layers": "The layers and their maps",
    "map": "{title}: {count} maps. Arrow keys choose a channel, Enter opens its strongest cell.",
    "cells": "{title}, {channel}. Arrow keys move over the cells, Enter opens one.",
    "map_at": "channel {map} of 0–{last}",
    "at": "row {row}, column {column}",
    "place": "number {place}",
    "before": "Previous channel",
    "next": "Next channel",
    "path": "The path of this number",
    "from": "made from",
    "answer": "The network's answer",
    "truth": "true class",
    **overview.WALK,
}


def data(state: InsideState, has: Collection[str] = ()) -> dict:
    """Return what the widget draws. `layers`, which are large, are left out where the browser `has` them."""
    number, flat = state.shown
    there = layers_id(state) in has
    return {
        **({} if there else {"layers": _LAYERS.get(state.key, lambda: layers(state))}),
        "picture": {"png": picture_address(state.picture.colours, 32), **_size(state)},
        "title": state.picture.title,
        "truth": state.picture.truth,
        "answer": answer(state),
        "open": {"number": number, "flat": flat},
        "chosen": chosen(state),
        "path": [place(state, *passed) for passed in state.trail],
        "words": WORDS,
    }


def place(state: InsideState, number: int, flat: int) -> dict:
    """Return a place of the path: where it is, what it is called, and its value."""
    there = {"number": number, "flat": flat, **overview.place_text(state, (number, flat))}
    if number == state.network.logits:
        there["label"] = f"logit {state.classes[flat]}"
    return there


def _size(state: InsideState) -> dict[str, int]:
    _, height, width = state.input.shape
    return {"rows": height, "columns": width}


def answer(state: InsideState) -> list[dict]:
    """Return the most probable classes with their probabilities, as texts."""
    shares = state.probabilities
    order = np.argsort(-shares, kind="stable")[:TOP].tolist()
    return [
        {"name": state.classes[k], "share": f"{100 * shares[k]:.1f} %", "width": f"{100 * shares[k]:.1f}%", "class": k}
        for k in order
    ]


def layers(state: InsideState) -> dict:
    """Return every layer as `column` does."""
    columns = [column(state, number) for number in range(1, len(state.network) + 1)]
    return {"id": layers_id(state), "columns": columns}


def layers_id(state: InsideState) -> str:
    """Return a text that is another one where any layer's pictures are."""
    return fingerprint(*state.key)


def column(state: InsideState, number: int) -> dict:
    """Return one layer: its name, its shape, and all its maps as one picture."""
    values, layer = state.output(number), state.layer(number)
    maps = values if values.ndim == 3 else sheet(values)
    count, rows, columns = maps.shape
    per_line = -(-count // TALL)
    grow = max(1, -(-LEAST_SIDE // max(rows, columns))) if values.ndim == 3 else 1
    return {
        "number": number,
        "title": called(layer),
        "code": layer.code(),
        "shape": "×".join(map(str, values.shape)),
        "count": count,
        "numbers": int(values.size),
        "rows": rows,
        "columns": columns,
        "perLine": per_line,
        "lines": -(-count // per_line),
        "grow": grow,
        "gap": GAP,
        "vector": values.ndim == 1,
        "strongest": _strongest(maps),
        "png": montage(maps, per_line, grow, full_colour(maps) if values.ndim == 3 else None),
    }


def full_colour(maps: np.ndarray) -> float:
    """Return the size that 1 of 100 numbers is above: it gets the full colour in many maps beside each other.

    With the largest as full colour, a few large numbers at edges would leave all other maps pale.
    """
    return float(np.percentile(np.abs(maps), 99))


def _strongest(maps: np.ndarray) -> list[int]:
    """Return each map's cell with the largest number."""
    return maps.reshape(len(maps), -1).argmax(axis=1).tolist()


def sheet(values: np.ndarray) -> np.ndarray:
    """Return a vector as one map: one number on each line, or more, so that there are at most LINES lines."""
    return overview.sheet(values, 1 if values.size <= LISTED else -(-values.size // LINES[values.size > FEW]))


def chosen(state: InsideState) -> dict:
    """Return the map of the open place, large, with every number as a text."""
    number, flat = state.shown
    if number == 0:
        number, flat = state.open
    values = state.output(number)
    maps = values if values.ndim == 3 else sheet(values)
    channel = flat // maps[0].size if values.ndim == 3 else 0
    plane = maps[channel]
    most = float(np.abs(plane).max())
    name = f"channel {channel}" if values.ndim == 3 else "all numbers"
    maker = f"from filter {channel} · " if isinstance(state.layer(number), Conv2d | ConvTranspose2d) else ""
    return {
        "number": number,
        "channel": channel,
        "title": called(state.layer(number)),
        "name": name,
        "rows": plane.shape[0],
        "columns": plane.shape[1],
        "flat": flat - channel * plane.size,
        "first": channel * plane.size,
        "count": min(plane.size, values.size),
        "written": max(plane.shape) <= WRITTEN or values.size <= LISTED,
        "labels": list(state.classes) if number >= state.network.logits and values.ndim == 1 else [],
        "most": f"{maker}strongest colour ±{number_text(most, 3)}",
        "sees": sees(state, number, plane.shape),
        "png": montage(plane[None], 1, 1),
        **overview.written(plane, overview.short(plane) if max(plane.shape) <= WRITTEN else overview.decimals(plane)),
    }


def sees(state: InsideState, number: int, shape: tuple[int, int]) -> dict:
    """Return which rows and columns of the picture each row and column of a map sees, as (first, count)."""
    field = state.fields[number]
    if state.output(number).ndim == 1:
        field = None
    spans = [saliency.seen(field, (i, 0), state.input.shape) for i in range(shape[0])]
    across = [saliency.seen(field, (0, j), state.input.shape) for j in range(shape[1])]
    return {"rows": [[one.top, one.height] for one in spans], "columns": [[one.left, one.width] for one in across]}


def montage(maps: np.ndarray, per_line: int, grow: int, most: float | None = None) -> str:
    """Return maps (C, H, W) side by side as one PNG data URL.

    Blue above 0, orange below, paler near 0. grow: pixels of the picture for a cell's side. most: the
    size of number that gets the full colour, by default the largest.
    """
    count, height, width = maps.shape
    lines = -(-count // per_line)
    largest = most or png.largest_size(maps)
    down, across = height * grow + GAP, width * grow + GAP
    pixels = np.zeros((lines * down - GAP, per_line * across - GAP, 4), np.uint8)
    for k, one in enumerate(maps):
        tile = png.signed(one, largest).repeat(grow, axis=0).repeat(grow, axis=1)
        top, left = k // per_line * down, k % per_line * across
        pixels[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return png.address(pixels)
