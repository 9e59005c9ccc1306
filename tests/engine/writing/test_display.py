"""How numbers are written: exactly where six decimals are enough, and sums that close."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.writing import display
from engine.writing.display import (
    closes,
    decimals_needed,
    number_text,
    plain_number,
    rounded_decimals,
    scaled_integers,
    shared_decimals,
    signed_text,
    small_text,
    texts,
    typographic,
)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.integers(0, 4))
def test_decimal_numbers_are_written_exactly(numbers, decimals):
    values = np.array(numbers) / 10.0**decimals
    needed = decimals_needed(values)
    assert needed is not None and needed <= decimals
    assert [float(plain_number(v, needed)) for v in values] == values.tolist()


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=1, max_size=60))
def test_products_of_short_decimals_and_their_sum_stay_exact(pairs):
    a, b = np.array(pairs).T / 100.0
    terms = a * b
    decimals, exact = shared_decimals(terms, np.array([terms.sum()]))
    assert exact and decimals <= 4
    shown = sum(round(float(plain_number(t, decimals)) * 10**decimals) for t in terms)
    assert shown == round(float(plain_number(terms.sum(), decimals)) * 10**decimals)


@pytest.mark.parametrize("values", [[1 / 3], [np.pi, 1.0], [np.nan], [np.inf], [1e-9, 1.0], [1e12 + 1 / 3]])
def test_numbers_that_six_decimals_cannot_write_are_not_called_exact(values):
    assert decimals_needed(np.array(values)) is None


def test_sums_of_many_tenths_count_as_exact_in_spite_of_binary_rounding():
    assert decimals_needed(np.array([sum([0.1] * 100), 0.1 + 0.2])) == 1


def test_texts_have_no_trailing_zeros_and_no_negative_zero():
    assert [plain_number(v, 3) for v in (0.5, -0.0, 2.0, -1.25, -0.0001)] == ["0.5", "0", "2", "-1.25", "0"]


def test_people_read_a_true_minus_in_texts_and_in_sums():
    assert (number_text(-1.25, 3), number_text(-np.inf, 3), typographic("-2 to -1")) == ("−1.25", "−∞", "−2 to −1")
    assert (signed_text("−2"), signed_text("2")) == ("(−2)", "2")


def test_strength_of_colour_follows_sign_and_size():
    written = texts(np.array([-4.0, -1.0, 0.0, 1.0, 4.0]), 0)
    assert [written.pool[k] for k in written.index] == ["−4", "−1", "0", "1", "4"]
    assert [written.level[k] for k in written.index] == [-4, -1, 0, 1, 4]
    assert [written.pixel[k] for k in written.index] == [0, 0, 0, 2, 8]


def test_all_zero_arrays_have_no_colour():
    written = texts(np.zeros((2, 2)), 0)
    assert written.pool == ("0",) and written.level.tolist() == [0]


def test_what_is_huge_or_no_number_is_written_as_itself_beside_ordinary_numbers():
    written = texts(np.array([[1.5, np.inf, -np.inf], [np.nan, 2.6881171e43, 123456789012345.678]]), 3)
    shown = [written.pool[k] for k in written.index.ravel()]
    assert shown == ["1.5", "∞", "−∞", "NaN", "2.688e43", "123456789012345.672"]
    assert written.index.shape == (2, 3) and len(written.pool) == len(written.level) == len(written.pixel)


def test_a_sum_with_a_huge_number_does_not_close():
    total = scaled_integers(np.array([2e43, 3e43]), 3).sum()
    assert total != scaled_integers(np.array(5e43), 3)
    assert scaled_integers(np.array(np.nan), 3) == 0


def test_rounded_numbers_keep_three_digits_of_the_largest_and_at_least_the_decimals_asked_for():
    assert [rounded_decimals(np.array([x])) for x in (12.3, 0.1234, 0.00123456, 1e-20, 0.0)] == [3, 3, 5, 8, 3]
    assert rounded_decimals(np.array([0.62825]), least=4) == 4


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("layer 2: no", "Layer 2: no."),
        (ValueError("It is done."), "It is done."),
        ("is it there?", "Is it there?"),
        ("nn.LSTM is no layer; kernel_size is 3", "nn.LSTM is no layer; kernel_size is 3."),
        ("padding -1 in (3, -2) is below 0", "Padding −1 in (3, −2) is below 0."),
        (
            '"-1 x" is no number; Conv2d(padding=-1), 1e-3 and 3-5',
            '"-1 x" is no number; Conv2d(padding=-1), 1e-3 and 3-5.',
        ),
        ("", "."),
    ],
)
def test_what_an_error_says_becomes_a_sentence(said, sentence):
    assert display.sentence(said) == sentence


def test_a_quotient_by_what_is_shown_as_0_does_not_close():
    one, tiny, result = np.array([1.0]), np.array([9.36e-14]), np.array([1.068e13])
    assert not closes("÷", (one, tiny), (0, 0), result, 3).any()
    assert closes("÷", (one, np.zeros(1)), (0, 0), np.array([np.inf]), 3).all()


def test_a_difference_of_large_numbers_closes_however_small_it_is():
    left, right, result = np.array([[-625.4442059], [-580.0197122], [-45.4244937]])
    assert closes("−", (left, right), (7, 7), result, 7).all()
    assert not closes("−", (left, right), (7, 7), result + 1e-7, 7).any()


def test_a_number_that_is_not_0_is_never_written_as_0_where_its_digits_count():
    assert [small_text(x, 4) for x in (0.0, 0.25, 9.36e-14, -3e-9)] == ["0", "0.25", "9.36e−14", "−3e−9"]
