"""The shared picture: its text in a link, and what any other text gives."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.data import pictures
from pages.states import picture
from pages.states.picture import Spec, picture_from_text

names = st.sampled_from(list(pictures.EXAMPLES))


@given(names, st.sampled_from(pictures.CHANNELS), st.integers(5, 64), st.sampled_from(pictures.SCALES))
def test_examples_come_back_from_their_text(name, channels, size, scale):
    spec = Spec(name, channels, size, scale)
    chosen = picture_from_text(spec.text)
    assert picture.spec_from_text(spec.text) == spec
    assert chosen.text == spec.text
    assert chosen.title == name
    assert chosen.values.shape == (1 if channels == "grey" else 3, size, size)
    assert not chosen.values.flags.writeable
    assert chosen.values.min() >= 0
    assert chosen.values.max() <= chosen.full_scale


@given(st.integers(1, 4), st.integers(1, 32), st.integers(1, 32))
def test_numbers_come_back_from_their_text(c, h, w):
    values = np.random.default_rng(h).integers(-9, 10, (c, h, w)) / 2
    chosen = picture.from_numbers(values)
    back = picture_from_text(chosen.text)
    assert (back.values == values).all()
    assert back.full_scale is None


def test_two_axes_are_one_channel():
    assert picture_from_text("2x2_1_2_3_4").values.tolist() == [[[1, 2], [3, 4]]]


def test_large_pictures_have_no_text():
    assert picture.from_numbers(np.zeros((3, 33, 32))).text is None
    assert picture.from_numbers(np.zeros((3, 32, 32))).text is not None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pic.scene.rgb.256", 'picture: "pic·scene·rgb.256" is not of the form'),
        ("pic.dog.rgb.6.0-9", 'picture: there is no picture "dog"; there are digit, letter'),
        ("pic.cifar10-valid-1.rgb.6.0-9", 'picture: there is no picture "cifar10-valid-1"'),
        ("pic.scene.rgba.6.0-9", 'picture: channels "rgba" is not one of grey, rgb'),
        ("pic.scene.rgb.six.0-9", 'picture: size "six" is not a whole number'),
        ("pic.scene.rgb.4.0-9", "size 4 is not between 5 and 512"),
        ("pic.scene.rgb.513.0-9", "size 513 is not between 5 and 512"),
        ("pic.scene.rgb.99999999.0-9", 'picture: size "99999999" is not a whole number'),
        ("pic.scene.rgb.6.0-2", 'picture: scale "0-2" is not one of 0-255, 0-1, 0-9'),
        ("5x6x6_0~180", "picture: shape 5x6x6 has an axis of 5; at most 4"),
        ("hello", 'picture: "hello" is not a shape'),
    ],
)
def test_sentences(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        picture_from_text(text)


def test_a_cifar10_picture_where_the_data_set_is_not(monkeypatch, tmp_path):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    with pytest.raises(ValueError, match="cifar10-test-3 needs CIFAR-10, which is not in"):
        picture_from_text("pic.cifar10-test-3.rgb.32.0-255")


PIECES = st.sampled_from(["pic", "scene", "rgb", "6", "0-9", ".", "x", "1x1_", "٣", "~"])


@given(st.text(max_size=40) | st.lists(PIECES).map(".".join))
def test_any_text_gives_a_picture_or_a_value_error(text):
    try:
        chosen = picture_from_text(text)
    except ValueError:
        return
    assert chosen.values.ndim == 3


def test_a_session_keeps_what_was_chosen():
    def page():
        import streamlit as st

        from pages.states import picture
        from pages.ui import session

        mine = session.holder()
        before = mine.picture
        st.write("none" if before is None else before.title)
        mine.choose(picture.picture_from_text("pic.scene.grey.6.0-1"))

    at = AppTest.from_function(page, default_timeout=60).run()
    assert at.markdown[0].value == "none"
    assert at.run().markdown[0].value == "scene"
