"""How Streamlit mounts what stands in assets/: components with their script and style, and style sheets."""

import re
from functools import cache

import streamlit as st

from pages.states.sheet.bundle import module, style


@cache
def sheet(file: str, selector: str) -> str:
    """Return a style sheet as HTML, once a page, for figures that st.html draws."""
    return f"<style>\n{style(file, selector=selector)}</style>"


@cache
def component(js: str, *css: str, isolate_styles: bool = True):
    """Return the function that mounts a component: its script's default export, with its style sheets.

    The component is called by the script's path: "inside/inside.js" is "stride_inside_inside". Where it has no style
    sheet, it has no colours of ours either.
    """
    name = re.sub(r"\W", "_", f"stride_{js.removesuffix('.js')}")
    return st.components.v2.component(
        name, css=style(*css) if css else None, js=module(js), isolate_styles=isolate_styles
    )
