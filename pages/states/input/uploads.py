"""An uploaded or photographed file as a picture, read defensively."""

import io
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from engine.data import pictures

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_BYTES = 20 * 2**20
MAX_PIXELS, MAX_SHRUNK = 16_000_000, 40_000_000  # of a picture, and of a JPEG, which shrinks while it is decoded
ENOUGH = 2 * pictures.MAX_SIZE  # pixels of the shorter side: a picture that has twice as many, or more, is shrunk


@dataclass(frozen=True)
class Upload:
    """A picture as uint8 (H, W, 3), and a sentence for each change that was made to it."""

    picture: np.ndarray
    notes: tuple[str, ...]


def read(data: bytes) -> Upload:
    """Decode the bytes of a PNG, JPEG or WebP file.

    The size is checked before anything is decoded, and what is large is shrunk by a whole number, as a mean of its
    pixels, before anything else is done. Turned as its EXIF says; the first frame of an animation;
    16 bits cut to their high 8; transparency laid over white; palette and CMYK made RGB; each with a note.
    Raises ValueError for anything that is not such a file, is broken or cut short, or is too large.
    """
    if not data:
        raise ValueError("The file is empty.")
    if len(data) > MAX_BYTES:
        size, limit = len(data) / 2**20, MAX_BYTES // 2**20
        raise ValueError(f"The file has {size:.0f} MB; at most {limit} MB are read.")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        pixels = re.search(r"\d+", str(error))
        raise ValueError(_too_large(int(pixels[0]) if pixels else 0)) from None
    except Exception:  # Pillow's readers raise SyntaxError, struct.error, EOFError… for a broken header
        raise ValueError("The file is not a PNG, JPEG or WebP picture that can be read.") from None
    with image:
        width, height = image.size
        if width * height > (most := MAX_SHRUNK if image.format == "JPEG" else MAX_PIXELS):
            raise ValueError(_too_large(width * height, f"{width} × {height} = ", most))
        try:
            return _decoded(image, data)
        except Exception:
            reason = f"The picture says that it is {width} × {height}, but it is broken or cut short."
            raise ValueError(reason) from None


def _too_large(pixels: int, sides: str = "", most: int = MAX_SHRUNK) -> str:
    return (
        f"The picture has {sides}{pixels / 1e6:.6g} million pixels; "
        f"at most {most // 1_000_000} million are read. Make it smaller and try again."
    )


def _shrunk(image: Image.Image) -> Image.Image:
    """Return a picture at a whole fraction of its size, where that is large enough for every use."""
    factor = min(image.size) // ENOUGH
    if factor < 2:
        return image
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):  # a palette's numbers have no mean
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.reduce(factor)


def _decoded(image: Image.Image, data: bytes) -> Upload:
    notes = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        notes.append(f"It is an animation of {frames} frames; this is the first.")
        image.seek(0)
    image.draft(image.mode, (ENOUGH, ENOUGH))  # a JPEG is decoded at a fraction of its size
    image.load()
    if _sixteen_bits(image, data):
        notes.append("It has 16 bits for each channel; only the high 8 bits are used, 0 to 255.")
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
    image = _shrunk(image)
    turned = _turned(image)
    if turned is not image:
        notes.append("The camera marked it as turned, so it was set upright.")
    image = turned
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getextrema()[3][0] < 255:
            notes.append("It has transparent parts; they were laid over white.")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    elif image.mode == "CMYK":
        notes.append("It was made for print (CMYK); its colours were made RGB without a profile.")
    if image.size == (1, 1):
        notes.append("It is one pixel, so all numbers of a channel are the same.")
    return Upload(np.asarray(image.convert("RGB")), tuple(notes))


def _sixteen_bits(image: Image.Image, data: bytes) -> bool:
    # Pillow cuts a 16-bit colour PNG to 8 bits without a word; the bit depth is byte 24 of the file.
    return image.format == "PNG" and len(data) > 24 and data[24] == 16


def _turned(image: Image.Image) -> Image.Image:
    try:
        if image.getexif().get(0x0112, 1) not in range(2, 9):
            return image
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF says nothing about the pixels
        return image
