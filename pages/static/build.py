"""Builds the site: for each page its first state, its component and its address; beside them Python with Stride.

Nothing is written twice: texts, numbers and rules are those of pages/, pages/states/ and engine/, drawn by assets/.
"""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import files as files_of
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine import lean
from engine.training import files, trained
from pages.states import answers
from pages.states.host.contents import HOME, SECTIONS
from pages.states.host.standing import STYLES, standing
from pages.states.input import own, uploads
from pages.states.sheet import Page
from pages.states.sheet.bundle import ASSETS, module, read, style
from pages.states.sheet.words import SITE
from pages.states.training import away
from pages.static import bytecode, runtime, shell

ROOT = Path(__file__).resolve().parents[2]
OTHER: dict[str, Page] = {"training": away.PAGE}  # than in the app
OWN = {
    "input": {"label": own.FILES_LABEL, "several": True, "cuts": list(own.CUTS), "cut": own.CUT,
              "cutLabel": own.CUT_LABEL, "cutHelp": own.CUT_HELP},
    "inside": {"label": f"PNG, JPEG or WebP, up to {uploads.MAX_BYTES // 2**20} MB"},
}  # fmt: skip
PARTS = "parts"  # the folder of what has its sum in its name
# Python's packages of the requirements that the browser loads as they are: no compiled code in them.
PURE = ("latex2mathml", "markdown-it-py", "mdurl", "segno", "xlsxwriter")
SLOW = " Python will take about twice as long to start there: install Node.js (18 or newer), and build it again."
# What Python reads of assets/: scripts and styles for a lesson as one file, weights, the table of colours.
READ = (".js", ".css", ".json", ".npz", ".svg")
MODELS = "models"
FIRST = "pyodide"  # the folder by which a site is known, also one that was not finished


class Site:
    """A site while it is made. folder: where; what an earlier build left there is removed.

    Raises Missing where the folder holds something else.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        if folder.exists() and any(folder.iterdir()) and not (folder / FIRST).is_dir():
            raise runtime.Missing(f"{folder} holds other files than a site of Stride's: name a folder of its own.")
        shutil.rmtree(folder, ignore_errors=True)
        (folder / FIRST).mkdir(parents=True)

    def put(self, name: str, content: str | bytes, *, named: bool = False) -> str:
        """Write a file; return its address. named: it keeps its name, else its content's sum is in it."""
        data = content.encode() if isinstance(content, str) else content
        path = Path(name)
        if not named:
            stem, dot, ending = path.name.partition(".")
            path = path.with_name(f"{stem}-{_sum([data])[:10]}{dot}{ending}")
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)
        return path.as_posix()

    def seal(self, name: str) -> str:
        """Move a folder's files into one in it that has their contents' sum as its name; return its address.

        What keeps its name keeps it there, and is never taken for a file of another version of the site.
        """
        folder = self.folder / name
        files = sorted(folder.iterdir())
        there = folder / _sum(path.read_bytes() for path in files)[:10]
        there.mkdir()
        for path in files:
            path.rename(there / path.name)
        return f"{name}/{there.name}"

    def files(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())


def build(folder: Path, pyodide: Path) -> str:
    """Make the site in a folder; return a sentence about it. pyodide: the folder with Pyodide's files."""
    site = Site(folder)
    python = _python(site, pyodide)
    plotly = Path(find_spec("plotly").origin).parent / "package_data" / "plotly.min.js"
    built = {
        "home": HOME,
        "pages": {entry.name: _page(site, entry.name, entry.title) for part in SECTIONS.values() for entry in part},
        "python": python,
        "plotly": site.put(f"{PARTS}/plotly.js", plotly.read_bytes()),
        "words": SITE,
        "service": "service.js",
    }
    site.put("icon.svg", (ASSETS / "icon.svg").read_bytes(), named=True)
    site.put(f"{PARTS}/source-sans.woff2", shell.font(), named=True)
    look = site.put(f"{PARTS}/site.css", style("site/site.css", selector=":root"))
    script = site.put(f"{PARTS}/site.js", module("site/site.js"))
    built["version"] = _sum((site.folder / name).read_bytes() for name in site.files())[:12]  # pages come yet
    for name in built["pages"]:
        page = shell.html(name, built, look, script)
        site.put(f"{name}/index.html", page, named=True)
        if name == HOME:
            site.put("index.html", shell.html(name, built, look, script, base="./"), named=True)
    _service(site, built["version"])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    count = len(site.files())
    said = "" if python["translated"] else SLOW
    whole = f"{len(built['pages'])} pages, {count} files, {size / 2**20:.1f} MB"
    return f"{folder}: {whole}. Any web server can serve it.{said}"


