"""Boards with marks: what differs is marked, numbers are written where they can be read."""

import re

import numpy as np

from pages.ui import changed


def cells(html: str) -> list[tuple[bool, str]]:
    return [("other" in kind, number) for kind, number in re.findall(r"<i([^>]*)>([^<]*)</i>", html)]


def test_a_board_shows_its_numbers_and_marks_what_differs():
    values, other = np.array([[1.0, -2.5], [0, 4]]), np.array([[False, True], [False, False]])
    html = changed.board("pooled", values, other)
    assert cells(html) == [(False, "1"), (True, "−2.5"), (False, "0"), (False, "4")]
    assert 'aria-label="pooled, 2×2, 1 cells marked"' in html
    assert "--v:var(--negative-3)" in html and "--v:var(--zero)" in html and "--v:var(--positive-4)" in html


def test_numbers_that_need_many_decimals_are_rounded():
    assert cells(changed.board("pooled", np.array([[1 / 3]]), np.array([[False]]))) == [(False, "0.33")]


def test_a_large_board_is_drawn_without_its_numbers():
    html = changed.board("input", np.ones((12, 12)), np.zeros((12, 12), bool))
    assert cells(html) == [(False, "")] * 144


def test_titles_are_escaped():
    assert "<b>" not in changed.board("<b>", np.ones((1, 1)), np.zeros((1, 1), bool))
