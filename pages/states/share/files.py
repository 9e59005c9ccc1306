"""What can be taken along from a player, as files: pictures of its step, an animation, its numbers, itself."""

import csv
import io
from collections.abc import Callable, Mapping

import numpy as np

from engine import limits
from engine.spreadsheet import TYPE, Page, workbook
from engine.trace import Trace
from engine.trace.payload import payload
from pages.states.share import raster
from pages.states.share.drawing import Drawing, drawing
from pages.states.share.shown import ShownTrace
from pages.states.share.standalone import standalone


def svg(trace: Trace, step: int, link: str = "") -> bytes:
    """Return the step on show as an SVG picture."""
    return drawing(payload(trace), step).encode()


def png(trace: Trace, step: int, link: str = "") -> bytes:
    """Return the step on show as a PNG picture, with two pixels for each of its own."""
    return raster.png(drawing(payload(trace), step))


def gif(trace: Trace, step: int, link: str = "") -> bytes:
    """Return all steps as an animation, a picture each. Raises ValueError where there are too many."""
    if len(trace.steps) > limits.PICTURES:
        raise ValueError(
            f"an animation has at most {limits.PICTURES} pictures, and there are {len(trace.steps):,} steps: "
            "take a smaller input, or fewer filters"
        )
    drawn = Drawing(ShownTrace(payload(trace)))
    return raster.gif(drawn.phases())


def table(trace: Trace, step: int, link: str = "") -> bytes:
    """Return every board as CSV: its name, the index of a cell in the whole, and the cell's number.

    A trace around one cell has boards that are parts: an index is that of the layer's whole input or output all the
    same, and padding has none.
    """
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(("board", "index", "value"))
    for board in trace.boards:
        for flat, value in enumerate(board.values.ravel().tolist()):
            index = board.outside(flat)
            place = "padding" if index is None else " ".join(map(str, index))
            rows.writerow((board.name, place, repr(value)))
    return file.getvalue().encode()


def arrays(trace: Trace, step: int, link: str = "") -> bytes:
    """Return every board as an array of a NumPy archive, under its name.

    Beside a board that is a part of the layer's whole input or output stands where it begins: NAME.begins, (H, W), or
    (C, H, W).
    """
    file = io.BytesIO()
    parts = [board for board in trace.boards if board.first_pane or any(board.origin)]
    begins = {f"{board.name}.begins": [board.first_pane, *board.origin][-board.values.ndim :] for board in parts}
    np.savez_compressed(file, **{board.name: board.values for board in trace.boards}, **begins)
    return file.getvalue()


def sheets(trace: Trace, step: int, link: str = "") -> bytes:
    """Return a spreadsheet whose results are formulas of the given numbers, with the step on show in full.

    Raises ValueError where there are too many numbers.
    """
    return workbook([Page("Trace", trace, step, link)])


def lesson(trace: Trace, step: int, link: str = "") -> bytes:
    """Return the player with all its steps as one HTML file. Raises ValueError where there are too many numbers."""
    page = standalone(trace, title=f"Stride · {trace.title}", step=step, editable=False).encode()
    if len(page) > limits.LESSON:
        raise ValueError(f"the lesson has {len(page) / 1e6:.1f} MB, and a file at most {limits.LESSON / 1e6:.1f} MB")
    return page


# Key → the file's label, ending, type, and what makes it of a trace, the number of a step, and where Stride shows it.
FILES: Mapping[str, tuple[str, str, str, Callable[[Trace, int, str], bytes]]] = {
    "svg": ("Picture of this step (SVG)", "svg", "image/svg+xml", svg),
    "png": ("Picture of this step (PNG)", "png", "image/png", png),
    "gif": ("Animation of all steps (GIF)", "gif", "image/gif", gif),
    "csv": ("All numbers (CSV)", "csv", "text/csv", table),
    "npz": ("All numbers (NumPy)", "npz", "application/zip", arrays),
    "xlsx": ("Spreadsheet (.xlsx), with formulas", "xlsx", TYPE, sheets),
    "html": ("The lesson as one file (HTML)", "html", "text/html", lesson),
}
