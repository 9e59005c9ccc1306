"""The player on a page of its own."""

import json

from engine.trace import Trace
from engine.trace.payload import payload
from pages.ui.draw.component import module, style

SCRIPT, STYLES = "player/player.js", ("player/player.css", "shared/cells.css")


def standalone(trace: Trace, *, title: str = "Stride") -> str:
    """Return a whole HTML page that plays a trace: for a file, a notebook's iframe, or a test."""
    data = json.dumps(payload(trace)).replace("<", "\\u003c")
    name = title.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>:root { color-scheme: light dark } body { margin: 12px; background: var(--surface) }\n"
        f"{style(*STYLES, selector=':root')}</style></head><body><div id='player'></div>"
        f'<script type="module">\n{module(SCRIPT)}\n'
        f"Object.assign(window, {{ mount, edits: [], trace: {data} }});\n"
        "window.player = mount(document.getElementById('player'), window.trace,"
        " { onEdit: (edit, step) => window.edits.push({ ...edit, step }) });\n"
        "</script></body></html>"
    )
