"""What a spreadsheet says: readable formulas, texts that stay texts, names, bounds."""

import io
import sys

import numpy as np
import openpyxl
import pytest

from engine import limits
from engine.exercises import KINDS, exercise
from engine.exercises.__main__ import main
from engine.facts.examples import CONVOLUTION
from engine.layers import Conv2d, CrossEntropyLoss, Linear, MaxPool2d, ReLU, Softmax
from engine.paper import FILES, Pack, Version
from engine.spreadsheet import Page, workbook
from engine.spreadsheet.exercises import exercises_workbook
from engine.spreadsheet.layout import Layout, cell_name

EXAMPLE = CONVOLUTION["three-channels-three-filters"]


def opened(pages, heading=""):
    return openpyxl.load_workbook(io.BytesIO(workbook(pages, heading)))


def traced(layer, *shape, **parameters):
    return layer.trace(np.arange(float(np.prod(shape))).reshape(shape) - 3, **parameters)


def formula(trace, board, flat):
    """The formula of a cell of a board."""
    at = Layout(trace).at(board, flat)
    return opened([Page("Trace", trace)])["Trace"].cell(at[0] + 1, at[1] + 1).value


def name(trace, board, flat):
    return cell_name(*Layout(trace).at(board, flat))


def area(trace, board, first, last):
    return f"{name(trace, board, first)}:{name(trace, board, last)}"


def test_a_window_is_one_sumproduct_for_each_channel_and_the_bias():
    trace = EXAMPLE.layer.trace(EXAMPLE.input, **EXAMPLE.parameters)
    windows = [
        f"SUMPRODUCT({area(trace, 'input', c * 36 + 7, c * 36 + 21)},{area(trace, 'weight', 27 + c * 9, 35 + c * 9)})"
        for c in range(3)
    ]
    assert formula(trace, "output", 16 + 5) == f"={'+'.join(windows)}+{name(trace, 'bias', 1)}"


def test_what_is_no_rectangle_is_written_term_by_term():
    trace = traced(Conv2d(1, 1, 2, dilation=2, bias=False), 1, 3, 3, weight=np.ones((1, 1, 2, 2)))
    terms = [f"{name(trace, 'input', k)}*{name(trace, 'weight', w)}" for w, k in enumerate((0, 2, 6, 8))]
    assert formula(trace, "output", 0) == f"={'+'.join(terms)}"


def test_a_neuron_is_a_row_times_the_input_that_lies_above_it():
    trace = traced(Linear(4, 3), 4, weight=np.ones((3, 4)), bias=np.ones(3), relu=True)
    dense = f"SUMPRODUCT({area(trace, 'input', 0, 3)},{area(trace, 'weight', 4, 7)})"
    assert formula(trace, "output", 1) == f"=MAX(0,{dense}+{name(trace, 'bias', 1)})"
    rows = [Layout(trace).at(board, k)[0] for board, k in (("weight", 4), ("bias", 1), ("output", 1))]
    assert len(set(rows)) == 1


def test_the_largest_of_a_window_at_the_edge_and_of_no_cell():
    trace = traced(MaxPool2d(2, padding=1), 1, 3, 3)
    assert formula(trace, "output", 1) == f"=MAX({area(trace, 'input', 7, 8)})"
    alone = traced(MaxPool2d(2, stride=1, padding=1, dilation=3), 1, 2, 2)
    assert np.isneginf(alone.output).any()
    where = int(np.flatnonzero(np.isneginf(alone.output.ravel()))[0])
    assert formula(alone, "output", where) == "−∞"


def test_padding_that_repeats_a_cell_follows_it():
    trace = traced(Conv2d(1, 1, 3, padding=1, padding_mode="replicate"), 1, 2, 2, weight=np.ones((1, 1, 3, 3)),
                   bias=np.zeros(1))  # fmt: skip
    assert formula(trace, "input", 0) == f"={name(trace, 'input', 5)}"


def test_a_function_is_applied_to_a_cell_and_a_division_to_a_sum():
    assert formula(traced(ReLU(), 3), "output", 1) == f"=MAX(0,{name(traced(ReLU(), 3), 'input', 1)})"
    trace = traced(Softmax(-1), 3)
    exponent = f"{name(trace, 'input', 1)}-{name(trace, 'largest', 0)}"
    assert formula(trace, "exponentials", 1) == f"=EXP({exponent})"


