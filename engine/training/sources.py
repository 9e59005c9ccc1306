"""Where a training's pictures come from, looked at without decoding one. Imports neither torch nor Pillow."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import cifar10, drawings

SHAPES = "Shapes (synthetic)"
SHAPES_TRAIN, SHAPES_TEST = 20_000, 4_000
EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp", ".gif")
MIN_CLASSES, MAX_CLASSES, MAX_PICTURES = 2, 100, 200_000
TEST_SHARE = 0.2
TEST_NAMES = ("test", "val")
_NO_PICTURES = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Description:
    """What a source holds, or why it cannot be trained on.

    problem: a sentence, empty where all is well. missing: it is a known data set that can be downloaded. skipped: files
    that are no pictures by their names, with why; those that turn out to be broken are only known after decoding.
    """

    name: str
    classes: tuple[str, ...] = ()
    train: int = 0
    test: int = 0
    synthetic: bool = False
    problem: str = ""
    missing: bool = False
    skipped: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Listing:
    """A folder's pictures: files (from the root on) and class numbers; any stretch of them has all classes."""

    root: Path
    classes: tuple[str, ...]
    train: tuple[tuple[str, int], ...]
    test: tuple[tuple[str, int], ...]
    skipped: tuple[str, ...]

    def fingerprint(self) -> str:
        """Return 16 hex digits that change where a picture comes, goes, or is written; whatever the seed."""
        marks = []
        for file in sorted(file for file, _ in (*self.train, *self.test)):
            try:
                status = os.stat(f"{self.root}{os.sep}{file}")
                marks.append((file, status.st_size, status.st_mtime_ns))
            except OSError:
                marks.append((file, -1, -1))
        return digest(marks)[:16]


def describe(source: str, seed: int = 0) -> Description:
    """Return what "cifar10", "shapes" or "folder:PATH" holds. Never raises for pictures that are missing or useless."""
    if source == "shapes":
        return Description(SHAPES, drawings.CLASSES, SHAPES_TRAIN, SHAPES_TEST, synthetic=True)
    if source == "cifar10":
        return _describe_cifar10()
    try:
        root = folder_of(source)
    except ValueError as error:
        return Description("Unknown", problem=str(error))
    try:
        found = listing(root, seed)
    except ValueError as error:
        return Description(root.name, problem=str(error))
    return Description(root.name, found.classes, len(found.train), len(found.test), skipped=found.skipped)


def fingerprint(source: str) -> str:
    """Return what tells a folder's pictures from other pictures there, by names, sizes and times; DataSet.key holds it.

    "" for "cifar10" and "shapes", which do not change, and for a folder that cannot be trained on. Never raises.
    """
    if source in ("cifar10", "shapes"):
        return ""
    try:
        return listing(folder_of(source)).fingerprint()
    except ValueError:
        return ""


