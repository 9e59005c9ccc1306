"""Tensors drawn, and the code beside them."""

import re
from itertools import product

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import pictures
from pages.states.input import code as picture_code
from pages.states.input import uploads
from pages.states.picture import Spec, draw, from_numbers, likely_full
from pages.states.sheet.colors import contrast
from pages.ui.draw import tensor


def table(html: str, channel: int) -> list[list[str]]:
    body = re.search(rf'<table[^>]*data-channel="{channel}">(.*?)</table>', html)[1]
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in body.split("</tr>")[1:-1]]


def test_each_channel_is_a_table_of_its_numbers():
    values = np.arange(12.0).reshape(3, 2, 2) / 4
    html = tensor.cells(values, 9)
    for k in range(3):
        assert [[float(v) for v in row] for row in table(html, k)] == values[k].tolist()


def test_a_pixel_says_all_its_numbers():
    values = np.arange(12.0).reshape(3, 2, 2) - 6
    html = tensor.cells(values, None, n=2)
    assert 'data-at="1,0" data-say="x[2, :, 1, 0] = [−4, 0, 4]"' in html


@pytest.mark.parametrize("c", [2, 4])
def test_other_numbers_of_channels_have_boards_but_no_picture(c):
    html = tensor.cells(np.ones((c, 3, 3)), 9)
    assert html.count("<table") == c
    assert "sx-pixels" not in html
    assert html.count("data-say") == 9


def test_a_patch_keeps_the_pictures_indices():
    values = np.arange(3 * 20 * 20.0).reshape(3, 20, 20)
    html = tensor.patch(values, 9999, 5, 9)
    assert table(html, 1)[0][0] == str(int(values[1, 5, 9]))
    assert "<th scope='col'>9</th>" in html
    assert "<th scope='row'>12</th>" in html


def test_the_frame_lies_on_the_patch():
    html = tensor.images(np.zeros((3, 40, 80)), 1, 10, 20)
    assert html.count("left:25.000%;top:25.000%;width:10.000%;height:20.000%") == 4


def test_a_large_grey_picture_has_its_patch_beside_it():
    html = tensor.images(np.arange(400.0).reshape(1, 20, 20), 399, 3, 4)
    assert html.count("<img") == 1
    assert table(html, 0)[0][0] == "64"
    assert html.count("<div") == html.count("</div>")


def test_a_patch_has_the_colours_of_the_whole_picture():
    values = np.zeros((1, 20, 20))
    values[0, 0, 0], values[0, 10, 10] = -8, 2
    assert "--v:var(--positive-1)" in tensor.patch(values, None, 10, 10)


@pytest.mark.parametrize("kind", "rgbk")
def test_text_on_every_colour_of_a_channel_is_readable(kind):
    for light in range(256):
        r, g, b = (part * light for part in tensor._PURE[kind])
        ink = "#000000" if tensor._ink(kind, light) == "l" else "#ffffff"
        assert contrast(f"#{r:02x}{g:02x}{b:02x}", ink) >= 4.5


def test_signs_have_colours_and_zero_has_none():
    assert tensor._sign_colour(0, 4) == "var(--zero)"
    assert tensor._sign_colour(4, 4) == "var(--positive-4)"
    assert tensor._sign_colour(-0.5, 4) == "var(--negative-1)"


@pytest.mark.parametrize(
    ("values", "full"), [([0, 0.5], 1), ([0, 7], 9), ([10, 200], 255), ([0, 300], None), ([-1, 1], None)]
)
def test_the_likely_scale_of_typed_numbers(values, full):
    assert likely_full(np.array(values, float)) == full


def test_titles_are_escaped():
    assert "<b>" not in tensor.batch([None], ["<b>x</b>"], 0)


def run(code: str) -> torch.Tensor:
    names: dict = {}
    exec(code, names)
    return names["x"]


@pytest.mark.parametrize(
    ("specs", "written"),
    [
        ([Spec("digit", "rgb", 6, "0-9")], True),
        ([Spec("digit", "grey", 8, "0-1"), Spec("scene", "grey", 8, "0-1")], True),
        ([Spec("scene", "rgb", 32, "0-1"), Spec("letter", "rgb", 32, "0-1")], False),
    ],
)
def test_code_of_examples_makes_the_same_tensor(specs, written, capsys):
    batch = [draw(spec) for spec in specs]
    code = picture_code.code(batch)
    assert ("engine" in code) != written
    x = run(code)
    assert x.dtype == torch.float64
    assert (x.numpy() == np.stack([chosen.values for chosen in batch])).all()
    assert "torch.Size" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("channels", "scale", "cut", "size"),
    [
        *product(("grey", "rgb"), pictures.SCALES, (0.0, 0.5, 1.0, None), (8,)),
        ("rgb", "0-255", 0.5, 12),
        ("grey", "0-9", None, 23),
    ],
)
def test_code_of_an_upload_makes_the_same_tensor(channels, scale, cut, size, tmp_path, monkeypatch):
    pixels = np.random.default_rng(3).integers(0, 256, (23, 14, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    monkeypatch.chdir(tmp_path)
    read = uploads.read((tmp_path / "picture.png").read_bytes()).picture
    values = pictures.tensor(read if cut is None else pictures.square(read, cut), size, channels, scale)
    x = run(picture_code.code([from_numbers(values, "upload", scale)], (size, channels, cut)))
    assert (x[0].numpy() == values).all()


EXIF = Image.Exif()
EXIF[0x0112] = 6
GREY = np.random.default_rng(3).integers(0, 256, (23, 14), dtype=np.uint8)


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (Image.fromarray(GREY.astype(np.uint16) << 8), {"exif": EXIF}),
        (Image.fromarray(np.stack([GREY] * 4, axis=-1)), {}),
        (Image.fromarray(np.stack([GREY, GREY.T.reshape(23, 14), GREY], axis=-1)).quantize(8), {"transparency": 2}),
    ],
    ids=["sixteen bits, turned", "alpha", "clear colour"],
)
def test_code_of_an_upload_of_any_kind_makes_the_same_tensor(image, options, tmp_path, monkeypatch):
    image.save(tmp_path / "picture.png", **options)
    monkeypatch.chdir(tmp_path)
    picture = uploads.read((tmp_path / "picture.png").read_bytes()).picture
    values = pictures.tensor(picture, 8, "rgb", "0-255")
    x = run(picture_code.code([from_numbers(values, "upload", "0-255")], (8, "rgb", None)))
    assert (x[0].numpy() == values).all()


def test_code_of_many_typed_numbers_says_how_to_paste_them():
    batch = [from_numbers(np.zeros((1, 30, 30)))]
    assert "900 numbers" in picture_code.code(batch)
