"""The site without a server, built once for all test processes, and served from a sub-path by Python's own server."""

import gzip
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from filelock import FileLock
from playwright.sync_api import Page

from tests.browser.driver import PATIENCE_S, ROOT

PYODIDE = os.environ.get("STRIDE_PYODIDE", "")
needs_pyodide = pytest.mark.skipif(not PYODIDE, reason="STRIDE_PYODIDE names no folder with Pyodide's release")
BELOW = "/some/where"  # the sub-path
# Whether the service worker keeps all that the site has.
KEPT = """
async () => {
  const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const kept = await Promise.all(stores.map((store) => store.keys()));
  return kept.flat().some(({ url }) => url.includes('/parts/library-'));
}
"""
TEXTS = (".html", ".js", ".mjs", ".css", ".json", ".svg")


@dataclass(frozen=True)
class Site:
    """A served site. It logs nothing that a test would read."""

    url: str
    folder: Path
    sent: list[tuple[float, int]]  # of each answer: when it began, by time.perf_counter(), and its bytes
    stays: ClassVar[bool] = True

    def unread(self) -> str:
        return ""


def built(folder: Path) -> Path:
    """Build the site in a folder, where no other process has."""
    with FileLock(f"{folder}.lock"):
        if not (folder / "service.js").exists():
            subprocess.run([sys.executable, "-m", "pages.static", str(folder)], cwd=ROOT, check=True, timeout=600)
    return folder


def until(page: Page, script: str, given: Any = None) -> None:
    """Wait until an asynchronous function of a page's says yes (`wait_for_function` takes its promise for a yes)."""
    late = time.monotonic() + PATIENCE_S
    while not page.evaluate(script, given):
        assert time.monotonic() < late, f"not within {PATIENCE_S} s: {script}"
        page.wait_for_timeout(50)


@cache
def _packed(file: Path, changed: int) -> bytes:
    return gzip.compress(file.read_bytes())


class Below(SimpleHTTPRequestHandler):
    """Serves the folder from a sub-path; texts are packed on the way, as usual hosts do."""

    def send_head(self):
        file = Path(self.translate_path(self.path.partition("?")[0]))
        if file.is_dir() and self.path.partition("?")[0].endswith("/"):
            file /= "index.html"
        if file.suffix not in TEXTS or not file.is_file():
            return super().send_head()
        body = _packed(file, file.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.date_time_string(file.stat().st_mtime))
        self.end_headers()
        return io.BytesIO(body)

    def translate_path(self, path: str) -> str:
        if not path.startswith(BELOW):
            return str(Path(self.directory) / "nothing-here")
        return super().translate_path(path.removeprefix(BELOW))

    def send_header(self, name: str, value: str) -> None:
        if name == "Content-Length":
            self.server.sent.append((time.perf_counter(), int(value)))
        super().send_header(name, value)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve a built site on a free port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Below, directory=str(folder))) as server:
        server.sent = []
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Site(f"http://localhost:{server.server_port}{BELOW}", folder, server.sent)
        finally:
            server.shutdown()
