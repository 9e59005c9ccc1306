"""The workbook: what it is, in three lines; then each trace, and one of its steps in full."""

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from engine import limits
from engine.spreadsheet import step
from engine.spreadsheet.formulas import formulas
from engine.spreadsheet.layout import Block, Layout, cell_name, title
from engine.spreadsheet.looks import LEAST, Looks
from engine.trace import Board, Trace
from engine.writing.display import number_text, rounded_decimals, shared_decimals

WIDE, WIDEST, NARROW = 6.5, 13.0, 3.0  # of columns, in digits
MADE = datetime(2026, 1, 1)  # one date for all: the same trace gives the same file
TYPED = {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15, "ignore_blank": True,
         "error_title": "Not a number", "error_message": "Type a number, such as 2 or −0.5."}  # fmt: skip
LEGEND = "Violet ground: given, change these.   Blue: above zero.   Orange: below zero.   Grey: padding."
MISSED = "A spreadsheet needs the package XlsxWriter, which is not installed here."
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Page:
    """A trace to be written. name: its sheet's. step: the one that is shown in full, or None. link: where Stride shows
    it, or "". text: what is asked, or told, about it."""

    name: str
    trace: Trace
    step: int | None = None
    link: str = ""
    text: str = ""


def workbook(pages: Sequence[Page], heading: str = "") -> bytes:
    """Return an .xlsx file with a sheet for each trace; results are formulas of the numbers that are given.

    Raises ValueError where there are more cells or terms than one file may have, where something has no formula, and
    where XlsxWriter is not installed.
    """
    _check(pages)
    try:
        import xlsxwriter
    except ModuleNotFoundError as error:
        raise ValueError(MISSED) from error
    file = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties({"title": heading or pages[0].trace.title, "author": "Stride", "created": MADE})
        looks, names = Looks(book), _names(pages)
        _read_me(book.add_worksheet("Read me"), looks, pages, names, heading)
        for page, name in zip(pages, names, strict=True):
            layout = Layout(page.trace)
            sheet = book.add_worksheet(name)
            _trace(sheet, looks, page.trace, layout)
            if page.step is not None:
                step.write(book.add_worksheet(_beside(name)), looks, page.trace, layout, page.step, name)
    return file.getvalue()


def _check(pages: Sequence[Page]) -> None:
    cells = sum(board.values.size for page in pages for board in page.trace.boards)
    terms = sum(phase.terms.size for page in pages for phase in page.trace.phases)
    for count, most, what in ((cells, limits.SHEET_CELLS, "cells"), (terms, limits.TERMS, "terms")):
        if count > most:
            raise ValueError(
                f"it has {count:,} {what}, and a spreadsheet is made of {most:,} at most: take a smaller input, or "
                "fewer channels"
            )


def _names(pages: Sequence[Page]) -> list[str]:
    """Return the sheets' names: none twice, no sign that a name may not have, and room for the step beside it."""
    made: list[str] = []
    for page in pages:
        name = base = FORBIDDEN.sub(" ", page.name).strip()[:20] or "Trace"
        number = 2
        while name.lower() in {other.lower() for other in ("Read me", *made)}:
            name, number = f"{base} {number}", number + 1
        made.append(name)
    return made


def _beside(name: str) -> str:
    return "One step" if name == "Trace" else f"{name}, a step"


def _read_me(sheet, looks: Looks, pages: Sequence[Page], names: Sequence[str], heading: str) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 100, looks["wrapped"])
    sheet.fit_to_pages(1, 0)
    one = len(pages) == 1
    sheet.write_string(1, 1, heading or pages[0].trace.title, looks["title"])
    what = f"{pages[0].trace.layer.code()}, step by step. " if one and hasattr(pages[0].trace.layer, "code") else ""
    lines = (
        f"{what}Every result on the sheet “{names[0]}” is a formula: double-click a cell to see which cells it reads."
        if one
        else "Every result on the sheets of this file is a formula: double-click a cell to see which cells it reads.",
        "Change a number on violet ground, such as a pixel, a weight or a bias: all that follows from it moves.",
    )
    for row, line in enumerate(lines, start=3):
        sheet.set_row(row, 32)
        sheet.write_string(row, 1, line, looks["wrapped"])
    row = 5
    for page, name in zip(pages, names, strict=True):
        if page.link.startswith(("http://", "https://")) and len(page.link) < 2000:
            sheet.write_url(
                row, 1, page.link, looks["link"], "See it step by step in Stride" if one else f"{name}, in Stride"
            )
            row += 1
        if not one:
            sheet.write_url(
                row, 1, f"internal:'{name}'!A1", looks["link"], f"{name}: {page.text or page.trace.title}"[:250]
            )
            row += 1
    if row == 5:
        sheet.write_string(row, 1, "Made by Stride, which shows the same step by step.", looks["wrapped"])


