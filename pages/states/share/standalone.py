"""The player on a page of its own, as one file."""

import base64
import gzip
import json

from engine.trace import Trace
from engine.trace.payload import payload
from engine.writing.words import ENGLISH
from pages.states.sheet.bundle import module, style

SCRIPT, STYLES = "player/player.js", ("player/player.css", "shared/cells.css")
UNPACK = """
const packed = Uint8Array.from(atob(PACKED), (sign) => sign.charCodeAt(0));
const trace = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
"""


def standalone(trace: Trace, *, title: str = "Stride", step: int = 0, editable: bool = True) -> str:
    """Return a whole HTML page that plays a trace: for a file, a notebook's iframe, or a test.

    The trace is packed (gzip, base64), and the browser itself unpacks it. step: the one that is shown first. editable:
    whether cells can be typed into, where something hears what is typed.
    """
    body = {"words": ENGLISH, **payload(trace)}
    if not editable:
        body["boards"] = [{**board, "editable": False} for board in body["boards"]]
    packed = base64.b64encode(gzip.compress(json.dumps(body).encode(), mtime=0)).decode()
    name = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>:root { color-scheme: light dark } body { margin: 12px; background: var(--surface) }\n"
        f"{style(*STYLES, selector=':root')}</style></head><body><div id='player'></div>"
        f'<script type="module">\n{module(SCRIPT)}\n'
        f'const PACKED = "{packed}";{UNPACK}'
        "Object.assign(window, { mount, edits: [], trace });\n"
        "window.player = mount(document.getElementById('player'), window.trace,"
        " { onEdit: (edit, step) => window.edits.push({ ...edit, step }) },"
        f" {{ step: {int(step)} }});\n"
        "</script></body></html>"
    )
