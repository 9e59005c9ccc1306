"""Files of assets/ as single texts: a script with all that it imports, style sheets with the table of colours."""

import re
from functools import cache
from pathlib import Path

from pages.states.sheet.colors import css_variables

ASSETS = Path(__file__).resolve().parents[3] / "assets"
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/.*?)";$', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
DEFAULT = "export default "
DEFAULT_EXPORT = "export { default_ as default };"  # the end of a module that exports nothing else


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
