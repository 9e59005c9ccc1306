"""Where a slope jumps: at the kink of a function, and where two numbers of a maximum are equal.

Where only rounding keeps a number off such a point, it may fall on either side. Another program, which adds in another
order, may take the other side. Then the two gradients differ, and both are right.
"""

from collections.abc import Sequence

import numpy as np

from engine.layers import Layer
from engine.network import Network
from engine.network.blocks import called
from engine.trace import NONE
from engine.writing.display import number_text, typographic

MAY = "; PyTorch adds in another order, and may take the other."
NEAR = 1e-9  # where a number of a layer's input is nearer to a jump than this, only rounding keeps it off


def gaps(layer: Layer, input: np.ndarray) -> np.ndarray:
    """Return how far each choice of a slope is from the point where it changes; empty where no slope jumps.

    With kinks: for each number of the input, the distance to the nearest kink. For a maximum: for each window, how far
    the largest number is above the next.
    """
    if layer.kinks:
        return np.abs(input[..., None] - np.array(layer.kinks)).min(axis=-1)
    windows = _windows(layer, input)
    if windows is None or windows[0].shape[1] < 2:
        return np.zeros(0)
    second, first = np.partition(windows[0], -2, axis=1)[:, -2:].T
    return np.where(second == -np.inf, np.inf, first - np.where(second == -np.inf, 0.0, second))


def choices(layer: Layer, input: np.ndarray) -> np.ndarray:
    """Return which slope a layer takes, for each of its `gaps`: the piece between two kinks, or the winning cell."""
    if layer.kinks:
        return np.searchsorted(layer.kinks, input)
    windows = _windows(layer, input)
    if windows is None:
        return np.zeros(0, int)
    terms, cells = windows
    return cells[np.arange(len(cells)), terms.argmax(axis=1)]


def _windows(layer: Layer, input: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the numbers of each window of a maximum, and their cells of the input; None for other layers."""
    if getattr(layer, "reduce", "") != "max":
        return None
    trace = layer.trace(input)
    (phase,) = trace.phases
    (factor,) = phase.factors
    board, index = trace.board(factor.board), factor.index
    channel, row, column = np.unravel_index(np.maximum(index, 0), board.values.shape)
    cells = (channel * input.shape[-2] + row + board.origin[0]) * input.shape[-1] + column + board.origin[1]
    return np.where(index == NONE, -np.inf, phase.terms), cells


def jump_at(layer: Layer, input: np.ndarray, flat: int) -> str:
    """Return a sentence where the slope of a layer jumps at a cell of its input, "" elsewhere."""
    x = float(input.ravel()[flat])
    if layer.kinks:
        kink = min(layer.kinks, key=lambda at: abs(at - x))
        if abs(x - kink) > NEAR:
            return ""
        place = f"x is {_text(kink)}" + ("" if x == kink else f" except for rounding ({_text(x)})")
        taken = f"Stride takes the slope {_text(_slope(layer, x))}"
        same = f", as PyTorch does at exactly {_text(kink)}." if x == kink else MAY
        return f"Here {place}, where the slope of {called(layer)} jumps. {taken}{same}"
    windows = _windows(layer, input)
    if windows is None:
        return ""
    terms, cells = windows
    largest = terms.max(axis=1, keepdims=True)
    tied = (largest - terms <= NEAR) & (cells == flat).any(axis=1, keepdims=True)
    tied &= ((cells == flat) & (largest - terms <= NEAR)).any(axis=1, keepdims=True) & (terms > -np.inf)
    shared = tied.sum(axis=1) > 1
    if not shared.any():
        return ""
    end = "is as large. Stride gives the gradient to the first of them, as PyTorch does with equal numbers."
    if not (terms == largest)[tied & shared[:, None]].all():
        end = f"is as large, except for rounding. Stride gives the gradient to the larger one{MAY}"
    return f"Another number of its window {end}"


def other_sides(
    network: Network, input: np.ndarray, ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]
) -> list[str]:
    """Return a sentence for each layer that took another slope than PyTorch, because a number was rounded differently.

    ours, theirs: the outputs of the network's first layers.
    """
    said = []
    for k, (layer, mine, other) in enumerate(zip(network.layers, [input, *ours], [input, *theirs], strict=False)):
        one, two = choices(layer, mine).ravel(), choices(layer, other).ravel()
        apart = np.flatnonzero(one != two)
        if not apart.size:
            continue
        at = int(apart[0])
        name, more = f"Layer {k + 1}, {called(layer)}", f" and at {len(apart) - 1} more" if len(apart) > 1 else ""
        if layer.kinks:
            x, y = float(mine.ravel()[at]), float(other.ravel()[at])
            said.append(
                f"{name}: the input at {_place(at, mine.shape)}{more} is, except for rounding, where its slope jumps. "
                f"Stride has {_text(x)} there and takes the slope {_text(_slope(layer, x))}; PyTorch has {_text(y)} "
                f"and takes {_text(_slope(layer, y))}."
            )
        else:
            said.append(
                f"{name}: the two largest numbers of a window are the same, except for rounding. Stride gives the "
                f"gradient to {_place(int(one[at]), mine.shape)}, PyTorch to {_place(int(two[at]), mine.shape)}; so it "
                f"is in {len(apart)} {'window' if len(apart) == 1 else 'windows'}."
            )
    return said


def _slope(layer: Layer, x: float) -> float:
    return float(layer.derivative(np.array([x]))[0])


def _place(flat: int, shape: tuple[int, ...]) -> str:
    index = [int(k) for k in np.unravel_index(flat, shape)]
    return f"number {index[0]}" if len(index) == 1 else "channel {}, row {}, column {}".format(*index)


def _text(value: float) -> str:
    """Return a number with a few digits; a tiny one as 5.6e−17."""
    return typographic(f"{value:.1e}" if 0 < abs(value) < 1e-6 else number_text(value, 6))
