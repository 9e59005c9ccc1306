"""The safetensors files of a training: their names, and how each is read. Imports no torch.

Tensors by name, and JSON in the header under "stride"; beside it a check sum of the whole file. Nothing is unpickled.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

CHECKPOINT, WEIGHTS, ANSWERS = "checkpoint.safetensors", "weights.safetensors", "answers.safetensors"
CHECKPOINT_BEFORE = "checkpoint-before.safetensors"  # the one that CHECKPOINT has taken the place of
HEADER, SUM = "stride", "stride.sha256"
PLAIN = ".npz"
NO_SUM = "0" * 64  # what stands in the header while the sum is worked out
_SUM = re.compile(rf'"{re.escape(SUM)}":"([0-9a-f]{{64}})"'.encode())
_LENGTH = 8  # bytes before a safetensors header, which hold its length
_PIECE = 2**20


class Damaged(ValueError):
    """The file is missing, cut short, or not as it was written."""


def read(path: Path, refusal: str, library: str = "np") -> tuple[dict[str, Any], Any]:
    """Return a file's tensors, as NumPy's ("np") or torch's ("pt") arrays, and what its header holds.

    Raises Damaged, "{file's name} {refusal}: …", for a file that is missing, broken or another's, and for one whose
    check sum is wrong. A file of an earlier version has none. A file.npz is read by NumPy alone, without a check sum.
    """
    if path.suffix == PLAIN:
        return _plain(path)
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, library) as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
            header = json.loads((file.metadata() or {})[HEADER])
        with path.open("rb") as file:
            written, sum = _sums(file)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise Damaged(f"{path.name} {refusal}: {error}") from error
    if written not in (None, sum):
        raise Damaged(f"{path.name} {refusal}: its check sum is wrong, so it is not as it was written")
    return tensors, header


def write_plain(path: Path, tensors: dict[str, np.ndarray], header: dict[str, Any]) -> None:
    """Write a file.npz that `read` reads where there is no safetensors, as in a browser."""
    np.savez_compressed(path, **tensors, **{HEADER: np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)})


def _plain(path: Path) -> tuple[dict[str, Any], Any]:
    with np.load(path, allow_pickle=False) as file:
        tensors = {name: file[name] for name in file.files}
    return tensors, json.loads(tensors.pop(HEADER).tobytes())


def seal(path: Path) -> None:
    """Write the check sum of a file into its header, which holds NO_SUM under SUM. ValueError where it does not."""
    with path.open("rb+") as file:
        _, sum = _sums(file)
        file.seek(0)
        place = _SUM.search(_head(file))
        if place is None:
            raise ValueError(f"{path.name} has no place for a check sum")
        file.seek(place.start(1))
        file.write(sum.encode())


def _head(file: BinaryIO) -> bytes:
    """Read the header, with its length before it."""
    length = file.read(_LENGTH)
    return length + file.read(int.from_bytes(length, "little"))


def _sums(file: BinaryIO) -> tuple[str | None, str]:
    """Return the check sum that a file holds, None where there is none, and that of all its bytes but the sum's own."""
    head = _head(file)
    written = _SUM.search(head)
    if written:
        head = head[: written.start(1)] + NO_SUM.encode() + head[written.end(1) :]
    sha = hashlib.sha256(head)
    while piece := file.read(_PIECE):
        sha.update(piece)
    return written and written[1].decode(), sha.hexdigest()
