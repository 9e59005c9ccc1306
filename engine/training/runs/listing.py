"""The folder of runs, and all that are in it."""

from pathlib import Path

from engine.data.cifar10 import data_folder
from engine.training.runs.run import ID, Run, broken_run, read_run


def runs_folder() -> Path:
    """Return the folder of all runs."""
    return data_folder() / "runs"


def all_runs() -> list[Run]:
    """Return every run, the newest first; broken and foreign folders come last and say why."""
    try:
        folders = [entry for entry in runs_folder().iterdir() if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
    return sorted(map(_listed, folders), key=lambda run: (bool(run.broken), -run.created, run.id))


def _listed(folder: Path) -> Run:
    if ID.fullmatch(folder.name):
        return read_run(folder)
    return broken_run(folder, f"{folder.name[:40]!r} is not a run's folder.")
