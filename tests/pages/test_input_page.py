"""The Input page without a browser: links, sources, bad values, and what goes on to other pages."""

import io
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.data import pictures
from pages.states.picture import picture_from_text

NAVIGATION = Path(__file__).resolve().parents[2] / "pages" / "navigation.py"


@pytest.fixture(autouse=True)
def no_data_sets(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))


def open_page(**query) -> AppTest:
    at = AppTest.from_file(NAVIGATION, default_timeout=60).run()
    at.query_params.update(query)
    return at.switch_page("input.py").run()


def shape(at: AppTest) -> tuple[int, ...]:
    assert not at.exception
    found = next(re.search(r'data-shape="([\d,]+)"', one.proto.body) for one in at.html if "sx-shape" in one.proto.body)
    return tuple(map(int, found[1].split(",")))


def board(at: AppTest, channel: int = 0) -> list[list[float]]:
    html = next(one.proto.body for one in at.html if "<table" in one.proto.body)
    body = re.search(rf'<table[^>]*data-channel="{channel}">(.*?)</table>', html)[1]
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in body.split("</tr>")[1:-1]]
    return [[float(text.replace("−", "-")) for text in row] for row in rows]


def sentences(at: AppTest) -> str:
    return "\n".join(one.value for one in [*at.warning, *at.error, *at.caption])


def link(at: AppTest) -> list[str]:
    value = at.query_params.get("x", [])
    return [value] if isinstance(value, str) else list(value)


def onward(at: AppTest) -> str:
    return next(one.proto.query_string for one in at.get("page_link") if "convolution" in one.proto.page)


def test_it_opens_with_a_digit():
    at = open_page()
    assert shape(at) == (1, 3, 6, 6)
    assert link(at) == ["pic.digit.rgb.6.0-9"]
    assert board(at) == pictures.tensor(pictures.example("digit", 6), 6, "rgb", "0-9")[0].tolist()
    assert at.session_state["picture.holder"].picture.text == "pic.digit.rgb.6.0-9"
    assert "x=pic.digit.rgb.6.0-9" in onward(at)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["pic.digit.grey.6.0-9"], (1, 1, 6, 6)),
        (["pic.checkerboard.rgb.6.0-9"], (1, 3, 6, 6)),
        (["pic.digit.rgb.8.0-255", "pic.letter.rgb.8.0-255", "pic.scene.rgb.8.0-255"], (3, 3, 8, 8)),
    ],
    ids=["grey", "colour", "batch"],
)
def test_worked_example_1(texts, expected):
    """An image is a grid of pixels: one channel for grey, three for colour; a batch stacks several."""
    at = open_page(x=texts)
    assert shape(at) == expected
    assert link(at) == texts
    assert board(at) == picture_from_text(texts[0]).values[0].tolist()
    assert not at.warning


def test_each_thing_to_try_is_a_link_that_opens():
    at = open_page()
    tries = [one.proto.query_string for one in at.get("page_link") if one.proto.page == "input"]
    assert len(tries) == 3
    for query in tries:
        texts = re.findall(r"x=([^&]+)", query)
        assert link(open_page(x=texts)) == texts


def test_size_channels_and_scale_change_the_picture_and_the_link():
    at = open_page(x="pic.scene.rgb.8.0-255")
    at.number_input(key="input_size").set_value(12).run()
    assert shape(at) == (1, 3, 12, 12)
    at.segmented_control(key="input_channels").set_value("grey").run()
    assert shape(at) == (1, 1, 12, 12)
    at.segmented_control(key="input_scale").set_value("0-1").run()
    assert link(at) == ["pic.scene.grey.12.0-1"]
    assert np.array(board(at)).max() <= 1
    assert "rounded to two decimals, so that the sums" in sentences(at)


def test_which_of_a_batch_goes_on():
    at = open_page(x=["pic.digit.rgb.8.0-9", "pic.scene.rgb.8.0-9"], n="1")
    assert board(at) == picture_from_text("pic.scene.rgb.8.0-9").values[0].tolist()
    assert "x=pic.scene.rgb.8.0-9" in onward(at)
    at.segmented_control(key="n").set_value(0).run()
    assert "x=pic.digit.rgb.8.0-9" in onward(at)


def test_numbers_typed():
    at = open_page(source="Numbers")
    at.text_area(key="input_numbers").set_value("1 2 3\n4 5 -6").run()
    assert shape(at) == (1, 1, 2, 3)
    assert board(at) == [[1, 2, 3], [4, 5, -6]]
    assert link(at) == ["1x2x3_1_2_3_4_5_-6"]
    at.text_area(key="input_numbers").set_value("1 2 3\n4 5 six").run()
    assert 'Channel 0, row 1, column 2 is "six"' in sentences(at)
    assert board(at) == [[1, 2, 3], [4, 5, -6]], "the last good numbers stay"