def digest(*parts: object) -> str:
    """Return 64 hex digits that stand for some JSON-able parts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def folder_of(source: str) -> Path:
    """Return the folder that "folder:PATH" names. ValueError for another source."""
    kind, _, path = source.partition(":")
    if kind != "folder" or not path.strip() or "\0" in path:
        raise ValueError(f'data {source!r} is neither "cifar10", "shapes" nor "folder:PATH"')
    return Path(path.strip()).expanduser().absolute()


def cifar10_name(train: int, test: int) -> str:
    """Return what the set is called: a part of it says so."""
    whole = (train, test) == (50_000, 10_000)
    return "CIFAR-10" if whole else f"CIFAR-10 (a part: {train:,} + {test:,} pictures)"


def listing(root: Path, seed: int = 0) -> Listing:
    """Return a folder's pictures as torchvision.datasets.ImageFolder finds them: a folder for each class.

    Either `train/` and `test/` (or `val/`), each with the classes' folders, or these folders alone, of which a fifth,
    chosen by the seed, is kept for testing. Raises ValueError, with a sentence, where that is not what is there.
    """
    if not root.is_dir():
        raise ValueError(f"There is no folder {root}.")
    skipped: list[str] = []
    try:
        split = (root / "train").is_dir()
        train = _by_class(root, "train" if split else "", skipped)
        if split:
            tests = next((name for name in TEST_NAMES if (root / name).is_dir()), None)
            if tests is None:
                raise ValueError(
                    f"{root} has train/ but no test/: add one, or name {root / 'train'}, of which a fifth is then kept."
                )
            test = _by_class(root, tests, skipped)
        else:
            train, test = _divided(train, seed)
    except OSError as error:
        raise ValueError(f"{error.filename or root} cannot be read: {error.strerror}.") from None
    classes = tuple(sorted(train))
    _check(root, classes, train, test)
    return Listing(root, classes, _in_turn(train, classes), _in_turn(test, classes), tuple(skipped))


def _describe_cifar10() -> Description:
    if not cifar10.present():
        problem = f"CIFAR-10 is not in {cifar10.folder()} yet."
        return Description("CIFAR-10", cifar10.CLASSES, problem=problem, missing=True)
    try:
        train, test = cifar10.count("train"), cifar10.count("test")
    except ValueError as error:
        return Description("CIFAR-10", cifar10.CLASSES, problem=str(error))
    return Description(cifar10_name(train, test), cifar10.CLASSES, train, test)


def _by_class(root: Path, part: str, skipped: list[str]) -> dict[str, list[str]]:
    """Return each class folder's files in order; add to `skipped` those that are no pictures by their names."""
    top = root / part
    names = sorted(entry.name for entry in os.scandir(top) if entry.is_dir() and not _hidden(entry.name))
    found = {name: list(_pictures(os.fspath(root), os.path.join(part, name), skipped)) for name in names}
    total = sum(map(len, found.values()))
    if total > MAX_PICTURES:
        raise ValueError(f"{top} has {total:,} pictures; at most {MAX_PICTURES:,} are held in memory.")
    return found


def _pictures(root: str, part: str, skipped: list[str]) -> Iterator[str]:
    # Links to folders are not followed: they may lead in a circle.
    for place, folders, files in os.walk(os.path.join(root, part)):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        inside = os.path.relpath(place, root)
        for name in sorted(files):
            if name.lower().endswith(EXTENSIONS) and not name.startswith("."):
                yield f"{inside}{os.sep}{name}"
            elif not _hidden(name) and name not in _NO_PICTURES:
                ending = os.path.splitext(name)[1] or "no ending"
                skipped.append(f"{inside}/{name}: {ending} is not a picture's; {', '.join(EXTENSIONS)} are read")


def _hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _divided(found: dict[str, list[str]], seed: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return training and test pictures: of each class, a fifth (at least one) chosen by the seed for testing."""
    train, test = {}, {}
    for k, (name, files) in enumerate(found.items()):
        if len(files) == 1:
            raise ValueError(f"Class {name} has one picture; it needs at least 2, one to learn and one to test.")
        kept = max(1, round(TEST_SHARE * len(files)))
        chosen = set(np.random.default_rng((seed, k)).permutation(len(files))[:kept].tolist())
        train[name] = [file for i, file in enumerate(files) if i not in chosen]
        test[name] = [file for i, file in enumerate(files) if i in chosen]
    return train, test


def _check(root: Path, classes: tuple[str, ...], train: dict[str, list[str]], test: dict[str, list[str]]) -> None:
    if not MIN_CLASSES <= len(classes) <= MAX_CLASSES:
        raise ValueError(
            f"{root} has {len(classes)} class folders; a training needs {MIN_CLASSES} to {MAX_CLASSES}: "
            "one folder with pictures for each class."
        )
    empty = [name for name in classes if not train[name]]
    if empty:
        raise ValueError(f"Class {empty[0]} has no picture to train on ({', '.join(EXTENSIONS)} are read).")
    unknown = [name for name, files in test.items() if files and name not in train]
    if unknown:
        raise ValueError(f"The test pictures have a class {unknown[0]} that the training pictures have not.")
    if not any(test.values()):
        raise ValueError(f"{root} has no test pictures.")


def _in_turn(found: dict[str, list[str]], classes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return (file, class) so that every stretch holds the classes in their proportions."""
    placed = [
        ((i + 0.5) / len(files), k, file)
        for k, name in enumerate(classes)
        for files in (found.get(name, []),)
        for i, file in enumerate(files)
    ]
    return tuple((file, k) for _, k, file in sorted(placed))
