"""One step of a trace in full on a sheet of its own: each term, each sum, and what becomes of them."""

import numpy as np

from engine.spreadsheet.formulas import finished, step_formula
from engine.spreadsheet.layout import Layout, cell_name
from engine.spreadsheet.looks import Looks
from engine.trace import NONE, Board, Cells, Phase, Trace
from engine.trace.finish import SIGNS

NAMES = {"×": "product", "÷": "quotient", "−": "difference"}
TOP, MOST_ROWS = 4, 30_000
PLACE, FIRST, SIGN, SECOND, EQUALS, VALUE = 1, 2, 3, 4, 5, 6  # columns


def write(sheet, looks: Looks, trace: Trace, layout: Layout, number: int, name: str) -> None:
    """Write a step. name: of the sheet with the boards, which it refers to."""
    phase, s = trace.steps.place(number)
    there = f"'{name}'!"
    _head(sheet, looks, trace, phase, s, number)
    for column in (FIRST, SECOND, VALUE):
        for condition in looks.signs("ground", cell_name(TOP, column)):
            sheet.conditional_format(TOP, column, TOP + MOST_ROWS, column, condition)
    row, sums = TOP, []
    for group in range(len(phase.group_names)):
        row, where = _group(sheet, looks, trace, layout, phase, s, group, row, there)
        sums += where
    for partial in phase.partials:
        if partial.cell is not None:
            at = int(partial.cell.index[s])
            sheet.write_string(row, PLACE, partial.name, looks["pane"])
            _value(sheet, row, f"{there}{cell_name(*layout.at(partial.cell.board, at))}", partial.values[s], looks)
            sums.append(cell_name(row, VALUE))
            row += 1
    if not sums:
        sheet.write_string(row, PLACE, "No cell is read.", looks["text"])
        return
    body = f"MAX({','.join(sums)})" if phase.reduce == "max" else "+".join(sums)
    if len(sums) > 1:
        sheet.write_string(row, PLACE, "the largest" if phase.reduce == "max" else "all added up", looks["pane"])
        _value(sheet, row, body, phase.before[s], looks)
        body = cell_name(row, VALUE)
        row += 1
    finish = phase.filled(phase.finish, s)
    board, flat = trace.board(phase.writes.board), int(phase.writes.index[s])
    result = f"{there}{cell_name(*layout.at(board.name, flat))}"
    sheet.write_string(
        row, PLACE, f"{board.title}{_where(board, flat)}{f': {finish}' if finish else ''}", looks["pane"]
    )
    _value(sheet, row, finished(trace, phase, s, body), phase.results[s], looks, "result")
    if not np.isfinite(phase.results[s]):
        return
    same = f'IF(ABS({cell_name(row, VALUE)}-{result})<=1E-9*(1+ABS({result})),"as on the other sheet","not as there")'
    sheet.write_formula(row, VALUE + 1, f"={same}", looks["muted"], "as on the other sheet")
    sheet.write_string(
        row + 2, PLACE, f"As one formula, in {result.rpartition('!')[2]} of the sheet {name}:", looks["pane"]
    )
    sheet.write_string(row + 3, PLACE, f"={step_formula(trace, layout, phase, s)}", looks["muted"])


def _head(sheet, looks: Looks, trace: Trace, phase: Phase, s: int, number: int) -> None:
    sheet.hide_gridlines(2)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 3)
    sheet.set_column(PLACE, PLACE, 34)
    sheet.set_column(FIRST, VALUE, 9)
    sheet.set_column(SIGN, SIGN, 3)
    sheet.set_column(EQUALS, EQUALS, 3)
    sheet.set_column(VALUE + 1, VALUE + 1, 24)
    sheet.freeze_panes(TOP, 0)
    sheet.write_string(0, 0, f"Step {number} in full: {phase.name}", looks["title"])
    where = phase.filled(phase.where, s)
    sheet.write_string(1, 0, where, looks["text"])
    heads = [trace.board(factor.board).title for factor in phase.factors]
    columns = (FIRST, SECOND, VALUE) if phase.operation else (VALUE,)
    sheet.write_string(TOP - 1, PLACE, "where", looks["pane"])
    for column, text in zip(columns, (*heads, NAMES[phase.operation]) if phase.operation else heads, strict=True):
        sheet.write_string(TOP - 1, column, text, looks["pane"])


def _group(sheet, looks: Looks, trace: Trace, layout: Layout, phase: Phase, s: int, group, row: int, there: str):
    """Write the terms of a group and, where they are several, their sum; return the next row, and where it stands."""
    terms = np.flatnonzero((phase.groups == group) & (phase.factors[0].index[s] != NONE)).tolist()
    if not terms:
        return row, []
    first = row
    for t in terms:
        sheet.write_string(row, PLACE, _cell(trace, phase.factors[0], s, t), looks["muted"])
        read = [(factor.board, int(factor.index[s, t])) for factor in phase.factors]
        formula = f"{there}{cell_name(*layout.at(*read[0]))}"
        if len(read) == 2:
            for column, (board, flat) in zip((FIRST, SECOND), read, strict=True):
                value = float(trace.board(board).values.ravel()[flat])
                _value(sheet, row, f"{there}{cell_name(*layout.at(board, flat))}", value, looks, column=column)
            sheet.write_string(row, SIGN, phase.operation, looks["across"])
            sheet.write_string(row, EQUALS, "=", looks["across"])
            formula = SIGNS[phase.operation].join(cell_name(row, column) for column in (FIRST, SECOND))
        _value(sheet, row, formula, float(phase.terms[s, t]), looks)
        row += 1
    if len(terms) == 1:
        return row, [cell_name(first, VALUE)]
    whole = f"{cell_name(first, VALUE)}:{cell_name(row - 1, VALUE)}"
    largest = phase.reduce == "max"
    called = phase.partials[group].name
    text = f"{called}: {'the largest' if largest else 'their sum'}" if called not in ("sum", "largest") else called
    sheet.write_string(row, PLACE, text, looks["pane"])
    _value(
        sheet, row, f"{'MAX' if largest else 'SUM'}({whole})", float(phase.partials[group].values[s]), looks, "result"
    )
    return row + 2, [cell_name(row, VALUE)]


def _value(sheet, row: int, formula: str, value: float, looks: Looks, look: str = "made", column: int = VALUE) -> None:
    value = float(value)
    sheet.write_formula(row, column, f"={formula}", looks[look], value if np.isfinite(value) else "#NUM!")


def _cell(trace: Trace, cells: Cells, s: int, t: int) -> str:
    board, flat = trace.board(cells.board), int(cells.index[s, t])
    return f"{board.title}{_where(board, flat)}"


def _where(board: Board, flat: int) -> str:
    """Return a cell's place in words: " R, row 1, column 2"."""
    index = board.outside(flat)
    if index is None:
        return ", padding"
    if len(index) == 1:
        name = board.labels[flat] if board.labels else str(index[0])
        return f" {name}" if board.values.size > 1 else ""
    pane = board.panes[np.unravel_index(flat, board.values.shape)[-3]] if len(index) > 2 and board.panes else ""
    return f"{f' {pane}' if pane else ''}, row {index[-2]}, column {index[-1]}"
