"""Typed and pasted numbers as a picture."""

import numpy as np

from pages.states.blocks import cells
from pages.states.codec import MAX_DECIMALS, decimal_text
from pages.states.numbers import empty, read

MAX_SIDE = 32
MAX_CHANNELS = 4


def parse(text: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Read rows of numbers, as pages.states.blocks.cells splits them. A decimal comma is not guessed at.

    Returns float64 (C, H, W) and notes for the reader. Raises ValueError with channel, row and column for a
    text that is not C blocks (1 to 4) of H rows by W columns (1 to 32), finite and at most 1,000,000 in size.
    """
    texts = cells(text)
    if not texts:
        raise ValueError("There are no numbers yet: type one row of numbers a line, such as 1 0 −1.")
    bare = [_cell(c, i, j) for c, rows in enumerate(texts) for i, row in enumerate(rows) for j, cell in enumerate(row)
            if not cell]  # fmt: skip
    if bare:
        raise ValueError(empty(bare))
    channels = [
        [[read(cell, _cell(c, i, j)) for j, cell in enumerate(row)] for i, row in enumerate(rows)]
        for c, rows in enumerate(texts)
    ]
    if len(channels) > MAX_CHANNELS:
        raise ValueError(
            f"There are {len(channels)} blocks of rows; an empty line starts a new channel, "
            f"and at most {MAX_CHANNELS} channels are read."
        )
    h, w = len(channels[0]), len(channels[0][0])
    for c, rows in enumerate(channels):
        if len(rows) != h:
            raise ValueError(f"Channel {c} has {len(rows)} rows where channel 0 has {h}.")
        for i, row in enumerate(rows):
            if len(row) != w:
                raise ValueError(f"{_place(c, i)} has {len(row)} of the {w} numbers that the first row has.")
    if h > MAX_SIDE or w > MAX_SIDE:
        raise ValueError(f"That is {h:,} × {w:,} numbers (rows × columns): at most {MAX_SIDE} of each are read.")
    values = np.array(channels)
    rounded = np.round(values, MAX_DECIMALS) + 0.0
    notes = () if (rounded == values).all() else (f"Numbers were rounded to {MAX_DECIMALS} decimals.",)
    return rounded, notes


def to_text(values: np.ndarray) -> str:
    """Write (C, H, W) as `parse` reads it: a row to a line, columns aligned, channels apart."""
    cells = [[[decimal_text(v) for v in row] for row in channel] for channel in values.tolist()]
    width = max(len(cell) for channel in cells for row in channel for cell in row)
    rows = [[" ".join(cell.rjust(width) for cell in row) for row in channel] for channel in cells]
    return "\n\n".join("\n".join(channel) for channel in rows)


def _place(c: int, i: int) -> str:
    return f"Channel {c}, row {i}"


def _cell(c: int, i: int, j: int) -> str:
    return f"{_place(c, i)}, column {j}"
