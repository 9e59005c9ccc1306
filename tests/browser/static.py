"""The site without a server, built once for all test processes, and served from a sub-path by Python's own server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock

from tests.browser.driver import ROOT

PYODIDE = os.environ.get("STRIDE_PYODIDE", "")
needs_pyodide = pytest.mark.skipif(not PYODIDE, reason="STRIDE_PYODIDE names no folder with Pyodide's release")
BELOW = "/some/where"  # the sub-path


@dataclass(frozen=True)
class Site:
    """A served site. It logs nothing that a test would read."""

    url: str
    folder: Path

    def unread(self) -> str:
        return ""


def built(folder: Path) -> Path:
    """Build the site in a folder, where no other process has."""
    with FileLock(f"{folder}.lock"):
        if not (folder / "service.js").exists():
            subprocess.run([sys.executable, "-m", "pages.site", str(folder)], cwd=ROOT, check=True, timeout=600)
    return folder


class Below(SimpleHTTPRequestHandler):
    """Serves the folder from a sub-path."""

    def translate_path(self, path: str) -> str:
        if not path.startswith(BELOW):
            return str(Path(self.directory) / "nothing-here")
        return super().translate_path(path.removeprefix(BELOW))

    def log_message(self, *_) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve a built site on a free port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Below, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Site(f"http://localhost:{server.server_port}{BELOW}", folder)
        finally:
            server.shutdown()
