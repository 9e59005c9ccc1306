"""A picture's file is the same numbers for an upload and for a training: files of every kind, made by Pillow."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.decode import SIDE, decode
from pages.states.input import uploads

GRADIENT = np.add.outer(np.arange(32) * 4, np.arange(32)).astype(np.uint8)
COLOURS = np.stack([GRADIENT, GRADIENT.T, 255 - GRADIENT], axis=-1)
UPRIGHT = np.rot90(GRADIENT, -1)  # what orientation 6 makes of it


def exif(orientation: int) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    return made


def file(image: Image.Image, format: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def png(pixels: np.ndarray, depth: int, colour: int, clear: bytes) -> bytes:
    """A PNG by hand, with a transparent colour: rows of packed samples; for what Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = pixels.shape[:2]
    if depth == 16:
        rows = [row.astype(">u2").tobytes() for row in pixels]
    else:
        bits = np.unpackbits(pixels.astype(np.uint8)[..., None], axis=-1)[..., -depth:]
        rows = [np.packbits(row.ravel()).tobytes() for row in bits]
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    raw = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = chunk(b"IHDR", head) + chunk(b"tRNS", clear) + chunk(b"IDAT", raw)
    return b"\x89PNG\r\n\x1a\n" + parts + chunk(b"IEND", b"")


def both(data: bytes, tmp_path: Path) -> uploads.Upload:
    """Read a file as an upload, and assert that a training reads the same."""
    upload = uploads.read(data)
    place = tmp_path / "x.png"
    place.write_bytes(data)
    wanted = Image.fromarray(upload.picture)
    if wanted.size != (SIDE, SIDE):
        wanted = wanted.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(decode(place), np.asarray(wanted).transpose(2, 0, 1))
    return upload


def test_sixteen_bits_and_a_turn_are_as_the_twin_of_eight_bits(tmp_path):
    deep = both(file(Image.fromarray(GRADIENT.astype(np.uint16) * 256 + 77), exif=exif(6)), tmp_path)
    twin = both(file(Image.fromarray(GRADIENT), exif=exif(6)), tmp_path)
    np.testing.assert_array_equal(deep.picture, twin.picture)
    np.testing.assert_array_equal(deep.picture[..., 0], UPRIGHT)
    assert [note.split()[0:3] for note in deep.notes] == [["The", "camera", "marked"], ["It", "has", "16"]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_turn_of_sixteen_bits_is_that_of_eight(orientation, tmp_path):
    deep = both(file(Image.fromarray(GRADIENT.astype(np.uint16) << 8), exif=exif(orientation)), tmp_path)
    twin = both(file(Image.fromarray(GRADIENT), exif=exif(orientation)), tmp_path)
    np.testing.assert_array_equal(deep.picture, twin.picture)


def test_a_transparent_colour_of_sixteen_bits_is_white(tmp_path):
    values = np.array([[4660, 4661, 0, 65535]] * 4, np.uint16)  # 4660 and 4661 have one high byte, 18
    upload = both(file(Image.fromarray(values), transparency=4660), tmp_path)
    assert upload.picture[0, :, 0].tolist() == [255, 18, 0, 255]
    assert any("over white" in note for note in upload.notes) and any("16 bits" in note for note in upload.notes)
    colour = np.full((4, 4, 3), 1000)
    colour[0] = (4660, 0, 65535)
    deep = both(png(colour, 16, 2, struct.pack(">3H", 4660, 0, 65535)), tmp_path)
    assert deep.picture[0].tolist() == [[255] * 3] * 4 and deep.picture[1].tolist() == [[3] * 3] * 4


@pytest.mark.parametrize(("depth", "step"), [(1, 255), (2, 85), (4, 17), (8, 1)])
def test_a_transparent_grey_of_any_depth_is_white(depth, step, tmp_path):
    pixels = np.array([[0, 1] * 4, [1, 0] * 4] * 4)
    upload = both(png(pixels, depth, 0, struct.pack(">H", 1)), tmp_path)
    assert upload.picture[0, :2, 0].tolist() == [0, 255] and upload.picture[1, :2, 0].tolist() == [255, 0]
    clear = both(png(pixels, depth, 0, struct.pack(">H", 0)), tmp_path)
    assert clear.picture[0, :2, 0].tolist() == [255, step] and "over white" in clear.notes[0]


def test_a_phones_two_pictures_in_a_file_are_its_first(tmp_path):
    first, second = Image.fromarray(COLOURS), Image.new("RGB", (32, 32), "red")
    two = file(first, "MPO", save_all=True, append_images=[second], quality=95, exif=exif(6))
    assert Image.open(io.BytesIO(two)).n_frames == 2
    upload = both(two, tmp_path)
    assert upload.notes == (
        "The file holds 2 pictures, as some cameras write them; this is the first.",
        "The camera marked it as turned, so it was set upright.",
    )
    np.testing.assert_array_equal(upload.picture, both(file(first, "JPEG", quality=95, exif=exif(6)), tmp_path).picture)


def test_a_large_picture_of_a_phone_is_read_as_its_jpeg_twin(tmp_path):
    large = Image.fromarray(COLOURS).resize((640, 480), Image.Resampling.BICUBIC)
    for name, data in (
        ("x.jpg", file(large, "JPEG", quality=95)),
        ("x.mpo", file(large, "MPO", save_all=True, append_images=[large], quality=95)),
    ):
        (tmp_path / name).write_bytes(data)
    np.testing.assert_array_equal(decode(tmp_path / "x.mpo"), decode(tmp_path / "x.jpg"))


PALETTE = Image.fromarray(COLOURS).quantize(16)
KINDS = {
    "rgb": file(Image.fromarray(COLOURS)),
    "grey": file(Image.fromarray(GRADIENT)),
    "grey and alpha": file(Image.merge("LA", [Image.fromarray(GRADIENT), Image.fromarray(GRADIENT.T.copy())])),
    "rgb and alpha": file(Image.merge("RGBA", [Image.fromarray(c) for c in (*COLOURS.transpose(2, 0, 1), GRADIENT)])),
    "palette": file(PALETTE),
    "a clear index": file(PALETTE, transparency=3),
    "clear indices": file(PALETTE, transparency=bytes(range(0, 256, 16))),
    "a clear rgb": file(Image.fromarray(COLOURS), transparency=(0, 0, 255)),
    "one bit": file(Image.fromarray(GRADIENT > 99)),
    "print": file(Image.fromarray(COLOURS).convert("CMYK"), "JPEG", quality=95),
    "jpeg": file(Image.fromarray(COLOURS), "JPEG", exif=exif(8)),
    "webp": file(Image.fromarray(COLOURS), "WEBP", lossless=True, exif=exif(3)),
    "animated": file(Image.fromarray(COLOURS), "PNG", save_all=True, append_images=[Image.new("RGB", (32, 32))]),
    "animated webp": file(Image.fromarray(COLOURS), "WEBP", save_all=True, append_images=[Image.new("RGB", (32, 32))]),
    "one pixel": file(Image.new("RGB", (1, 1), (1, 2, 3))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_alike_for_an_upload_and_a_training(kind, tmp_path):
    both(KINDS[kind], tmp_path)
