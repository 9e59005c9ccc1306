"""CIFAR-10 pictures from the official python files, read without torch and without running anything in them.

Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. The data folder holds
`cifar-10-batches-py/` with `data_batch_1` … `data_batch_5` and `test_batch`, each a pickled dictionary.
"""

import os
import pickle
from functools import lru_cache
from pathlib import Path

import numpy as np

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SPLITS = {"train": tuple(f"data_batch_{i}" for i in range(1, 6)), "test": ("test_batch",)}
FOLDER = "cifar-10-batches-py"
_PIXELS = 3 * 32 * 32
_MAX_BYTES = 64 * 2**20


def data_folder() -> Path:
    """Return the folder for data sets: STRIDE_DATA, else `stride` in the user's cache folder."""
    named = os.environ.get("STRIDE_DATA")
    if named:
        return Path(named).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "stride"


def folder() -> Path:
    """Return the folder for CIFAR-10, whether or not it is there."""
    return data_folder() / FOLDER


def present() -> bool:
    """Return whether all six files are there."""
    return all((folder() / name).is_file() for names in SPLITS.values() for name in names)


def count(split: str) -> int:
    """Return how many pictures a split holds: 50,000 and 10,000 in the official files."""
    names = _names(split)
    return len(_batch(folder() / names[0])[1]) * len(names)


def picture(split: str, index: int) -> tuple[np.ndarray, int]:
    """Return one picture and the number of its class in CLASSES.

    Pictures are numbered through the split's files in order, as torchvision.datasets.CIFAR10 does; a file is
    read when a picture of it is first asked for, and kept.

    Returns read-only uint8 (32, 32, 3) and an int. Raises ValueError for an unknown split, an index outside
    it, a missing file, and a file that is broken or holds anything but a batch of pictures.
    """
    names, total = _names(split), count(split)
    if not 0 <= index < total:
        raise ValueError(f"picture {index} is not in the {split} set: it has pictures 0 to {total - 1}")
    each = total // len(names)
    path = folder() / names[index // each]
    pictures, labels = _batch(path)
    if len(labels) != each:
        raise ValueError(f"{path.name} holds {len(labels)} pictures where {names[0]} holds {each}")
    return pictures[index % each], labels[index % each]


def split(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return all pictures of a split, uint8 (N, 3, 32, 32), and their classes, int64 (N,). Raises as `picture` does."""
    parts = [_batch(folder() / file, _read.__wrapped__) for file in _names(name)]  # not cached: it would be 180 MB
    pictures = np.concatenate([pictures for pictures, _ in parts]).transpose(0, 3, 1, 2)
    return np.ascontiguousarray(pictures), np.concatenate([np.array(labels, np.int64) for _, labels in parts])


def _names(split: str) -> tuple[str, ...]:
    if split not in SPLITS:
        raise ValueError("a CIFAR-10 split is train or test")
    return SPLITS[split]


def _batch(path: Path, read=None) -> tuple[np.ndarray, tuple[int, ...]]:
    try:
        status = path.stat()
    except OSError:
        raise ValueError(f"CIFAR-10's file {path} is not there") from None
    return (read or _read)(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=6)
def _read(path: Path, _modified: int, size: int) -> tuple[np.ndarray, tuple[int, ...]]:
    if size > _MAX_BYTES:
        raise ValueError(f"{path.name} has {size} bytes; a CIFAR-10 batch has about 31 million")
    content = _unpickle(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} does not hold a CIFAR-10 batch")
    labels, array = content.get("labels"), content.get("data")
    if not isinstance(labels, list) or not all(type(n) is int and 0 <= n < len(CLASSES) for n in labels):
        raise ValueError(f"{path.name} has no list of labels from 0 to {len(CLASSES) - 1}")
    raw = getattr(array, "raw", None)
    if not labels or not isinstance(raw, bytes) or len(raw) != len(labels) * _PIXELS:
        count = len(raw) if isinstance(raw, bytes) else 0
        raise ValueError(f"{path.name} holds {count} bytes; its {len(labels)} labels need {_PIXELS} each")
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return pictures, tuple(labels)


def _unpickle(path: Path):
    """Read a batch with stand-ins for the only three names that its array is made of.

    A pickle may name any function and have it called. This reader admits numpy's array, its dtype and the
    function that makes an empty array, and puts inert classes, made anew for each file, in their place.
    """

    class Array:
        raw = None

        def __setstate__(self, state):
            # numpy's own form: version, shape, dtype, Fortran order, bytes (a str in Python 2's files).
            _version, _shape, dtype, fortran, raw = state
            if not isinstance(dtype, Dtype) or dtype.code != "u1" or fortran:
                raise ValueError("its array is not of bytes in C order")
            self.raw = raw.encode("latin-1") if isinstance(raw, str) else raw

    class Dtype:
        code = None

        def __init__(self, code, *_):
            self.code = code

        def __setstate__(self, state):
            pass

    def reconstruct(*_):
        return Array()

    admitted = {
        ("numpy", "ndarray"): Array,
        ("numpy", "dtype"): Dtype,
        ("numpy.core.multiarray", "_reconstruct"): reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): reconstruct,
    }

    class Reader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) not in admitted:
                raise ValueError("it asks for a name that a batch of pictures does not need")
            return admitted[module, name]

    try:
        with path.open("rb") as file:
            return Reader(file, encoding="latin-1").load()
    except Exception as error:  # a broken pickle raises nearly anything: EOFError, KeyError, struct.error…
        reason = str(error) if type(error) is ValueError else "it is broken or cut short"
        raise ValueError(f"{path.name} cannot be read as a CIFAR-10 batch: {reason}") from error
