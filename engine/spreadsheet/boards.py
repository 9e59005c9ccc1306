"""The sheet of a trace: its boards side by side, the given ones to be changed, the others as formulas."""

import math

import numpy as np

from engine.spreadsheet.formulas import formulas
from engine.spreadsheet.layout import Block, Layout, cell_name, title
from engine.spreadsheet.looks import LEAST, Looks
from engine.trace import Board, Trace
from engine.writing.display import number_text

WIDE, WIDEST, NARROW = 6.5, 13.0, 3.0  # of columns, in digits
TYPED = {
    "validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15, "ignore_blank": True,
    "error_title": "Not a number", "error_message": "Type a number, such as 2 or −0.5.",
}  # fmt: skip
GIVEN = "Violet ground: given, change these."
LEGEND = f"{GIVEN}   Blue: above zero.   Orange: below zero.   Grey: padding."


def write(sheet, looks: Looks, trace: Trace, layout: Layout, heading: str, lines: tuple[str, ...] = ()) -> None:
    """Write a trace. heading: above it, and below that the lines and a legend, in one line. Raises as `formulas`."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    decimals = {board.name: _decimals(board) for board in trace.boards}
    sheet.set_column(0, layout.columns, _width(trace, decimals))
    if not any(block.left == 1 and max(map(len, block.down)) > 3 for of in layout.blocks.values() for block in of):
        sheet.set_column(0, 0, NARROW)
    sheet.write_string(0, 0, heading, looks["title"])
    sheet.write_string(1, 0, "   ".join((*lines, LEGEND)), looks["muted"])
    sheet.freeze_panes(2, 0)
    everywhere = f"A1:{cell_name(layout.rows, layout.columns)}"  # a window leaves its neighbours out on purpose
    sheet.ignore_errors({"formula_range": everywhere, "formula_differs": everywhere})
    made = formulas(trace, layout)
    written = {phase.writes.board for phase in trace.phases}
    for board in trace.boards:
        sheet.write_string(*layout.titles[board.name], title(board), looks[f"head-{board.role}"])
        for block in layout.blocks[board.name]:
            _block(sheet, looks, board, block, made[board.name], board.name not in written, decimals[board.name])


def _decimals(board: Board) -> int:
    """Return how many decimals a board's numbers are shown with, at most."""
    return max(LEAST, board.precision[0])


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
