"""The figure of normalisation: a pure function, arrays → a Plotly figure."""

from collections.abc import Sequence

import numpy as np

from engine.facts.norm import Stage
from engine.writing.display import decimals_needed, number_text
from pages.states.sheet.figure import Figure, ink

BINS = 48
MOST_DECIMALS = 4
ROOM = 0.5  # the part of a row's height that the tallest pile takes


def spread(stages: Sequence[Stage], unit: int, word: str) -> dict:
    """Draw the numbers of a unit at each stage as piles of dots on one line of numbers; a bar marks their mean.

    word: what a unit is called, channel or group.
    """
    values = [stage.values[unit] for stage in stages]
    low, high = (float(f([f(v) for v in values])) for f in (np.min, np.max))
    edges = np.linspace(low, high, BINS + 1) if high > low else np.array([low - 0.5, low + 0.5])
    piles = [_piles(v, edges) for v in values]
    tallest = max(int(pile.max()) for pile in piles) + 1
    title, height = f"{values[0].size} numbers of one {word}", 105 * len(stages) + 60
    figure = Figure(title, height, margin={"t": 30, "b": 30}, dragmode="zoom")
    for row, (stage, numbers, pile) in enumerate(zip(stages, values, piles, strict=True)):
        base = len(stages) - 1 - row
        figure.line(
            numbers,
            base + 0.12 + ROOM * pile / max(tallest, 6),
            mode="markers",
            name=stage.name,
            marker={"color": ink("positive-line"), "size": 9 if numbers.size <= 64 else 5},
            hovertemplate=f"{stage.name}: %{{x}}<extra></extra>",
        )
        mean = float(stage.mean[unit])
        figure.line([mean, mean], [base, base + 0.7], hoverinfo="skip", line={"color": ink("accent"), "width": 2})
        figure.level(base, color=ink("line"), width=1)
        text = f"{stage.name}: mean {_text(mean)}, variance {_text(float(stage.variance[unit]))}"
        figure.note(
            x=0, xref="paper", xanchor="left", y=base + 0.82, yanchor="middle", text=text,
            font={"color": ink("ink"), "size": 13},
        )  # fmt: skip
    figure.change(
        yaxis={"visible": False, "range": [-0.05, len(stages)]},
        xaxis={"gridcolor": ink("line"), "zeroline": True, "zerolinecolor": ink("line"), "zerolinewidth": 2.5},
    )
    return figure.drawn()


def _piles(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many of the numbers before each one lie in the same bin as it."""
    bins = np.clip(np.digitize(values, edges) - 1, 0, len(edges) - 2)
    return np.array([(bins[:k] == b).sum() for k, b in enumerate(bins)])


def _text(value: float) -> str:
    needed = decimals_needed(np.array([value]), MOST_DECIMALS)
    return f"{'≈ ' if needed is None else ''}{number_text(value, 3 if needed is None else needed)}"
