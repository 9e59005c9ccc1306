"""Figures that grow in place in the browser; st.plotly_chart would draw them anew and lose the zoom.

Streamlit gives a Plotly chart a new identity whenever its figure changes, with a key or without. This component hands
each figure to Plotly.react instead. Plotly's script is the Python package's own, served by this app.
"""

import json
import re
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

from pages.ui.draw.component import component

if TYPE_CHECKING:  # the app imports this module when it starts, and needs no Plotly then
    import plotly.graph_objects as go

SCRIPT = Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"
SIZE = SCRIPT.stat().st_size  # another version of Plotly has another size, and so another address
ADDRESS = "stride/plotly.js"
CONFIG = {"displayModeBar": False, "doubleClick": "reset+autosize", "responsive": True, "showTips": False}


def chart(figure: "go.Figure", key: str) -> None:
    """Draw a figure; the same key changes it in place, and its layout.uirevision says how long a zoom lasts."""
    text = figure.to_json()
    data = {
        "figure": json.loads(text), "config": CONFIG, "height": f"{figure.layout.height}px",
        "plotly": f"{ADDRESS}?v={SIZE}", "alt": re.sub("<[^>]*>", "", figure.layout.title.text or ""),
        "number": blake2b(text.encode(), digest_size=6).hexdigest(),
    }  # fmt: skip
    # Plotly's own style sheet is in the page's head: it must reach the chart.
    draw = component("chart/chart.js", isolate_styles=False)
    draw(key=key, data=data, height=figure.layout.height)


async def script(request: Request) -> FileResponse:
    """Answer with Plotly's script; each version has its own address, so that browsers may cache it."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "public, max-age=604800"})


routes = [Route(f"/{ADDRESS}", script)]
