"""What an exercise gives, on a sheet: arrays as boards, and their shapes in C, H, W; the rest as a line of facts."""

from collections.abc import Mapping
from typing import Any

from engine.banks.given import given
from pages.states.sheet import Sheet, grids
from pages.states.sheet.writing import plain


def put(page: Sheet, data: Mapping[str, Any]) -> None:
    """Add what is given, by name."""
    shown = given(data)
    if shown.boards:
        page.html(grids.row(*(grids.Grid(board.title, board.values, spoken=True) for board in shown.boards)))
    if shown.facts:
        page.text(" · ".join(f"{plain(name)} **{plain(text)}**" for name, text in shown.facts))
    if shown.shapes:
        page.caption("  \n".join(f"{plain(name)}: {text}" for name, text in shown.shapes))
