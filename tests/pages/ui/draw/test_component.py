"""Every component's script is one module of all files that it needs, each after those that it builds on."""

import ast
import re
from functools import cache
from urllib.parse import parse_qsl, urlencode

import pytest
from starlette.requests import Request

from pages.states.sheet.bundle import ASSETS, IMPORT, module
from pages.ui.draw import component
from tests.loop import run

ROOT = ASSETS.parent


@cache
def scripts() -> list[str]:
    """Return every script and style sheet that a page names, such as "player/streamlit.js"."""
    texts = [
        node.value
        for file in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return sorted({text for text in texts if re.fullmatch(r"(\w+/)+\w+\.(js|css)", text)})


def modules() -> list[str]:
    return [name for name in scripts() if name.endswith(".js")]


def test_every_script_and_style_sheet_is_used_by_a_page_or_a_script():
    texts = {file: file.read_text(encoding="utf-8") for file in ASSETS.rglob("*.js")}
    imported = {(file.parent / name).resolve() for file, text in texts.items() for _, name in IMPORT.findall(text)}
    named = {ASSETS / name for name in scripts()}
    there = {file for file in ASSETS.rglob("*") if file.suffix in (".js", ".css")}
    assert len(there) > 30
    assert there == imported | named


def test_a_module_has_no_import_left_and_one_export():
    for name in modules():
        text = module(name)
        assert not re.search(r"^import\b", text, re.MULTILINE), name
        assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1, name
        assert text.splitlines()[-1].startswith("export {"), name


@pytest.mark.parametrize("name", ["home/page.js", "sheet/lesson.js", "training/page.js", "training/watch.js"])
def test_a_component_is_one_default_export_that_brings_its_styles(name):
    text = component.text(name, ("sheet/sheet.css",))
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1 and "export default (component) =>" in text
    assert "adoptedStyleSheets" in text and ".said" in text


def test_what_a_session_is_sent_of_a_component_is_short_and_its_address_is_its_texts():
    address = component.address("sheet/lesson.js", ("sheet/sheet.css",))
    assert len(component.IMPORTED) + len(address) < 500
    assert address != component.address("sheet/lesson.js", ("sheet/sheet.css", "maps/maps.css"))
    told = asked(**dict(parse_qsl(address.partition("?")[2])))
    assert told.status_code == 200 and "immutable" in told.headers["cache-control"]
    other = asked(**{**dict(parse_qsl(address.partition("?")[2])), "v": "another"})
    assert other.status_code == 200 and other.headers["cache-control"] == "no-store"
    assert told.body.decode() == component.text("sheet/lesson.js", ("sheet/sheet.css",))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"js": "../app.py"},
        {"js": "/etc/passwd"},
        {"js": "sheet/lesson.js", "css": "sheet/none.css"},
        {"js": "sheet/lesson.js", "css": "colors.json"},
        {"js": "sheet/lesson.js", "css": " ".join(["sheet/sheet.css"] * 30)},
    ],
)
def test_only_files_of_components_are_sent(query):
    assert asked(**query).status_code == 404


def asked(**query):
    scope = {"type": "http", "method": "GET", "query_string": urlencode(query).encode(), "headers": []}
    return run(component.script(Request(scope)))


def test_each_file_stands_once_and_before_those_that_take_from_it():
    for text in map(module, modules()):
        made = re.findall(r"^const (part\d+) = ", text, re.MULTILINE)
        assert len(made) == len(set(made))
        for taken in re.finditer(r"^const \{.*\} = (part\d+);$", text, re.MULTILINE):
            assert text.index(f"const {taken[1]} = ") < taken.start()
