"""A zip of pictures that was uploaded for a training, unpacked for the page."""

from pathlib import Path

from engine.data import sources, zipped
from engine.training import runs
from engine.training.runs import Asker


def unpacked(data: bytes, name: str, asker: Asker) -> Path:
    """Return the folder with a zip's pictures. ValueError, with a sentence, where it cannot be used."""
    return zipped.unpack(data, name, asker.browser, _in_use)


def _in_use(folder: Path) -> bool:
    """Whether a run that waits or trains has its pictures in a folder."""
    active = [run for run in runs.all_runs() if run.config and run.state().active]
    named = [sources.folder_of(run.config.data) for run in active if run.config.data.startswith("folder:")]
    return any(folder in one.parents for one in named)
