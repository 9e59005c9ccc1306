"""The player's Python side: it shows a trace on a page, and gets what the learner changed in it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.trace import Trace
from engine.trace.payload import payload
from pages.states.knobs import Knob
from pages.ui.draw.component import component, module, style

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


def player(
    trace: Trace,
    *,
    key: str,
    on_edit,
    on_step=None,
    on_lead=None,
    step: int = 0,
    jump: Any = None,
    message: str = "",
    seen: int = 0,
    live: dict | None = None,
    height: int = 440,
    knobs: Iterable[Knob] | None = None,
    leads: Mapping[str, str] | None = None,
):
    """Draw a trace.

    on_edit() is called with the learner's change in st.session_state[key].edit: a dict with `board`, `step`
    and either `cells` (flat indices) with `text`, or `flat` with `rows` of texts. on_step() is called when the
    player came to rest at another step, st.session_state[key].step: a dict with `step`. A new `jump` moves it to
    `step`; whatever it sends carries the `jump` that it was at.
    seen: the number of the last edit that the trace holds. live: `path` and `query` for the engine's own address
    (pages/states/answers.py), None where edits go through the script alone. knobs: drawn beside it; a turn is an edit
    with `knob` (pages/states/knobs.py). leads: for each board whose cells lead to where their numbers come from, the
    label of that way; on_lead() is called with st.session_state[key].lead, a dict with `board`, `flat` and `step`.
    """
    return component("player/streamlit.js", *STYLES)(
        key=key,
        data={
            "trace": payload(trace),
            "step": step,
            "jump": jump,
            "message": message,
            "seen": seen,
            "live": live,
            "height": height,
            "leads": dict(leads or {}),
            "knobs": None if knobs is None else [knob.drawn() for knob in knobs],
        },
        on_edit_change=on_edit,
        on_step_change=on_step or (lambda: None),
        on_lead_change=on_lead or (lambda: None),
    )
