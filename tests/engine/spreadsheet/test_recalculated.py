"""A trace's spreadsheet, worked out by LibreOffice: Stride's digits, also after each given number changed."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl.formatting.formatting import ConditionalFormattingList

from engine.exercises import Exercise, exercise
from engine.layers import LAYERS
from engine.spreadsheet import Page, workbook
from engine.spreadsheet.exercises import exercises_workbook
from engine.spreadsheet.layout import Layout
from engine.trace import Trace
from tests.engine.layers.cases import CASES
from tests.engine.spreadsheet.libreoffice import recalculate

SAME, BESIDE = "as on the other sheet", ", a step"
DRAWN, KEPT = (
    12,
    8 if os.environ.get("STRIDE_DEEP") else 2,
)  # cases of a layer; the first that are drawn are the simplest


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
    return found[-KEPT:]


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
    for k, (layer, x, parts) in enumerate(drawn(name)):
        arrays = {key: value for key, value in parts.items() if key in layer.parameter_shapes()}
        rest = {key: value for key, value in parts.items() if key not in arrays}
        x2, parts2 = changed(rng, x), {**{key: changed(rng, value) for key, value in arrays.items()}, **rest}
        around = tuple(n - 1 for n in layer.output_shape(x.shape))
        g = np.ones(()) if layer.arguments else rng.standard_normal(layer.output_shape(x.shape))
        g2 = g if layer.arguments else changed(rng, g)
        pairs = {
            "forward": [layer.trace(*a, **b) for a, b in (((x,), parts), ((x2,), parts2))],
            "around": [layer.trace(*a, **b, around=around) for a, b in (((x,), parts), ((x2,), parts2))],
        }
        for of in layer.backward(g, x, **parts):
            one, *others = (
                layer.trace_backward(of, *a, **b) for a, b in (((g, x), parts), ((g2, x2), parts2), ((g2, x), parts))
            )
            pairs[f"d {of}"] = [one, next((other for other in others if same_form(one, other)), None)]
        for title, (one, other) in pairs.items():
            other = other if other is not None and same_form(one, other) else None
            made.append(Sheet(f"{k} {title}", one, other))
    return made


def last_step(sheet: Sheet) -> int | None:
    """The last step, of forward traces whose last result is finite: it is shown in full on a sheet beside it."""
    finite = all(np.isfinite(trace.steps[-1].result) for trace in (sheet.trace, sheet.other) if trace is not None)
    return len(sheet.trace.steps) - 1 if finite and sheet.name.endswith(" forward") else None


def given_cells(trace: Trace, layout: Layout):
    """Return (row, column, board, cell) of every number that may be changed."""
    written = {phase.writes.board for phase in trace.phases}
    for board in trace.boards:
        if board.name not in written:
            for flat in range(board.values.size):
                if board.padding is None or not board.padding.ravel()[flat]:
                    yield *layout.at(board.name, flat), board.name, flat


def differences(cells, made: list[Sheet], which: str) -> list[str]:
    """Return the cells that differ from the trace ("trace") or from the one with other numbers ("other").

    cells: of each sheet, a function of row and column that gives a number, or a text.
    """
    wrong = []
    for sheet in made:
        trace, layout = getattr(sheet, which), Layout(sheet.trace)
        for board in trace.boards if trace is not None else ():
            scale = np.abs(board.values[np.isfinite(board.values)]).max(initial=1.0)
            unwritten = board.padding.ravel() if board.padding is not None and board.role == "gradient" else None
            for flat, value in enumerate(board.values.ravel().tolist()):
                if unwritten is not None and unwritten[flat]:
                    continue
                cell = cells(sheet.name, *layout.at(board.name, flat))
                near = isinstance(cell, float) and np.isclose(cell, value, rtol=1e-9, atol=1e-12 * scale)
                if not (near if np.isfinite(value) else isinstance(cell, str)):
                    wrong.append(f"{sheet.name}, {board.name} {flat}: {cell!r}, not {value!r}")
    return wrong


def stored_cells(path: Path):
    """Return the numbers that a file holds as its formulas' results."""
    book = openpyxl.load_workbook(path, data_only=True)

    def cell(sheet, row, column):
        value = book[sheet].cell(row + 1, column + 1).value
        return float(value) if isinstance(value, int | float) else value

    return cell


