"""A picture's file as numbers, the same for an upload and for a training. Needs Pillow and NumPy only."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SIDE = 32
FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP", "GIF")
MAX_PIXELS = 80_000_000
ORIENTATION, TURNED = 0x0112, (2, 3, 4, 5, 6, 7, 8)


def decode(file: Path) -> np.ndarray:
    """Return a picture of any kind as uint8 (3, 32, 32): as `rgb` makes it, then the largest square in the middle,
    resized by Pillow's antialiased bicubic filter. Raises ValueError, with why, for a file that cannot be read.
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
    if image.format in ("JPEG", "MPO") and min(image.size) > 8 * SIDE:
        image.draft("RGB", (4 * SIDE, 4 * SIDE))  # a large photograph is decoded at a fraction of its size
    image, _ = rgb(image)
    if image.size == (SIDE, SIDE):
        return image
    (width, height), side = image.size, min(image.size)
    left, top = (width - side) // 2, (height - side) // 2
    return image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def rgb(image: Image.Image, enough: int | None = None) -> tuple[Image.Image, list[str]]:
    """Return a picture that was just opened as 8-bit red, green and blue, and a sentence for each change.

    Its first frame, set upright as its EXIF says; 16 bits cut to their high 8; transparency, also that of one colour,
    laid over white; grey, palettes and CMYK made RGB. enough: pixels of the shorter side: a picture that has twice as
    many, or more, is shrunk by a whole number, as a mean of its pixels. Raises what Pillow's readers raise for broken
    pixels.
    """
    form, notes = str(image.tile), []
    image.load()
    upright = _upright(image)
    if upright is not image:
        notes.append("The camera marked it as turned, so it was set upright.")
    if ";16" in form:
        notes.append("It has 16 bits for each channel; only the high 8 bits are used, 0 to 255.")
    image = _shrunk(_in_bytes(upright, form), enough)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getextrema()[3][0] < 255:
            notes.append("It has transparent parts; they were laid over white.")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    elif image.mode == "CMYK":
        notes.append("It was made for print (CMYK); its colours were made RGB without a profile.")
    return image if image.mode == "RGB" else image.convert("RGB"), notes


def _shrunk(image: Image.Image, enough: int | None) -> Image.Image:
    """Return a picture at a whole fraction of its size; palettes, whose numbers have no mean, are made RGB first."""
    factor = min(image.size) // enough if enough else 1
    if factor < 2:
        return image
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK") or image.has_transparency_data:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.reduce(factor)


def _in_bytes(image: Image.Image, form: str) -> Image.Image:
    """Return a picture with 8 bits a channel; its transparent colour, which the file tells in its own bits, as well.

    form: how the file holds the pixels, in Pillow's words.
    """
    clear = image.info.get("transparency")
    if image.mode.startswith("I"):
        values = np.asarray(image)
        image = Image.fromarray((values >> 8).clip(0, 255).astype(np.uint8))
        if isinstance(clear, int):
            image.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    elif ";16" in form and isinstance(clear, tuple):
        image.info["transparency"] = tuple(part >> 8 for part in clear)
    elif isinstance(clear, int) and image.mode in ("1", "L"):
        steps = 255 if image.mode == "1" else 85 if "L;2" in form else 17 if "L;4" in form else 1
        image.info["transparency"] = clear * steps
    return image


def _upright(image: Image.Image) -> Image.Image:
    try:
        if image.format in ("JPEG", "MPO") and "exif" not in image.info:
            return image
        if image.getexif().get(ORIENTATION) not in TURNED:
            return image
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF says nothing about the pixels
        return image
