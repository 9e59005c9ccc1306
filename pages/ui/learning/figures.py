"""The learning page's figures: pure functions, arrays → go.Figure."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.writing.display import rough_text
from pages.states.sheet.colors import colors
from pages.ui.draw.figure import styled

HEIGHT = 205


def _styled(figure: go.Figure, title: str, theme: str, height: int = HEIGHT) -> go.Figure:
    axis = {"gridcolor": colors(theme)["line"], "zeroline": False, "automargin": True, "title": {"standoff": 2}}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return styled(figure, title, theme, height, margin={"r": 12})


def secant(
    weights: np.ndarray, losses: np.ndarray, at: float, nudge, tangent: np.ndarray, chord: np.ndarray, theme: str
) -> go.Figure:
    """Draw the loss over one weight, with the tangent (the gradient) and the secant through both nudges.

    tangent, chord: their heights at `weights`.
    """
    table = colors(theme)
    figure = go.Figure()
    figure.add_scatter(
        x=weights, y=losses, mode="lines", name="loss", line={"color": table["positive-line"], "width": 2.5}
    )
    figure.add_scatter(
        x=weights, y=tangent, mode="lines", name="tangent",
        line={"color": table["gradient"], "width": 2, "dash": "dash"},
    )  # fmt: skip
    figure.add_scatter(
        x=weights,
        y=chord,
        mode="lines",
        name="secant",
        line={"color": table["negative-line"], "width": 2, "dash": "dot"},
    )
    figure.add_scatter(
        x=[at - nudge.h, at + nudge.h], y=[nudge.below, nudge.above], mode="markers", name="nudged",
        marker={"size": 10, "symbol": "diamond", "color": table["negative-line"]},
    )  # fmt: skip
    low, high = float(np.min(losses)), float(np.max(losses))
    room = 0.1 * (high - low) or 1.0
    for line in figure.data:
        places = zip(line.x, line.y, strict=True)
        line.update(text=[f"{rough_text(y, 6)} at {rough_text(x, 6)}" for x, y in places], hoverinfo="text+name")
    figure.update_yaxes(range=[low - room, high + room])
    figure.update_xaxes(title="the weight", range=[float(weights[0]), float(weights[-1])])
    title = (
        f'The loss over this weight: <span style="color:{table["gradient"]}">tangent</span>, '
        f'<span style="color:{table["negative-line"]}">secant</span>'
    )
    return _styled(figure, title, theme)


def errors(steps: Sequence[float], found: Sequence[float], present: tuple[float, float], theme: str) -> go.Figure:
    """Draw |difference − gradient| over h, both axes logarithmic; an error of 0 is left out of the line."""
    table = colors(theme)
    figure = go.Figure()
    heights = [error if error > 0 else None for error in found]
    figure.add_scatter(
        x=list(steps), y=heights, mode="lines+markers", marker={"size": 4}, connectgaps=False,
        line={"color": table["positive-line"], "width": 2}, hoverinfo="text",
        text=[f"h = {rough_text(h, 2)}: {rough_text(error)}" for h, error in zip(steps, found, strict=True)],
    )  # fmt: skip
    figure.add_vline(x=present[0], line={"color": table["accent"], "width": 2, "dash": "dot"})
    if present[1] > 0:
        figure.add_scatter(
            x=[present[0]], y=[present[1]], mode="markers", hoverinfo="skip",
            marker={"size": 13, "color": table["accent"], "line": {"color": table["surface"], "width": 2}},
        )  # fmt: skip
    figure.update_xaxes(
        type="log", autorange="reversed", exponentformat="power", dtick=2, title="h, smaller to the right"
    )
    figure.update_yaxes(type="log", exponentformat="power", dtick=3)
    return _styled(figure, "|difference − gradient| over h", theme)


def losses(values: Sequence[float], theme: str, height: int = HEIGHT, log: bool = False) -> go.Figure:
    """Draw the loss before the first step and after each one; a loss that is not finite has no point."""
    table = colors(theme)
    figure = go.Figure()
    shown = [value if np.isfinite(value) and (value > 0 or not log) else None for value in values]
    mode = "lines+markers" if len(shown) <= 40 else "lines"
    figure.add_scatter(
        x=list(range(len(shown))), y=shown, mode=mode, line={"color": table["positive-line"], "width": 2.5},
        marker={"size": 6}, hovertemplate="after step %{x}: %{y:.6g}<extra></extra>",
    )  # fmt: skip
    if log:
        figure.update_yaxes(type="log", exponentformat="power")
    else:
        figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(title="steps", rangemode="tozero")
    return _styled(figure, f"The loss, {len(values) - 1} steps", theme, height)


def training(
    loss: Sequence[float], train: Sequence[float], test: Sequence[float], epochs: int, theme: str
) -> go.Figure:
    """Draw loss and both accuracies (shares) after every epoch, up to the last that is planned."""
    table = colors(theme)
    figure = go.Figure()
    x = list(range(1, len(loss) + 1))
    for name, values, colour, dash, axis in (
        ("loss", loss, table["negative-line"], "solid", "y"),
        ("accuracy, training", train, table["positive-line"], "dot", "y2"),
        ("accuracy, test", test, table["output"], "solid", "y2"),
    ):
        figure.add_scatter(
            x=x, y=list(values), name=name, yaxis=axis, mode="lines+markers", marker={"size": 5},
            line={"color": colour, "width": 2.5, "dash": dash}, hovertemplate=f"{name} %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    _styled(figure, "After every epoch", theme, 300)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "x": 0, "y": -0.22}, margin={"b": 40},
        yaxis={"title": "loss", "rangemode": "tozero"},
        yaxis2={"title": "accuracy", "overlaying": "y", "side": "right", "range": [0, 1.05], "tickformat": ".0%",
                "tickmode": "linear", "dtick": 0.25,
                "showgrid": False},
    )  # fmt: skip
    figure.update_xaxes(range=[0.5, epochs + 0.5], title="epoch")
    return figure
