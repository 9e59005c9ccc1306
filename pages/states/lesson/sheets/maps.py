"""Whole feature maps as pictures; the learner can choose one pixel of them."""

import numpy as np

from engine.layers import Conv2d
from engine.writing.words import ENGLISH
from pages.states.sheet.colors import colors, rgb
from pages.states.sheet.png import address, largest_size


def maps(layer: Conv2d, input: np.ndarray, output: np.ndarray, chosen: tuple[int, int, int]) -> dict:
    """Return a picture and a convolution's feature maps, for assets/maps/maps.js. chosen: filter, row, column."""
    padded = layer.pad(input)
    channels = {1: "grey", 3: "R, G, B"}.get(len(input), f"{len(input)} channels")
    title = "padded input" if padded.shape != input.shape else "input"
    return {
        "input": _picture(picture_png(padded), padded, f"{title} ({channels})", title),
        "maps": [
            _picture(
                signed_png(feature),
                output,
                f"filter {o}",
                f"Feature map of filter {o}: arrows move, Enter opens the window",
            )
            for o, feature in enumerate(output)
        ],
        "rows": [int(i) * layer.strides[0] for i in range(output.shape[1])],
        "columns": [int(j) * layer.strides[1] for j in range(output.shape[2])],
        "extent": dict(zip(("height", "width"), layer.extent, strict=True)),
        "chosen": dict(zip(("filter", "row", "column"), chosen, strict=True)),
        "words": {"at": ENGLISH["map_at"]},
    }


def _picture(png: str, array: np.ndarray, label: str, alt: str) -> dict:
    return {"png": png, "height": array.shape[-2], "width": array.shape[-1], "label": label, "alt": alt}


def picture_png(array: np.ndarray) -> str:
    """Return (C, H, W) as a PNG data URL: three channels in colour, any other number as their mean in grey."""
    low, high = min(0.0, float(array.min())), float(array.max())
    share = (array - low) / (high - low) if high > low else np.zeros_like(array)
    pixels = np.rint(share * 255).astype(np.uint8)
    return address(np.moveaxis(pixels, 0, -1) if len(pixels) == 3 else pixels.mean(axis=0).astype(np.uint8))


def signed_png(feature: np.ndarray) -> str:
    """Return (H, W) as a PNG data URL: white at 0, blue above, orange below, strongest at the largest size."""
    table = colors("light")
    share = (np.abs(feature) / largest_size(feature))[..., None]
    ends = np.where((feature >= 0)[..., None], rgb(table["positive-line"]), rgb(table["negative-line"]))
    return address(np.rint(255 + (ends - 255) * share).astype(np.uint8))
