"""A folder of pictures: which of its folders are for training and for testing, and the files of each class."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import limits

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp", ".gif")
MAX_PICTURES = 200_000
MAX_OTHERS = 50_000  # at most so many files and folders that are no pictures are looked at
NAMES = {
    "train": ("train", "training", "trainset", "trainingset"),
    "test": ("test", "testing", "testset", "testingset"),
    "val": ("val", "valid", "validation", "validate", "valset", "validationset"),
}
_NO_PICTURES = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Division:
    """The folders of a data set: train: of the training pictures, "" for all. test: of those to test with, "" where a
    part of the training pictures is kept for that. note: a sentence on what is not used or not there, or "".
    """

    train: str = ""
    test: str = ""
    note: str = ""


def division(root: Path) -> Division:
    """Return which of a folder's folders are for training and for testing, by their names in any spelling: Training,
    test, Validation. A folder of pictures without a class has none to test with.

    Raises ValueError, with a sentence, where the names have no one meaning; OSError where the folder cannot be read.
    """
    look = Walk(root)
    names = look.folders("")
    found = {role: [name for name in names if _plain(name) in words] for role, words in NAMES.items()}
    for several in found.values():
        if len(several) > 1:
            raise ValueError(f"{root} has both {several[0]}/ and {several[1]}/: which is meant? Keep one.")
    train, test, val = (found[role][0] if found[role] else "" for role in NAMES)
    alone = set(names) <= {train, test, val}
    if not train:
        if (test or val) and alone:
            raise ValueError(f"{root} has {test or val}/, but no train/: which pictures are for training?")
        return Division()
    if not look.folders(train):
        if alone:
            raise ValueError(f"{root / train} has no folder for each class, such as {train}/cats/.")
        return Division()  # a class of that name
    labelled = [name for name in (test, val) if name and look.folders(name)]
    without = [f"{name}/" for name in (test, val) if name and name not in labelled]
    known = f"{' and '.join(without)} without folders of classes: what its pictures show is not known"
    if not labelled:
        why = known if without else "There is no test/"
        return Division(train, "", f"{why}; a fifth of {train}/ is kept for testing.")
    if without and labelled[0] != test:
        return Division(train, labelled[0], f"{known}; {labelled[0]}/ is used for testing.")
    unused = f"{labelled[1]}/ is not used, as {labelled[0]}/ is there for testing." if len(labelled) > 1 else ""
    return Division(train, labelled[0], unused)


def hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


class Walk:
    """Searches the classes' folders, up to its limits, whatever folder was named."""

    def __init__(self, root: Path):
        self.root, self.skipped = root, []
        self.found, self.others = 0, 0  # pictures of the present part; all other files

    def classes(self, part: str) -> dict[str, list[str]]:
        """Return the pictures in each folder of a part, in order."""
        names = self.folders(part)
        self.found = 0
        return {name: list(self.pictures(os.path.join(part, name))) for name in names}

    def folders(self, part: str) -> list[str]:
        """Return the names of the folders in a part, in order."""
        return sorted(entry.name for entry in self.entries(part) if not hidden(entry.name) and entry.is_dir())

    def pictures(self, top: str) -> Iterator[str]:
        """Yield a folder's pictures: its own, then those of the folders in it."""
        waiting = [top]
        while waiting:
            place, folders, files = waiting.pop(), [], {}
            for entry in self.entries(place):
                if not entry.is_dir():
                    files[entry.name] = entry.is_file()
                elif not entry.is_symlink() and not hidden(entry.name):  # links may lead in a circle
                    folders.append(entry.name)
            for name in sorted(files):
                if not _has_ending(name):
                    self.skip(f"{place}/{name}", name)
                elif files[name]:
                    yield f"{place}{os.sep}{name}"
                else:
                    self.skipped.append(f"{place}/{name}: is not a file")
            waiting += [f"{place}{os.sep}{name}" for name in sorted(folders, reverse=True)]

    def entries(self, place: str) -> Iterator[os.DirEntry]:
        """Yield what is in a folder; ValueError beyond the limits, even in the middle of a large folder."""
        with os.scandir(os.path.join(self.root, place)) as entries:
            for entry in entries:
                limits.look()
                picture = _has_ending(entry.name) and entry.is_file()
                self.found, self.others = self.found + picture, self.others + (not picture)
                if self.found > MAX_PICTURES:
                    raise ValueError(
                        f"{self.root} has more than {MAX_PICTURES:,} pictures; no more are held in memory."
                    )
                if self.others > MAX_OTHERS:
                    raise ValueError(
                        f"{self.root} has more than {MAX_OTHERS:,} files and folders that are no pictures: is it the "
                        "folder that you mean? It has one folder with pictures for each class."
                    )
                yield entry

    def skip(self, file: str, name: str) -> None:
        if not hidden(name) and name not in _NO_PICTURES:
            ending = os.path.splitext(name)[1] or "no ending"
            self.skipped.append(f"{file}: {ending} is not a picture's; {', '.join(EXTENSIONS)} are read")


def _has_ending(name: str) -> bool:
    return name.lower().endswith(EXTENSIONS) and not name.startswith(".")


def is_picture(parts: tuple[str, ...]) -> bool:
    """Whether a file is one of the pictures that a folder is searched for, by the names on its path."""
    return _has_ending(parts[-1]) and not any(map(hidden, parts)) if parts else False
