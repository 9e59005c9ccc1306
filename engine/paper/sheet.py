"""Worksheets as PDF, typeset by typst from sheet.typ. What people typed, and every number, goes there as data."""

import json
from pathlib import Path

from engine.paper.pack import Pack
from engine.paper.parts import parts

TEMPLATE = Path(__file__).with_name("sheet.typ")


def worksheet(pack: Pack) -> bytes:
    """Return the versions of a pack one after the other, each from a page of its own on, then their answers.

    Raises ValueError as `parts`, ModuleNotFoundError where typst is missing.
    """
    import typst

    # What a screen reader needs makes the file ten times as large: that is for one worksheet, not for a class's pile.
    read_aloud = len(pack.versions) == 1
    data = json.dumps(parts(pack))
    return typst.compile(TEMPLATE, ignore_system_fonts=True, sys_inputs={"data": data}, pdf_tags=read_aloud)
