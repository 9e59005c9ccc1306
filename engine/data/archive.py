"""CIFAR-10's archive: where it is, its checksums, and its files, which are all unpacked or none."""

import hashlib
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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
UNPACKED = 1.1  # how many bytes of files one byte of the archive becomes
LARGEST = 2**30


@dataclass(frozen=True)
class Source:
    """Where the archive is, and the checksums of it and of the files in it."""

    url: str
    archive_md5: str = ARCHIVE_MD5
    files_md5: Mapping[str, str] | None = None

    @property
    def files(self) -> Mapping[str, str]:
        return self.files_md5 or FILES_MD5


class Failed(Exception):
    """Holds the sentence for the user."""


def check(part: Path, source: Source, go_on: Callable[[], None]) -> None:
    """Raise Failed, and delete the file, where it has another checksum. go_on: may raise, to end the check."""
    with part.open("rb") as file:
        checksum = _copy(file, None, go_on)
    if checksum != source.archive_md5:
        size = part.stat().st_size
        part.unlink()
        raise Failed(
            f"What came ({megabytes(size)}) has the checksum {checksum}, CIFAR-10's archive has "
            f"{source.archive_md5}. It was thrown away. Try again."
        )


def unpack(part: Path, source: Source, folder: Path, go_on: Callable[[], None]) -> None:
    """Copy the seven files by name to another folder, and put that in its place when all are right."""
    aside = Path(tempfile.mkdtemp(prefix=".cifar-10-", dir=folder.parent))
    new, old = aside / "new", aside / "old"
    try:
        new.mkdir()
        _extract(part, dict(source.files), new, go_on)
        go_on()
        if folder.exists():
            folder.replace(old)
        try:
            new.replace(folder)
        except OSError:
            if old.exists():
                old.replace(folder)
            raise
    except Failed:
        part.unlink(missing_ok=True)
        raise
    except (tarfile.TarError, zlib.error, EOFError) as error:
        part.unlink(missing_ok=True)
        raise Failed(f"The archive cannot be unpacked: {error}. Try again.") from None
    finally:
        if folder.exists() or not old.exists():  # otherwise only the old set is left
            shutil.rmtree(aside, ignore_errors=True)
    part.unlink(missing_ok=True)


def _extract(part: Path, wanted: dict[str, str], new: Path, go_on: Callable[[], None]) -> None:
    with tarfile.open(part, "r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix("./").removeprefix(f"{cifar10.FOLDER}/")
            if name not in wanted or not member.isfile() or member.size > LARGEST:
                continue
            with (new / name).open("wb") as file:
                checksum = _copy(archive.extractfile(member), file, go_on)
            right = wanted.pop(name)
            if checksum != right:
                raise Failed(f"{name} has the checksum {checksum}, CIFAR-10's has {right}. Try again.")
    if wanted:
        raise Failed(f"The archive has no {', '.join(wanted)}. Try again.")


def _copy(source: BinaryIO, target: BinaryIO | None, go_on: Callable[[], None]) -> str:
    """Read a file to its end, and copy it where a second one is given; return its MD5 checksum."""
    checksum = hashlib.md5(usedforsecurity=False)
    while piece := source.read(2**20):
        go_on()
        checksum.update(piece)
        if target:
            target.write(piece)
    return checksum.hexdigest()


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
