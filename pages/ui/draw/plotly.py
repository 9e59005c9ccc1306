"""Plotly's script for the browser: the Python package's own file, served by this app."""

from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

SCRIPT = Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"
# Another version of Plotly has another size, and so another address.
ADDRESS = f"stride/plotly.js?v={SCRIPT.stat().st_size}"


async def script(request: Request) -> FileResponse:
    """Answer with Plotly's script; each version has its own address, so that browsers may cache it."""
    headers = {"Cache-Control": "public, max-age=604800, immutable"}
    return FileResponse(SCRIPT, media_type="text/javascript", headers=headers)


routes = [Route(f"/{ADDRESS.partition('?')[0]}", script)]
