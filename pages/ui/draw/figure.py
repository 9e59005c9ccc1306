"""What all Plotly figures have in common: colours, fonts, margins, and the title at the top left."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.states.sheet.colors import colors


def styled(figure: go.Figure, title: str, theme: str, height: int, **layout: Any) -> go.Figure:
    """Give a figure the house's look, and return it. layout: what it has otherwise."""
    table, clear = colors(theme), "rgba(0,0,0,0)"
    return figure.update_layout(
        title={"text": title, "font": {"size": 14, "color": table["ink"]}, "x": 0, "y": 0.98},
        height=height,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        showlegend=False,
        dragmode=False,
        paper_bgcolor=clear,
        plot_bgcolor=clear,
        font={"color": table["ink"], "size": 13},
        hoverlabel={"bgcolor": table["panel"], "font": {"color": table["ink"]}},
    ).update_layout(**layout)


def plot(figure: go.Figure, key: str, where: Any = st) -> None:
    """Draw a figure, without Plotly's bar of buttons. where: the container that it stands in."""
    where.plotly_chart(figure, key=key, config={"displayModeBar": False})
