"""A zip of pictures that was uploaded, unpacked into a folder of its own: only pictures, and only so many, so large."""

import io
import math
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from engine.data import sources, walk
from engine.data.folders import uploads_folder

MAX_BYTES = 100 * 2**20  # of a zip
MAX_UNPACKED = 400 * 2**20
MAX_ENTRIES, MAX_DEPTH, MAX_NAME = 20_000, 8, 100
MAX_PICTURE = 30 * 2**20
MAX_PIXELS, MAX_SHRUNK = 16_000_000, 80_000_000  # of a picture, and of a JPEG, which shrinks while it is decoded
MAX_SETS, MAX_ALL = 3, 4 * 2**30  # sets of one browser, and bytes of all
DAY = 86_400.0  # after so many seconds a set may go for another browser's
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any memory
_ENTRY = b"PK\1\2"  # what each entry of a zip's list begins with
_DRIVE = re.compile("[A-Za-z]:")
_PIECE = 2**20


def unpack(data: bytes, name: str, browser: str = "", in_use: Callable[[Path], bool] = lambda folder: False) -> Path:
    """Unpack a zip's pictures; return the folder with their classes, which sources.listing can read.

    name: the file's. browser: whose it is: a browser's oldest sets go for a new one, those that are `in_use` stay.
    Nothing is left where it fails. Raises ValueError, with a sentence, for what is no zip, is too large, leads out of
    its folder, or has no classes of pictures.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"The zip has {len(data) / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB are read.")
    if data.count(_ENTRY) > 2 * MAX_ENTRIES:  # before a list of them is made in memory
        raise ValueError(f"The zip has more than {MAX_ENTRIES:,} files; no more are read.")
    uploads = uploads_folder()
    uploads.mkdir(parents=True, exist_ok=True)
    _make_room(uploads, browser, in_use)
    aside = Path(tempfile.mkdtemp(prefix=".", dir=uploads))
    try:
        top = aside / _plain(name)
        _extract(io.BytesIO(data), top)
        inside = [entry for entry in top.iterdir() if entry.is_dir()]
        if len(inside) == 1 and len(list(top.iterdir())) == 1:  # a zip of a folder, which holds the classes
            top = inside[0]
        sources.listing(top)
        final = uploads / f"{browser[:16] or 'nobody'}-{secrets.token_hex(16)}"
        where = top.relative_to(aside)
        aside.rename(final)
        return final / where
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError("The file is no zip that can be read, or it is broken.") from error
    except OSError as error:
        raise ValueError(f"The zip cannot be unpacked: {error.strerror or error}.") from error
    except ValueError as error:
        raise ValueError(str(error).replace(f"{aside}{os.sep}", "")) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _extract(file: BinaryIO, top: Path) -> None:
    """Write the pictures of a zip below a folder."""
    top.mkdir()
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise ValueError(f"The zip has {len(entries):,} files; at most {MAX_ENTRIES:,} are read.")
        total = 0
        for entry in entries:
            place = _place(entry)
            if place is None:
                continue
            target = top / place
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as packed, target.open("xb") as unpacked:
                total += _unpack(packed, unpacked, entry.filename, MAX_UNPACKED - total)
            _check_pixels(target, entry.filename)


def _unpack(packed: IO[bytes], unpacked: IO[bytes], name: str, room: int) -> int:
    """Copy a picture, piece by piece, and return its size: what its entry says of that need not be so."""
    size = 0
    while piece := packed.read(_PIECE):
        size += len(piece)
        if size > MAX_PICTURE:
            raise ValueError(f"{name} has more than {MAX_PICTURE // 2**20} MB unpacked.")
        if size > room:
            raise ValueError(f"The zip has more than {MAX_UNPACKED // 2**20} MB unpacked.")
        unpacked.write(piece)
    return size


def _check_pixels(file: Path, name: str) -> None:
    """Raise ValueError where a picture's header says that it is too large; what cannot be read is left out later."""
    from PIL import Image

    try:
        with Image.open(file) as image:
            pixels, most = math.prod(image.size), MAX_SHRUNK if image.format == "JPEG" else MAX_PIXELS
    except Image.DecompressionBombError:
        pixels, most = 2 * MAX_SHRUNK, MAX_SHRUNK
    except Exception:  # Pillow's readers raise SyntaxError, struct.error, EOFError… for a broken header
        return
    if pixels > most:
        raise ValueError(f"{name} has {pixels / 1e6:.0f} million pixels; at most {most // 10**6} million are read.")


def _place(entry: zipfile.ZipInfo) -> PurePosixPath | None:
    """Return where a picture is written, below the folder; None for what is left out. ValueError for what leads out."""
    name = entry.filename.replace("\\", "/")
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or _DRIVE.match(name) or not name.isprintable():
        raise ValueError(f"The zip holds {name[:80]!a}, which is no path inside it.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.is_dir() or kind not in (0, stat.S_IFREG) or not walk.is_picture(place.parts):
        return None
    if len(place.parts) > MAX_DEPTH or any(len(part.encode()) > MAX_NAME for part in place.parts):
        raise ValueError(
            f"{name[:80]} lies in more than {MAX_DEPTH - 1} folders, or a name has more than {MAX_NAME} letters."
        )
    if entry.flag_bits & 1:
        raise ValueError("The zip is locked with a password.")
    if entry.compress_type not in _METHODS:
        raise ValueError(f"{name} is packed in a way that is not read; the usual one is called deflate.")
    return place


def _plain(name: str) -> str:
    """Return a file's name, without its ending, as a folder may have it."""
    stem = PurePosixPath(name.replace("\\", "/")).name.removesuffix(".zip")
    return "".join(c if c.isalnum() or c in "-_ " else "_" for c in stem).strip()[:40] or "pictures"


def _make_room(uploads: Path, browser: str, in_use: Callable[[Path], bool]) -> None:
    """Delete sets until one more may come: the browser's own oldest ones, then others' that are a day old."""
    for place in uploads.glob(".*"):
        if place.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(place, ignore_errors=True)  # left by a process that was killed
    sets = sorted((place for place in uploads.glob("*-*") if place.is_dir()), key=lambda place: place.stat().st_mtime)
    own = [place for place in sets if place.name.startswith(f"{browser[:16] or 'nobody'}-")]
    for place in own[: max(0, len(own) - MAX_SETS + 1)]:
        if in_use(place):
            raise ValueError(f"You have {len(own)} sets of pictures here, which runs use; at most {MAX_SETS} are kept.")
        shutil.rmtree(place)
    sizes = {place: _size(place) for place in sets if place.exists()}
    old = [place for place in sizes if place in own or place.stat().st_mtime < time.time() - DAY]
    while sum(sizes.values()) + MAX_UNPACKED > MAX_ALL:
        going = next((place for place in old if place in sizes and not in_use(place)), None)
        if going is None:
            raise ValueError(f"There is no room for more pictures here: at most {MAX_ALL / 1e9:.0f} GB are kept.")
        shutil.rmtree(going)
        del sizes[going]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
