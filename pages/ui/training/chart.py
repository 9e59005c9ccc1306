"""Figures that grow in place in the browser; st.plotly_chart would draw them anew and lose the zoom.

Streamlit gives a Plotly chart a new identity whenever its figure changes, with a key or without. This component hands
each figure to Plotly.react instead. Plotly's script is the Python package's own, served by this app.
"""

import json
import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from pages.ui.draw import plotly
from pages.ui.draw.component import component

if TYPE_CHECKING:  # the app imports this module when it starts, and needs no Plotly then
    import plotly.graph_objects as go

CONFIG = {"displayModeBar": False, "doubleClick": "reset+autosize", "responsive": True, "showTips": False}


def chart(figure: "go.Figure", key: str) -> None:
    """Draw a figure; the same key changes it in place, and its layout.uirevision says how long a zoom lasts."""
    text = figure.to_json()
    data = {
        "figure": json.loads(text), "config": CONFIG, "height": f"{figure.layout.height}px",
        "plotly": plotly.ADDRESS, "alt": re.sub("<[^>]*>", "", figure.layout.title.text or ""),
        "number": blake2b(text.encode(), digest_size=6).hexdigest(),
    }  # fmt: skip
    # Plotly's own style sheet is in the page's head: it must reach the chart.
    draw = component("chart/chart.js", isolate_styles=False)
    draw(key=key, data=data, height=figure.layout.height)
