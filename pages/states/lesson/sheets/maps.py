"""Whole maps as pictures, where they are too large to step through; the learner can choose one pixel of them."""

import numpy as np

from engine.layers.kerneled import Filtered
from engine.writing.words import ENGLISH
from pages.states.lesson.state import LessonState
from pages.states.sheet import Sheet
from pages.states.sheet.colors import colors, rgb
from pages.states.sheet.png import address, largest_size


def above(page: Sheet, state: LessonState) -> None:
    """Draw an input that is too large to step through, and the maps that come of it."""
    if state.kind.stepped(state):
        return
    page.widget("maps", "maps", **maps(state.layer, state.input, state.output, state.kind.pixel(state)))
    page.caption("Point at a map to see a pixel's window on the input; choose the pixel to open it below.")


def maps(layer: Filtered, input: np.ndarray, output: np.ndarray, chosen: tuple[int, int, int]) -> dict:
    """Return a picture and the maps that a layer makes of it, for assets/maps/maps.js. chosen: filter, row, column.

    rows, columns: for each row and column of a map, the first of the padded input that it is made from, and how many.
    """
    padded, windows = layer.pad(input), layer.windows(input.shape)
    channels = {1: "grey", 3: "R, G, B"}.get(len(input), f"{len(input)} channels")
    title = "padded input" if padded.shape != input.shape else "input"
    name = layer.page_name
    return {
        "input": _picture(picture_png(padded), padded, f"{title} ({channels})", title),
        "maps": [
            _picture(
                signed_png(feature),
                output,
                f"{name} {o}",
                f"Feature map of {name} {o}: arrows move, Enter opens the window",
            )
            for o, feature in enumerate(output)
        ],
        "rows": windows.rows.ends(),
        "columns": windows.columns.ends(),
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
