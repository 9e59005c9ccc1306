"""Which folders of this machine a page may name: those below STRIDE_FOLDERS, by default those below the data folder.

The command is its user's own, and names any folder. What a page is told about all others is the same sentence, whether
they are there or not.
"""

import os
from pathlib import Path

from engine.data import cifar10
from engine.data.cifar10 import data_folder

OWN = ("runs", "decoded", cifar10.FOLDER)  # what Stride itself keeps in the data folder
UPLOADS = "uploads"  # each set lies in a folder whose name nobody can guess


def roots() -> list[Path]:
    """Return the folders below which a page may name others: STRIDE_FOLDERS, parted as PATH is, or the data folder."""
    named = [one.strip() for one in os.environ.get("STRIDE_FOLDERS", "").split(os.pathsep)]
    return [Path(one).expanduser() for one in named if one] or [data_folder()]


def uploads_folder() -> Path:
    """Return the folder of what was uploaded."""
    return data_folder() / UPLOADS


def check(folder: Path) -> None:
    """Raise ValueError, with a sentence, for a folder that a page may not name. Links are followed first."""
    there, data = _real(folder), _real(data_folder())
    if data in there.parents:
        first, *more = there.relative_to(data).parts
        allowed = bool(more) if first == UPLOADS else first not in OWN and not first.startswith(".")
        if first == UPLOADS and allowed:
            return
    else:
        allowed = there != data
    if not allowed or not any(root == there or root in there.parents for root in map(_real, roots())):
        raise ValueError(
            f"A page can name folders below {' and '.join(map(str, roots()))} (STRIDE_FOLDERS), and {folder} is none "
            "of them. Upload a zip of the pictures, or ask who runs this server"
        )


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))
