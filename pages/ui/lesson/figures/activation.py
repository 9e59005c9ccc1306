"""An activation's figure: a pure function, arrays → go.Figure."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.facts.activation import Curve, Point, Written
from engine.writing.display import number_text
from pages.ui.draw.colors import colors
from pages.ui.draw.figure import styled

HEIGHT = 450


def curves(name: str, curve: Curve, input: np.ndarray, output: np.ndarray, present: Point, theme: str) -> go.Figure:
    """Draw f above f′, every cell of a map as a small dot on f, and the present one as a large point on both.

    input, output: a map before and after, of one shape.
    """
    table = colors(theme)
    size = "×".join(map(str, input.shape))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.6, 0.4], vertical_spacing=0.12,
                           subplot_titles=("f(x)", "f′(x), the slope"))  # fmt: skip
    figure.update_annotations(x=0, xanchor="left", font={"size": 13, "color": table["ink"]})
    for row, title, heights, line in (
        (1, "f(x)", curve.y, {"color": table["positive-line"], "width": 2.5}),
        (2, "f′(x)", curve.slope, {"color": table["gradient"], "width": 2.5, "dash": "dash"}),
    ):
        places = zip(curve.x.tolist(), heights.tolist(), strict=True)
        text = [f"x {number_text(x, 3)}: {number_text(y, 3)}" for x, y in places]
        figure.add_scatter(
            x=curve.x, y=heights, mode="lines", name=title, line=line, text=text, hoverinfo="text", row=row, col=1
        )
    figure.add_scatter(
        x=input.ravel(), y=output.ravel(), mode="markers", name="cells", hoverinfo="skip", row=1, col=1,
        marker={"size": 7, "color": table["surface"], "line": {"color": table["positive-line"], "width": 1.5}},
    )  # fmt: skip
    # A rising curve leaves room above a point on the left, except at the left edge.
    right = present.x.value > 0.7 * curve.x[0] + 0.3 * curve.x[-1]
    for row, label, height in ((1, f"f({present.x.text})", present.y), (2, f"f′({present.x.text})", present.slope)):
        _mark(figure, row, label, present.x, height, right, table)
    axis = {"showgrid": True, "gridcolor": table["line"], "zeroline": True, "zerolinecolor": table["muted"]}
    figure.update_xaxes(**axis, range=[curve.x[0], curve.x[-1]])
    figure.update_xaxes(title={"text": "x: the cell's number before", "standoff": 4}, row=2, col=1)
    for row, heights in ((1, curve.y), (2, curve.slope)):
        figure.update_yaxes(**axis, range=_range(heights), row=row, col=1)
    return styled(figure, f"{name}, {size} cells", theme, HEIGHT, margin={"t": 56})


def _mark(figure: go.Figure, row: int, label: str, x: Written, y: Written, right: bool, table: dict[str, str]) -> None:
    """Mark the present cell on a curve, with a line down to zero and its numbers beside it."""
    figure.add_scatter(
        x=[x.value, x.value], y=[0, y.value], mode="lines", hoverinfo="skip", row=row, col=1,
        line={"color": table["accent"], "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    figure.add_scatter(
        x=[x.value], y=[y.value], mode="markers", name="present", hoverinfo="skip", row=row, col=1, cliponaxis=False,
        marker={"size": 14, "color": table["accent"], "line": {"color": table["surface"], "width": 2}},
    )  # fmt: skip
    figure.add_annotation(
        x=x.value, y=y.value, text=f"<b>{label} {y.equals} {y.text}</b>", showarrow=False, row=row, col=1,
        xanchor="right" if right else "left", xshift=-12 if right else 12, yshift=14,
        font={"color": table["accent"], "size": 14}, bgcolor=table["surface"], borderpad=1,
    )  # fmt: skip


def _range(heights: np.ndarray) -> list[float]:
    """Return the range of an axis: it holds zero and every height, with room for the text beside a point."""
    low, high = min(0.0, float(np.nanmin(heights))), max(0.0, float(np.nanmax(heights)))
    span = (high - low) or 1.0
    return [low - 0.1 * span, high + 0.22 * span]
