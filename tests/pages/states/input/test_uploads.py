"""Uploaded files: each kind that must be read, with its note, and each that must be refused, with its sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.data import pictures
from pages.states.input import uploads

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)


def file(image: Image.Image, format: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def png(width: int, height: int, depth: int, colour: int, raw: bytes) -> bytes:
    """A PNG by hand: for what Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def test_a_png_is_read_to_the_byte():
    upload = uploads.read(file(Image.fromarray(PIXELS)))
    assert (upload.picture == PIXELS).all()
    assert upload.picture.dtype == np.uint8
    assert upload.notes == ()


def test_webp_and_jpeg():
    assert (uploads.read(file(Image.fromarray(PIXELS), "WEBP", lossless=True)).picture == PIXELS).all()
    flat = Image.new("RGB", (16, 9), (200, 100, 50))
    jpeg = uploads.read(file(flat, "JPEG", quality=95)).picture
    assert jpeg.shape == (9, 16, 3)
    assert np.abs(jpeg.astype(int) - (200, 100, 50)).max() <= 3


def test_grey_and_palette_become_rgb():
    grey = Image.fromarray(PIXELS[..., 0])
    assert (uploads.read(file(grey)).picture == PIXELS[..., :1]).all()
    palette = Image.fromarray(PIXELS).quantize(64)
    assert (uploads.read(file(palette)).picture == np.asarray(palette.convert("RGB"))).all()
    two = Image.fromarray(PIXELS[..., 0] > 127)
    assert set(np.unique(uploads.read(file(two)).picture)) == {0, 255}


def test_transparency_is_laid_over_white():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = (10, 20, 30, 255)
    pixels[0, 1] = (0, 0, 0, 128)
    upload = uploads.read(file(Image.fromarray(pixels, "RGBA")))
    assert upload.picture[0].tolist() == [[10, 20, 30], [127, 127, 127]]
    assert upload.picture[1].tolist() == [[255, 255, 255]] * 2
    assert upload.notes == ("It has transparent parts; they were laid over white.",)


def test_a_transparent_palette_colour_and_grey_alpha():
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    upload = uploads.read(file(palette, transparency=1))
    assert upload.picture[0].tolist() == [[255, 0, 0], [255, 255, 255]]
    assert "over white" in upload.notes[0]
    assert (uploads.read(file(Image.new("LA", (2, 2), (0, 0)))).picture == 255).all()


def test_an_opaque_alpha_channel_is_not_worth_a_note():
    assert uploads.read(file(Image.fromarray(PIXELS).convert("RGBA"))).notes == ()


def test_cmyk():
    upload = uploads.read(file(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"))
    assert upload.picture[4, 4, 0] > 240
    assert upload.picture[4, 4, 1] < 15
    assert "CMYK" in upload.notes[0]


def test_an_animation_gives_its_first_frame():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue", "green")]
    for format, options in (("WEBP", {"lossless": True}), ("PNG", {})):
        upload = uploads.read(file(frames[0], format, save_all=True, append_images=frames[1:], **options))
        assert (upload.picture == (255, 0, 0)).all()
        assert upload.notes == ("It is an animation of 3 frames; this is the first.",)


def test_sixteen_bits_are_cut_to_eight():
    values = np.array([[0, 255, 256], [32768, 65280, 65535]], np.uint16)
    grey = uploads.read(file(Image.fromarray(values)))
    assert grey.picture[..., 0].tolist() == [[0, 0, 1], [128, 255, 255]]
    assert grey.notes == ("It has 16 bits for each channel; only the high 8 bits are used, 0 to 255.",)
    raw = b"\0" + struct.pack(">6H", 0, 256, 65535, 32768, 255, 511)
    colour = uploads.read(png(2, 1, 16, 2, raw))
    assert colour.picture[0].tolist() == [[0, 1, 255], [128, 0, 1]]
    assert colour.notes == grey.notes


@pytest.mark.parametrize("orientation", range(2, 9))
def test_exif_orientation_is_applied(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(PIXELS)
    upload = uploads.read(file(stored, exif=exif))
    turns = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_270],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_90],
    }
    for turn in turns[orientation]:
        stored = stored.transpose(turn)
    assert (upload.picture == np.asarray(stored)).all()
    assert "upright" in upload.notes[0]


def test_broken_exif_does_not_hide_the_picture():
    data = file(Image.fromarray(PIXELS), "JPEG", exif=b"Exif\0\0" + b"\xff" * 30)
    assert uploads.read(data).picture.shape == PIXELS.shape