def test_a_text_never_becomes_a_formula_and_a_given_number_may_be_changed():
    trace = Softmax(-1).trace(np.array([1.0, 2.0]), classes=("=1+1", "@SUM(A1)"))
    book = opened([Page("=[x]", trace, 0, link="javascript:alert(1)", text="=2+3")], "=4+5")
    assert book.sheetnames == ["Read me", "= x", "= x, a step"]
    for sheet in book:
        for row in sheet:
            for cell in row:
                made = isinstance(cell.value, str) and cell.value.startswith(("=1+1", "=2+3", "=4+5", "@"))
                assert not made or cell.data_type == "s", cell
                assert cell.hyperlink is None
    row, column = Layout(trace).at("input", 0)
    assert not book["= x"].cell(row + 1, column + 1).protection.locked
    assert book["= x"].cell(row + 1, column).value == "=1+1"


def test_sheets_have_names_of_their_own():
    trace = traced(ReLU(), 2)
    texts = ("Read me", "A trace with a name that is too long", "read me", "", "'x'", "x", "x, a step", "One step")
    names = opened([Page(text, trace, 0) for text in texts]).sheetnames
    assert len({text.lower() for text in names}) == len(names) == 1 + 2 * len(texts) and max(map(len, names)) <= 31


def test_the_first_sheet_says_what_to_do_and_leads_back():
    sheet = opened([Page("Trace", traced(ReLU(), 2), link="https://stride.example/activation?x=1")])["Read me"]
    texts = [cell.value for row in sheet for cell in row if cell.value]
    assert "ReLU" in texts[1] and "formula" in texts[1] and "violet" in texts[2]
    assert [cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink] == [
        "https://stride.example/activation?x=1"
    ]


def test_too_many_numbers_are_refused_and_so_is_what_has_no_formula(monkeypatch):
    trace = traced(ReLU(), 5)
    monkeypatch.setattr(limits, "SHEET_CELLS", 9)
    with pytest.raises(ValueError, match="it has 10 cells, and a spreadsheet is made of 9 at most"):
        workbook([Page("Trace", trace)])
    monkeypatch.undo()
    monkeypatch.setattr(ReLU, "cell", "")
    with pytest.raises(ValueError, match="relu has no formula"):
        workbook([Page("Trace", trace)])
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ValueError, match="needs the package XlsxWriter"):
        workbook([Page("Trace", trace)])


def test_the_same_trace_gives_the_same_file():
    trace = traced(ReLU(), 2)
    assert workbook([Page("Trace", trace, 1)]) == workbook([Page("Trace", trace, 1)])


def test_exercises_of_every_kind_have_a_sheet_with_their_question():
    exercises = [exercise(kind, 2, 7) for kind in KINDS]
    book = openpyxl.load_workbook(io.BytesIO(exercises_workbook(exercises)))
    firsts = [sheet for sheet in book if not sheet.title.endswith(", a step")][1:]
    assert len(firsts) == len(KINDS)
    for one, sheet in zip(exercises, firsts, strict=True):
        texts = [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]
        assert one.question in texts
        drawn = (
            any(isinstance(value, np.ndarray) for value in one.data.values()) and one.problem.scene.trace is not None
        )
        live = drawn or one.problem.scene.optimiser is not None
        assert any(text.startswith("=") for text in texts) == live
        assert live or set(one.working) <= set(texts)
    with pytest.raises(ValueError, match="no exercise"):
        exercises_workbook([])


def test_a_class_s_file_says_whose_each_exercise_is():
    one, other = exercise("relu", 2, 7), exercise("size-conv", 2, 7)
    pack = Pack("T", (Version((one,), "Ada"), Version((other,), "=Ben")))
    book = openpyxl.load_workbook(io.BytesIO(FILES["xlsx"].make(pack)))
    for sheet, who, made in ((book["1 ReLU"], "Ada", one), (book.worksheets[3], "=Ben", other)):
        assert f"{who}: {made.question}" in [cell.value for row in sheet for cell in row]


def test_the_command_writes_it_with_a_link_to_each_exercise(tmp_path):
    file = tmp_path / "exercises.xlsx"
    words = "--kinds relu,softmax --level 2 --count 3 --seed 7 --as xlsx --address https://stride.example --out"
    assert main([*words.split(), str(file)]) == 0
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[1::2] == ["1 ReLU", "2 Softmax", "3 ReLU"]
    links = [
        cell.hyperlink.target for row in book["Read me"] for cell in row if cell.hyperlink and cell.hyperlink.target
    ]
    assert len(links) == 3 and links[1].startswith("https://stride.example/practice?kind=softmax&level=2&seed=7&")


def test_more_sheets_than_there_may_be_are_refused():
    with pytest.raises(ValueError, match="there are 201 sheets to write, and a spreadsheet is made of 200 at most"):
        exercises_workbook([exercise("relu", 2, 7)] * 201)


def test_what_a_gradient_is_divided_by_has_all_its_digits():
    trace = CrossEntropyLoss().trace_backward("input", 1.0, np.zeros(2), target=np.array(0), temperature=0.33333)
    assert formula(trace, "grad", 0).endswith(")/0.33333")