def test_a_picture_shown_can_be_edited_as_numbers():
    at = open_page(x="pic.digit.grey.6.0-9")
    at.segmented_control(key="source").set_value("Numbers").run()
    assert at.text_area(key="input_numbers").value.split("\n")[0] == "1 1 1 1 1 1"
    assert link(at) == ["pic.digit.grey.6.0-9"], "unchanged numbers keep the picture's name"
    at.text_area(key="input_numbers").set_value("9 1\n1 9").run()
    assert link(at) == ["1x2x2_9_1_1_9"]
    at.segmented_control(key="source").set_value("Examples").run()
    assert board(at) == [[9, 1], [1, 9]], "another panel alone changes nothing"
    at.pills(key="input_examples").set_value(["edges"]).run()
    assert link(at) == ["pic.edges.grey.6.0-9"]


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_uploads_travel_in_the_link_up_to_32():
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    at = open_page(source="Upload")
    at.file_uploader(key="input_files").upload("a.png", png(pixels)).run()
    at.number_input(key="input_size").set_value(16).run()
    at.segmented_control(key="input_scale").set_value("0-255").run()
    assert board(at, 1) == pixels[..., 1].tolist()
    back = open_page(x=link(at))
    assert board(back, 1) == pixels[..., 1].tolist()
    at.number_input(key="input_size").set_value(64).run()
    assert shape(at) == (1, 3, 64, 64)
    assert link(at) == []
    assert "At 64 × 64 it stays in this session" in sentences(at)
    assert at.session_state["picture.holder"].picture.values.shape == (3, 64, 64)


def test_several_uploads_are_a_batch_and_a_broken_one_is_named():
    pixels = np.zeros((8, 8, 3), np.uint8)
    at = open_page(source="Upload")
    uploader = at.file_uploader(key="input_files")
    uploader.upload("a.png", png(pixels))
    uploader.upload("<b>.png", b"not a picture")
    uploader.upload("c.png", png(pixels + 9)).run()
    assert shape(at)[0] == 2
    assert "Upload 1: The file is not a PNG, JPEG or WebP picture" in sentences(at)
    assert "<b>" not in sentences(at)


def test_cifar10_is_quiet_where_it_is_absent(tmp_path):
    at = open_page(source="CIFAR-10")
    assert f"Stride looks for it in `{tmp_path / 'cifar-10-batches-py'}`" in sentences(at)
    assert shape(at) == (1, 3, 6, 6)


def test_large_pictures_show_a_patch_of_numbers():
    at = open_page(x="pic.scene.rgb.64.0-255", row="3", col="50")
    values = picture_from_text("pic.scene.rgb.64.0-255").values
    assert board(at, 2) == values[2, 3:11, 50:58].tolist()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"x": "pic.dog.rgb.6.0-9"}, 'there is no picture "dog"'),
        ({"x": "pic.scene.rgb.9999.0-9"}, "size 9999 is not between 5 and 512"),
        ({"x": "3x6x6_1_2"}, "there are 2 values where its shape needs 108"),
        ({"x": "9" * 70_000}, "the text has 70000 characters"),
        ({"x": "<img src=//evil.example>"}, "is not a shape"),
        ({"x": "pic.cifar10-test-0.rgb.32.0-255"}, "needs CIFAR-10, which is not in"),
        ({"x": ["pic.digit.rgb.6.0-9", "pic.digit.rgb.8.0-9"]}, "is left out: the pictures of a batch have one shape"),
        ({"x": ["pic.digit.rgb.6.0-9"] * 9}, "The link holds 9 pictures; the first 8 are shown"),
        ({"source": "Telepathy"}, 'source: "Telepathy" is not one of Examples, Upload'),
        ({"n": "5"}, 'n: "5" is not 0, the only one there is'),
        (
            {"x": ["pic.digit.rgb.6.0-9", "pic.edges.rgb.6.0-9"], "n": "two"},
            'n: "two" is not a whole number from 0 to 1',
        ),
        ({"x": "pic.digit.rgb.64.0-9", "row": "57"}, 'row: "57" is not a whole number from 0 to 56'),
        ({"x": "pic.digit.rgb.64.0-9", "col": "-1"}, 'col: "-1" is not a whole number from 0 to 56'),
    ],
)
def test_bad_links_get_a_sentence_and_a_working_page(query, sentence):
    at = open_page(**query)
    assert sentence in sentences(at)
    assert "evil.example" not in sentences(at)
    assert shape(at)[1] == 3
    at.segmented_control(key="source").set_value("Examples").run()
    at.pills(key="input_examples").set_value(["letter"]).run()
    assert sentence not in sentences(at)
    assert link(at)[0].startswith("pic.letter.rgb.")


def test_an_empty_x_is_no_link():
    at = open_page(x="")
    assert link(at) == ["pic.digit.rgb.6.0-9"]
    assert not at.warning


def test_a_picture_that_another_page_chose_is_taken_over():
    at = open_page()
    at.session_state["picture.holder"].picture = picture_from_text("1x2x2_1_2_3_4")
    at.query_params.clear()
    assert board(at.run()) == [[1, 2], [3, 4]]
    assert link(at) == ["1x2x2_1_2_3_4"]
    assert at.segmented_control(key="source").value == "Numbers"


REAL = os.environ.get("STRIDE_CIFAR10_FIRST1000")


@pytest.mark.skipif(REAL is None, reason="STRIDE_CIFAR10_FIRST1000 does not name a folder with the real pictures")
def test_cifar10_pictures(monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", REAL)
    texts = ["pic.cifar10-test-8.rgb.32.0-255", "pic.cifar10-test-9.rgb.32.0-255"]
    at = open_page(x=texts)
    assert shape(at) == (2, 3, 32, 32)
    assert at.segmented_control(key="source").value == "CIFAR-10"
    assert "automobile, test 9" in "".join(one.proto.body for one in at.html)
    at.number_input(key="input_index").set_value(0).run()
    assert link(at) == ["pic.cifar10-test-0.rgb.32.0-255", "pic.cifar10-test-1.rgb.32.0-255"]