def test_one_pixel():
    upload = uploads.read(file(Image.new("RGB", (1, 1), (1, 2, 3))))
    assert upload.picture.tolist() == [[[1, 2, 3]]]
    assert "one pixel" in upload.notes[0]


@pytest.mark.parametrize(
    "data",
    [
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        file(Image.fromarray(PIXELS), "GIF"),
        file(Image.fromarray(PIXELS), "BMP"),
        file(Image.fromarray(PIXELS), "TIFF"),
    ],
    ids=["text", "svg", "signature only", "gif", "bmp", "tiff"],
)
def test_what_is_not_such_a_picture_is_refused(data):
    with pytest.raises(ValueError, match="not a PNG, JPEG or WebP picture"):
        uploads.read(data)


def test_an_empty_file():
    with pytest.raises(ValueError, match="The file is empty"):
        uploads.read(b"")


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_file_cut_short(format, part):
    big = Image.fromarray(RNG.integers(0, 256, (80, 60, 3), dtype=np.uint8))
    data = file(big, format)
    with pytest.raises(ValueError, match=r"broken or cut short|not a PNG, JPEG or WebP"):
        uploads.read(data[: int(len(data) * part)])


def test_a_damaged_file_says_how_large_it_claims_to_be():
    data = png(30, 20, 8, 2, b"\0" * 10)
    with pytest.raises(ValueError, match="says that it is 30 × 20, but it is broken or cut short"):
        uploads.read(data)


@pytest.mark.parametrize(
    ("width", "height", "sentence"),
    [
        (10_000, 10_000, "has 10000 × 10000 = 100 million pixels; at most 16 million"),
        (4001, 4000, "has 4001 × 4000 = 16.004 million pixels; at most 16 million"),
        (60_000, 60_000, "has 3600 million pixels; at most 40 million"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_too_many_pixels_are_refused_before_they_are_decoded(width, height, sentence):
    with pytest.raises(ValueError, match=sentence):
        uploads.read(png(width, height, 8, 2, b""))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_large_jpeg_shrinks_while_it_is_decoded(progressive):
    colours = np.array([[(200, 40, 40), (40, 200, 40)], [(40, 40, 200), (200, 200, 40)]], np.uint8)
    large = Image.fromarray(colours).resize((6000, 5000), Image.Resampling.NEAREST)
    upload = uploads.read(file(large, "JPEG", quality=95, progressive=progressive))
    height, width, _ = upload.picture.shape
    assert min(height, width) >= 2 * pictures.MAX_SIZE and height * width < 2_500_000
    assert abs(width / height - 1.2) < 0.01 and upload.notes == ()
    corners = upload.picture[[[10, 10], [-10, -10]], [[10, -10], [10, -10]]]
    assert np.abs(corners.astype(int) - colours).max() <= 3
    with pytest.raises(ValueError, match="= 42 million pixels; at most 40 million are read"):
        uploads.read(file(Image.new("L", (7000, 6000)), "JPEG"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "I;16"])
def test_a_large_picture_is_shrunk_before_anything_is_done_to_it(mode):
    """A mean of its pixels; transparency, palettes and 16 bits mean the same as in a small one."""
    colours = Image.fromarray(RNG.integers(0, 256, (2, 2, 3), dtype=np.uint8))
    small = colours.quantize(4) if mode == "P" else colours.convert("L" if mode == "I;16" else mode)
    if mode == "RGBA":
        small.putpixel((0, 0), (10, 20, 30, 0))
    if mode == "I;16":
        small = Image.fromarray(np.asarray(small).astype(np.uint16) * 257)
    large = small.resize((3000, 2500), Image.Resampling.NEAREST)
    upload, wanted = uploads.read(file(large)), uploads.read(file(small))
    assert upload.picture.shape == (1250, 1500, 3) and upload.notes == wanted.notes
    for row in (0, 1):
        for column in (0, 1):
            part = upload.picture[625 * row : 625 * (row + 1), 750 * column : 750 * (column + 1)]
            assert (part == wanted.picture[row, column]).all()


def test_too_many_bytes_are_refused():
    with pytest.raises(ValueError, match="has 21 MB; at most 20 MB"):
        uploads.read(bytes(21 * 2**20))


@given(st.data())
def test_changed_bytes_end_in_a_picture_or_a_value_error(data):
    whole = bytearray(file(Image.fromarray(PIXELS), data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        upload = uploads.read(bytes(whole))
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert upload.picture.ndim == 3
        assert upload.picture.shape[2] == 3
