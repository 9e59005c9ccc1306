"""The download of CIFAR-10 from its own site: in the background, checked, complete or not at all. No torch."""

import contextlib
import errno
import os
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from engine.data import archive, cifar10
from engine.data.archive import LARGEST, SIZE, UNPACKED, URL, Failed, Source, megabytes

TIMEOUT = 20  # seconds without a byte
AGAIN = "Try again: it goes on from there."
_PIECE = 2**16
_SPEED_OVER = 3.0  # seconds


@dataclass(frozen=True)
class Progress:
    """The progress of a download.

    state: "waiting", "downloading", "checking", "unpacking", then one of "done", "cancelled", "failed". done, total:
    bytes (total is None until the server said it). speed: bytes a second, of late. message: why it failed.
    """

    state: str
    done: int = 0
    total: int | None = None
    speed: float = 0.0
    message: str = ""

    @property
    def over(self) -> bool:
        return self.state in ("done", "cancelled", "failed")

    @property
    def seconds_left(self) -> float | None:
        return (self.total - self.done) / self.speed if self.total and self.speed else None


class _Cancelled(Exception):
    pass


class Download:
    """One download, in a thread of its own. `start` begins it."""

    def __init__(self, source: Source, before: "Download | None" = None):
        self.source, self.folder = source, cifar10.data_folder()
        self._before = before
        self._cancel, self._progress = threading.Event(), Progress("waiting")
        self._seen: deque[tuple[float, int]] = deque()
        self._thread = threading.Thread(target=self._run, name="download", daemon=True)

    @property
    def progress(self) -> Progress:
        return self._progress

    def cancel(self) -> None:
        """End it and delete what has come; do nothing where it is over."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> Progress:
        """Wait until it is over, or for at most so many seconds; return its progress."""
        self._thread.join(seconds)
        return self._progress

    def _run(self) -> None:
        if self._before:
            self._before.wait()
            self._before = None
        part = self.folder / "cifar-10-python.tar.gz.part"
        try:
            self._fetch(part)
            self._tell("checking")
            archive.check(part, self.source, self._stop_if_asked)
            self._tell("unpacking")
            archive.unpack(part, self.source, cifar10.folder(), self._stop_if_asked)
            self._tell("done")
        except _Cancelled:
            part.unlink(missing_ok=True)
            self._tell("cancelled")
        except Failed as error:
            self._tell("failed", str(error))
        except OSError as error:
            self._tell("failed", self._disk_sentence(error))
        except Exception as error:  # the page must not wait for a thread that is gone
            self._tell("failed", f"The download failed: {type(error).__name__}: {error}")
            raise

    def _tell(self, state: str, message: str = "", done: int | None = None, total: int | None = None) -> None:
        done = self._progress.done if done is None else done
        total = self._progress.total if total is None else total
        speed = 0.0
        if state == "downloading":
            now = time.monotonic()
            self._seen.append((now, done))
            while now - self._seen[0][0] > _SPEED_OVER:
                self._seen.popleft()
            took = now - self._seen[0][0]
            speed = (done - self._seen[0][1]) / took if took > 0.1 else self._progress.speed
        self._progress = Progress(state, done, total, speed, message)

    # What comes

    def _fetch(self, part: Path) -> None:
        """Go on with the part of the archive that is there, or begin."""
        if not self.source.url.startswith(("http://", "https://")):
            raise Failed(f"STRIDE_CIFAR10_URL {self.source.url!r} is no address that begins with http:// or https://.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._stop_if_asked()
        with part.open("ab") as file:
            _lock(file)
            size = file.tell()
            with self._answer(size) as response:
                if response.status != 206:  # the server sends all of it, whatever is there
                    file.truncate(0)
                    size = 0
                length = response.headers.get("Content-Length")
                total = size + int(length) if length and length.isdigit() else None
                self._has_room(total, size)
                self._tell("downloading", done=size, total=total)
                while piece := self._piece(response, size, total):
                    file.write(piece)
                    size += len(piece)
                    if size > LARGEST:
                        file.truncate(0)
                        raise Failed(f"{self.source.url} sent more than {LARGEST // 2**20} MB: this is not CIFAR-10.")
                    self._tell("downloading", done=size)
            if total is not None and size < total:
                raise Failed(f"The connection ended after {megabytes(size)} of {megabytes(total)}. {AGAIN}")

    def _answer(self, size: int):
        headers = {"User-Agent": "Stride", **({"Range": f"bytes={size}-"} if size else {})}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self.source.url, headers=headers), timeout=TIMEOUT)
            if answer.status == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {size}-"):
                answer.close()
                raise Failed("The server sent another part than was asked for. Try again.")
            return answer
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416 and size:  # nothing comes after what is there: it is complete, or from another file
                return contextlib.nullcontext(_Nothing())
            raise Failed(f"{self.source.url} answered {error.code} {error.reason}. Try again later.") from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise Failed(f"{self.source.url} cannot be reached: {reason}. Is there a network? Try again.") from None

    def _piece(self, response, size: int, total: int | None) -> bytes:
        self._stop_if_asked()
        try:
            return response.read1(_PIECE)
        except TimeoutError:
            raise Failed(f"The server sent nothing for {TIMEOUT} seconds, after {megabytes(size)}. {AGAIN}") from None
        except (OSError, HTTPException) as error:
            of = f" of {megabytes(total)}" if total else ""
            raise Failed(f"The connection broke after {megabytes(size)}{of}: {error}. {AGAIN}") from None

    # Help

    def _stop_if_asked(self) -> None:
        if self._cancel.is_set():
            raise _Cancelled

    def _has_room(self, total: int | None, size: int) -> None:
        free, needed = shutil.disk_usage(self.folder).free, int((1 + UNPACKED) * (total or SIZE)) - size
        if free < needed:
            room = f"{self.folder} has {megabytes(free)} free, and {megabytes(needed)} are needed"
            raise Failed(f"{room}. Make room and try again.")

    def _disk_sentence(self, error: OSError) -> str:
        if error.errno == errno.ENOSPC:
            return f"There is no room left in {self.folder}. Make room and try again."
        return f"{error.filename or self.folder} cannot be written: {error.strerror or error}. Try again."


class _Nothing:
    """An answer without a byte."""

    status = 206
    headers: Mapping[str, str] = {"Content-Length": "0"}

    def read1(self, _size: int) -> bytes:
        return b""


_guard = threading.Lock()
_current: Download | None = None


def source() -> Source:
    """Return where CIFAR-10 is taken from: STRIDE_CIFAR10_URL, else its own site."""
    return Source(os.environ.get("STRIDE_CIFAR10_URL") or URL)


def start(given: Source | None = None) -> Download:
    """Begin to download CIFAR-10, or return the download that is under way: there is one at a time in a process."""
    global _current
    with _guard:
        before = _current
        if before and not before.progress.over and not before._cancel.is_set():
            return before
        _current = Download(given or source(), before)
        _current._thread.start()
        return _current


def current() -> Download | None:
    """Return the download that is under way, or the last one; None where there was none."""
    return _current


def _lock(file) -> None:
    """Prevent another process from writing into the same file."""
    try:
        import fcntl
    except ImportError:  # Windows, where two apps on one data folder spoil each other's part; the checksum notices
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failed("Another process on this machine is downloading it. Wait until it is done.") from None
