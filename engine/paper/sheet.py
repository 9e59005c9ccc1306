"""Worksheets as PDF, typeset by typst from sheet.typ. What people typed, and every number, goes there as data."""

import json
import unicodedata
from pathlib import Path

from engine.paper.pack import Pack
from engine.paper.parts import parts

# What typst's own fonts can write; others, such as Chinese, they have not, and a machine's fonts are not asked.
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "HEBREW", "ARABIC", "DEVANAGARI", "GEORGIAN")
SYMBOLS = range(0x2000, 0x2C00)
TEMPLATE = Path(__file__).with_name("sheet.typ")


def worksheet(pack: Pack) -> bytes:
    """Return the versions of a pack one after the other, each from a page of its own on, then their answers.

    Raises ValueError as `parts`, and where a title or a name has a sign that the fonts have not; ModuleNotFoundError
    where typst is missing.
    """
    import typst

    for sign in "".join([pack.title, *(version.name for version in pack.versions)]):
        if not _is_written(sign):
            raise ValueError(
                f"a PDF's fonts have no “{sign}” here: take the worksheet to print (HTML), which a browser "
                "writes in its own fonts"
            )
    # What a screen reader needs makes the file ten times as large: that is for one worksheet, not for a class's pile.
    read_aloud = len(pack.versions) == 1
    data = json.dumps(parts(pack))
    return typst.compile(TEMPLATE, ignore_system_fonts=True, sys_inputs={"data": data}, pdf_tags=read_aloud)


def _is_written(sign: str) -> bool:
    """Return whether typst's fonts have a sign of a title or a name."""
    if ord(sign) > 0xFFFF:
        return False
    is_letter = unicodedata.category(sign).startswith("L") and ord(sign) not in SYMBOLS
    return not is_letter or ord(sign) < 0x370 or unicodedata.name(sign, "").startswith(SCRIPTS)
