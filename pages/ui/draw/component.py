"""The one way from files in assets/ to the page: components with their script and style, and style sheets."""

import re
from functools import cache
from pathlib import Path

import streamlit as st

from pages.ui.draw.colors import css_variables

ASSETS = Path(__file__).resolve().parents[3] / "assets"
IMPORT = re.compile(r'^import .*? from "(\.{1,2}/.*?)";\n', re.MULTILINE)


@cache
def read(file: str) -> str:
    """Return the text of a file in assets/, such as "tensor/tensor.js"."""
    return (ASSETS / file).read_text(encoding="utf-8")


@cache
def module(file: str) -> str:
    """Return a JavaScript file and all files that it imports as one ES module, since a component takes one text.

    Each file stands after those that it imports, and the imports are taken out: no two files may declare one name.
    """
    order: list[Path] = []
    seen: set[Path] = set()

    def visit(path: Path) -> None:
        if path in seen:
            return
        seen.add(path)
        for imported in IMPORT.findall(path.read_text(encoding="utf-8")):
            visit((path.parent / imported).resolve())
        order.append(path)

    visit(ASSETS / file)
    return "\n".join(IMPORT.sub("", path.read_text(encoding="utf-8")) for path in order)


@cache
def style(*files: str, selector: str = ":host") -> str:
    """Return style sheets with the table of colours before them, as variables of `selector`."""
    return css_variables(selector) + "".join(map(read, files))


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
