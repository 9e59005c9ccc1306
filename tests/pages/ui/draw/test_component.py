"""Every component's script is one module of all files that it needs, each after those that it builds on."""

import ast
import re

import pytest

from pages.states.sheet.bundle import ASSETS, IMPORT, module

ROOT = ASSETS.parent


def scripts() -> list[str]:
    """Return every script and style sheet that a page names, such as "player/streamlit.js"."""
    texts = [
        node.value
        for file in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return sorted({text for text in texts if re.fullmatch(r"(\w+/)+\w+\.(js|css)", text)})


SCRIPTS = [name for name in scripts() if name.endswith(".js")]


def test_every_script_and_style_sheet_is_used_by_a_page_or_a_script():
    texts = {file: file.read_text(encoding="utf-8") for file in ASSETS.rglob("*.js")}
    imported = {(file.parent / name).resolve() for file, text in texts.items() for _, name in IMPORT.findall(text)}
    named = {ASSETS / name for name in scripts()}
    there = {file for file in ASSETS.rglob("*") if file.suffix in (".js", ".css")}
    assert len(there) > 30
    assert there == imported | named


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_module_has_no_import_left_and_one_export(name):
    text = module(name)
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1
    assert text.splitlines()[-1].startswith("export {")


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_file_stands_once_and_before_those_that_take_from_it(name):
    text = module(name)
    made = re.findall(r"^const (part\d+) = ", text, re.MULTILINE)
    assert len(made) == len(set(made))
    for taken in re.finditer(r"^const \{.*\} = (part\d+);$", text, re.MULTILINE):
        assert text.index(f"const {taken[1]} = ") < taken.start()
