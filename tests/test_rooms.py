"""The rooms of the house: who may import whom, what stays free of which package, how large files and folders are."""

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# What every subject's states may import.
STATES = (
    "pages/states pages/states/path.py pages/states/sheet pages/states/view.py "
    "engine/data engine/facts engine/facts/examples engine/layers engine/network engine/trace engine/writing"
)
# Room → the rooms that its files may import, beside their own folder's. A file that is a room of its own has its name.
# Any other arrow is a mistake: in the code, or in this table, which is then changed on purpose.
ARROWS = {
    "app.py": "pages engine/training/jobs pages/ui pages/ui/draw",
    # The engine, from the bottom up.
    "engine/writing": "",
    "engine/functional": "",
    "engine/data": "",
    "engine/trace": "engine/writing",
    "engine/spreadsheet": "engine/exercises engine/learning engine/trace engine/writing",
    "engine/layers/steps": "engine/functional engine/trace engine/writing",
    "engine/layers": "engine/functional engine/layers/steps engine/trace engine/writing",
    "engine/network": "engine/functional engine/layers engine/trace engine/writing",
    "engine/network/reading/python": "engine/layers engine/network engine/writing",
    "engine/network/reading": "engine/layers engine/network engine/network/reading/python",
    "engine/network/edit.py": (
        "engine/layers engine/network engine/network/reading engine/network/reading/python engine/writing"
    ),
    "engine/learning": "engine/data engine/functional engine/layers engine/network engine/trace engine/writing",
    "engine/facts/examples": "engine/data engine/layers engine/network",
    "engine/facts": (
        "engine/functional engine/layers engine/layers/steps engine/learning engine/network engine/trace engine/writing"
    ),
    "engine/slips": "engine/functional engine/layers engine/learning engine/network engine/trace engine/writing",
    "engine/exercises/questions": "engine/exercises engine/functional engine/layers engine/slips",
    "engine/exercises": ("engine/functional engine/layers engine/learning engine/slips engine/trace engine/writing"),
    "engine/banks": "engine/exercises engine/slips engine/writing",
    "engine/paper": "engine/banks engine/exercises engine/spreadsheet",
    "engine/exercises/__main__.py": "engine/exercises engine/paper engine/sets",
    "engine/sets": "engine/exercises engine/slips",
    "engine/training": "engine/data engine/functional engine/layers engine/network engine/writing",
    "engine/check": "engine/exercises engine/functional engine/layers engine/slips",
    # The one place that executes text: nobody imports it but what the site's worker calls, in the learner's browser.
    "engine/check/run.py": "engine/check",
    "engine/training/runs": "engine/data engine/training engine/writing",
    "engine/training/jobs": "engine/training engine/training/runs engine/writing",
    "engine/training/script": "engine/data engine/network engine/training",
    "engine/training/__main__.py": "engine/data engine/network engine/training engine/training/runs engine/writing",
    "engine/pytorch": "engine/data engine/layers engine/learning engine/network engine/training",
    # What pages show, as data.
    "pages/states": "engine/data engine/facts/examples engine/functional engine/writing",
    "pages/states/sheet": "pages/states engine/functional engine/layers engine/writing",
    "pages/states/share": "pages/states/sheet engine/spreadsheet engine/trace engine/writing",
    "pages/states/view.py": ("pages/states pages/states/guess.py pages/states/share pages/states/sheet engine/trace"),
    "pages/states/input": (
        "pages/states pages/states/path.py pages/states/sheet pages/states/view.py "
        "engine/data engine/facts/examples engine/writing"
    ),
    "pages/states/home": f"{STATES} pages/states/registry.py pages/states/input pages/states/lesson engine/functional",
    "pages/states/lesson/figures": "pages/states/sheet engine/facts engine/writing",
    "pages/states/path.py": "pages/states/sheet engine/writing",
    "pages/states/guess.py": "pages/states engine/slips engine/trace",
    "pages/states/lesson": STATES,
    "pages/states/lesson/sheets": (
        f"{STATES} pages/states/lesson pages/states/lesson/figures engine/functional engine/layers/steps"
    ),
    "pages/states/network": f"{STATES} engine/network/edit.py",
    "pages/states/training": (
        f"{STATES} pages/states/network pages/states/shapes engine/learning engine/training engine/training/jobs "
        "engine/training/runs"
    ),
    "pages/states/shapes": (
        f"{STATES} pages/states/network engine/functional engine/network/reading engine/network/reading/python "
        "engine/training"
    ),
    "pages/states/learning": f"{STATES} pages/states/network engine/learning",
    "pages/states/backward": f"{STATES} pages/states/network engine/learning",
    "pages/states/tries": (
        f"{STATES} pages/states/network pages/states/learning engine/data engine/facts engine/learning engine/network "
        "engine/slips"
    ),
    "pages/states/inside": (
        f"{STATES} pages/states/tries pages/states/network pages/states/input engine/functional engine/training "
        "engine/training/runs"
    ),
    "pages/states/practice": (
        f"{STATES} pages/states/guess.py pages/states/paper pages/states/registry.py pages/states/lesson "
        "pages/states/network pages/states/backward pages/states/learning pages/states/shapes engine/banks "
        "engine/exercises engine/exercises/questions engine/learning engine/sets engine/slips"
    ),
    "pages/states/paper": (
        "pages/states pages/states/sheet pages/states/view.py engine/exercises engine/paper engine/writing"
    ),
    "pages/states/sets": (
        "pages/states pages/states/paper pages/states/practice pages/states/share pages/states/sheet "
        "pages/states/view.py engine/exercises engine/paper engine/sets engine/writing"
    ),
    "pages/states/check": (
        "pages/states pages/states/practice pages/states/sheet pages/states/view.py engine/check engine/exercises "
        "engine/trace"
    ),
    # The site's worker alone imports it.
    "pages/states/check/run.py": "pages/states/check pages/states/sheet engine/check engine/check/run.py",
    "pages/states/registry.py": (
        "pages/states/lesson pages/states/lesson/sheets pages/states/view.py engine/facts/examples engine/layers"
    ),
    "pages/states/views.py": (
        "pages/states/view.py pages/states/registry.py pages/states/network pages/states/backward pages/states/home "
        "pages/states/input pages/states/inside pages/states/learning pages/states/practice pages/states/shapes "
        "pages/states/training pages/states/sets pages/states/check"
    ),
    "pages/states/answers.py": (
        "pages/states pages/states/share pages/states/sheet pages/states/tries pages/states/view.py "
        "pages/states/views.py engine/writing"
    ),
    "pages/states/lesson/page.py": (
        "pages/states/check pages/states/tries pages/states/lesson pages/states/practice pages/states/sheet"
    ),
    "pages/states/host": (
        "pages/states pages/states/answers.py pages/states/input pages/states/inside pages/states/path.py "
        "pages/states/registry.py pages/states/sheet engine/writing"
    ),
    # How Streamlit draws it.
    "pages/ui": "pages/states pages/states/sheet engine/training/runs engine/writing",
    "pages/ui/draw": "pages/states/sheet",
    "pages/ui/sheet.py": (
        "pages/ui pages/ui/draw pages/states pages/states/answers.py pages/states/host pages/states/sheet "
        "engine/training/runs"
    ),
    "pages/ui/input": "pages/states/input pages/ui",
    "pages/ui/training": (
        "pages/states/sheet pages/states/training pages/ui pages/ui/draw engine/data engine/training "
        "engine/training/runs engine/training/script engine/writing"
    ),
    "pages/ui/inside": "pages/states/inside pages/ui",
    # The site without a server.
    "pages/static": (
        "pages/states/answers.py pages/states/host pages/states/input pages/states/sheet "
        "pages/states/training engine/data engine/training"
    ),
    # Pages stand on everything but torch; nothing stands on them.
    "pages": "*",
}
# Arrows that may be followed inside functions only: importing a room must not bring torch.
LAZY = {
    "engine/training/runs": "engine/pytorch",
    "pages/states/lesson": "engine/pytorch",
    "pages/states/network": "engine/pytorch",
    "pages/states/backward": "engine/pytorch",
    "pages/states/inside": "engine/pytorch",
}
MOST_FILES, MOST_LINES = 15, 300
# Larger on purpose. pages: one file a page, since a page's address is its file's name.
MORE_FILES = {"pages": 23}
NO_LESSON = ("home.py", "navigation.py", "live.py")
UNDRAWN = ("streamlit", "plotly", "starlette", "torch", "torchvision")


