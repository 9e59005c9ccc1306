"""The folder of runs: a new run, one by its id, all of them, the queue, and room for more."""

import os
import secrets
import time
from pathlib import Path

from engine.data.cifar10 import data_folder
from engine.training import records
from engine.training.config import Config
from engine.training.runs.run import ID, Run, broken_run, read_run
from engine.training.runs.state import MAX_NAME, WAITING, Asked, RunState, checked_name


def runs_folder() -> Path:
    """Return the folder of all runs."""
    return data_folder() / "runs"


def new_id() -> str:
    """Return an id that no run has."""
    return secrets.token_hex(4)


def create(
    config: Config,
    name: str = "",
    preset: str | None = None,
    folder: Path | None = None,
    spared: str = "",
    id: str = "",
) -> Run:
    """Create a run that waits. Older runs that were deleted for it are in `removed`.

    name: often holds a folder's, which may be any: what no list can show of it is left out. folder: where it lies, if
    not among the others; ValueError where a run lies there already. spared: see make_room. id: where it is given from
    outside.
    """
    removed = [] if folder else make_room(spared)
    folder = folder or runs_folder() / (id or new_id())
    if (folder / "run.json").exists():
        raise ValueError(f"{folder} holds a run already")
    created = time.time()
    data = _tidy(config.data.rstrip("/").rpartition("/")[2][-40:])
    name = checked_name(_tidy(name) or f"{preset or 'training'} on {data or 'pictures'}")
    folder.mkdir(parents=True, exist_ok=True)
    state = RunState(status="queued", epochs=config.epochs, queued=created, updated=created)
    records.write(folder / "state.json", state)
    asked = Asked(
        id=folder.name, name=name, created=created, preset=preset, removed=tuple(removed), config=config.as_dict()
    )
    records.write(folder / "run.json", asked)
    return read_run(folder)


def get(id: str) -> Run:
    """Return a run. ValueError where this is no id, or there is no such run."""
    if not isinstance(id, str) or not ID.fullmatch(id):
        raise ValueError(f"{str(id)[:40]!r} is no run's id: eight of the characters 0-9 and a-f")
    folder = runs_folder() / id
    if not folder.is_dir():
        raise ValueError(f"there is no run {id} here; it was deleted, or it is on another machine")
    return read_run(folder)


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


def make_room(spared: str = "") -> list[str]:
    """Remove the oldest runs that have ended, until one more may come; return the names of those that went.

    STRIDE_RUNS_COUNT (50) and STRIDE_RUNS_BYTES (2 GB) are the bounds. Kept runs and those that have not ended stay,
    and so does the one with the id `spared`.
    """
    count, size = _bound("STRIDE_RUNS_COUNT", 50), _bound("STRIDE_RUNS_BYTES", 2 * 10**9)
    runs = [run for run in all_runs() if not run.broken]
    sizes = {run.id: run.size() for run in runs}
    total, left, gone = sum(sizes.values()), len(runs), []
    for run in reversed(runs):
        if left < count and total <= size:
            break
        if run.kept or run.id == spared or run.state().active:
            continue
        try:
            run.delete()
        except ValueError:  # a process still holds it: the next new run tries again
            continue
        total, left = total - sizes[run.id], left - 1
        gone.append(run.name)
    return gone


def place_in_queue(run: Run, at_once: int = 0) -> int | None:
    """Return how many runs begin before this one, and 1; None for a run that does not wait.

    at_once: how many may train at a time. The free places are taken off: 0 for a run that begins as soon as its process
    is there.
    """
    mine = run.state()
    if mine.status != WAITING:
        return None
    others = [(other.id, other.state()) for other in all_runs() if not other.broken and other.id != run.id]
    place = 1 + sum((s.queued, id) < (mine.queued, run.id) for id, s in others if s.status == WAITING)
    training = sum(s.active and s.status != WAITING for _, s in others)
    return max(0, place - max(0, at_once - training))


def _bound(variable: str, default: int) -> int:
    text = os.environ.get(variable, "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else default


def _tidy(name: str) -> str:
    """Return a name as a run may have it, or "": on one line, without what cannot be printed, not too long."""
    shown = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(shown.split())[:MAX_NAME].strip()
