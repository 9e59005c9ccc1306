"""Where a transposed convolution's stamps lie: which input cells reach each output cell."""

from dataclasses import dataclass

import numpy as np

from engine.layers.steps.axes import AROUND, neighbourhood
from engine.layers.steps.windows import Axis, spanned
from engine.trace import NONE


@dataclass(frozen=True)
class Reach(Axis):
    """The input rows that reach each output row, by the kernel's row that does it; NONE where that row reaches it not.

    `cut`: (size,) True for the input rows whose stamp lies wholly in what padding cuts off.
    """

    cut: np.ndarray

    @property
    def reached(self) -> np.ndarray:
        return ~self.cut

    def spans(self, word: str = "") -> list[str]:
        """Return the input rows that reach each output row, as `spanned` writes them; empty where none does."""
        reaching = (row[row != NONE] for row in self.cells)
        return [spanned(int(row.min()), int(row.max()), word) if row.size else "" for row in reaching]


def reaching(length, outputs, taps, stride, dilation=1, padding=(0, 0), around=None, reach=AROUND) -> Reach:
    """Return which of `length` input cells reach each output cell along one axis, and through which cell of the kernel.

    Output cell i takes the kernel's cell u from input cell (i + padding − u × dilation) / stride, where that is a whole
    number and on the input. around: keep to this output and `reach` on each side.
    """
    distance = np.arange(outputs)[:, None] + padding[0] - np.arange(taps) * dilation
    place = distance // stride
    whole = np.where((distance % stride == 0) & (place >= 0) & (place < length), place, NONE)
    reached = np.zeros(length, bool)
    reached[whole[whole != NONE]] = True
    if around is None:
        return Reach(range(outputs), whole, length, (0, 0), range(length), ~reached)
    kept = neighbourhood((around,), (outputs,), reach)[0]
    cells = whole[kept.start : kept.stop]
    near = cells[cells != NONE]
    if not near.size:  # a gap that no stamp reaches: show the input cell before it
        near = np.array([min((around + padding[0]) // stride, length - 1)])
    return Reach(kept, cells, length, (0, 0), range(int(near.min()), int(near.max()) + 1), ~reached)


def tex_stamped(letter: str, padding: int, tap: str, dilation: int, stride: int) -> str:
    """Return LaTeX of the input row or column that reaches an output cell through a tap: (i+1-2u)/2."""
    place = f"{letter}{f'+{padding}' if padding else ''}-{tap if dilation == 1 else f'{dilation}{tap}'}"
    return place if stride == 1 else f"({place})/{stride}"
