"""A network's table in texts: the meaning of each column, and the whole table as Markdown and CSV."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from engine.network import Network
from engine.network.receptive import Axis
from engine.network.summary import Row, Totals, rows, totals
from engine.writing.display import typographic

UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))
ALL = "all"


def short(count: int) -> str:
    """Return a count in three to five digits: 138.36 M; below ten thousand, in full."""
    if count < 10_000:
        return f"{count:,}"
    size, unit = next((size, unit) for size, unit in UNITS if count >= size)
    return f"{count / size:.2f} {unit}"


def counted(count: int) -> str:
    """Return a count with separators, and beside it the short form where it is long: 138,357,544 (138.36 M)."""
    return f"{count:,}" if count < 1_000_000 else f"{count:,} ({short(count)})"


def size_text(size: int) -> str:
    """Return bytes as 602,112 B, 588.00 KiB or 109.49 MiB: the largest unit of which there is at least one."""
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size >= 1024**power:
            return f"{size / 1024**power:,.2f} {unit}"
    return f"{size:,} B"


def shape_text(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{n:,}" for n in shape)


def _along(row: Row, value: Callable[[Axis], int | Fraction]) -> str:
    """Return one number of the receptive field, down × across where they differ."""
    if row.field is None:
        return ALL
    down, across = (typographic(str(value(axis))) for axis in row.field)
    return down if down == across else f"{down} × {across}"


@dataclass(frozen=True)
class Column:
    """A column: its head, what its numbers are (with their formula), and its text in a row.

    number: what stands in CSV, without separators, where it is no text. shared: whether rows have shares of its total.
    """

    head: str
    help: str
    text: Callable[[Row], str]
    number: Callable[[Row], str | int] | None = None
    shared: bool = False

    def plain(self, row: Row) -> str | int:
        return (self.number or self.text)(row)


COLUMNS = {
    "output": Column(
        "output",
        "Shape of the layer's output: C × H × W, or features.",
        lambda row: shape_text(row.output_shape),
        lambda row: "x".join(map(str, row.output_shape)),
    ),
    "parameters": Column(
        "parameters",
        "Weights and biases. Conv2d: C_out × (C_in / groups × kH × kW + 1); Linear: out × (in + 1); without bias "
        "the + 1 goes; BatchNorm2d: 2 × C.",
        lambda row: f"{row.parameters:,}",
        lambda row: row.parameters,
        shared=True,
    ),
    "multiply_adds": Column(
        "multiply-adds",
        "Products that are added up, for one picture. Conv2d: H_out × W_out × C_out × C_in / groups × kH × kW; "
        "Linear: in × out, for each row of maps. Biases, activations, pooling and norms count as none.",
        lambda row: short(row.multiply_adds),
        lambda row: row.multiply_adds,
        shared=True,
    ),
    "memory": Column(
        "memory",
        "Memory of the layer's output for one picture, 4 bytes a number (float32).",
        lambda row: size_text(row.memory),
        lambda row: row.memory,
        shared=True,
    ),
    "field": Column(
        "field",
        "Receptive field: cells of the network's input, along one axis, that one cell of the output sees, padding "
        "counted in. r ← r + (k − 1) × jump, with k = D (F − 1) + 1. all: it sees all of the input, as after Flatten, "
        "or a norm by the picture's own mean.",
        lambda row: _along(row, lambda axis: axis.size),
    ),
    "jump": Column(
        "jump",
        "Cells of the network's input between what one output cell sees and what the next sees: jump ← jump × S.",
        lambda row: _along(row, lambda axis: axis.jump),
    ),
    "start": Column(
        "start",
        "The first input cell that output cell 0 sees, negative in the padding: start ← start − P × jump.",
        lambda row: _along(row, lambda axis: axis.start),
    ),
}


def shares(column: Column, table: Iterable[Row]) -> list[float]:
    """Return each row's share of a column's total, 0 to 1; 0 for a column of texts."""
    table = list(table)
    whole = sum(column.plain(row) for row in table if not row.block) if column.shared else 0
    return [column.plain(row) / whole if whole else 0.0 for row in table]


def totals_texts(total: Totals) -> dict[str, str]:
    """Return the texts under the columns."""
    return {
        "parameters": f"{total.parameters:,}",
        "multiply_adds": f"{total.multiply_adds:,}",
        "memory": size_text(total.memory),
    }


def markdown(network: Network) -> str:
    """Return the network's table in Markdown."""
    heads = ["#", "layer", "settings", *(column.head for column in COLUMNS.values())]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * 3}{'---:|' * len(COLUMNS)}"]
    lines.append(f"| 0 | input | | {shape_text(network.input_shape)} |{' |' * (len(COLUMNS) - 1)}")
    table = rows(network)
    for row in table:
        texts = [column.text(row) for column in COLUMNS.values()]
        settings = f"`{row.settings}`" if row.settings else ""
        lines.append(f"| {_place(row)} | {row.kind} | {settings} | {' | '.join(texts)} |")
    under = totals_texts(totals(network, table))
    lines.append(f"| | total | | {' | '.join(under.get(name, '') for name in COLUMNS)} |")
    return "\n".join(lines) + "\n"


def csv_text(network: Network) -> str:
    """Return the network's table as CSV: plain numbers, shapes as 64x112x112, memory in bytes, no line of totals."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["number", "name", "layer", "settings", *COLUMNS])
    writer.writerow([0, "", "input", "", "x".join(map(str, network.input_shape)), *[""] * (len(COLUMNS) - 1)])
    for row in rows(network):
        plain = [column.plain(row) for column in COLUMNS.values()]
        writer.writerow([row.number, row.name, row.kind, row.settings, *(str(p).replace("−", "-") for p in plain)])
    return buffer.getvalue()


def _place(row: Row) -> str:
    return str(row.number) if row.depth == 0 else f"{row.number} {row.name.partition('.')[2]}"
