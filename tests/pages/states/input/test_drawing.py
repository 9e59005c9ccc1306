"""Pictures as HTML: every number at its place, readable on its colour."""

import re

import numpy as np
import pytest

from pages.states.input import drawing
from pages.states.input.state import read
from pages.states.picture import likely_full
from pages.states.sheet.colors import contrast


def drawn(**query) -> dict:
    state, problems = read(query)
    assert problems == []
    return drawing.widget(state)


def table(html: str, channel: int) -> list[list[float]]:
    body = re.search(rf'<table[^>]*data-channel="{channel}">(.*?)</table>', html)[1]
    rows = [re.findall(r"<td data-at[^>]*>([^<]*)</td>", row) for row in body.split("</tr>")[1:-1]]
    return [[float(text.replace("−", "-")) for text in row] for row in rows]


def test_each_channel_is_a_table_of_its_numbers_and_a_pixel_says_all_of_its_own():
    widget = drawn(x="3x2x2_-6_-5_-4_-3_-2_-1_0_1_2_3_4_5")
    assert [table(widget["html"], k) for k in range(3)] == (np.arange(12.0).reshape(3, 2, 2) - 6).tolist()
    assert 'data-at="1,0" data-say="x[0, :, 1, 0] = [−4, 0, 4]"' in widget["html"]
    assert widget["html"].count("data-say") == 4 and widget["longest"] == 2


@pytest.mark.parametrize("c", [2, 4])
def test_other_numbers_of_channels_have_boards_but_no_picture(c):
    widget = drawn(x=f"{c}x3x3_1~{9 * c}")
    assert widget["html"].count("<table") == c == len(widget["channels"])
    assert "sx-pixels" not in widget["html"] and not widget["picture"]
    assert widget["html"].count("data-say") == 9


def test_of_a_large_picture_one_part_is_shown_by_the_pictures_own_indices():
    widget = drawn(x="pic.scene.rgb.64.0-255", row="3", col="50")
    values = read({"x": "pic.scene.rgb.64.0-255"})[0].chosen.values
    assert table(widget["html"], 2) == values[2, 3:11, 50:58].tolist()
    assert "<th scope='col'>57</th>" in widget["html"] and "<th scope='row'>10</th>" in widget["html"]
    assert "left:78.125%;top:4.688%;width:12.500%;height:12.500%" in widget["html"]
    assert widget["html"].count("<div") == widget["html"].count("</div>")


def test_a_part_has_the_colours_of_the_whole_picture():
    numbers = np.zeros((1, 20, 20), int)
    numbers[0, 0, 0], numbers[0, 10, 10] = -8, 2
    widget = drawn(x="1x20x20_" + "_".join(map(str, numbers.ravel())), row="10", col="10")
    assert "--v:var(--positive-1)" in widget["html"]


@pytest.mark.parametrize("kind", "rgbk")
def test_text_on_every_colour_of_a_channel_is_readable(kind):
    for light in range(256):
        r, g, b = (part * light for part in drawing._PURE[kind])
        ink = "#000000" if drawing.ink(kind, light) == "l" else "#ffffff"
        assert contrast(f"#{r:02x}{g:02x}{b:02x}", ink) >= 4.5


def test_signs_have_colours_and_zero_has_none():
    assert drawing._sign_colour(0, 4) == "var(--zero)"
    assert drawing._sign_colour(4, 4) == "var(--positive-4)"
    assert drawing._sign_colour(-0.5, 4) == "var(--negative-1)"


@pytest.mark.parametrize(
    ("values", "full"), [([0, 0.5], 1), ([0, 7], 9), ([10, 200], 255), ([0, 300], None), ([-1, 1], None)]
)
def test_the_likely_scale_of_typed_numbers(values, full):
    assert likely_full(np.array(values, float)) == full
