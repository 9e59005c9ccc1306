"""Python for a browser: Pyodide and two wheels, checked and made smaller. None of it is in the repository."""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from engine.data import cifar10

VERSION = "314.0.3"
RELEASE = f"https://github.com/pyodide/pyodide/releases/download/{VERSION}/pyodide-{VERSION}.tar.bz2"
NUMPY = "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
PILLOW = "pillow-12.2.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
LOCK, STDLIB, WASM = "pyodide-lock.json", "python_stdlib.zip", "pyodide.asm.wasm"
# File → its sha256.
FILES = {
    NUMPY: "0cad9c1b91f0082e4f959bc0e0bf5835a2efbba6ab3b1e9d1fe6e7e564cca98e",
    "package.json": "0393eb01a0707cddc251f1a66090998773fe1aa3cfde66eedc96e83e43861845",
    PILLOW: "a50d83a8a76d646768e99e93ed5bf365d0b83563fd8b597e77562e75c8f575a9",
    LOCK: "67e6f0b62fa972daa5fc27c28b3c2ad388f5e343a0be6cab9464d1def06a54a6",
    "pyodide.asm.mjs": "1a9775427ef6e8abaa7db88ece0515422d1886915ae5c9093776410c865dfd8d",
    WASM: "e7f8fac36f8bf11085309cbc5c829b3ec3057c18bf1d73b05a6741612d63cdbf",
    "pyodide.mjs": "5cfc46f5dcbaf2a16f26e2363f441873eb424762609cc03db00d6a2ace4d00e5",
    STDLIB: "444c770dfd75a32097fc0a7d5c1413fd3140601f49c3a1f2e9af0376fcd124b4",
}
# What nothing of Stride's imports, and NumPy and Pillow do not either: about a tenth of what a browser fetches.
UNUSED = """
    __phello__ _pyrepl antigravity.py bdb.py cProfile.py compileall.py doctest.py fileinput.py ftplib.py imaplib.py
    mailbox.py modulefinder.py multiprocessing netrc.py optparse.py pdb.py pickletools.py plistlib.py poplib.py
    profile.py pstats.py pty.py pyclbr.py pydoc.py rlcompleter.py smtplib.py socketserver.py sqlite3 tabnanny.py
    this.py timeit.py trace.py tty.py unittest wave.py webbrowser.py wsgiref xmlrpc zipapp.py _pyio.py
""".split()  # noqa: SIM905  one line for each would be half a page
NUMPY_HAS = (".py", ".so", "/LICENSE.txt")
NUMPY_LEAVES = re.compile(
    r"/tests/|^numpy/(f2py|_pyinstaller|distutils|doc)/|^numpy/(conftest|_configtool)\.py$|/setup\.py$"
)
# Of the ways to write text as bytes, what stays.
ENCODINGS = re.compile(
    r"encodings/(__init__|aliases|ascii|cp437|idna|latin_1|raw_unicode_escape|unicode_escape|utf_.*)\.py$"
)
LICENCES = (
    f"Pyodide {VERSION}: MPL-2.0, source at https://github.com/pyodide/pyodide. NumPy: BSD-3-Clause. Pillow: MIT-CMU. "
    "Each with its licence in its wheel. The zips are as released, without files that Stride does not use.\n"
)


class Missing(Exception):
    """A site cannot be made: Pyodide is not here, or not as its project released it …; says what to do."""


def found() -> Path:
    """Return the folder that holds FILES: STRIDE_PYODIDE, else the data folder's, into which the release is unpacked.

    Raises Missing where there is neither, or a file is another one.
    """
    named = os.environ.get("STRIDE_PYODIDE")
    folder = Path(named) if named else cifar10.data_folder() / f"pyodide-{VERSION}"
    if not named and not all((folder / name).is_file() for name in FILES):
        _unpacked(folder)
    for name, sum in FILES.items():
        if not (folder / name).is_file():
            raise Missing(f"{folder} has no {name}. {WHAT}")
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sum:
            raise Missing(f"{folder / name} is not the file of Pyodide's release {VERSION}: its sha256 differs. {WHAT}")
    return folder


WHAT = (
    f"The site needs these files of Pyodide's release {VERSION}: {', '.join(FILES)}. Download {RELEASE}, unpack it, "
    "and name the folder that holds them: STRIDE_PYODIDE=FOLDER make site."
)


def _unpacked(folder: Path) -> None:
    """Take FILES out of the release, while it comes, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Downloading {RELEASE} into {folder} …", flush=True)
    try:
        with (
            urllib.request.urlopen(RELEASE, timeout=60) as coming,
            tarfile.open(fileobj=coming, mode="r|bz2") as packed,
        ):
            for member in packed:
                if member.isfile() and (name := Path(member.name).name) in FILES:
                    (folder / name).write_bytes(packed.extractfile(member).read())
    except (OSError, tarfile.TarError) as error:
        raise Missing(f"Pyodide could not be downloaded: {error}. {WHAT}") from error


def put(source: Path, into: Path, translated: Mapping[str, bytes]) -> dict[str, str]:
    """Write what a browser loads into a folder; return what it needs first: name → name there, which may be packed.

    translated: the files of Python's own library that are there as bytecode (bytecode.py).
    """
    for name in ("pyodide.mjs", "pyodide.asm.mjs"):
        (into / name).write_bytes((source / name).read_bytes())
    lock = json.loads((source / LOCK).read_text(encoding="utf-8"))
    (into / LOCK).write_text(json.dumps({**lock, "packages": {}}), encoding="utf-8")
    _repacked(source / STDLIB, into / STDLIB, _unused, translated)
    _repacked(source / PILLOW, into / PILLOW, lambda name: "_imagingft." in name or name.endswith(".pyi"))
    (into / "LICENCES.txt").write_text(LICENCES, encoding="utf-8")
    (into / packed(WASM)).write_bytes(gzip.compress((source / WASM).read_bytes(), 9, mtime=0))
    return {WASM: packed(WASM), STDLIB: STDLIB, LOCK: LOCK}


def _unused(name: str) -> bool:
    """Whether a file of Python's own library is left out."""
    room = name.split("/")[0]
    return room in UNUSED or (room == "encodings" and not ENCODINGS.match(name))


def packed(name: str) -> str:
    """Return the name of a file that is packed here: no usual ending, since a host unpacks what it knows on the way."""
    return f"{name}.packed"


def numpy(source: Path) -> dict[str, bytes]:
    """Return NumPy's files, name → content, without what is for other programs and for its own tests."""
    with zipfile.ZipFile(source / NUMPY) as wheel:
        names = [name for name in wheel.namelist() if name.endswith(NUMPY_HAS) and not NUMPY_LEAVES.search(name)]
        return {name: wheel.read(name) for name in names}


def _repacked(
    source: Path, into: Path, unused: Callable[[str], bool], translated: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """Copy a zip without what is unused, as small as zlib makes it, and the same at each build.

    translated: FILE.pyc → what stands there in place of FILE.py.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name in old.namelist():
            if unused(name) or name.endswith("/"):
                continue
            put = f"{name}c" if f"{name}c" in translated else name
            new.writestr(zipfile.ZipInfo(put), translated.get(put) or old.read(name), zipfile.ZIP_DEFLATED, 9)
    into.write_bytes(made.getvalue())
