"""Pixels as PNG files."""

import base64
import io

import numpy as np
from PIL import Image


def encoded(pixels: np.ndarray) -> bytes:
    """Return uint8 (H, W), (H, W, 3) or (H, W, 4) as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def address(pixels: np.ndarray) -> str:
    """Return uint8 (H, W), (H, W, 3) or (H, W, 4) as a PNG in a data: address."""
    return "data:image/png;base64," + base64.b64encode(encoded(pixels)).decode()