def calculated_cells(sheets: dict[str, list[list[str]]]):
    """Return the numbers that LibreOffice has worked out."""

    def cell(sheet, row, column):
        text = sheets[sheet][row][column]
        try:
            return float(text)
        except ValueError:
            return text

    return cell


def with_other_numbers(path: Path, made: list[Sheet]):
    """Return a workbook whose given numbers are the others'; none of them is a formula."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        sheet.conditional_formatting = ConditionalFormattingList()  # of no use here, and slow
    for sheet in made:
        if sheet.other is not None:
            for row, column, board, flat in given_cells(sheet.trace, Layout(sheet.trace)):
                cell = book[sheet.name].cell(row + 1, column + 1)
                assert isinstance(cell.value, int | float), (path, sheet.name, board, cell.value)
                cell.value = float(sheet.other.board(board).values.flat[flat])
    return book


def step_files(steps: list[Exercise], folder: Path) -> list[Path]:
    """Write exercises on an optimiser's step, and the same with gradients that are 1 larger."""
    path, other = folder / "steps.xlsx", folder / "steps changed.xlsx"
    path.write_bytes(exercises_workbook(steps))
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        (cell,) = [row[1] for row in sheet.iter_rows() if row[0].value == "gradient"]
        cell.value += 1.0
    book.save(other)
    return [path, other]


def step_differences(steps: list[Exercise], sheets: dict[str, list[list[str]]], more: float) -> list[str]:
    """Return the numbers that differ from those of the optimiser itself."""
    wrong = []
    for number, one in enumerate(steps, 1):
        (rows,) = [rows for name, rows in sheets.items() if name.startswith(f"{number} ")]
        seen = {row[0]: float(row[1]) for row in rows if len(row) > 1 and row[1]}
        given = {name: np.array([value]) for name, value in one.problem.scene.arrays.items()}
        memory = {"velocity": given["velocity"]} if "velocity" in given else {}
        update = one.problem.scene.optimiser.update(given["weight"], given["gradient"] + more, memory)
        called = {"mean": "m̂", "square": "v̂", "old": "old velocity"}
        wanted = {called.get(name, name): value for name, value in update.parts.items()} | {"new weight": update.after}
        wrong += [f"{one.title}: {name}" for name, value in wanted.items() if not np.isclose(seen[name], value[0])]
    return wrong


def test_every_layer_both_ways_gives_strides_digits_and_follows_what_is_changed(tmp_path: Path):
    made, files, wrong = {name: sheets(name) for name in sorted(LAYERS)}, [], {}
    for name, all_of in made.items():
        followed = {sheet.name.partition(" ")[2] for sheet in all_of if sheet.other is not None}
        assert followed == {sheet.name.partition(" ")[2] for sheet in all_of}, f"{name}: only {followed} are changed"
        path, other = tmp_path / f"{name}.xlsx", tmp_path / f"{name} changed.xlsx"
        path.write_bytes(workbook([Page(one.name, one.trace, last_step(one)) for one in all_of]))
        wrong[f"{name} as written"] = differences(stored_cells(path), all_of, "trace")
        with_other_numbers(path, all_of).save(other)
        files += [path, other]
    steps = [exercise(kind, 2, 7) for kind in ("step-sgd", "step-momentum", "step-adam")]
    files += step_files(steps, tmp_path)
    calculated = recalculate(files, tmp_path)
    for file, more in ((files[-2], 0.0), (files[-1], 1.0)):
        wrong[file.name] = step_differences(steps, calculated[file.name], more)
    for name, all_of in made.items():
        for file, which in ((f"{name}.xlsx", "trace"), (f"{name} changed.xlsx", "other")):
            wrong[file] = differences(calculated_cells(calculated[file]), all_of, which)
        wrong[f"{name}, steps in full"] = [
            (file, sheet)
            for file in (f"{name}.xlsx", f"{name} changed.xlsx")
            for sheet, rows in calculated[file].items()
            if sheet.endswith(BESIDE) and not any(SAME in row for row in rows)
        ]
    assert not {name: cells[:3] for name, cells in wrong.items() if cells}
