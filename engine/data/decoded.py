"""Decoded pictures as arrays on the disk, so that a second training begins at once. Imports no torch."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import numpy as np

from engine import limits
from engine.data import cifar10, drawings, sources

Progress = Callable[[int, int], None]
MAX_SETS, MAX_BYTES = 6, 2 * 2**30
_ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
AT_ONCE = 2000  # shapes, drawn with a seed of their own
_TOLD = 500


@dataclass(frozen=True)
class Arrays:
    """Pictures uint8 (N, 3, 32, 32) and labels int64 (N,) of both sets; what was skipped, with why.

    key: sources.fingerprint of the folder that they are from, as it was when they were read.
    """

    classes: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    skipped: tuple[str, ...] = ()
    key: str = ""


def arrays(source: str, seed: int = 0, progress: Progress | None = None, *, look: bool = False) -> Arrays:
    """Return a source's pictures, decoded now or earlier.

    source: "cifar10", "shapes" or "folder:PATH". seed: of the drawings, and of a folder's division. progress: is told
    pictures done and in all while some are decoded; what it raises ends the work. look: read from the disk only what is
    looked at, for a page that shows a few pictures. Raises ValueError, with a sentence, where pictures are missing or
    useless.
    """
    tell = progress or (lambda done, total: None)
    if source == "cifar10":
        return Arrays(cifar10.CLASSES, *cifar10.split("train"), *cifar10.split("test"))
    if source == "shapes":
        key = _key(
            "shapes", seed, sources.SHAPES_TRAIN, sources.SHAPES_TEST, Path(drawings.__file__).read_text("utf-8")
        )
        return _load(key, look) or _store(key, _drawn(seed, tell))
    folder = sources.listing(sources.folder_of(source), seed)
    fingerprint = folder.fingerprint()
    key = _key(str(folder.root), _VERSION, folder.train, folder.test, fingerprint)
    return replace(_load(key, look) or _store(key, _read(folder, tell)), key=fingerprint)


_VERSION = "decode.py, 2"


# Drawn and decoded


def _drawn(seed: int, tell: Progress) -> Arrays:
    """Return drawn shapes: test pictures from other seeds than training pictures."""
    counts = {"train": sources.SHAPES_TRAIN, "test": sources.SHAPES_TEST}
    parts = [(name, k) for name, count in counts.items() for k in range(count // AT_ONCE)]

    def draw(part: tuple[str, int]) -> tuple[str, np.ndarray, np.ndarray]:
        name, k = part
        own = int(np.random.SeedSequence((seed, k, name == "test")).generate_state(1, np.uint64)[0])
        return name, *drawings.shape_pictures(AT_ONCE, 32, own, colour=True)

    parts_of: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {"train": [], "test": []}
    with ThreadPoolExecutor(_threads()) as pool:
        for done, (name, pictures, labels) in enumerate(pool.map(draw, parts), 1):
            parts_of[name].append((pictures, labels))
            tell(done * AT_ONCE, sum(counts.values()))
    joined = [np.concatenate(part) for name in counts for part in zip(*parts_of[name], strict=True)]
    return Arrays(drawings.CLASSES, *joined)


def _read(folder: sources.Listing, tell: Progress) -> Arrays:
    """Decode a folder's pictures in threads."""
    total = len(folder.train) + len(folder.test)
    skipped, joined, done = list(folder.skipped), [], 0
    for files in (folder.train, folder.test):
        pictures, labels = np.empty((len(files), 3, 32, 32), np.uint8), np.empty(len(files), np.int64)
        count = 0
        for (file, label), picture in zip(files, _decoded([folder.root / file for file, _ in files]), strict=True):
            limits.look()
            if isinstance(picture, str):
                skipped.append(f"{file}: {picture}")
            else:
                pictures[count], labels[count] = picture, label
                count += 1
            done += 1
            if done % _TOLD == 0 or done == total:
                tell(done, total)
        joined += [pictures[:count], labels[:count]]
    bare = np.flatnonzero(np.bincount(joined[1], minlength=len(folder.classes)) == 0)
    if bare.size or not joined[3].size:
        what = f"no picture of class {folder.classes[bare[0]]} to train on" if bare.size else "no test picture"
        raise ValueError(f"{folder.root}: {what} can be read. One that cannot: {skipped[-1]}.")
    return Arrays(folder.classes, *joined, tuple(skipped))


def _decoded(files: list[Path]) -> Iterator[np.ndarray | str]:
    """Yield each file's picture, in order, or why there is none."""
    from engine.data.decode import decode

    def part(some: list[Path]) -> list[np.ndarray | str]:
        pictures: list[np.ndarray | str] = []
        for file in some:
            try:
                pictures.append(decode(file))
            except ValueError as error:
                pictures.append(str(error))
        return pictures

    pool = ThreadPoolExecutor(_threads())
    try:
        for some in pool.map(part, [files[k : k + 100] for k in range(0, len(files), 100)]):
            yield from some
    finally:
        pool.shutdown(cancel_futures=True)


def _threads() -> int:
    return min(8, os.cpu_count() or 1)


# On the disk


def _folder() -> Path:
    return cifar10.data_folder() / "decoded"


def _key(*parts: object) -> str:
    return sources.digest(*parts)[:24]


def _load(key: str, look: bool) -> Arrays | None:
    place = _folder() / key
    try:
        about = json.loads((place / "about.json").read_text("utf-8"))
        values = [np.load(place / f"{name}.npy", mmap_mode="r" if look else None) for name in _ARRAYS]
        os.utime(place)
        if not look and about["sums"] != _sums(values):  # not as it was written
            return None
        return Arrays(tuple(about["classes"]), *values, tuple(about["skipped"]))
    except (OSError, ValueError, EOFError, KeyError, TypeError):  # missing, cut short, another's or being deleted
        return None  # it is decoded again


def _store(key: str, arrays: Arrays) -> Arrays:
    """Write a set under another name, rename it, and delete the least recently used ones beyond the limits."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".", dir=folder))
        try:
            for name in _ARRAYS:
                np.save(aside / f"{name}.npy", getattr(arrays, name))
            sums = _sums([getattr(arrays, name) for name in _ARRAYS])
            about = {"classes": arrays.classes, "skipped": arrays.skipped, "sums": sums}
            (aside / "about.json").write_text(json.dumps(about), "utf-8")
            shutil.rmtree(folder / key, ignore_errors=True)
            aside.replace(folder / key)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        _bound(folder)
    except OSError:  # on a full or read-only disk, the next training only starts more slowly
        return arrays
    return arrays


def _sums(values: list[np.ndarray]) -> list[str]:
    """Return a check sum of each array."""
    return [blake2b(np.ascontiguousarray(array), digest_size=16).hexdigest() for array in values]


def _bound(folder: Path) -> None:
    places = sorted(folder.iterdir(), key=lambda place: place.stat().st_mtime, reverse=True)
    for place in places:
        if place.name.startswith(".") and place.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(place, ignore_errors=True)  # left by a process that was killed
    size = 0
    for k, place in enumerate(place for place in places if not place.name.startswith(".")):
        size += sum(file.stat().st_size for file in place.iterdir())
        if k and (k >= MAX_SETS or size > MAX_BYTES):
            shutil.rmtree(place, ignore_errors=True)
