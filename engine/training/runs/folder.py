"""A new run, one by its id, and the place of one in the queue."""

import secrets
import time
from pathlib import Path

from engine.training import records
from engine.training.config import Config
from engine.training.runs import owner
from engine.training.runs.listing import all_runs, runs_folder
from engine.training.runs.owner import NOBODY, Asker
from engine.training.runs.room import check_queue, make_room
from engine.training.runs.run import ID, Run, read_run
from engine.training.runs.state import MAX_NAME, WAITING, Asked, RunState, checked_name


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
    asker: Asker = NOBODY,
) -> Run:
    """Create a run that waits, and is the asker's. Older runs that were deleted for it are in `removed`.

    name: often holds a folder's, which may be any: what no list can show of it is left out. folder: where it lies, if
    not among the others; ValueError where a run lies there already. spared: see make_room. id: where it is given from
    outside. ValueError where the asker, or all, have as many as may be.
    """
    removed = []
    if not folder:
        check_queue(asker)
        removed = make_room(spared, asker)
    folder = folder or runs_folder() / (id or new_id())
    if (folder / "run.json").exists():
        raise ValueError(f"{folder} holds a run already")
    created = time.time()
    data = _tidy(config.data.rstrip("/").rpartition("/")[2][-40:])
    name = checked_name(_tidy(name) or f"{preset or 'training'} on {data or 'pictures'}")
    folder.mkdir(parents=True, exist_ok=True)
    owner.write(folder, asker.began(folder.name))
    state = RunState(status="queued", epochs=config.epochs, queued=created, updated=created)
    records.write(folder / "state.json", state)
    records.write_text(folder / "control", "run")  # where the disk is full, another word has room in its place
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


def _tidy(name: str) -> str:
    """Return a name as a run may have it, or "": on one line, without what cannot be printed, not too long."""
    shown = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(shown.split())[:MAX_NAME].strip()
