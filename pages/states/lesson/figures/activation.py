"""An activation's figure: a pure function, arrays → a Plotly figure."""

from functools import lru_cache

import numpy as np

from engine.facts.activation import Curve, Point, Written
from engine.writing.display import number_text
from pages.states.sheet.figure import Figure, ink

HEIGHT = 450
ABOVE, BELOW = [0.472, 1.0], [0.0, 0.352]  # the parts of the height that f and f′ take


def curves(name: str, curve: Curve, input: np.ndarray, output: np.ndarray, present: Point) -> dict:
    """Draw f above f′, every cell of a map as a small dot on f, and the present one as a large point on both.

    input, output: a map before and after, of one shape.
    """
    size = "×".join(map(str, input.shape))
    figure = Figure(f"{name}, {size} cells", HEIGHT, margin={"t": 56})
    figure.change(xaxis2={"anchor": "y2", "automargin": True}, yaxis2={"anchor": "x2", "automargin": True})
    for axis, title, heights, line in (
        ("", "f(x)", curve.y, {"color": ink("positive-line"), "width": 2.5}),
        ("2", "f′(x)", curve.slope, {"color": ink("gradient"), "width": 2.5, "dash": "dash"}),
    ):
        text = _hovers(curve)[heights is curve.slope]
        figure.line(curve.x, heights, name=title, line=line, text=text, hoverinfo="text", **_on(axis))
    figure.line(
        input.ravel(), output.ravel(), mode="markers", name="cells", hoverinfo="skip",
        marker={"size": 7, "color": ink("surface"), "line": {"color": ink("positive-line"), "width": 1.5}},
    )  # fmt: skip
    # A rising curve leaves room above a point on the left, except at the left edge.
    right = present.x.value > 0.7 * curve.x[0] + 0.3 * curve.x[-1]
    for axis, label, height in (("", f"f({present.x.text})", present.y), ("2", f"f′({present.x.text})", present.slope)):
        _mark(figure, axis, label, present.x, height, right)
    for text, top in (("f(x)", ABOVE[1]), ("f′(x), the slope", BELOW[1])):
        figure.note(
            x=0, xref="paper", xanchor="left", y=top, yref="paper", yanchor="bottom", text=text,
            font={"size": 13, "color": ink("ink")},
        )  # fmt: skip
    grid = {"showgrid": True, "gridcolor": ink("line"), "zeroline": True, "zerolinecolor": ink("muted")}
    figure.axes(**grid)
    figure.axes("x", range=[curve.x[0], curve.x[-1]])
    figure.change(
        xaxis={"matches": "x2", "showticklabels": False},
        xaxis2={"title": {"text": "x: the cell's number before", "standoff": 4}},
        yaxis={"range": _range(curve.y), "domain": ABOVE},
        yaxis2={"range": _range(curve.slope), "domain": BELOW},
    )
    return figure.drawn()


@lru_cache(maxsize=256)
def _hovers(curve: Curve) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is said of each point of f, and of each of f′."""
    x = [number_text(value, 3) for value in curve.x.tolist()]
    both = (curve.y.tolist(), curve.slope.tolist())
    return tuple(tuple(f"x {a}: {number_text(b, 3)}" for a, b in zip(x, ys, strict=True)) for ys in both)


def _on(axis: str) -> dict[str, str]:
    return {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}


def _mark(figure: Figure, axis: str, label: str, x: Written, y: Written, right: bool) -> None:
    """Mark the present cell on a curve, with a line down to zero and its numbers beside it."""
    dotted = {"color": ink("accent"), "width": 1.5, "dash": "dot"}
    figure.line([x.value, x.value], [0, y.value], hoverinfo="skip", line=dotted, **_on(axis))
    figure.line(
        [x.value], [y.value], mode="markers", name="present", hoverinfo="skip", cliponaxis=False, **_on(axis),
        marker={"size": 14, "color": ink("accent"), "line": {"color": ink("surface"), "width": 2}},
    )  # fmt: skip
    figure.note(
        x=x.value, y=y.value, xref=f"x{axis}", yref=f"y{axis}", text=f"<b>{label} {y.equals} {y.text}</b>",
        xanchor="right" if right else "left", xshift=-12 if right else 12, yshift=14,
        font={"color": ink("accent"), "size": 14}, bgcolor=ink("surface"), borderpad=1,
    )  # fmt: skip


def _range(heights: np.ndarray) -> list[float]:
    """Return the range of an axis: it holds zero and every height, with room for the text beside a point."""
    low, high = min(0.0, float(np.nanmin(heights))), max(0.0, float(np.nanmax(heights)))
    span = (high - low) or 1.0
    return [low - 0.1 * span, high + 0.22 * span]
