"""The one way from files in assets/ to the page: components with their script and style, and style sheets."""

import re
from functools import cache
from pathlib import Path

import streamlit as st

from pages.states.sheet.colors import css_variables

ASSETS = Path(__file__).resolve().parents[3] / "assets"
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/.*?)";$', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
DEFAULT = "export default "


@cache
def read(file: str) -> str:
    """Return the text of a file in assets/, such as "tensor/tensor.js"."""
    return (ASSETS / file).read_text(encoding="utf-8")


@cache
def module(file: str) -> str:
    """Return a JavaScript file and all files that it imports as one ES module, since a component takes one text.

    Each file becomes a function's body, after those that it imports, and so keeps its names to itself. What the file
    itself exports, the module exports too, and declares.
    """
    names: dict[Path, str] = {}
    texts: list[str] = []

    def visit(path: Path) -> tuple[str, list[str]]:
        text = path.read_text(encoding="utf-8")
        for _, imported in IMPORT.findall(text):
            there = (path.parent / imported).resolve()
            if there not in names:
                visit(there)
        text = IMPORT.sub(lambda m: _taken(m[1], names[(path.parent / m[2]).resolve()]), text)
        exported = EXPORT.findall(text)
        text = EXPORT.sub(r"\1", text)
        if DEFAULT in text:
            text, exported = text.replace(DEFAULT, "const default_ = "), [*exported, ("", "default_")]
        names[path] = f"part{len(names)}"
        parts = [name for _, name in exported]
        texts.append(f"const {names[path]} = (() => {{\n{text}\nreturn {{ {', '.join(parts)} }};\n}})();")
        return names[path], parts

    part, parts = visit((ASSETS / file).resolve())
    last = "default_ as default" if parts == ["default_"] else ", ".join(parts)
    return "\n".join([*texts, f"const {{ {', '.join(parts)} }} = {part};", f"export {{ {last} }};"])


def _taken(names: str, part: str) -> str:
    """Return the line that takes what a file imports: `{ a, b as c }` from a part."""
    return f"const {{ {names.replace(' as ', ': ')} }} = {part};"


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
