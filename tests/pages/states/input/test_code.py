"""The code beside a picture makes the same tensor."""

from itertools import product

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import pictures
from pages.states.input import code as picture_code
from pages.states.input import uploads
from pages.states.picture import Spec, draw, from_numbers


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
