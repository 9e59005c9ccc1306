"""Blocks of numbers as people paste them: one reader, on Input and in every player."""

import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.states import blocks, edits
from pages.states.input import typed

COLUMN, ROW, SQUARE = [[[1], [2], [3]]], [[[1, 2]]], [[[1, 2], [3, 4]]]
READ = [
    ("[1; 2; 3]", COLUMN),
    ("A = [1; 2; 3];", COLUMN),
    ("1 2; 3 4", SQUARE),
    ("[1 2; 3 4]", SQUARE),
    ("[1,2;3,4]", SQUARE),
    ("A = [1 2\n     3 4]", SQUARE),
    ("[\n1, 2\n3, 4\n]", SQUARE),
    ("[1, 2,\n 3, 4]", [[[1, 2, 3, 4]]]),
    (str(np.arange(30)), [[list(range(30))]]),
    ("1,2\n3,4", SQUARE),
    ("1;2\n3;4", SQUARE),
    ("tensor([[1., 2.]], requires_grad=True)", ROW),
    ("tensor([[1., 2.]], grad_fn=<AddmmBackward0>)", ROW),
    ("tensor([[1., 2.]], device='cuda:0', dtype=torch.float64,\n       grad_fn=<X>)", ROW),
    ("tensor([[1., 2.]], size=(1, 2))", ROW),
    ("x = np.array([[1, 2]])", ROW),
    (">>> x = torch.tensor([[1, 2]]).cuda()", ROW),
    ("Out[12]: array([[1, 2]], dtype=uint8)", ROW),
    ("np.array([[1, 2]], np.float32)", ROW),
    ("<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>", ROW),
    ("–1 −2 ‑3 -4", [[[-1, -2, -3, -4]]]),
    ("- 1\t+ 2", [[[-1, 2]]]),
    ("1\u00a02\n3\u202f4", SQUARE),
    ("\ufeff1 2\r\n3 4\r\n", SQUARE),
    ("1\u200b 2\u2028 3 4", SQUARE),
    (r"1 & 2 \\ 3 & 4", SQUARE),
    ("\\begin{bmatrix}\n  1 & 2 \\\\[2pt]\n  3 & 4\n\\end{bmatrix}", SQUARE),
    (r"$W = \left(\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right)$", SQUARE),
    ("1 000", [[[1000]]]),
    ("1'000", [[[1000]]]),
    ("1’000 2’500", [[[1000, 2500]]]),
    ("1\u00a0000", [[[1000]]]),
    ("1\u00a0000 2\u00a0200", [[[1000, 2200]]]),
    ("1\u202f000\u202f000", [[[1_000_000]]]),
    ("1 000\t2 500", [[[1000, 2500]]]),
    ("1 000, 2 500", [[[1000, 2500]]]),
    ("1'000;2'000", [[[1000, 2000]]]),
    ("255 000 128", [[[255, 0, 128]]]),
    ("1\t2\t\n3\t4\t", SQUARE),
    ("1 2\n\t\n3 4", [[[1, 2]], [[3, 4]]]),
]
REFUSED = [
    ("1\t\n\t1", "2 cells are empty (", "row 0, column 1", "row 1, column 0"),
    ("1;\n;1", "2 cells are empty ("),
    ("1,\n,1", "2 cells are empty ("),
    ("1\t\t3", "column 1 is empty"),
    ("1,5", '"1,5" is one number or two'),
    ("1 000 2 000", '"1 000" is one number or two. Write it without a space, 1000'),
    ("5—3", "it has an em dash"),
    ("1\t—", "it has an em dash"),
    ("50%", "it has a percent sign"),
    ("½", "it has a vulgar fraction one half"),
    ("1 | 2", "it has a vertical bar"),
    ("-", "it has a minus sign"),
    ("[1, 2, ..., 9]", "numbers that were left out when it was printed"),
    ("[[1, 2]].reshape(2)", "What stands around the brackets is not read"),
    ("0,5;1,5", "both semicolons and commas"),
    ("0,5 1,5", "Channel 0, row 0 has both commas and spaces"),
]


def pasted(text: str, board: np.ndarray) -> np.ndarray:
    edit = {"board": "input", "shape": board.shape, "origin": (0, 0), "flat": 0, "paste": text}
    return edits.apply(edit, {"input": board})[1]


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_what_has_one_meaning_is_read_alike_on_input_and_in_the_player(text, wanted):
    values, notes = typed.parse(text)
    assert values.tolist() == wanted and notes == ()
    c, h, w = values.shape
    board = pasted(text, np.full((c + 1, h + 1, w + 1), 9.0))
    np.testing.assert_array_equal(board[:c, :h, :w], wanted)
    assert (board[c] == 9).all() and (board[:, h] == 9).all() and (board[:, :, w] == 9).all()


@pytest.mark.parametrize(("text", "fragments"), [(text, said) for text, *said in REFUSED])
def test_what_has_two_meanings_or_none_is_refused_alike_with_the_sign_in_words(text, fragments):
    for read in (typed.parse, lambda text: pasted(text, np.zeros((2, 5, 5)))):
        with pytest.raises(ValueError) as refused:
            read(text)
        assert all(fragment in str(refused.value) for fragment in fragments), refused.value


def test_a_block_on_a_vector_fills_in_reading_order():
    assert pasted("1\t2\n3", np.zeros(5)).tolist() == [1, 2, 3, 0, 0]


def test_one_number_that_is_typed_may_have_the_signs_of_text_programs_too():
    edit = {"board": "input", "shape": (2,), "origin": (0, 0), "cells": [1]}
    for text, value in (("–1.5", -1.5), ("1 000", 1000), ("\ufeff7\u00a0", 7), ("1'000'000", 1e6)):
        assert edits.apply({**edit, "text": text}, {"input": np.zeros(2)})[1].tolist() == [0, value]
    with pytest.raises(edits.Refused, match=re.escape("write decimals with a point, 1.5")):
        edits.apply({**edit, "text": "1,5"}, {"input": np.zeros(2)})


HOSTILE = [" " * 60_000, "[" + " " * 59_000, "[" + "],a=b" * 11_000, "<tf." + "numpy=array([" * 4_000 + "]" * 6_000,
           "tensor([" + "]" * 59_000, "1 000 " * 9_900, "tensor([1]" + ", a = b" * 8_000, "\\" * 60_000,
           "]" * 30_000 + " " * 29_000, "1;" * 29_000, "1" * 60_000, "x=" * 29_000 + "["]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_takes_long(text):
    begun = time.process_time()
    try:
        typed.parse(text)
    except ValueError as error:
        assert len(str(error)) < 400
    assert time.process_time() - begun < 2


@given(st.text(max_size=60) | st.text("0123456789 .,;-\t\n[]e&\\'\u00a0–", max_size=60))
def test_any_text_is_cells_or_a_sentence(text):
    try:
        found = blocks.cells(text)
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert all(row for channel in found for row in channel)