@cache
def files() -> tuple[Path, ...]:
    """Return every Python file of the rooms, from the root on."""
    paths = [path.relative_to(ROOT) for room in ("engine", "pages") for path in (ROOT / room).rglob("*.py")]
    return tuple(sorted([Path("app.py"), *paths]))


def room_of(file: Path) -> str:
    return file.as_posix() if file.as_posix() in ARROWS else file.parent.as_posix()


@cache
def file_of(module: str) -> Path | None:
    """Return the file of a module of ours, None of any other name."""
    path = Path(*module.split("."))
    return next((made for made in (path.with_suffix(".py"), path / "__init__.py") if (ROOT / made).is_file()), None)


@cache
def imports(file: Path) -> list[tuple[str, bool]]:
    """Return each module that a file imports, and whether it does so inside a function."""
    made = []

    def walk(node: ast.AST, lazy: bool) -> None:
        if isinstance(node, ast.Import):
            made.extend((alias.name, lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                made.append((whole if file_of(whole) else node.module, lazy))
        elif isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case, ast.mod)):  # an import is in no expression
            lazy |= isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for child in ast.iter_child_nodes(node):
                walk(child, lazy)

    walk(ast.parse((ROOT / file).read_text(encoding="utf-8")), lazy=False)
    return made


def test_every_arrow_between_rooms_is_in_the_table():
    wrong = []
    for file in files():
        room = room_of(file)
        for module, lazy in imports(file):
            there = file_of(module)
            if there is None or there == file:
                continue
            to = room_of(there)
            allowed = ARROWS[room].split() + (LAZY.get(room, "").split() if lazy else [])
            if to not in (room, "engine") and "*" not in allowed and to not in allowed:
                wrong.append(f"{file} imports {there}: {room} → {to}")
    assert not wrong, "\n".join(wrong)


