"""Boards with marks: what differs is marked, numbers are written where they can be read."""

import re

import numpy as np

from pages.states.sheet import changed


def drawn(title: str, values: np.ndarray, other: np.ndarray) -> str:
    """The first board of a pair."""
    one = changed.Board(title, values, other)
    return changed.pairs((one, one)).split("</figure>")[0]


def cells(html: str) -> list[tuple[bool, str]]:
    return [("other" in kind, number) for kind, number in re.findall(r"<i([^>]*)>([^<]*)</i>", html)]


def test_a_board_shows_its_numbers_and_marks_what_differs():
    values, other = np.array([[1.0, -2.5], [0, 4]]), np.array([[False, True], [False, False]])
    html = drawn("pooled", values, other)
    assert cells(html) == [(False, "1"), (True, "−2.5"), (False, "0"), (False, "4")]
    assert 'aria-label="pooled, 2×2, 1 cells marked"' in html
    assert "--v:var(--negative-3)" in html and "--v:var(--zero)" in html and "--v:var(--positive-4)" in html


def test_numbers_that_need_many_decimals_are_rounded():
    assert cells(drawn("pooled", np.array([[1 / 3]]), np.array([[False]]))) == [(False, "0.33")]


def test_a_large_board_is_drawn_without_its_numbers():
    html = drawn("input", np.ones((12, 12)), np.zeros((12, 12), bool))
    assert cells(html) == [(False, "")] * 144


def test_titles_are_escaped():
    assert "<b>" not in drawn("<b>", np.ones((1, 1)), np.zeros((1, 1), bool))


def test_a_row_of_boards_shrinks_to_the_width_that_there_is():
    wide, small = (changed.Board("b", np.ones((n, n)), np.zeros((n, n), bool)) for n in (12, 6))
    assert f"--all:{12 * (wide.side + 1) + 6 * (small.side + 1)}" in changed.pairs((wide, small))
