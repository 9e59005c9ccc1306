"""One picture's file as numbers: 32 × 32, red, green and blue. Needs Pillow and NumPy only."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SIDE = 32
FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP", "GIF")
MAX_PIXELS = 80_000_000
UPRIGHT, ORIENTATION = 1, 0x0112


def decode(file: Path) -> np.ndarray:
    """Return a picture of any kind as uint8 (3, 32, 32).

    The first frame of an animation; set upright as its EXIF says; 16 bits cut to their high 8; transparency laid over
    white; grey and CMYK made RGB; the largest square in the middle, resized by Pillow's antialiased bicubic filter.
    Raises ValueError, with why, for a file that cannot be read.
    """
    try:
        image = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError:
        raise ValueError(f"has more than {MAX_PIXELS // 10**6} million pixels") from None
    except Exception:  # Pillow's readers raise SyntaxError, struct.error, EOFError… for a broken header
        raise ValueError("is not a picture that can be read") from None
    with image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise ValueError(f"has {width} × {height} pixels; at most {MAX_PIXELS // 10**6} million are read")
        try:
            return np.ascontiguousarray(np.asarray(_square(image)).transpose(2, 0, 1))
        except Exception:  # so do those for its pixels
            raise ValueError("is broken or cut short") from None


def _square(image: Image.Image) -> Image.Image:
    if image.format == "JPEG" and min(image.size) > 8 * SIDE:
        image.draft("RGB", (4 * SIDE, 4 * SIDE))  # a large photograph is decoded at a fraction of its size
    image.load()
    image = _upright(image)
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image if image.mode == "RGB" else image.convert("RGB")
    if image.size == (SIDE, SIDE):
        return image
    (width, height), side = image.size, min(image.size)
    left, top = (width - side) // 2, (height - side) // 2
    return image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _upright(image: Image.Image) -> Image.Image:
    try:
        if image.format == "JPEG" and "exif" not in image.info:
            return image
        if image.getexif().get(ORIENTATION, UPRIGHT) == UPRIGHT:
            return image
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF says nothing about the pixels
        return image
