"""A trace's spreadsheet, worked out by LibreOffice: Stride's digits, as written and after every given number changed."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
from hypothesis import HealthCheck, Phase, given, settings

from engine.layers import LAYERS
from engine.spreadsheet import Page, workbook
from engine.spreadsheet.layout import Layout
from engine.trace import Trace
from tests.depth import cases
from tests.engine.layers.cases import CASES
from tests.engine.spreadsheet.libreoffice import recalculate

DRAWN = cases(12, 4)  # of each layer


@dataclass
class Sheet:
    """A trace on a sheet, and the same with other numbers, or None where these would make other steps."""

    name: str
    trace: Trace
    other: Trace | None


def drawn(name: str) -> list[tuple]:
    """Return cases of a layer, the same in every run."""
    found = []

    @settings(max_examples=DRAWN, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=CASES[name])
    def collect(case):
        found.append(case)

    collect()
    return found


def changed(rng, array):
    """Return other numbers near those of an array; those that must be positive stay so."""
    return array * rng.uniform(0.9, 1.1, np.shape(array)) + np.where(array > 0, 0.03, -0.03)


def same_form(one: Trace, other: Trace) -> bool:
    """Whether two traces differ in their numbers alone."""

    def form(trace):
        cells = [
            (c.board, c.index.tolist())
            for p in trace.phases
            for c in (*p.factors, p.writes, *(part.cell for part in p.partials if part.cell))
        ]
        return [(b.name, b.values.shape) for b in trace.boards], cells, [p.finish for p in trace.phases]

    return form(one) == form(other)


def sheets(name: str) -> list[Sheet]:
    """Return what is written of a layer: forward, around a cell, and the gradient of each array, case by case."""
    rng, made = np.random.default_rng(sum(map(ord, name))), []
    for k, (layer, x, given) in enumerate(drawn(name)):
        arrays = {key: value for key, value in given.items() if key in layer.parameter_shapes()}
        rest = {key: value for key, value in given.items() if key not in arrays}
        x2, given2 = changed(rng, x), {**{key: changed(rng, value) for key, value in arrays.items()}, **rest}
        around = tuple(n - 1 for n in layer.output_shape(x.shape))
        g = np.ones(()) if layer.arguments else rng.standard_normal(layer.output_shape(x.shape))
        g2 = g if layer.arguments else changed(rng, g)
        pairs = {
            "forward": [layer.trace(*a, **b) for a, b in (((x,), given), ((x2,), given2))],
            "around": [layer.trace(*a, **b, around=around) for a, b in (((x,), given), ((x2,), given2))],
        }
        for of in layer.backward(g, x, **given):
            one, *others = (
                layer.trace_backward(of, *a, **b) for a, b in (((g, x), given), ((g2, x2), given2), ((g2, x), given))
            )
            pairs[f"d {of}"] = [one, next((other for other in others if same_form(one, other)), None)]
        for title, (one, other) in pairs.items():
            other = other if other is not None and same_form(one, other) else None
            made.append(Sheet(f"{k} {title}", one, other))
    return made


def given_cells(trace: Trace, layout: Layout):
    """Return (row, column, board, cell) of every number that may be changed."""
    written = {phase.writes.board for phase in trace.phases}
    for board in trace.boards:
        if board.name not in written:
            for flat in range(board.values.size):
                if board.padding is None or not board.padding.ravel()[flat]:
                    yield *layout.at(board.name, flat), board.name, flat


def differences(book, made: list[Sheet], which: str) -> list[str]:
    """Return the cells that differ from the trace ("trace") or from the one with other numbers ("other")."""
    wrong = []
    for sheet in made:
        trace = getattr(sheet, which)
        if trace is None:
            continue
        layout, there = Layout(sheet.trace), book[sheet.name]
        for board in trace.boards:
            scale = np.abs(board.values[np.isfinite(board.values)]).max(initial=1.0)
            unwritten = board.padding.ravel() if board.padding is not None and board.role == "gradient" else None
            for flat, value in enumerate(board.values.ravel().tolist()):
                if unwritten is not None and unwritten[flat]:
                    continue
                row, column = layout.at(board.name, flat)
                cell = there.cell(row + 1, column + 1).value
                if np.isfinite(value):
                    good = not isinstance(cell, str | None) and np.isclose(cell, value, rtol=1e-9, atol=1e-12 * scale)
                else:
                    good = isinstance(cell, str)
                if not good:
                    wrong.append(f"{sheet.name}, {board.name} {flat}: {cell!r}, not {value!r}")
    return wrong


def test_every_layer_both_ways_gives_strides_digits_and_follows_what_is_changed(tmp_path: Path):
    made = {name: sheets(name) for name in sorted(LAYERS)}
    for which in ("trace", "other"):
        (tmp_path / which).mkdir()
    stored, others = [], []
    for name, all_of in made.items():
        stored.append(tmp_path / "trace" / f"{name}.xlsx")
        stored[-1].write_bytes(workbook([Page(sheet.name, sheet.trace) for sheet in all_of]))
        assert differences(openpyxl.load_workbook(stored[-1], data_only=True), all_of, "trace") == [], (
            f"{name} as written"
        )
        book = openpyxl.load_workbook(stored[-1])
        for sheet in all_of:
            if sheet.other is not None:
                for row, column, board, flat in given_cells(sheet.trace, Layout(sheet.trace)):
                    cell = book[sheet.name].cell(row + 1, column + 1)
                    assert not (isinstance(cell.value, str) and cell.value.startswith("=")), (name, sheet.name, board)
                    cell.value = float(sheet.other.board(board).values.flat[flat])
        others.append(tmp_path / "other" / f"{name} other.xlsx")
        book.save(others[-1])
    recalculated = recalculate([*stored, *others], tmp_path)
    wrong = {}
    for (name, all_of), file, other in zip(made.items(), recalculated, recalculated[len(stored) :], strict=False):
        followed = Counter(sheet.name.partition(" ")[2] for sheet in all_of if sheet.other is not None)
        assert set(followed) == {sheet.name.partition(" ")[2] for sheet in all_of}, f"{name}: {followed} follow"
        wrong[name] = differences(openpyxl.load_workbook(file, data_only=True), all_of, "trace")
        wrong[f"{name}, changed"] = differences(openpyxl.load_workbook(other, data_only=True), all_of, "other")
    assert not {name: cells[:3] for name, cells in wrong.items() if cells}
