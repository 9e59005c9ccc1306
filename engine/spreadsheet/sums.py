"""A sheet of single numbers, one a line: some are given, the others are formulas of those above."""

from dataclasses import dataclass

from engine.spreadsheet.boards import GIVEN, TYPED
from engine.spreadsheet.layout import cell_name
from engine.spreadsheet.looks import Looks

LABELS, NUMBERS = 26, 14  # widths of columns, in digits
FIRST = 4  # the row of the first number


@dataclass(frozen=True)
class Sum:
    """A number with its name. formula: of numbers above it, by their names ("{weight}-{change}"); "" where given."""

    name: str
    value: float
    formula: str = ""


def write(sheet, looks: Looks, heading: str, text: str, sums: tuple[Sum, ...]) -> None:
    """Write numbers below a heading and a text; the last one is the result."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, LABELS)
    sheet.set_column(1, 1, NUMBERS)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, heading, looks["title"])
    sheet.write_string(1, 0, text, looks["text"])
    sheet.write_string(2, 0, GIVEN, looks["muted"])
    cells: dict[str, str] = {}
    for row, one in enumerate(sums, start=FIRST):
        sheet.write_string(row, 0, one.name, looks["text"])
        cells[one.name] = cell_name(row, 1)
        if one.formula:
            look = looks["result.6" if one is sums[-1] else "made.6"]
            sheet.write_formula(row, 1, f"={one.formula.format(**cells)}", look, one.value)
        else:
            sheet.write_number(row, 1, one.value, looks["given"])
            sheet.data_validation(row, 1, row, 1, TYPED)
    sheet.conditional_format(FIRST, 1, FIRST + len(sums) - 1, 1, looks.whole(cell_name(FIRST, 1)))
