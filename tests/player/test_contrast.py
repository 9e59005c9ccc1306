"""Every text on a cell, and every other text of the player, can be read: 4.5 : 1 in both themes."""

import re

import pytest

from pages.states.sheet.bundle import ASSETS
from pages.states.sheet.colors import colors, contrast, ink_on

CELLS, PLAYER = ((ASSETS / name).read_text(encoding="utf-8") for name in ("shared/cells.css", "player/player.css"))
CSS = re.sub(r"/\*.*?\*/", "", PLAYER, flags=re.DOTALL)
LEVELS = [f"{sign}-{level}" for sign in ("positive", "negative") for level in range(1, 5)]
# (text, what it stands on)
PAIRS = [
    *(("ink", level) for level in ["zero", *LEVELS]),
    ("muted-strong", "panel"), ("muted-strong", "line"),  # padding, on both colours of its hatching
    ("muted", "panel"),  # dropped cells, channels that a filter does not see
    ("ink", "surface"), ("ink", "panel"), ("ink", "accent-soft"), ("ink", "link-soft"),
    ("muted", "surface"), ("muted", "link-soft"),
    ("output", "surface"), ("output", "panel"), ("output", "link-soft"),
    ("surface", "accent"),
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=lambda name: name)
def test_texts_can_be_read(text, ground, theme):
    table = colors(theme)
    assert contrast(table[text], table[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("level", range(9))
def test_numbers_on_pixels_can_be_read(level, theme):
    pixel = colors(theme)[f"pixel-{level}"]
    assert contrast(ink_on(pixel, theme), pixel) >= 4.5


def test_the_pairs_hold_every_colour_of_text_and_every_tone_of_a_cell():
    texts = set(re.findall(r"[{;]\s*color: var\(--([\w-]+)\)", CSS))
    inks = {f"pixel-{k}-ink" for k in range(9)}
    assert texts - inks == {text for text, _ in PAIRS}
    tones = set(re.findall(r'\[data-tone="[lp]-?\d"\] \{ background: var\(--([\w-]+)\)', CELLS))
    assert tones == {"zero", *LEVELS, *(f"pixel-{k}" for k in range(9))}


def test_a_style_sheet_uses_no_colour_that_the_table_lacks():
    own = {"w", "h", "f", "gap", "st-font"}
    named = {n for n in re.findall(r"var\(--([\w-]+)", CSS) if n not in own and not n.endswith("-ink")}
    set_by_script = set(
        re.findall(r'"?([\w-]+)"?: (?:got|fontFor)', (ASSETS / "player/stage/sizing.js").read_text("utf-8"))
    )
    set_by_script |= {f"{board}-long" for board in ("input", "kernel", "product", "output", "sum")}
    set_by_script |= {"c", "r", "channels", "columns", "output-columns", "kernel-columns", "lines", "pace", "beside"}
    set_by_script |= {"top", "left", "tall", "wide", "sum-unit", "line-w", "tracks", "tracks-compact"}
    assert named - set_by_script <= set(colors("light")), named - set_by_script - set(colors("light"))
    assert set(colors("light")) == set(colors("dark"))
