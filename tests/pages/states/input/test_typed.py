"""Typed and pasted numbers."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pages.states.input import typed

BLOCK = [[[1, 2], [3, 4]]]


@pytest.mark.parametrize(
    "text",
    [
        "1 2\n3 4",
        "  1   2 \r\n3\t4\n\n\n",
        "1,2\n3,4",
        "1, 2,\n3, 4,",
        "1\t2\n3\t4\t",
        "1 2; 3 4",
        "1, 2; 3, 4;",
        "1;2\n3;4",
        "[[1, 2], [3, 4]]",
        "[[1 2]\n [3 4]]",
        "[[[1., 2.],\n  [3., 4.]]]",
        "tensor([[1., 2.],\n        [3., 4.]])",
        "np.array([[1, 2], [3, 4]], dtype=np.float32)",
        "+1 2.0\n3e0 .4e1",
    ],
)
def test_ways_of_writing_the_same_block(text):
    values, notes = typed.parse(text)
    assert values.tolist() == BLOCK
    assert notes == ()


def test_channels_stand_apart_by_an_empty_line():
    assert typed.parse("1 2\n3 4\n \n5 6\n7 8")[0].tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert typed.parse("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]")[0].shape == (2, 2, 2)


def test_minus_signs_and_decimals():
    assert typed.parse("−1 -0.5 −.25")[0].tolist() == [[[-1, -0.5, -0.25]]]


def test_more_than_six_decimals_are_rounded_and_said():
    values, notes = typed.parse("0.12345678 1")
    assert values.tolist() == [[[0.123457, 1]]]
    assert notes == ("Numbers were rounded to 6 decimals.",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There are no numbers yet"),
        ("\n \n", "There are no numbers yet"),
        ("1 x", 'Channel 0, row 0, column 1 is "x", which is not a number.'),
        ("1 2\n3 4\n\n5 6\n7 eight", 'Channel 1, row 1, column 1 is "eight"'),
        ("0,5\t1", 'Channel 0, row 0, column 0 is "0,5": write decimals with a point, 0.5.'),
        ("0,5 1,5", "Channel 0, row 0 has both commas and spaces"),
        ("0,5;1,5", "There are both semicolons and commas"),
        ("1\t\t3", "Channel 0, row 0, column 1 is empty"),
        ("1,,3", "Channel 0, row 0, column 1 is empty"),
        ("; ;", "2 cells are empty (Channel 0, row 0, column 0; Channel 0, row 1, column 0)"),
        ("1 2\n3", "Channel 0, row 1 has 1 of the 2 numbers"),
        ("1 2\n3 4\n\n5 6", "Channel 1 has 1 rows where channel 0 has 2."),
        ("1\n\n2\n\n3\n\n4\n\n5", "There are 5 blocks of rows"),
        ("nan", "only finite numbers"),
        ("-Infinity", "only finite numbers"),
        ("1e300", "numbers up to 1,000,000 in size"),
        ("9" * 400, "numbers up to 1,000,000 in size"),
        (" ".join("1" * 33), "That is 1 × 33 numbers (rows × columns): at most 32"),
        ("1\n" * 33, "That is 33 × 1 numbers (rows × columns): at most 32"),
        ("1 " * 40_000, "The text has 80000 characters; at most 60000"),
        ("<script>", 'Channel 0, row 0, column 0 is "·script·"'),
        ("__import__('os')", "which is not a number"),
    ],
)
def test_sentences(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        typed.parse(text)


@given(st.text(max_size=80) | st.text("0123456789 .,;-\t\n[]e", max_size=80))
def test_any_text_gives_a_picture_or_a_value_error(text):
    try:
        values, _ = typed.parse(text)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        c, h, w = values.shape
        assert 1 <= c <= 4
        assert 1 <= h <= 32
        assert 1 <= w <= 32
        assert np.isfinite(values).all()


@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=3, max_dims=3, max_side=4),
        elements=st.integers(-(10**6), 10**6).map(lambda n: n / 1000),
    )
)
def test_written_numbers_are_read_back(values):
    back, notes = typed.parse(typed.to_text(values))
    assert (back == values).all()
    assert notes == ()