def test_the_table_draws_no_arrow_that_nobody_goes_and_no_circle():
    gone = {room: set() for room in ARROWS}
    for file in files():
        for module, _ in imports(file):
            there = file_of(module)
            if there is not None:
                gone[room_of(file)].add(room_of(there))
    unused = []
    for room, tos in ARROWS.items():
        beside = tos.removeprefix(STATES).split()
        unused += [f"{room} → {to}" for to in beside if to != "*" and to not in gone[room]]
    rooms = [room for room, tos in ARROWS.items() if tos.startswith(STATES)]
    unused += [f"STATES → {to}" for to in STATES.split() if sum(to in gone[room] for room in rooms) < 2]
    assert not unused
    arrows = {room: set(tos.replace("*", "").split()) - {room} for room, tos in ARROWS.items()}
    assert list(TopologicalSorter(arrows).static_order())


@pytest.mark.parametrize("rooms", ["engine", "pages/states"])
def test_they_can_be_imported_where_nothing_that_draws_or_trains_is_installed(rooms):
    there = [file for file in files() if file.as_posix().startswith(rooms + "/") and file.name != "__main__.py"]
    modules = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in there]
    modules = [module for module in modules if not module.startswith("engine.pytorch")]
    assert len(modules) > 20
    code = (
        "import importlib, sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {UNDRAWN}:\n"
        "            raise ImportError(f'{name} is blocked')\n"
        "sys.meta_path.insert(0, Blocked())\n"
        f"for module in {modules}:\n"
        "    importlib.import_module(module)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


def test_only_one_room_imports_torch():
    named = [
        f"{file}: {module}"
        for file in files()
        if room_of(file) != "engine/pytorch"
        for module, _ in imports(file)
        if module.partition(".")[0] in ("torch", "torchvision")
    ]
    assert not named


def sources(*endings: str) -> list[Path]:
    """Return the source files of the rooms and of assets, from the root on."""
    paths = [path for room in ("engine", "pages", "assets") for path in (ROOT / room).rglob("*")]
    return [path.relative_to(ROOT) for path in paths if path.suffix in endings]


def test_no_folder_is_too_full():
    full = Counter(file.parent.as_posix() for file in sources(".py", ".js", ".css") if file.name != "__init__.py")
    assert len(full) > 40
    wrong = {room: count for room, count in full.items() if count > MORE_FILES.get(room, MOST_FILES)}
    assert not wrong


def test_no_file_is_too_long():
    lines = {str(file): (ROOT / file).read_text(encoding="utf-8").count("\n") for file in sources(".py", ".js")}
    assert len(lines) > 250
    assert not {file: count for file, count in lines.items() if count > MOST_LINES}


@pytest.mark.parametrize(
    "file", [file for file in files() if file.parent == Path("pages") and file.name not in NO_LESSON]
)
def test_a_page_file_is_the_page_and_no_stub(file):
    """Each page's file holds the question that the page asks."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and text.endswith("?")]
