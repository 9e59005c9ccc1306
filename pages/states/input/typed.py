"""Typed and pasted numbers as a picture."""

import re

import numpy as np

from pages.states.codec import MAX_DECIMALS, decimal_text, shown
from pages.states.numbers import NUMBER, read

MAX_SIDE = 32
MAX_CHANNELS = 4
MAX_CHARACTERS = 60_000
_TENSOR = re.compile(
    r"\s*(?:(?:np|numpy|torch)\.)?(?:tensor|array)\(\s*(\[.*\])\s*(?:,\s*dtype=[\w.]+\s*)?\)\s*", re.DOTALL
)


def parse(text: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Read rows of numbers.

    Numbers are separated by spaces, commas or tabs; a new line ends a row, and so does a semicolon unless
    single numbers stand between semicolons; an empty line ends a channel. Lists and tensors as Python prints
    them are read too. A decimal comma is not guessed at.

    Returns float64 (C, H, W) and notes for the reader. Raises ValueError with channel, row and column for a
    text that is not C blocks (1 to 4) of H rows by W columns (1 to 32), finite and at most 1,000,000 in size.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"The text has {len(text)} characters; at most {MAX_CHARACTERS} are read.")
    channels = [_rows(block, c) for c, block in enumerate(_blocks(text))]
    if not channels:
        raise ValueError("There are no numbers yet: type a row of numbers to a line, such as 1 0 −1.")
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
        raise ValueError(f"There are {h} rows of {w} numbers; at most {MAX_SIDE} rows and columns are read.")
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


def _blocks(text: str) -> list[list[str]]:
    """Return the channels' lines: blocks of lines that are not empty."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("−", "-")
    if pasted := _TENSOR.fullmatch(text):
        text = pasted[1]
    if "[" in text:
        text = re.sub(r"\s*\n\s*", " ", text)
        text = re.sub(r"\]\s*\]\s*,?", "\n\n", text)
        text = re.sub(r"\]\s*,?", "\n", text).replace("[", " ")
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1] += _lines(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _lines(line: str) -> list[str]:
    """Split a line at semicolons that end rows; those between single numbers separate columns."""
    parts = line.strip().strip(";").split(";")
    if all(NUMBER.fullmatch(part.strip()) for part in parts):
        return [" ".join(parts)]
    if len(parts) > 1 and re.search(r"[0-9],[0-9]", line):
        raise ValueError(
            f"There are both semicolons and commas in {shown(line.strip())}. "
            "Write decimals with a point, and put each row on a line of its own."
        )
    return parts


def _rows(lines: list[str], c: int) -> list[list[float]]:
    return [
        [read(cell, f"{_place(c, i)}, column {j}") for j, cell in enumerate(_cells(line, c, i))]
        for i, line in enumerate(lines)
    ]


def _cells(line: str, c: int, i: int) -> list[str]:
    if not line.strip(" ,\t"):
        raise ValueError(f"{_place(c, i)} is empty.")
    if "\t" in line.strip():
        return [cell.strip() for cell in line.strip(" \n").removesuffix("\t").split("\t")]
    if "," not in line:
        return line.split()
    cells = [cell.strip() for cell in line.strip().removesuffix(",").split(",")]
    mixed = next((cell for cell in cells if re.search(r"\s", cell)), None)
    if mixed is not None:
        raise ValueError(
            f"{_place(c, i)} has both commas and spaces between numbers ({shown(line.strip())}). "
            "Write decimals with a point, and use one separator."
        )
    return cells


def _place(c: int, i: int) -> str:
    return f"Channel {c}, row {i}"
