"""LeNet-5, trained on digits, at work on a picture: what the widget "alive" draws (assets/home/alive.js)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine import functional as F
from engine.data import pictures, weights
from engine.network.reach import Range, reached
from engine.network.zoo import ZOO
from pages.states.input import drawing
from pages.states.sheet.png import address, brightness, largest_size, signed

SIDE, FULL = 28, 9
PIXELS = f"1 × {SIDE} × {SIDE} pixels from 0 to {FULL}; the network takes them ÷ {FULL}"
WORDS = {
    "play": "Play", "pause": "Pause",
    "picture": f"The picture as numbers, {SIDE} by {SIDE}. Arrow keys move over them.",
    "at": "Row {row}, column {column}: {value}. What it reaches is framed; from the first fully connected layer "
    "on that is everything.",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One stage of the network. places: the layers that it shows, by their number; the last one's output is drawn.

    across: maps, or numbers, side by side. seconds: how long it takes to appear.
    """

    key: str
    title: str
    page: str
    place: int
    across: int
    seconds: float
    says: str


STAGES = (
    Stage("conv1", "Convolution", "convolution", 0, 2, 7,
          "Six filters of 5 × 5 glide over the picture. At each place 25 products are summed: one number of each map."),
    Stage("act1", "Activation", "activation", 1, 3, 1.2, "Tanh bends every number into −1 to 1."),
    Stage("pool1", "Pooling", "pooling", 2, 3, 2.2, "Each 2 × 2 becomes its average: half the height, half the width."),
    Stage("conv2", "Convolution", "convolution", 3, 4, 2.6,
          "Sixteen filters look at all six maps at once: corners, ends and bends."),
    Stage("act2", "Activation", "activation", 4, 8, 0.8, "Tanh again."),
    Stage("pool2", "Pooling", "pooling", 5, 8, 0.9, "Averages again: 16 maps of 5 × 5 are left, 400 numbers."),
    Stage("full1", "Fully connected", "fully_connected", 8, 10, 1.2, "Each of 120 neurons meets all 400 numbers."),
    Stage("full2", "Fully connected", "fully_connected", 10, 7, 0.8, "84 neurons meet those 120."),
)  # fmt: skip


@lru_cache(maxsize=8)
def widget(name: str) -> dict[str, Any]:
    """Return what the widget draws of a picture, by its name. All numbers are texts, all ranges are ready."""
    network = ZOO["lenet5"].network
    values = pictures.tensor(pictures.example(name, SIDE), SIDE, "grey", f"0-{FULL}")
    outputs = network.forward(values / FULL, weights.load("lenet5"))
    reach = reached(network.layers, values.shape)
    arrays, stages = [values / FULL, *outputs], []
    for stage in STAGES:
        array = outputs[stage.place]
        window = network.layers[stage.place].window(arrays[stage.place].shape)
        stages.append({
            "key": stage.key, "title": stage.title, "shape": " × ".join(map(str, array.shape)), "page": stage.page,
            "across": stage.across, "seconds": stage.seconds, "says": stage.says, "maps": _maps(array, stage.across),
            "reach": _ranges(reach[stage.place]),
            "reads": None if window is None or array.ndim < 3 else [
                _read(one, count, before) for one, count, before
                in zip(window, array.shape[1:], arrays[stage.place].shape[1:], strict=True)
            ],
        })  # fmt: skip
    return {
        "input": {"title": "Input", "shape": f"1 × {SIDE} × {SIDE}", "page": "input", "says": PIXELS},
        "texts": [f"{v:g}" for v in values.ravel()],
        "inks": _inks(),
        "side": SIDE,
        "stages": stages,
        "output": _output(outputs[-1], name),
        "words": WORDS,
    }


def _inks() -> dict[str, list]:
    """Return for each pixel's text its brightness and the class of its ink."""
    light = brightness(np.arange(FULL + 1.0).reshape(1, 1, -1), FULL).ravel().tolist()
    return {str(k): [v, drawing.ink("k", v)] for k, v in enumerate(light)}


def _maps(array: np.ndarray, across: int) -> list[dict[str, Any]]:
    """Return each map as a picture: blue above 0, orange below. A vector is one picture."""
    largest = largest_size(array)
    maps = array if array.ndim == 3 else array.reshape(1, -1, across)
    return [{"png": address(signed(one, largest)), "rows": one.shape[0], "columns": one.shape[1]} for one in maps]


def _ranges(axes: tuple[list[Range], list[Range]] | None) -> list[list] | None:
    return None if axes is None else [[list(one) if one else None for one in axis] for axis in axes]


def _read(window, count: int, side: int) -> list[list[int]]:
    """Return the cells that each output reads along one axis, padding left out."""
    starts = [window.start + k * window.stride for k in range(count)]
    return [[max(0, start), min(side, start + window.span)] for start in starts]


def _output(logits: np.ndarray, name: str) -> dict[str, Any]:
    probabilities = F.softmax(logits[None], dim=1)[0]
    best = int(probabilities.argmax())
    said = f"The answer: {best}, with a probability of {100 * probabilities[best]:.0f} %."
    if name != "digit":
        said += " It learned digits only, so it calls any picture a digit."
    bars = [
        {"label": str(k), "text": f"{100 * p:.0f} %", "share": round(float(p), 4), "best": k == best}
        for k, p in enumerate(probabilities)
    ]
    return {
        "title": "Output", "shape": "10 probabilities", "page": "output_loss", "bars": bars, "seconds": 1.2,
        "says": "Softmax makes the 10 scores probabilities.", "end": said,
    }  # fmt: skip
