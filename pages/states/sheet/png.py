"""Pixels as PNG files."""

import base64
import io

import numpy as np

from pages.states.sheet.colors import colors, rgb


def encoded(pixels: np.ndarray) -> bytes:
    """Return uint8 (H, W), (H, W, 3) or (H, W, 4) as a PNG file."""
    from PIL import Image  # a browser loads it when it is needed

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def address(pixels: np.ndarray) -> str:
    """Return uint8 (H, W), (H, W, 3) or (H, W, 4) as a PNG in a data: address."""
    return "data:image/png;base64," + base64.b64encode(encoded(pixels)).decode()


def picture_address(pixels: np.ndarray, most: int = 32) -> str:
    """Return uint8 (H, W, 3) as a PNG in a data: address, shrunk where a side is longer than `most`."""
    from PIL import Image

    image = Image.fromarray(pixels)
    if max(image.size) > most:
        image.thumbnail((most, most), Image.Resampling.BOX)
    return address(np.asarray(image))


def coloured(pixels: np.ndarray) -> np.ndarray:
    """Return (1 or 3, H, W) as a picture in colour, (H, W, 3)."""
    return np.ascontiguousarray(np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0))


def brightness(values: np.ndarray, full: float | None) -> np.ndarray:
    """Return (C, H, W) as bytes for the eye: 0 black to `full` white; without `full`, from low to high."""
    low, high = (0.0, full) if full else (min(0.0, float(values.min())), float(values.max()))
    if high <= low:
        high = low + 1
    return np.rint((values - low) / (high - low) * 255).clip(0, 255).astype(np.uint8)


def largest_size(values: np.ndarray) -> float:
    """Return the size of the largest number, or 1 where all are 0: what gets the full colour."""
    return float(np.abs(values).max()) or 1.0


def steady_size(values: np.ndarray) -> float:
    """Return the largest size rounded up to 1, 1.5, 2, 3, 5 or 7 times a power of 10; 1 where all numbers are 0.

    It gets the full colour where numbers are edited: another number seldom moves it, and so the other cells stay as
    they are.
    """
    largest = largest_size(values)
    power = 10.0 ** np.floor(np.log10(largest))
    return float(next(step for step in (1, 1.5, 2, 3, 5, 7, 10) if largest <= step * power * (1 + 1e-12)) * power)


def signed(values: np.ndarray, largest: float) -> np.ndarray:
    """Return numbers as uint8 pixels with a last axis of 4: blue above 0, orange below, paler near 0.

    largest: the size of number that gets the full colour, as do larger ones.
    """
    above, below = (rgb(colors("light")[name]).astype(np.uint8) for name in ("positive-line", "negative-line"))
    ink = np.where((values >= 0)[..., None], above, below)
    clear = np.rint(np.minimum(np.abs(values) / largest, 1) * 255).astype(np.uint8)
    return np.concatenate([ink, clear[..., None]], axis=-1)
