// Translates Python's files to bytecode, by the Pyodide that will run them: node bytecode.mjs PYODIDE FOLDER.
// FOLDER/library has Stride and its packages; what of Python's own library they load goes to FOLDER/stdlib.
// Each FILE.py gets a FILE.pyc beside it, which is not compared with FILE.py again.

import { pathToFileURL } from "node:url";

const [, , pyodide, folder] = process.argv;
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
// The same bytes at each build, and a fifth smaller: a line's number is kept, not its columns.
const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
const python = await loadPyodide({ indexURL: pyodide, env, args: ["-X", "no_debug_ranges"] });
python.FS.mkdirTree("/build");
python.mountNodeFS("/build", folder);
python.runPython(`
import importlib.util, json, sys, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc as packed
from pathlib import Path

LIBRARY, STDLIB, THERE = Path("/build/library"), Path("/build/stdlib"), "/stride"
sys.path.insert(0, str(LIBRARY))
sys.dont_write_bytecode = True
from pages.states.host import browser
from pages.states.views import PAGES
for page in PAGES:
    json.loads(browser.opened(page, "{}"))

def translated(source, name, optimize):
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    return packed(code, importlib.util.source_hash(source), False)

for file in LIBRARY.rglob("*.py"):
    inside = file.relative_to(LIBRARY).as_posix()
    told = inside.startswith(("engine/layers/", "engine/functional/"))  # pages show what the docstrings there say
    file.with_suffix(".pyc").write_bytes(translated(file.read_bytes(), f"{THERE}/{inside}", 0 if told else 2))

(zipped,) = (path for path in sys.path if path.endswith(".zip"))
loaded = {getattr(module, "__file__", None) or "" for module in sys.modules.values()}
with zipfile.ZipFile(zipped) as whole:
    for name in whole.namelist():
        if f"{zipped}/{name}" in loaded:
            into = STDLIB / f"{name}c"
            into.parent.mkdir(parents=True, exist_ok=True)
            into.write_bytes(translated(whole.read(name), name, 2))
`);
process.exit();
