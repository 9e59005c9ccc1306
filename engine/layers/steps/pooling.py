"""The steps of a pooling's trace: one window of one channel each, its numbers, and their largest or their mean."""

from dataclasses import replace

import numpy as np

from engine.layers.steps.windows import Windows
from engine.trace import NONE, Board, Phase
from engine.trace.build import phase
from engine.writing.display import decimals_needed, number_text, scaled_integers, shared_decimals

WHERE = "{cell}: window at input {rows}, {columns}."
SAY = "{cell}: {work}."
LISTED = 9  # a sentence names at most so many numbers


def steps(layer, windows: Windows, input: Board, output: Board) -> Phase:
    """Return a step for each output cell, channel by channel, row by row. layer: a Pooling."""
    channels = len(input.values)
    page = np.repeat(np.arange(channels), len(windows))
    reads = np.tile(windows.reads(layer.reads_padding), (channels, 1))
    index = np.where(reads == NONE, NONE, page[:, None] * input.values[0].size + reads)
    fields = windows.texts(channels)
    fields["cell"] = tuple(
        f"Channel {output.panes[c]}, output row {row}, column {column}"
        if output.panes[c]
        else f"Output row {row}, column {column}"
        for c, row, column in zip(page.tolist(), fields["row"], fields["column"], strict=True)
    )
    largest = layer.reduce == "max"
    pooled = phase(
        {"input": input, "output": output},
        "pooling",
        (("input", index),),
        "output",
        reduce=layer.reduce,
        partial="largest" if largest else "sum",
        grid=windows.taps,
        finish="" if largest else "÷ {divisor}",
        page=page,
        say=SAY,
        where=WHERE,
    )
    if not largest:
        fields["divisor"] = tuple(map(str, (index != NONE).sum(axis=1).tolist()))
    fields["work"] = _largest(pooled, windows, channels) if largest else _mean(pooled, fields["divisor"])
    return replace(pooled, fields=fields)


def copied(windows: Windows, input: Board, output: Board) -> Phase:
    """Return a step for each output cell of a layer that repeats cells: the one that it repeats."""
    channels = len(input.values)
    page = np.repeat(np.arange(channels), len(windows))
    index = page[:, None] * input.values[0].size + np.tile(windows.reads(), (channels, 1))
    fields = windows.texts(channels)
    names = [f"Channel {name}, output" if name else "Output" for name in output.panes]
    fields["channel"] = tuple(names[c] for c in page.tolist())
    where = "{channel} row {row}, column {column}: a copy of input {rows}, {columns}."
    return phase(
        {"input": input, "output": output}, "copy", (("input", index),), "output", partial="value", page=page,
        say=where, where=where, fields=fields,
    )  # fmt: skip


def _listed(terms: np.ndarray, present: np.ndarray, decimals: int) -> list[str]:
    """Return each step's numbers as a text: "15, 3, 8, 2", or how many they are."""
    counts = present.sum(axis=1).tolist()
    return [
        ", ".join(_text(value, decimals) for value in row[there]) if count <= LISTED else f"{count} numbers"
        for row, there, count in zip(terms, present, counts, strict=True)
    ]


def _largest(phase: Phase, windows: Windows, channels: int) -> tuple[str, ...]:
    terms, present, before = phase.terms, phase.factors[0].index != NONE, phase.before
    decimals, _ = shared_decimals(terms)
    numbers = _listed(terms, present, decimals)
    wins = present & (terms == before[:, None])
    first, ties = wins.argmax(axis=1).tolist(), wins.sum(axis=1).tolist()
    rows = (windows.rows.cells - windows.rows.padding[0]).tolist()
    columns = (windows.columns.cells - windows.columns.padding[0]).tolist()
    places = [(row, column) for row in rows for column in columns] * channels
    work = []
    for (row, column), t, tied, listed, value in zip(places, first, ties, numbers, before.tolist(), strict=True):
        if not tied:
            work.append("the window lies on padding only, and the result is −∞")
            continue
        u, v = divmod(t, len(column))
        place = f"at input row {row[u]}, column {column[v]}"
        last = f", the first of {tied} that are equal" if tied > 1 else ""
        work.append(f"the largest of {listed} is {_text(value, decimals)}, {place}{last}")
    return tuple(work)


def _mean(phase: Phase, divisors: tuple[str, ...]) -> tuple[str, ...]:
    terms, present, before, results = phase.terms, phase.factors[0].index != NONE, phase.before, phase.results
    decimals, exact = shared_decimals(terms, before, results)
    sums = scaled_integers(terms, decimals).sum(axis=1) == scaled_integers(before, decimals)
    work = []
    for k, listed in enumerate(_listed(terms, present, decimals)):
        total, result = _text(before[k], decimals), _text(results[k], decimals)
        divides = exact or decimals_needed(np.array([before[k], results[k]]), decimals) is not None
        work.append(
            f"the sum of {listed} {_equals(sums[k])} {total}; {total} ÷ {divisors[k]} {_equals(divides)} {result}"
        )
    return tuple(work)


def _equals(closes: bool) -> str:
    return "is" if closes else "is about"


def _text(value: float, decimals: int) -> str:
    return number_text(value, decimals)
