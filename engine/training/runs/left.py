"""Half-written files of a run, which killed processes left."""

import contextlib
import re
import time
from pathlib import Path

from engine.training import files

_WRITTEN = ("run.json", "state.json", files.CHECKPOINT, files.WEIGHTS, files.ANSWERS)
_LEFT = re.compile(rf"({'|'.join(map(re.escape, _WRITTEN))})\.\d+(-[0-9a-f]{{6}})?\.part")
OLD = 60.0  # a file older than so many seconds is no longer about to be renamed


def clear(folder: Path) -> None:
    """Remove half-written files that killed processes left. Only for the process that holds the run."""
    for file in folder.iterdir():
        if _LEFT.fullmatch(file.name):
            with contextlib.suppress(FileNotFoundError):  # a new name for the run, written without holding it
                if not file.name.startswith("run.json") or file.stat().st_mtime < time.time() - OLD:
                    file.unlink()
