"""The Input page's script: old links with several pictures, and files, which only the host can take."""

import io

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.data import pictures
from pages import live
from pages.states.picture import picture_from_text
from pages.ui.input import source
from tests.pages.opened import opened


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def holder(at: AppTest):
    return at.session_state["picture.holder"]


def test_a_link_of_before_names_each_picture_of_a_batch_with_a_key_of_its_own():
    texts = ["pic.digit.rgb.8.0-9", "pic.scene.rgb.8.0-9"]
    mine = holder(opened("input", x=texts, n="1"))
    assert mine.left["input"] == {"x": "*".join(texts), "n": "1"}
    assert mine.picture.text == texts[1], "it goes on to the other pages"


def test_the_page_s_own_first_picture_is_not_chosen_for_the_others():
    assert holder(opened("input")).picture is None


def test_a_file_becomes_the_session_s_picture_and_several_a_batch():
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    at = opened("input", x="pic.digit.rgb.16.0-255")
    at.file_uploader(key=source.FILES).upload("a.png", png(pixels)).run()
    assert at.session_state["input.event"] == {"number": 1, "act": ["own", ""]}
    mine = holder(at)
    assert (mine.offered.own.pixels == pixels).all()
    live.answered("input", {"query": mine.left["input"], "act": ["own", ""], "key": mine.key})
    assert mine.offered is None and mine.left["input"] == {"x": mine.picture.text}
    assert (mine.picture.values == pictures.tensor(pixels, 16, "rgb", "0-255")).all()
    at = opened("input", x="pic.digit.rgb.8.0-255")
    uploader = at.file_uploader(key=source.FILES)
    uploader.upload("a.png", png(pixels))
    uploader.upload("b.png", png(255 - pixels)).run()
    name, value = at.session_state["input.event"]["act"]
    assert name == "files" and len(value["texts"]) == 2
    expected = pictures.tensor(pixels, 8, "rgb", "0-255")
    assert (picture_from_text(value["texts"][0]).values == expected).all()


def test_a_broken_file_is_named():
    at = opened("input")
    uploader = at.file_uploader(key=source.FILES)
    uploader.upload("a.png", png(np.zeros((8, 8, 3), np.uint8)))
    uploader.upload("<b>.png", b"not a picture").run()
    assert "Picture 1\\: The file is not a PNG, JPEG or WebP picture" in at.error[0].value
    assert "input.event" not in at.session_state
