"""Settings as people type them: signs of text programs, thousands, pairs; and nothing read as another number."""

import pytest

from engine.writing.setting import Setting

WHOLE = Setting("epochs", "int", minimum=-5, maximum=10_000)
REAL = Setting("lr", "float", minimum=-5.0, maximum=10_000.0)
PAIR = Setting("kernel_size", "pair", minimum=1, maximum=5000, words=("same",))
FREE = Setting("data", "str")


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        (WHOLE, "1,000", 1000), (WHOLE, "1 000", 1000), (WHOLE, "1\u00a0000", 1000), (WHOLE, "1'000", 1000),
        (WHOLE, "–3", -3), (WHOLE, "− 3", -3), (WHOLE, "\ufeff7", 7), (REAL, "1e–3", 1e-3), (REAL, "1’000.5", 1000.5),
        (PAIR, "1,024", 1024), (PAIR, "3x5", (3, 5)), (PAIR, "3, 5", (3, 5)), (PAIR, "(3, 5)", (3, 5)),
        (PAIR, "3×5", (3, 5)), (PAIR, "3,5", (3, 5)), (PAIR, "same", "same"), (FREE, " /a–b−c ", "/a–b−c"),
    ],
)  # fmt: skip
def test_what_has_one_meaning_is_read(setting, text, value):
    assert setting.read(text) == value


@pytest.mark.parametrize(
    ("setting", "text", "said"),
    [
        (WHOLE, "1,5", "is not a whole number: it has a comma"),
        (REAL, "0,5", r'is "0,5": write decimals with a point, 0\.5'),
        (REAL, "0,5,1", "is not a number: it has a comma"),
        (REAL, " ", "is empty: it takes a number$"),
        (WHOLE, "", "is empty: it takes a whole number$"),
        (REAL, "5—3", "it has an em dash"),
        (PAIR, "3,5,7", "is not a whole number, or two"),
        (WHOLE, "12,34", "is not a whole number"),
    ],
)
def test_what_has_none_is_refused_with_the_sign_in_words(setting, text, said):
    with pytest.raises(ValueError, match=said):
        setting.read(text)
