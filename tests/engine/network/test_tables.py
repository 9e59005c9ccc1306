"""The table's texts, read back against the numbers that they stand for."""

import csv
import io

import pytest

from engine.layers import Conv2d
from engine.network import Network
from engine.network.summary import rows, totals
from engine.network.tables import COLUMNS, counted, csv_text, markdown, shares, short, size_text
from engine.network.zoo import ZOO


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (9_999, "9,999"), (10_000, "10.00 k"), (138_357_544, "138.36 M"), (15_470_264_320, "15.47 G")],
)
def test_long_counts_have_a_short_form(count, text):
    assert short(count) == text


def test_counts_show_every_digit_and_the_short_form():
    assert counted(61_706) == "61,706"
    assert counted(138_357_544) == "138,357,544 (138.36 M)"


@pytest.mark.parametrize(
    ("size", "text"), [(1023, "1,023 B"), (602_112, "588.00 KiB"), (114_804_640, "109.49 MiB"), (3 << 30, "3.00 GiB")]
)
def test_memory_in_binary_units(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize("name", ZOO)
def test_csv_holds_every_row_in_plain_numbers(name):
    network = ZOO[name].network
    first, *lines = csv.DictReader(io.StringIO(csv_text(network)))
    table = rows(network)
    assert first["output"] == "x".join(map(str, network.input_shape))
    assert len(lines) == len(table)
    for line, row in zip(lines, table, strict=True):
        assert (line["name"], line["layer"], line["settings"]) == (row.name, row.kind, row.settings)
        assert tuple(map(int, line["output"].split("x"))) == row.output_shape
        assert [int(line[key]) for key in ("parameters", "multiply_adds", "memory")] == [
            row.parameters, row.multiply_adds, row.memory,
        ]  # fmt: skip
        if row.field is None:
            assert line["field"] == line["jump"] == line["start"] == "all"
        elif row.field[0] == row.field[1]:
            axis = row.field[0]
            assert [line["field"], line["jump"], line["start"]] == [str(axis.size), str(axis.jump), str(axis.start)]


@pytest.mark.parametrize("name", ZOO)
def test_markdown_has_a_cell_for_every_column_and_the_totals(name):
    network = ZOO[name].network
    head, rule, *lines = markdown(network).splitlines()
    assert head.count("|") == rule.count("|") == 4 + len(COLUMNS)
    assert {line.count("|") for line in lines} == {4 + len(COLUMNS)}
    cells = [cell.strip() for cell in lines[-1].split("|")[1:-1]]
    assert cells[:5] == ["", "total", "", "", f"{totals(network).parameters:,}"]


def test_vgg_sixteens_totals():
    assert "138,357,544 | 15,470,264,320 | 109.49 MiB" in markdown(ZOO["vgg16"].network).splitlines()[-1]


@pytest.mark.parametrize("name", ZOO)
def test_shares_of_the_layers_add_up_to_one(name):
    table = rows(ZOO[name].network)
    for key in ("parameters", "multiply_adds", "memory"):
        found = shares(COLUMNS[key], table)
        assert sum(share for share, row in zip(found, table, strict=True) if not row.block) == pytest.approx(1)


def test_a_field_that_differs_by_axis_shows_both():
    (row,) = rows(Network((1, 9, 9), (Conv2d(1, 1, (3, 5), stride=(1, 2), padding=(0, 2)),)))
    assert [COLUMNS[name].text(row) for name in ("field", "jump", "start")] == ["3 × 5", "1 × 2", "0 × −2"]
