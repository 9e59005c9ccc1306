"""CIFAR-10 from its own site into the data folder: in the background, checked, whole or not at all. No torch."""

import contextlib
import errno
import hashlib
import os
import shutil
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from engine.data import cifar10

# The numbers of torchvision.datasets.CIFAR10; a test holds them to it.
URL = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
ARCHIVE_MD5 = "c58f30108f718f92721af3b95e74349a"
FILES_MD5 = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}
SIZE = 170_498_071  # bytes of the archive
UNPACKED = 1.1  # bytes of the files for each of the archive
LARGEST = 2**30
TIMEOUT = 20  # seconds without a byte
AGAIN = "Try again: it goes on where it was."
_PIECE = 2**16
_SPEED_OVER = 3.0  # seconds


@dataclass(frozen=True)
class Source:
    """Where the archive is, and the checksums of it and of the files in it."""

    url: str
    archive_md5: str = ARCHIVE_MD5
    files_md5: Mapping[str, str] | None = None

    @property
    def files(self) -> Mapping[str, str]:
        return self.files_md5 or FILES_MD5


@dataclass(frozen=True)
class Progress:
    """How a download stands.

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


class _Failed(Exception):
    """Holds the sentence for the user."""


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
        """End it and throw away what has come; nothing where it is over."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> Progress:
        """Wait until it is over, or so many seconds; return how it stands."""
        self._thread.join(seconds)
        return self._progress

    def _run(self) -> None:
        if self._before:
            self._before.wait()
            self._before = None
        part = self.folder / "cifar-10-python.tar.gz.part"
        try:
            self._fetch(part)
            self._check(part)
            self._unpack(part)
            self._tell("done")
        except _Cancelled:
            part.unlink(missing_ok=True)
            self._tell("cancelled")
        except _Failed as error:
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

    # Its three parts

    def _fetch(self, part: Path) -> None:
        """Append to the part of the archive that is there, or begin one."""
        if not self.source.url.startswith(("http://", "https://")):
            raise _Failed(f"STRIDE_CIFAR10_URL {self.source.url!r} is no address that begins with http:// or https://.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._stop_if_asked()
        with part.open("ab") as file:
            _lock(file)
            held = file.tell()
            with self._answer(held) as response:
                if response.status != 206:  # the whole of it, whatever is there
                    file.truncate(0)
                    held = 0
                length = response.headers.get("Content-Length")
                total = held + int(length) if length and length.isdigit() else None
                self._has_room(total, held)
                self._tell("downloading", done=held, total=total)
                while piece := self._piece(response, held, total):
                    file.write(piece)
                    held += len(piece)
                    if held > LARGEST:
                        file.truncate(0)
                        raise _Failed(f"{self.source.url} sent more than {LARGEST // 2**20} MB: this is not CIFAR-10.")
                    self._tell("downloading", done=held)
            if total is not None and held < total:
                raise _Failed(f"The connection ended after {_mb(held)} of {_mb(total)}. {AGAIN}")

    def _answer(self, held: int):
        headers = {"User-Agent": "Stride", **({"Range": f"bytes={held}-"} if held else {})}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self.source.url, headers=headers), timeout=TIMEOUT)
            if answer.status == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {held}-"):
                answer.close()
                raise _Failed("The server sent another part than was asked for. Try again.")
            return answer
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416 and held:  # nothing comes after what is there: it is whole, or another's
                return contextlib.nullcontext(_Nothing())
            raise _Failed(f"{self.source.url} answered {error.code} {error.reason}. Try again later.") from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise _Failed(f"{self.source.url} cannot be reached: {reason}. Is there a network? Try again.") from None

    def _piece(self, response, held: int, total: int | None) -> bytes:
        self._stop_if_asked()
        try:
            return response.read1(_PIECE)
        except TimeoutError:
            raise _Failed(f"The server sent nothing for {TIMEOUT} seconds, after {_mb(held)}. {AGAIN}") from None
        except (OSError, HTTPException) as error:
            of = f" of {_mb(total)}" if total else ""
            raise _Failed(f"The connection broke after {_mb(held)}{of}: {error}. {AGAIN}") from None

    def _check(self, part: Path) -> None:
        self._tell("checking")
        found = hashlib.md5(usedforsecurity=False)
        with part.open("rb") as file:
            while piece := file.read(2**20):
                self._stop_if_asked()
                found.update(piece)
        if found.hexdigest() != self.source.archive_md5:
            size = part.stat().st_size
            part.unlink()
            raise _Failed(
                f"What came ({_mb(size)}) has the checksum {found.hexdigest()}, CIFAR-10's archive has "
                f"{self.source.archive_md5}. It was thrown away. Try again."
            )

    def _unpack(self, part: Path) -> None:
        """Copy the seven files out, by name, to a folder aside; put it in its place when all are right."""
        self._tell("unpacking")
        aside = Path(tempfile.mkdtemp(prefix=".cifar-10-", dir=self.folder))
        old = aside / "old"
        try:
            new, wanted = aside / "new", dict(self.source.files)
            new.mkdir()
            with tarfile.open(part, "r:gz") as archive:
                for member in archive:
                    name = member.name.removeprefix("./").removeprefix(f"{cifar10.FOLDER}/")
                    if name in wanted and member.isfile() and member.size <= LARGEST:
                        self._copy(archive.extractfile(member), new / name, wanted.pop(name))
            if wanted:
                raise _Failed(f"The archive has no {', '.join(wanted)}. Try again.")
            self._stop_if_asked()
            if cifar10.folder().exists():
                cifar10.folder().replace(old)
            try:
                new.replace(cifar10.folder())
            except OSError:
                if old.exists():
                    old.replace(cifar10.folder())
                raise
        except _Failed:
            part.unlink(missing_ok=True)
            raise
        except (tarfile.TarError, zlib.error, EOFError) as error:
            part.unlink(missing_ok=True)
            raise _Failed(f"The archive cannot be unpacked: {error}. Try again.") from None
        finally:
            if cifar10.folder().exists() or not old.exists():  # else nothing but the old set is left
                shutil.rmtree(aside, ignore_errors=True)
        part.unlink(missing_ok=True)

    def _copy(self, source, target: Path, wanted: str) -> None:
        found = hashlib.md5(usedforsecurity=False)
        with target.open("wb") as file:
            while piece := source.read(2**20):
                self._stop_if_asked()
                file.write(piece)
                found.update(piece)
        if found.hexdigest() != wanted:
            raise _Failed(f"{target.name} has the checksum {found.hexdigest()}, CIFAR-10's has {wanted}. Try again.")

    # Help

    def _stop_if_asked(self) -> None:
        if self._cancel.is_set():
            raise _Cancelled

    def _has_room(self, total: int | None, held: int) -> None:
        free, needed = shutil.disk_usage(self.folder).free, int((1 + UNPACKED) * (total or SIZE)) - held
        if free < needed:
            raise _Failed(f"{self.folder} has {_mb(free)} free, and {_mb(needed)} are needed. Make room and try again.")

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
    """Keep another process from writing into the same part."""
    try:
        import fcntl
    except ImportError:  # Windows, where two apps on one data folder spoil each other's part; the checksum notices
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _Failed("Another process on this machine is downloading it. Wait until it is done.") from None


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
