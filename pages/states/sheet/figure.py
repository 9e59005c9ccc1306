"""Plotly figures as plain dicts, so that a host needs Plotly's script only, not its Python package.

Colours are names from the one table, as `ink("accent")`; the browser puts the colours of its theme in their place.
"""

import re
from typing import Any

import numpy as np

CLEAR = "rgba(0,0,0,0)"


def ink(name: str) -> str:
    """Return what stands for a colour of the table, also inside a text of a figure."""
    return f"var(--{name})"


class Figure:
    """A figure while it is made: traces, axes, notes; drawn() is what Plotly takes.

    title: at the top left. layout: what differs from the look that all figures share.
    """

    def __init__(self, title: str, height: int, **layout: Any):
        self.data: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {
            "title": {"text": title, "font": {"size": 14, "color": ink("ink")}, "x": 0, "y": 0.98},
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "paper_bgcolor": CLEAR,
            "modebar": {"bgcolor": CLEAR, "color": ink("muted"), "activecolor": ink("accent")},
            "plot_bgcolor": CLEAR,
            "font": {"color": ink("ink"), "size": 13},
            "hoverlabel": {"bgcolor": ink("panel"), "font": {"color": ink("ink")}},
            "annotations": [],
            "shapes": [],
            "xaxis": {"automargin": True},
            "yaxis": {"automargin": True},
        }
        self.change(**layout)

    def change(self, **layout: Any) -> None:
        """Change parts of the layout; dicts are changed key by key."""
        _change(self.layout, layout)

    def line(self, x: Any, y: Any, **trace: Any) -> None:
        """Add a trace of lines; `mode` and all else as Plotly names it."""
        self.data.append({"type": "scatter", "mode": "lines", "x": x, "y": y, **trace})

    def axes(self, letter: str = "xy", **axis: Any) -> None:
        """Change all axes of a letter, "x" or "y", or of both."""
        for name, one in self.layout.items():
            if re.fullmatch(f"[{letter}]axis[0-9]*", name):
                _change(one, axis)

    def note(self, **note: Any) -> None:
        self.layout["annotations"].append({"showarrow": False, **note})

    def upright(self, x: float, **line: Any) -> None:
        """Draw a line from bottom to top at x."""
        ends = {"x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "paper"}
        self.layout["shapes"].append({"type": "line", **ends, "line": line})

    def level(self, y: float, **line: Any) -> None:
        """Draw a line from left to right at y."""
        ends = {"x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "yref": "y"}
        self.layout["shapes"].append({"type": "line", **ends, "line": line})

    def drawn(self) -> dict[str, Any]:
        """Return the figure as JSON takes it: arrays as lists, numbers that are not finite as None."""
        return {"data": _plain(self.data), "layout": _plain(self.layout)}


def _change(old: dict, new: dict) -> None:
    for name, value in new.items():
        if isinstance(value, dict):
            if not isinstance(old.get(name), dict):
                old[name] = {}  # of its own: two axes that were given one dict do not share it
            _change(old[name], value)
        else:
            old[name] = value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        whole = value.dtype.kind in "biu" or (value.dtype.kind == "f" and np.isfinite(value).all())
        value = value.tolist()
        if whole:  # long curves are looked through once
            return value
    if isinstance(value, list | tuple):
        return list(value) if value and isinstance(value[0], str) else [_plain(one) for one in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
