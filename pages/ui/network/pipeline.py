"""A small network at work on a bundled picture: numbers by the engine, parts as drawings."""

from dataclasses import dataclass
from functools import lru_cache
from math import atan2, degrees, hypot

import numpy as np

from engine import functional as F
from engine.data import pictures
from engine.data.kernels import kernel
from pages.states.sheet.colors import colors, rgb
from pages.states.sheet.png import picture_address

SIZE = 32
CLASSES = ("digit", "letter", "scene")
FILTERS = np.stack([kernel(name) for name in ("Sobel x", "Sobel y", "outline")])
SHARPNESS = 0.012


@dataclass(frozen=True)
class Run:
    """What one picture becomes on its way through the network: arrays without N."""

    picture: np.ndarray
    convolved: np.ndarray
    activated: np.ndarray
    pooled: np.ndarray
    weights: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray


@lru_cache(maxsize=8)
def run(name: str) -> Run:
    """Send an example of CLASSES through convolution, ReLU, max pooling, a linear layer and softmax.

    The filters are Sobel's for both directions and an outline, each over all three channels. The linear
    layer was not trained: row k is what pooling gives for class k's own picture, v_k, with bias −|v_k|²/2, so
    that the highest score belongs to the nearest of the three.
    """
    features = {other: _features(other) for other in CLASSES}
    rows = np.stack([features[other][-1].ravel() for other in CLASSES])
    weights, bias = SHARPNESS * rows, -SHARPNESS / 2 * (rows**2).sum(axis=1)
    picture, convolved, activated, pooled = features[name]
    scores = F.linear(pooled.ravel()[None], weights, bias)[0]
    return Run(picture, convolved, activated, pooled, weights, scores, F.softmax(scores[None], dim=1)[0])


def _features(name: str):
    picture = pictures.tensor(pictures.example(name, SIZE), SIZE, "rgb", "0-1")
    kernels = np.repeat(FILTERS[:, None], 3, axis=1) / 3
    convolved = F.conv2d(picture[None], kernels)
    activated = F.relu(convolved)
    return picture, convolved[0], activated[0], F.max_pool2d(activated, 2)[0]


def sheets(maps: list[np.ndarray], side: int = 92, step: int = 17) -> str:
    """Return pictures, uint8 (H, W, 3), as a stack of sheets, the first in front."""
    last = len(maps) - 1
    images = [
        f'<img alt="" src="{picture_address(pixels, 64)}" style="width:{side}px;height:{side}px;'
        f'left:{step * k}px;top:{step * (last - k)}px;z-index:{last - k}">'
        for k, pixels in enumerate(maps)
    ]
    whole = side + step * last
    return f'<div class="sx-sheets" style="width:{whole}px;height:{whole}px">{"".join(images)}</div>'


def channel_sheets(picture: np.ndarray) -> str:
    """Return the picture in front of its red, green and blue channels."""
    light = np.rint(picture.transpose(1, 2, 0) * 255).astype(np.uint8)
    planes = [light * np.eye(3, dtype=np.uint8)[k] for k in range(3)]
    return sheets([light, *planes], side=86, step=13)


def map_sheets(maps: np.ndarray, largest: float, side: int = 92) -> str:
    """Return feature maps as sheets: black is 0, blue positive, orange negative, full colour at `largest`."""
    part = np.clip(maps / largest, -1, 1)[..., None]
    part = np.sign(part) * np.abs(part) ** 0.7  # the eye needs the weak ones lifted
    blue, orange = (rgb(colors("dark")[name]) for name in ("positive-line", "negative-line"))
    shown = np.where(part >= 0, part * blue, -part * orange)
    return sheets(list(np.rint(shown).astype(np.uint8)), side)


def neurons(pooled: np.ndarray, weights: np.ndarray, scores: np.ndarray, inputs: int = 8) -> str:
    """Return some of the linear layer's inputs, all its outputs, and the weights between them as lines."""
    values = pooled.ravel()
    picked = np.sort(np.argsort(values)[-inputs:])
    high, wide = 126, 104
    ys = [8 + (high - 16) * i / (inputs - 1) for i in range(inputs)]
    outs = [high / 2 + 38 * (k - 1) for k in range(len(scores))]
    top = weights[:, picked].max() or 1.0
    lines, dots = [], []
    for i, y in enumerate(ys):
        for k, out in enumerate(outs):
            length, angle = hypot(wide, out - y), degrees(atan2(out - y, wide))
            strength = 0.08 + 0.72 * weights[k, picked[i]] / top
            lines.append(
                f'<i class="sx-line" style="left:8px;top:{y:.1f}px;width:{length:.1f}px;'
                f'transform:rotate({angle:.2f}deg);opacity:{strength:.2f}"></i>'
            )
        light = 0.15 + 0.85 * values[picked[i]] / (values.max() or 1.0)
        dots.append(f'<i class="sx-neuron" style="left:2px;top:{y - 6:.1f}px;--light:{light:.2f}"></i>')
    best = int(scores.argmax())
    for k, out in enumerate(outs):
        mark = " sx-best" if k == best else ""
        dots.append(f'<i class="sx-neuron sx-out{mark}" style="left:{wide}px;top:{out - 9:.1f}px"></i>')
    drawn = "".join(lines + dots)
    return f'<div class="sx-neurons" style="width:{wide + 22}px;height:{high}px">{drawn}</div>'


def bars(probabilities: np.ndarray, names: tuple[str, ...] = CLASSES) -> str:
    """Return probabilities as bars with their percentages."""
    best = int(probabilities.argmax())
    rows = [
        f'<div class="sx-bar{" sx-best" if k == best else ""}"><span>{name}</span><b>{100 * p:.1f} %</b>'
        f'<i style="width:{100 * p:.1f}%"></i></div>'
        for k, (name, p) in enumerate(zip(names, probabilities, strict=True))
    ]
    return f'<div class="sx-bars">{"".join(rows)}</div>'