def _page(site: Site, name: str, title: str) -> dict[str, Any]:
    """Write a page's data, its component and its styles; return their addresses."""
    page = OTHER.get(name) or import_module(f"pages.{name}").PAGE
    answer, _ = answers.opened(name, {})
    data = {**standing(page), "key": None, "keyed": False, "strange": False, "answer": answer}
    if name in OWN:
        data["own"] = OWN[name]
    return {
        "title": title,
        "data": site.put(f"{name}/page.json", _json(data)),
        "script": site.put(f"{PARTS}/{page.script}", module(page.script)),
        "styles": [
            site.put(f"{PARTS}/common.css", style(*STYLES)),
            *(site.put(f"{PARTS}/{one}", (ASSETS / one).read_bytes()) for one in page.styles),
        ],
    }


def _python(site: Site, pyodide: Path) -> dict[str, Any]:
    """Write what the worker loads; return its addresses."""
    models = _models(site)
    sources = site.put(f"{PARTS}/{runtime.packed('sources.tar')}", _archive(_sources("engine")))
    library, stdlib = bytecode.translated(pyodide, {**runtime.numpy(pyodide), **_library(list(models))})
    ahead = runtime.put(pyodide, site.folder / FIRST, stdlib)
    runs = site.seal(FIRST)
    return {
        "worker": site.put(f"{PARTS}/worker.js", read("site/worker.js")),
        "pyodide": f"{runs}/pyodide.mjs",
        "library": site.put(f"{PARTS}/{runtime.packed('library.tar')}", _archive(library)),
        "ahead": {f"{runs}/{name}": f"{runs}/{there}" for name, there in ahead.items()},
        "translated": bool(stdlib),
        "parts": {
            "pillow": {"wheel": f"{runs}/{runtime.PILLOW}"},
            lean.SOURCES: {"archive": sources},
            **models,
        },
    }


def _models(site: Site) -> dict[str, dict[str, str]]:
    """Write the trained networks that come with Stride so that NumPy alone can read them; they come when asked for."""
    names = []
    for name, path in trained.bundled().items():
        if path.parent != trained.BUNDLED:
            continue  # it goes along with the rest
        file = site.folder / MODELS / f"{name}{files.PLAIN}"
        file.parent.mkdir(exist_ok=True)
        if path.suffix == files.PLAIN:
            shutil.copyfile(path, file)
        else:
            files.write_plain(file, *files.read(path, "cannot be read"))
        names.append(file.name)
    there = site.seal(MODELS)
    trained.BUNDLED = site.folder / there  # what is recorded says what the browser's own answers say
    return {name: {"address": f"{there}/{name}", "file": f"assets/models/{name}"} for name in names}


def _library(models: list[str]) -> dict[str, bytes]:
    """Return Stride's Python files, what they read, and the pure packages."""
    read = [path for path in ASSETS.rglob("*") if path.suffix in READ and path.parent.name != "models"]
    whole = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in read}
    for package in PURE:
        for file in files_of(package):
            if file.parts[0] != ".." and (file.suffix in (".py", ".md", ".txt") or file.name == "METADATA"):
                whole[file.as_posix()] = Path(file.locate()).read_bytes()
    whole |= {f"assets/models/{name}": b"" for name in models}  # empty: it is there, and comes when it is needed
    return whole | _sources("engine") | _sources("pages/states")


def _sources(room: str) -> dict[str, bytes]:
    """Return a room's Python files, without what needs PyTorch."""
    paths = [path for path in (ROOT / room).rglob("*.py") if "pytorch" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


def _archive(whole: Mapping[str, bytes]) -> bytes:
    """Return files as a tar packed by gzip: a browser unpacks that itself (assets/site/worker.js)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(whole.items()):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(made.getvalue(), 9, mtime=0)


def _service(site: Site, of: str) -> None:
    """Write the service worker, with the list of what it keeps. of: the version that the pages say they are of."""
    there = [name for name in site.files() if not name.endswith("LICENCES.txt")]
    rooms = (f"{FIRST}/", f"{MODELS}/", *(f"{PARTS}/{part}" for part in ("library", "sources", "plotly")))
    large = [name for name in there if name.startswith(rooms)]
    pages = [name.removesuffix("index.html") or "./" for name in there if name.endswith("index.html")]
    small = [*pages, *(name for name in there if name not in large and not name.endswith("index.html"))]
    whole = _sum((site.folder / name).read_bytes() for name in there)
    kept = {"version": whole[:12], "of": of, "small": small, "large": large}
    site.put("service.js", f"const BUILT = {_json(kept)};\n{read('site/service.js')}", named=True)


def _sum(contents: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for content in contents:
        whole.update(content)
    return whole.hexdigest()


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
