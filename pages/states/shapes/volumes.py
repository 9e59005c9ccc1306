"""The arrays between a network's layers, drawn as boxes that shrink: shapes → HTML, texts escaped."""

from dataclasses import dataclass
from itertools import groupby
from math import log2, sqrt

from engine.network import Network
from engine.network.blocks import called
from engine.network.tables import shape_text

TALL, DEEP = 84, 0.3  # pixels of the tallest box; how much of its width is drawn as depth
MOST = 40


@dataclass(frozen=True)
class Volume:
    """Neighbouring layers whose outputs have one shape: the shape, their places (0 is the input), their classes."""

    shape: tuple[int, ...]
    first: int
    last: int
    kinds: tuple[str, ...]


def volumes(network: Network) -> list[Volume]:
    """Return the input and the layers' outputs; neighbours of one shape are one volume."""
    shapes = enumerate(network.shapes(), start=1)
    made = [Volume(network.input_shape, 0, 0, ("input",))]
    for shape, run in groupby(shapes, key=lambda one: one[1]):
        places = [place for place, _ in run]
        kinds = tuple(called(network.layers[place - 1]) for place in places)
        made.append(Volume(shape, places[0], places[-1], kinds))
    return made


def figure(network: Network) -> str:
    """Return the boxes from left to right: height and depth grow with √H and √W, width with log C."""
    drawn = volumes(network)
    left_out = max(0, len(drawn) - MOST)
    tallest = max(max(v.shape[-2:]) if len(v.shape) == 3 else 1 for v in drawn)
    boxes = "".join(_box(volume, tallest) for volume in drawn[:MOST])
    if left_out:
        boxes += f"<li><b>…</b><span>{left_out} more</span></li>"
    said = ", then ".join(shape_text(volume.shape) for volume in drawn[:MOST])
    return f'<div class="vol" role="img" aria-label="The arrays between the layers: {said}."><ol>{boxes}</ol></div>'


def _box(volume: Volume, tallest: int) -> str:
    places = f"{volume.first}" if volume.first == volume.last else f"{volume.first}–{volume.last}"
    name = "input" if not volume.first else f"{places} {volume.kinds[0]}{' …' if len(volume.kinds) > 1 else ''}"
    label = f'<b data-volume="{"x".join(map(str, volume.shape))}">{shape_text(volume.shape)}</b><span>{name}</span>'
    title = f'title="{", ".join(volume.kinds)}"'
    if len(volume.shape) == 1:
        height = 8 + 6 * log2(volume.shape[0])
        return f'<li {title}><div class="line" style="--h:{height:.0f}px"></div>{label}</li>'
    channels, height, width = volume.shape
    sizes = {
        "c": 4 + 5 * log2(channels),
        "h": max(3, TALL * sqrt(height / tallest)),
        "z": max(2, TALL * DEEP * sqrt(width / tallest)),
    }
    style = ";".join(f"--{side}:{size:.1f}px" for side, size in sizes.items())
    kind = ' class="in"' if not volume.first else ""
    return f'<li {title}{kind}><div class="box" style="{style}"></div>{label}</li>'
