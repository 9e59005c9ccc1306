"""The sources of a training's pictures: what each holds, without decoding any. Imports neither torch nor Pillow."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data import cifar10, drawings
from engine.data.walk import EXTENSIONS, Division, Walk, division

SHAPES = "Shapes (synthetic)"
SHAPES_TRAIN, SHAPES_TEST = 20_000, 4_000
MIN_CLASSES, MAX_CLASSES = 2, 100
TEST_SHARE = 0.2


@dataclass(frozen=True)
class Description:
    """What a source holds, or why it cannot be trained on.

    problem: a sentence, empty where all is well. missing: it is a known data set that can be downloaded. skipped: files
    that are no pictures by their names, with why; those that turn out to be broken are only known after decoding. note:
    a sentence on what of a folder is not used, or is not there.
    """

    name: str
    classes: tuple[str, ...] = ()
    train: int = 0
    test: int = 0
    synthetic: bool = False
    problem: str = ""
    missing: bool = False
    skipped: tuple[str, ...] = ()
    note: str = ""

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
    note: str = ""

    def fingerprint(self) -> str:
        """Return 16 hex digits that change when a picture is added, removed or rewritten; the seed does not matter."""
        stamps = []
        for file in sorted(file for file, _ in (*self.train, *self.test)):
            try:
                status = os.stat(f"{self.root}{os.sep}{file}")
                stamps.append((file, status.st_size, status.st_mtime_ns))
            except OSError:
                stamps.append((file, -1, -1))
        return digest(stamps)[:16]


def describe(source: str, seed: int = 0) -> Description:
    """Describe what "cifar10", "shapes" or "folder:PATH" holds. Never raises for missing or useless pictures."""
    if source == "shapes":
        return Description(SHAPES, drawings.CLASSES, SHAPES_TRAIN, SHAPES_TEST, synthetic=True)
    if source == "cifar10":
        return _describe_cifar10()
    try:
        root = folder_of(source)
    except ValueError as error:
        return Description("Unknown", problem=str(error))
    try:
        pictures = listing(root, seed)
    except ValueError as error:
        return Description(root.name, problem=str(error))
    told = {"skipped": pictures.skipped, "note": pictures.note}
    return Description(root.name, pictures.classes, len(pictures.train), len(pictures.test), **told)


def fingerprint(source: str) -> str:
    """Return a text that changes when a folder's pictures do (names, sizes or times); DataSet.key holds it.

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
    try:
        return Path(path.strip()).expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"There is no home folder for {path.strip().partition('/')[0]!r}.") from None
    except OSError as error:  # the working folder is gone
        raise ValueError(f"data {source[:80]!r} is no whole path: {error.strerror}") from None


def cifar10_name(train: int, test: int) -> str:
    """Return the name of the set, which says so where it is only a part."""
    whole = (train, test) == (50_000, 10_000)
    return "CIFAR-10" if whole else f"CIFAR-10 (a part: {train:,} + {test:,} pictures)"


def parts(root: Path) -> Division:
    """Return a folder's parts as walk.division finds them; where it cannot, all of it. Never raises."""
    try:
        return division(root)
    except (OSError, ValueError):
        return Division()


def listing(root: Path, seed: int = 0) -> Listing:
    """Return a folder's pictures as torchvision.datasets.ImageFolder finds them: a folder for each class.

    Either `train/` and `test/` (or `val/`; also Training, Testing, validation), each with the classes' folders, or
    these folders alone, of which a fifth, chosen by the seed, is kept for testing. Raises ValueError, with a sentence,
    where that is not what is there.
    """
    walk = Walk(root)
    try:
        if not root.is_dir():
            raise ValueError(f"There is no folder {root}.")
        found = division(root)
        if found.test:
            train, test = walk.classes(found.train), walk.classes(found.test)
        else:
            train, test = _divided(walk.classes(found.train), seed)
    except OSError as error:
        where = str(error.filename or root)
        where = where if len(where) <= 200 else f"{where[:200]}…"
        raise ValueError(f"{where} cannot be read: {error.strerror}.") from None
    classes = tuple(sorted(train))
    _check(root, classes, train, test)
    return Listing(root, classes, _in_turn(train, classes), _in_turn(test, classes), tuple(walk.skipped), found.note)


def _describe_cifar10() -> Description:
    if not cifar10.present():
        problem = f"CIFAR-10 is not in {cifar10.folder()} yet."
        return Description("CIFAR-10", cifar10.CLASSES, problem=problem, missing=True)
    try:
        train, test = cifar10.count("train"), cifar10.count("test")
    except ValueError as error:
        return Description("CIFAR-10", cifar10.CLASSES, problem=str(error))
    return Description(cifar10_name(train, test), cifar10.CLASSES, train, test)


def _divided(classes: dict[str, list[str]], seed: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return training and test pictures: of each class, a fifth (at least one) chosen by the seed for testing."""
    train, test = {}, {}
    for k, (name, files) in enumerate(classes.items()):
        if len(files) == 1:
            raise ValueError(f"Class {name} has one picture; it needs at least 2, one to learn and one to test.")
        count = max(1, round(TEST_SHARE * len(files)))
        chosen = set(np.random.default_rng((seed, k)).permutation(len(files))[:count].tolist())
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


def _in_turn(pictures: dict[str, list[str]], classes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return (file, class) in an order in which every stretch has the classes in the right proportions."""
    placed = [
        ((i + 0.5) / len(files), k, file)
        for k, name in enumerate(classes)
        for files in (pictures.get(name, []),)
        for i, file in enumerate(files)
    ]
    return tuple((file, k) for _, k, file in sorted(placed))
