"""An archive like CIFAR-10's own, and a server on this machine that sends it, well or badly."""

import hashlib
import io
import pickle
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from engine.data import archive, cifar10


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def packed(files: dict[str, bytes], names: dict[str, str] | None = None) -> bytes:
    """An archive as the official one is; names: other names for some of the files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo((names or {}).get(name, f"{cifar10.FOLDER}/{name}"))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def write_batches(root: Path, each: int = 3, protocol: int = 4) -> Path:
    """Write the folder that CIFAR-10 unpacks to, with `each` pictures in a file."""
    folder = root / cifar10.FOLDER
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for names in cifar10.SPLITS.values():
        for name in names:
            batch = {
                "batch_label": name,
                "labels": rng.integers(0, 10, each).tolist(),
                "data": rng.integers(0, 256, (each, 3072), dtype=np.uint8),
                "filenames": [f"{i}.png" for i in range(each)],
            }
            (folder / name).write_bytes(pickle.dumps(batch, protocol=protocol))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": list(cifar10.CLASSES)}))
    return folder


def drawn() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    made = {}
    for name in archive.FILES_MD5:
        pictures = rng.integers(0, 256, (20, 3072), dtype=np.uint8)
        made[name] = pickle.dumps({"labels": rng.integers(0, 10, 20).tolist(), "data": pictures}, protocol=4)
    return made


class Server:
    """Serves one archive. cut: bytes after which it hangs up, once for each number; pace: seconds for each piece."""

    def __init__(self, content: bytes):
        self.content, self.cut, self.pace, self.status, self.ranges = content, [], 0.0, 0, True
        self.asked: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/cifar-10-python.tar.gz"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        first = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.ranges else 0
        if self.status or first >= len(self.content):
            request.send_error(self.status or 416)
            return
        request.send_response(206 if first else 200)
        if first:
            request.send_header("Content-Range", f"bytes {first}-{len(self.content) - 1}/{len(self.content)}")
        request.send_header("Content-Length", str(len(self.content) - first))
        request.end_headers()
        end = self.cut.pop() if self.cut else len(self.content)
        try:
            for at in range(first, end, 2**14):
                request.wfile.write(self.content[at : min(end, at + 2**14)])
                time.sleep(self.pace)
        except OSError:
            pass

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()
