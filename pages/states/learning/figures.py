"""The learning page's figures: pure functions, arrays → figures for Plotly."""

from collections.abc import Sequence

import numpy as np

from engine.writing.display import rough_text
from pages.states.sheet.figure import Figure, ink

HEIGHT = 205
NARROW = 100  # the largest of a curve's numbers over the least, up to which its ticks are written in full


def _figure(title: str, height: int = HEIGHT) -> Figure:
    figure = Figure(title, height, margin={"r": 12})
    figure.axes(gridcolor=ink("line"), zeroline=False, title={"standoff": 2})
    return figure


def secant(weights: np.ndarray, losses: np.ndarray, at: float, nudge, tangent: np.ndarray, chord: np.ndarray) -> dict:
    """Draw the loss over one weight, with the tangent (the gradient) and the secant through both nudges.

    tangent, chord: their heights at `weights`.
    """
    spans = [
        f'<span style="color:{ink(ink_)}">{name}</span>'
        for ink_, name in (("gradient", "tangent"), ("negative-line", "secant"))
    ]
    figure = _figure(f"The loss over this weight: {', '.join(spans)}")

    def line(x, y, name: str, **look) -> None:
        texts = [f"{rough_text(b, 6)} at {rough_text(a, 6)}" for a, b in zip(x, y, strict=True)]
        figure.line(x, y, name=name, text=texts, hoverinfo="text+name", **look)

    line(weights, losses, "loss", line={"color": ink("positive-line"), "width": 2.5})
    line(weights, tangent, "tangent", line={"color": ink("gradient"), "width": 2, "dash": "dash"})
    line(weights, chord, "secant", line={"color": ink("negative-line"), "width": 2, "dash": "dot"})
    line(
        [at - nudge.h, at + nudge.h], [nudge.below, nudge.above], "nudged", mode="markers",
        marker={"size": 10, "symbol": "diamond", "color": ink("negative-line")},
    )  # fmt: skip
    low, high = float(np.min(losses)), float(np.max(losses))
    room = 0.1 * (high - low) or 1.0
    figure.axes("y", range=[low - room, high + room])
    figure.axes("x", title={"text": "the weight"}, range=[float(weights[0]), float(weights[-1])])
    return figure.drawn()


def errors(steps: Sequence[float], found: Sequence[float], present: tuple[float, float]) -> dict:
    """Draw |difference − gradient| over h, both axes logarithmic; an error of 0 is left out of the line."""
    figure = _figure("|difference − gradient| over h")
    heights = [error if error > 0 else None for error in found]
    figure.line(
        list(steps), heights, mode="lines+markers", marker={"size": 4}, connectgaps=False,
        line={"color": ink("positive-line"), "width": 2}, hoverinfo="text",
        text=[f"h = {rough_text(h, 2)}: {rough_text(error)}" for h, error in zip(steps, found, strict=True)],
    )  # fmt: skip
    figure.upright(present[0], color=ink("accent"), width=2, dash="dot")
    if present[1] > 0:
        figure.line(
            [present[0]], [present[1]], mode="markers", hoverinfo="skip",
            marker={"size": 13, "color": ink("accent"), "line": {"color": ink("surface"), "width": 2}},
        )  # fmt: skip
    title = {"text": "h, smaller to the right"}
    figure.axes("x", type="log", autorange="reversed", exponentformat="power", dtick=2, title=title)
    figure.axes("y", type="log", exponentformat="power", dtick=3)
    return figure.drawn()


def losses(values: Sequence[float], height: int = HEIGHT, log: bool = False) -> dict:
    """Draw the loss before the first step and after each one; a loss that is not finite has no point."""
    figure = _figure(f"The loss, {len(values) - 1} steps", height)
    shown = [value if np.isfinite(value) and (value > 0 or not log) else None for value in values]
    figure.line(
        list(range(len(shown))), shown, mode="lines+markers" if len(shown) <= 40 else "lines", marker={"size": 6},
        cliponaxis=False, line={"color": ink("positive-line"), "width": 2.5},
        hovertemplate="after step %{x}: %{y:.6g}<extra></extra>",
    )  # fmt: skip
    figure.axes("y", **({"type": "log", "exponentformat": "power"} if log else {"rangemode": "tozero"}))
    heights = [value for value in shown if value]
    if log and (not heights or max(heights) < NARROW * min(heights)):
        figure.axes("y", tickformat="~g")  # 0.5 and 20, where Plotly would write 5 and 2 between powers of ten
    figure.axes("x", title={"text": "steps"}, rangemode="tozero", **({"dtick": 1} if len(values) <= 10 else {}))
    return figure.drawn()


def training(loss: Sequence[float], train: Sequence[float], test: Sequence[float], epochs: int) -> dict:
    """Draw loss and both accuracies (shares) after every epoch, up to the last that is planned."""
    figure = _figure("After every epoch", 300)
    x = list(range(1, len(loss) + 1))
    for name, values, colour, dash, axis in (
        ("loss", loss, "negative-line", "solid", "y"),
        ("accuracy, training", train, "positive-line", "dot", "y2"),
        ("accuracy, test", test, "output", "solid", "y2"),
    ):
        figure.line(
            x, list(values), name=name, yaxis=axis, mode="lines+markers", marker={"size": 5},
            line={"color": ink(colour), "width": 2.5, "dash": dash},
            hovertemplate=f"{name} %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    figure.change(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": -0.22}, margin={"b": 40},
        xaxis={"range": [0.5, epochs + 0.5], "title": {"text": "epoch"}},
        yaxis={"title": {"text": "loss"}, "rangemode": "tozero"},
        yaxis2={
            "title": {"text": "accuracy", "standoff": 2}, "overlaying": "y", "side": "right", "range": [0, 1.05],
            "tickformat": ".0%", "tickmode": "linear", "dtick": 0.25, "showgrid": False, "zeroline": False,
            "automargin": True,
        },
    )  # fmt: skip
    return figure.drawn()
