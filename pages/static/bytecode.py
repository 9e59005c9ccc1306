"""Python's files as bytecode: a browser that has to translate them itself needs about twice as long to start Python."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pages.static.runtime import Missing

PROGRAM = Path(__file__).with_suffix(".mjs")
SECONDS = 600


def translated(pyodide: Path, library: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the library with bytecode in place of source, and what of Python's own library it loads, as bytecode.

    Pyodide's own Python does it, under Node.js; where that is not installed, the library stays as it is.
    pyodide: the folder with Pyodide's files. library: name → content. Raises Missing where Node.js fails.
    """
    node = shutil.which("node")
    if node is None:
        return dict(library), {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, data in library.items():
            file = folder / "library" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        (folder / "stdlib").mkdir()
        try:
            subprocess.run(
                [node, PROGRAM, pyodide.resolve(), made],
                capture_output=True,
                encoding="utf-8",
                timeout=SECONDS,
                check=True,
            )
        except subprocess.SubprocessError as error:
            why = f"it has to be version 18 or newer. {error.stderr or error}"
            raise Missing(f"Node.js ({node}) could not run Pyodide: {why}") from error
        return _read(folder / "library", unless=".py"), _read(folder / "stdlib")


def _read(folder: Path, unless: str = "") -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != unless
    }
