"""The HTML page around a page: the menu, and what the browser loads first."""

import io
import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from pages.states.host.contents import HOME, SECTIONS
from pages.states.sheet.words import SITE

SIGNS = (*range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x2300))  # Latin, Greek, arrows and mathematics
# Everything comes from the site itself; Python's worker compiles WebAssembly. A worker that is a blob is under this
# policy too, one that is a file is not (assets/site/python.js).
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; base-uri 'self'"
)
ABOUT = "Step through a convolutional network number by number: change any number, and watch what follows."


@cache
def font() -> bytes:
    """Return the font that Streamlit brings, with the signs that pages use, in all its weights."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    media = Path(distribution("streamlit").locate_file("streamlit/static/static/media"))
    (packed,) = media.glob("SourceSansVF-Upright*.woff2")
    whole, made = TTFont(packed), io.BytesIO()
    signs = Subsetter(Options(layout_features=["kern", "tnum"]))
    signs.populate(unicodes=SIGNS)
    signs.subset(whole)
    whole.save(made)
    return made.getvalue()


def html(name: str, built: Mapping[str, Any], look: str, script: str, base: str = "../") -> str:
    """Return the HTML of a page. look, script: addresses. base: the site's root, from the page."""
    page = built["pages"][name]
    first = "".join(
        f'<link rel="preload" as="fetch" crossorigin href="{part}">' for part in (page["data"], *page["styles"])
    )
    told = json.dumps(built, ensure_ascii=False).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<base href="{base}">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{ABOUT}">
<title>{escape(page["title"])} · Stride</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="{look}">
{first}
<link rel="modulepreload" href="{page["script"]}">
<script type="application/json" id="built">{told}</script>
<script type="module" src="{script}"></script>
</head>
<body>
<header>{_menu(name)}</header>
<main></main>
<p class="unopened">{SITE["unopened"]} {SITE["file"]}</p>
<p class="status" role="status"></p>
<noscript>Stride is a program that runs in your browser: it needs JavaScript.</noscript>
</body>
</html>
"""


def _menu(here: str) -> str:
    """Return the menu: sections that open, and on a phone one that holds all of them."""
    wide, small = [], []
    for section, entries in SECTIONS.items():
        links = "".join(_link(entry.name, entry.title, here) for entry in entries)
        wide.append(f"<details><summary>{escape(section)}</summary><div>{links}</div></details>" if section else links)
        small.append(f"<strong>{escape(section)}</strong>{links}" if section else links)
    return (
        f'<a class="logo" href="./" data-page="{HOME}"><img src="icon.svg" alt="">Stride</a>'
        f'<nav class="menu" aria-label="Pages">{"".join(wide)}</nav>'
        f'<details class="small"><summary>{SITE["menu"]}</summary>'
        f'<nav aria-label="Pages">{"".join(small)}</nav></details>'
        f'<button class="scheme" type="button" title="{SITE["light"]}" aria-label="{SITE["light"]}">◐</button>'
    )


def _link(name: str, title: str, here: str) -> str:
    at = ' aria-current="page"' if name == here else ""
    return f'<a href="{"./" if name == HOME else name}" data-page="{name}"{at}>{escape(title)}</a>'
