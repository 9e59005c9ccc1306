"""An uploaded or photographed file as a picture, read defensively."""

import io
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.data import pictures
from engine.data.decode import rgb

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

    The size is checked before anything is decoded, and what is large is shrunk on the way. The first frame of an
    animation, made RGB as for a training (engine.data.decode.rgb), with a note on each change.
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
        if width * height > (most := MAX_SHRUNK if image.format in ("JPEG", "MPO") else MAX_PIXELS):
            raise ValueError(_too_large(width * height, f"{width} × {height} = ", most))
        try:
            return _decoded(image)
        except Exception:
            reason = f"The picture says that it is {width} × {height}, but it is broken or cut short."
            raise ValueError(reason) from None


def _too_large(pixels: int, sides: str = "", most: int = MAX_SHRUNK) -> str:
    return (
        f"The picture has {sides}{pixels / 1e6:.6g} million pixels; "
        f"at most {most // 1_000_000} million are read. Make it smaller and try again."
    )


def _decoded(image: Image.Image) -> Upload:
    notes = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format == "MPO":
        notes.append(f"The file holds {frames} pictures, as some cameras write them; this is the first.")
    elif frames > 1:
        notes.append(f"It is an animation of {frames} frames; this is the first.")
    image.draft(image.mode, (ENOUGH, ENOUGH))  # a JPEG is decoded at a fraction of its size
    image, changes = rgb(image, ENOUGH)
    if image.size == (1, 1):
        changes.append("It is one pixel, so all numbers of a channel are the same.")
    return Upload(np.asarray(image), (*notes, *changes))
