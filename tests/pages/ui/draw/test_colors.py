"""The one table of colours: text on cells keeps a contrast of 4.5:1 in both themes."""

import pytest

from pages.states.sheet.colors import colors, contrast, css_variables, ink_on

THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
def test_text_on_every_cell_can_be_read(theme):
    table = colors(theme)
    signs = [f"{sign}-{k}" for sign in ("positive", "negative") for k in (1, 2, 3, 4)]
    for background in ("surface", "panel", "zero", "accent-soft", "link-soft", *signs):
        assert contrast(table["ink"], table[background]) >= 4.5, background
    for k in range(9):
        background = table[f"pixel-{k}"]
        assert contrast(ink_on(background, theme), background) >= 4.5, background
    for name in ("muted", "output", "accent"):
        assert contrast(table[name], table["surface"]) >= 4.5, name
    assert contrast(table["muted"], table["panel"]) >= 4.5


def test_both_themes_name_the_same_colours_and_all_become_variables():
    assert set(colors("light")) == set(colors("dark"))
    css = css_variables()
    assert all(f"--{name}:" in css for name in colors("light"))


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
