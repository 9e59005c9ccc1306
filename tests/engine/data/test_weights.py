"""The trained LeNet-5 that comes with Stride reads the digits that come with it; and how digits are drawn."""

import sys

import numpy as np
import pytest
from PIL import ImageFont

from engine import functional as F
from engine.data import pictures, weights
from engine.network.zoo import LENET5
from engine.pytorch import digits


def test_lenet5_reads_every_digit():
    drawn = weights.digits()
    assert drawn.shape == (10, 1, 28, 28) and drawn.min() == 0 and drawn.max() <= 1
    logits = LENET5.network.forward(drawn, weights.load("lenet5"))[-1]
    assert logits.argmax(axis=1).tolist() == list(range(10))
    assert F.softmax(logits, dim=1).max(axis=1).min() > 0.99


def test_lenet5_reads_the_drawn_seven():
    picture = pictures.tensor(pictures.example("digit", 28), 28, "grey", "0-1")
    logits = LENET5.network.forward(picture, weights.load("lenet5"))[-1]
    assert logits.argmax() == 7


def test_its_weights_have_two_decimals_and_fit_the_network():
    parameters = weights.load("lenet5")
    LENET5.network.check_parameters(parameters)
    for array in parameters.values():
        np.testing.assert_array_equal(array, np.round(array, 2))
        assert not array.flags.writeable


@pytest.fixture
def fonts(tmp_path):
    """A folder with the typeface that Pillow brings, and one that holds pictures of one size only."""
    (tmp_path / "scaled.ttf").write_bytes(ImageFont.load_default(40).font_bytes)
    records = [name + bytes(12) for name in (b"CBDT", b"CBLC")]
    (tmp_path / "emoji.ttf").write_bytes(b"\0\1\0\0" + len(records).to_bytes(2, "big") + bytes(6) + b"".join(records))
    return tmp_path


def test_digits_are_drawn_in_typefaces_that_can_be_scaled(fonts):
    files = digits.typefaces(fonts)
    assert [file.name for file in files] == ["scaled.ttf"]
    x, y = digits.data_set(12, 3, files)
    again, _ = digits.data_set(12, 3, files)
    np.testing.assert_array_equal(x, again)
    assert x.shape == (12, 1, 28, 28) and y.shape == (12,) and x.min() >= 0 and x.max() <= 1
    assert (x.reshape(12, -1).max(axis=1) > 0.5).all(), "each picture shows something"


def test_the_command_names_the_typeface_that_it_misses(fonts, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["digits", str(fonts / "weights.npz"), str(fonts)])
    with pytest.raises(SystemExit):
        digits.main()
    assert "there is no LiberationSans-Bold.ttf in" in capsys.readouterr().err
    assert not (fonts / "weights.npz").exists()
