"""How Streamlit mounts what stands in assets/: components with their script and style, and style sheets.

A script with its style sheets has 150 to 300 kB. Streamlit would send it to each session with each page. So what it
sends is a line that imports it from this server, at an address that changes with the text: a browser asks for it once.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pages.states.sheet.bundle import ASSETS, DEFAULT_EXPORT, module, style

PLACE = "stride/component"
WRAPPED = """
const styles = new CSSStyleSheet();
styles.replaceSync(%s);
export default (component) => {
  const tree = component.parentElement.getRootNode();
  if (!tree.adoptedStyleSheets.includes(styles)) tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, styles];
  return default_(component);
};
"""
IMPORTED = """
const { default: draw } = await import(new URL(%s, document.baseURI));
export default draw;
"""


@cache
def sheet(file: str, selector: str) -> str:
    """Return a style sheet as HTML, once a page, for figures that st.html draws."""
    return f"<style>\n{style(file, selector=selector)}</style>"


@cache
def component(js: str, *css: str):
    """Return the function that mounts a component: its script's default export, with its style sheets.

    The component is called by the script's path: "inside/inside.js" is "stride_inside_inside". It stands in a shadow
    tree of its own.
    """
    name = re.sub(r"\W", "_", f"stride_{js.removesuffix('.js')}")
    return st.components.v2.component(name, js=IMPORTED % json.dumps(address(js, css)))


# Who asks may join files as they like.
@lru_cache(64)
def text(js: str, css: tuple[str, ...]) -> str:
    """Return a component as one module: its script, which puts its style sheets into the tree that it is mounted in."""
    return module(js).removesuffix(DEFAULT_EXPORT) + WRAPPED % json.dumps(style(*css))


def address(js: str, css: Iterable[str]) -> str:
    """Return the address of a component, relative to the app's own."""
    css = tuple(css)
    return f"{PLACE}?{urlencode({'js': js, 'css': ' '.join(css), 'v': _version(js, css)})}"


@lru_cache(64)
def _version(js: str, css: tuple[str, ...]) -> str:
    return hashlib.sha256(text(js, css).encode()).hexdigest()[:16]


async def script(request: Request) -> Response:
    """Answer with a component. Browsers keep it where the address is this version's own: while a server is replaced, an
    old one may be asked for the new one's. 404: there is no such file.
    """
    js, css = request.query_params.get("js", ""), tuple(request.query_params.get("css", "").split())
    if js not in _files(".js") or len(css) > MOST or not set(css) <= _files(".css"):
        return PlainTextResponse("no such component", 404)
    own = request.query_params.get("v") == _version(js, css)
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if own else "no-store"}
    return Response(text(js, css), media_type="text/javascript", headers=headers)


MOST = 20


@cache
def _files(suffix: str) -> frozenset[str]:
    return frozenset(file.relative_to(ASSETS).as_posix() for file in ASSETS.rglob(f"*{suffix}"))


routes = [Route(f"/{PLACE}", script)]
