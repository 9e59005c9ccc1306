"""Arrays as URL text: exact round trips, short texts, and a ValueError for anything else."""

import base64
import re
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pages.states import codec
from tests.depth import cases

UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")
shapes = hnp.array_shapes(min_dims=1, max_dims=4, max_side=7)
PIECES = ["0", "1", "9", "x", "_", "-", ".", "~", "z", "u", "3x3_", "2x2_", "zu0_", "e", "1~4", "\n"]
PIECES += ["١", "²", "½", "%", "é"]
values = st.integers(0, 6).flatmap(
    lambda d: st.integers(-(10**6) * 10**d, 10**6 * 10**d).map(lambda whole: whole / 10**d)
)


@given(hnp.arrays(np.float64, shapes, elements=values))
def test_round_trip_is_exact(array):
    text = codec.encode(array)
    assert UNRESERVED.fullmatch(text)
    back = codec.decode(text, name="x", ndim=array.ndim)
    assert back.shape == array.shape
    assert (back == array).all()


@given(hnp.arrays(np.float64, shapes, elements=st.sampled_from([0.0, -0.0, 1.0, 0.5, -2.0])))
def test_round_trip_of_repeated_values(array):
    back = codec.decode(codec.encode(array), name="x", ndim=array.ndim)
    assert (back == array).all()
    assert not np.signbit(back[back == 0]).any()


@settings(max_examples=cases(500))
@given(st.text(max_size=60) | st.from_regex(r"z[usl][0-7]_[0-9x]{1,6}_[A-Za-z0-9_-]{0,40}", fullmatch=True))
def test_any_text_gives_an_array_or_a_value_error(text):
    check_any(text)


@settings(max_examples=cases(500))
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_pieces_give_an_array_or_a_value_error(pieces):
    check_any("".join(pieces))


def check_any(text):
    try:
        array = codec.decode(text, name="x", ndim=(1, 2, 3, 4), max_size=50)
    except ValueError as error:
        assert str(error).startswith("x: ")
        assert len(str(error)) < 200
    else:
        assert array.dtype == np.float64
        assert array.size <= 50
        assert np.isfinite(array).all()
        assert (np.abs(array) <= codec.MAX_VALUE).all()
        assert (np.round(array, 6) == array).all()


@given(st.data())
def test_a_packed_text_with_changed_characters_gives_an_array_or_a_value_error(data):
    text = codec.encode(np.arange(200.0).reshape(2, 10, 10) ** 2)
    assert text.startswith("z")
    at = data.draw(st.integers(0, len(text) - 1))
    check_any_3d(text[:at] + data.draw(st.characters(codec="ascii")) + text[at + 1 :])
    check_any_3d(text[:at])


def check_any_3d(text):
    try:
        codec.decode(text, name="x")
    except ValueError:
        return


def test_the_readable_form_is_written_as_documented():
    sobel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    assert codec.encode(sobel) == "3x3_1_0_-1_2_0_-2_1_0_-1"
    assert codec.encode(np.array([0.50, -0.0, 1e6])) == "3_0.5_0_1000000"
    assert codec.encode(np.zeros((1, 3, 4))) == "1x3x4_0~12"
    assert codec.decode("2x3_1~4_0.5_-2", name="x", ndim=2).tolist() == [[1, 1, 1], [1, 0.5, -2]]


def test_lengths():
    rng = np.random.default_rng(0)
    for low in (0, -9):
        assert len(codec.encode(rng.integers(low, 10, (3, 6, 6)))) <= 260
    assert len(codec.encode(rng.integers(0, 256, (3, 32, 32)))) <= 4300
    assert len(codec.encode(rng.integers(0, 101, (3, 32, 32)) / 100)) <= 4300


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        ([np.nan], "NaN and infinity"),
        ([-np.inf], "NaN and infinity"),
        ([1e7], "value 1e+07 is too large"),
        ([0.1234567], "value 0.1234567 needs more than 6 decimals"),
        ([], "shape (0,)"),
        (3.0, "shape ()"),
    ],
)
def test_arrays_that_have_no_text(array, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        codec.encode(array)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'x: "" is not a shape'),
        ("3y3_1", 'x: "3y3" is not a shape'),
        ("0x3_", 'x: "0x3" is not a shape'),
        ("2x2_1_2_3_4", "x: shape 2x2 has 2 axes, not 3"),
        ("1x99999x99999_0", "x: shape 1x99999x99999 has 9999800001 values; at most 4096 are read"),
        ("5x1x1_0~5", "x: shape 5x1x1 has an axis of 5; at most 4 fit there"),
        ("1x1x33_0~33", "x: shape 1x1x33 has an axis of 33; at most 32 fit there"),
        ("1x1x2_1", "x: there are 1 values where its shape needs 2"),
        ("1x1x2_1_2_3", "x: there are more values than the 2 of its shape"),
        ("1x1x2_0~99999", "x: there are more values than the 2 of its shape"),
        ("1x1x2_1_abc", 'x: value 1 is "abc", not a number'),
        ("1x1x2_1_nan", 'x: value 1 is "nan", not a number'),
        ("1x1x2_1_1e5", 'x: value 1 is "1e5", not a number'),
        ("1x1x1_1000001", 'x: value 0 is "1000001"; at most 1000000 in size is read'),
        ("1x1x1_<b>", 'x: value 0 is "·b·"'),
        ("zq0_1x1x1_AAAA", "x: the packed form zq0 is not known"),
        ("zu0_1x1x1_!!", "x: the packed numbers hold a character that does not belong there"),
        ("zu0_1x1x1_AAAA", "x: the packed numbers are broken or cut short"),
        ("9" * 70_000, "x: the text has 70000 characters; at most 60000 are read"),
    ],
)
def test_sentences(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        codec.decode(text, name="x", ndim=3, max_shape=(4, 32, 32))


def packed(raw: bytes, head: str) -> str:
    return head + base64.urlsafe_b64encode(zlib.compress(raw, 9)).rstrip(b"=").decode()


def test_a_bomb_is_not_unpacked():
    bomb = packed(bytes(30_000_000), "zu0_1x2x2_")
    assert len(bomb) < codec.MAX_TEXT
    with pytest.raises(ValueError, match="do not fill the 4 values"):
        codec.decode(bomb, name="x")


def test_packed_bytes_that_do_not_fit_the_shape():
    for raw in (bytes(3), bytes(5)):
        with pytest.raises(ValueError, match="do not fill the 4 values"):
            codec.decode(packed(raw, "zu0_1x2x2_"), name="x")


def test_packed_values_beyond_the_limit():
    raw = np.array([0, 10**6 + 1], "<i8").tobytes()
    with pytest.raises(ValueError, match="value 1 is above 1000000"):
        codec.decode(packed(raw, "zl0_1x1x2_"), name="x")


@given(st.text())
def test_quoted_text_is_short_and_holds_no_markup(text):
    quoted = codec.shown(text)
    assert len(quoted) <= 26
    assert not re.search(r"[<>\[\]()`*_$:#|\\\n!]", quoted)