def _trace(sheet, looks: Looks, trace: Trace, layout: Layout) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    decimals = {board.name: _decimals(board) for board in trace.boards}
    sheet.set_column(0, layout.columns, _width(trace, decimals))
    if not any(block.left == 1 and max(map(len, block.down)) > 3 for of in layout.blocks.values() for block in of):
        sheet.set_column(0, 0, NARROW)
    sheet.write_string(0, 0, trace.title, looks["title"])
    sheet.write_string(1, 0, LEGEND, looks["muted"])
    sheet.freeze_panes(2, 0)
    made = formulas(trace, layout)
    written = {phase.writes.board for phase in trace.phases}
    for board in trace.boards:
        sheet.write_string(*layout.titles[board.name], title(board), looks[f"head-{board.role}"])
        for block in layout.blocks[board.name]:
            _block(sheet, looks, board, block, made[board.name], board.name not in written, decimals[board.name])


def _decimals(board: Board) -> int:
    """Return how many decimals a board's numbers are shown with, at most."""
    needed, exact = shared_decimals(board.values)
    return max(LEAST, needed if exact else rounded_decimals(board.values, board.decimals))


def _width(trace: Trace, decimals: dict[str, int]) -> float:
    """Return the width of columns in which every number finds room."""
    texts = (
        number_text(float(value), decimals[board.name])
        for board in trace.boards
        for value in (np.min(board.values), np.max(board.values))
        if np.isfinite(value)
    )
    return min(WIDEST, max(WIDE, max(map(len, texts), default=0) + 1.5))


def _block(sheet, looks: Looks, board: Board, block: Block, made, given: bool, decimals: int) -> None:
    """Write one grid. made: the board's formulas by cell. given: whether its numbers are there to be changed."""
    if block.name:
        sheet.write_string(block.top - 2, block.left, block.name, looks["pane"])
    for k, text in enumerate(block.across):
        sheet.write_string(block.top - 1, block.left + k, text, looks["across"])
    for k, text in enumerate(block.down):
        sheet.write_string(block.top + k, block.left - 1, text, looks["down"])
    values = board.values.ravel()[block.cells].tolist()
    padding = np.zeros(len(values), bool) if board.padding is None else board.padding.ravel()[block.cells]
    for k, (flat, value) in enumerate(zip(block.cells.tolist(), values, strict=True)):
        down, across = divmod(k, block.columns)
        place = block.top + down, block.left + across
        look = looks[f"{'padding' if padding[k] else 'given' if given else 'made'}.{decimals}"]
        if flat in made:
            sheet.write_formula(*place, f"={made[flat]}", look, value if math.isfinite(value) else "#NUM!")
        elif padding[k] and not given:
            sheet.write_blank(*place, None, look)  # a gradient has no cells in the padding
        else:
            number(sheet, *place, value, look)
    corners = block.top, block.left, block.top + block.rows - 1, block.left + block.columns - 1
    first = cell_name(block.top, block.left)
    if given:
        sheet.data_validation(*corners, TYPED)
        conditions = looks.signs("digits", first)
    else:
        finite = np.abs(board.values[np.isfinite(board.values)])
        conditions = [looks.scale(float(finite.max(initial=0.0)) or 1.0), looks.whole(first)]
    for condition in conditions:
        sheet.conditional_format(*corners, condition)


def number(sheet, row: int, column: int, value: float, look) -> None:
    """Write a number; one that no spreadsheet can hold, as a text."""
    if math.isfinite(value):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞", look)
