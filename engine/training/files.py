"""The safetensors files of a training: their names, and how each is read. Imports no torch.

Tensors by name, and JSON in the header under "stride". Nothing is unpickled.
"""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

CHECKPOINT, WEIGHTS, ANSWERS = "checkpoint.safetensors", "weights.safetensors", "answers.safetensors"
HEADER = "stride"


def read(path: Path, refusal: str, library: str = "np") -> tuple[dict[str, Any], Any]:
    """Return a file's tensors, as NumPy's ("np") or torch's ("pt") arrays, and what its header holds.

    Raises ValueError, "{file's name} {refusal}: …", for a file that is missing, broken or another's.
    """
    try:
        with safe_open(path, library) as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
            header = json.loads((file.metadata() or {})[HEADER])
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path.name} {refusal}: {error}") from error
    return tensors, header
