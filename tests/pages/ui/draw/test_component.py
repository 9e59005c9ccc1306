"""Every component's script is one module of all files that it needs, each after those that it builds on."""

import ast
import re
from pathlib import Path

import pytest

from pages.ui.draw.component import ASSETS, IMPORT, module
from pages.ui.draw.plotly import ADDRESS

ROOT = ASSETS.parent


def scripts() -> list[str]:
    """Return every script and style sheet that a page names, such as "player/streamlit.js"."""
    texts = [
        node.value
        for file in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return sorted({text for text in texts if re.fullmatch(r"\w+/\w+\.(js|css)", text)} - {ADDRESS})


SCRIPTS = [name for name in scripts() if name.endswith(".js")]
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)


def test_every_script_and_style_sheet_is_used_by_a_page_or_a_script():
    texts = {file: file.read_text(encoding="utf-8") for file in ASSETS.rglob("*.js")}
    imported = {(file.parent / name).resolve() for file, text in texts.items() for name in IMPORT.findall(text)}
    named = {ASSETS / name for name in scripts()}
    there = {file for file in ASSETS.rglob("*") if file.suffix in (".js", ".css")}
    assert len(there) > 30
    assert there == imported | named


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_import_is_left_in_a_module_and_no_name_declared_twice(name):
    text = module(name)
    assert not re.search(r"^import\b", text, re.MULTILINE)
    names = DECLARED.findall(text)
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_class_stands_after_the_one_that_it_extends(name):
    text = module(name)
    for found in re.finditer(r"^(?:export )?class \w+ extends (\w+)", text, re.MULTILINE):
        assert re.search(rf"^(?:export )?class {found[1]} ", text[: found.start()], re.MULTILINE), found[0]


def test_what_a_file_imports_stands_before_it():
    text, player = module("player/streamlit.js"), Path(ASSETS / "player" / "player.js").read_text(encoding="utf-8")
    body = IMPORT.sub("", player)
    assert body in text
    assert text.count("class Model ") == 1
    assert text.index("class Model ") < text.index(body)
