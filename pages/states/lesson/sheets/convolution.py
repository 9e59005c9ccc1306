"""What only the Convolution lesson shows."""

import numpy as np

from engine import functional as F
from engine.facts import matrix
from engine.layers.kerneled import Filtered
from pages.states.lesson.state import LessonState
from pages.states.sheet import Sheet, grids
from pages.states.sheet.grids import Grid

MOST_CELLS = 48  # of a column that is drawn


def below(page: Sheet, state: LessonState) -> None:
    """Add the part that shows the layer as one matrix product."""
    page.fold("matrix", "As one matrix product", lambda inner: as_matrix(inner, state))


def as_matrix(page: Sheet, state: LessonState) -> None:
    """Draw the windows as columns, the filters as rows, and their product, with the present step's numbers lit."""
    trace, layer = state.trace, state.layer
    board, flat = trace.steps[state.shown_step].writes
    made = matrix.product(layer, state.input, state.parameters["weight"], trace.board(board).outside(flat))
    cells = len(made.columns)
    page.text(
        f"Each window becomes a **column** of {cells} numbers, channel by channel, row by row; each filter is a "
        f"**row** of {cells} weights. The product of the two matrices is the whole output at once"
        f"{', before the bias is added' if layer.bias else ''}: this is how libraries compute it. In PyTorch: "
        "`F.unfold` (elsewhere called im2col)."
    )
    if cells > MOST_CELLS:
        page.text(f"A column of {cells} numbers is too long to be drawn; at most {MOST_CELLS} are.")
        return
    page.html(
        grids.row(
            Grid("weights", made.weights, "a row for each filter", marked=_lit(made.weights, row=made.row)),
            "·",
            Grid("windows", made.columns, _which(made), marked=_lit(made.columns, column=made.column)),
            "=",
            Grid("product", made.output, "", marked=_lit(made.output, made.row, made.column)),
            most=MOST_CELLS,
        )
    )
    page.gives("step")
    said = f"Lit: row {made.filters + made.row} times column {made.windows + made.column}, the present step."
    page.caption(f"{said} Of its group's channels alone." if layer.groups > 1 else said)


def _which(made: matrix.Product) -> str:
    last = made.windows + made.columns.shape[1] - 1
    return f"columns {made.windows} to {last} of 0 to {made.count - 1}"


def _lit(values: np.ndarray, row: int | None = None, column: int | None = None) -> np.ndarray:
    """Return True where a cell lies in a row, in a column, or in both where both are given."""
    lit = np.ones(values.shape, bool)
    if row is not None:
        lit &= np.arange(values.shape[0])[:, None] == row
    if column is not None:
        lit &= np.arange(values.shape[1]) == column
    return lit


def source(state: LessonState):
    """Return the engine's code behind a state."""
    return Filtered.filter_phase, F.conv2d, matrix.product, F.unfold
