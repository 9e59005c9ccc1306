"""The workbook: what it is, in three lines; then each trace, and one of its steps in full."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import limits
from engine.spreadsheet import boards, step
from engine.spreadsheet import sums as single
from engine.spreadsheet.layout import Layout
from engine.spreadsheet.looks import Looks
from engine.spreadsheet.sums import Sum
from engine.trace import Trace

MADE = datetime(2026, 1, 1)  # one date for all: the same trace gives the same file
MISSED = "A spreadsheet needs the package XlsxWriter, which is not installed here."
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 23  # of a sheet, with room for what stands beside it; Excel takes 31 signs
LONGEST_LINK = 2000  # of a link in a cell: Excel takes 2,079 signs


@dataclass(frozen=True)
class Page:
    """A trace to be written, or None where there are texts alone. name: its sheet's.

    step: the one that is shown in full, or None. link: where Stride shows it, or "". text: what is asked about it.
    lines: more texts below that. sums: where there is no trace, single numbers with their formulas, in place of lines.
    """

    name: str
    trace: Trace | None
    step: int | None = None
    link: str = ""
    text: str = ""
    lines: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()

    @property
    def title(self) -> str:
        return self.text or (self.trace.title if self.trace else self.name)


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
    file, heading = io.BytesIO(), heading or pages[0].title
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties({"title": heading, "author": "Stride", "created": MADE})
        looks, names = Looks(book), _names(pages)
        _read_me(book.add_worksheet("Read me"), looks, pages, names, heading)
        for page, name in zip(pages, names, strict=True):
            sheet = book.add_worksheet(name)
            if page.trace is None:
                if page.sums:
                    single.write(sheet, looks, page.name, page.text, page.sums)
                else:
                    _texts(sheet, looks, page)
                continue
            layout = Layout(page.trace)
            boards.write(sheet, looks, page.trace, layout, page.title, page.lines)
            if page.step is not None:
                step.write(book.add_worksheet(_beside(name)), looks, page.trace, layout, page.step, name)
    return file.getvalue()


def _check(pages: Sequence[Page]) -> None:
    if len(pages) > limits.SHEETS:
        raise ValueError(
            f"there are {len(pages):,} sheets to write, and a spreadsheet is made of {limits.SHEETS} at most"
        )
    traces = [page.trace for page in pages if page.trace]
    cells = sum(board.values.size for trace in traces for board in trace.boards)
    terms = sum(phase.terms.size for trace in traces for phase in trace.phases)
    for count, most, what in ((cells, limits.SHEET_CELLS, "cells"), (terms, limits.SHEET_TERMS, "terms")):
        if count > most:
            raise ValueError(
                f"it has {count:,} {what}, and a spreadsheet is made of {most:,} at most: take a smaller input, or "
                "fewer channels"
            )


def _names(pages: Sequence[Page]) -> list[str]:
    """Return the sheets' names: none twice, no sign that a name may not have, and room for the step beside it."""
    made: list[str] = []
    taken = {"read me"}
    for page in pages:
        name = base = FORBIDDEN.sub(" ", page.name)[:LONGEST_NAME].strip() or "Trace"
        number = 2
        while taken & {name.lower(), _beside(name).lower()}:
            name, number = f"{base[: LONGEST_NAME - 4]} {number}", number + 1
        made.append(name)
        taken |= {name.lower(), _beside(name).lower()}
    return made


def _beside(name: str) -> str:
    return "One step" if name == "Trace" else f"{name}, a step"


def _read_me(sheet, looks: Looks, pages: Sequence[Page], names: Sequence[str], heading: str) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 100, looks["wrapped"])
    sheet.fit_to_pages(1, 0)
    sheet.write_string(1, 1, heading, looks["title"])
    for row, line in enumerate(_lines(pages, names), start=3):
        sheet.set_row(row, 32)
        sheet.write_string(row, 1, line, looks["wrapped"])
    row, several = 6, len(pages) > 1
    for page, name in zip(pages, names, strict=True):
        if several:
            sheet.write_url(row, 1, f"internal:'{name}'!A1", looks["link"], f"{name}: {page.title}"[:250])
            row += 1
        if page.link.startswith(("http://", "https://")) and len(page.link) < LONGEST_LINK:
            sheet.write_url(row, 1, page.link, looks["link"], f"{name}, in Stride" if several else "See it in Stride")
            row += 1


def _lines(pages: Sequence[Page], names: Sequence[str]) -> tuple[str, str, str]:
    """Return what the file is, where to change something, and where it comes from."""
    code = getattr(getattr(pages[0].trace, "layer", None), "code", None)
    what = f"{code()}: every" if len(pages) == 1 and code else "Every"
    where = f"the sheet “{names[0]}”" if len(pages) == 1 else "the sheets of this file"
    return (
        f"{what} result on {where} is a formula. Double-click a result: the cells that it reads light up.",
        "Change a number on violet ground, such as a pixel, a weight or a bias: all that follows from it moves.",
        "Made by Stride, which shows the same step by step.",
    )


def _texts(sheet, looks: Looks, page: Page) -> None:
    """Write a page that has no trace."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110, looks["wrapped"])
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, page.name, looks["title"])
    for row, line in enumerate((page.text, "", *page.lines), start=2):
        sheet.write_string(row, 0, line, looks["wrapped"])
