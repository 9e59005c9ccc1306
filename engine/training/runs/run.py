"""Trainings on disk: a run is a folder, and all that any page shows of it is in that folder. Imports no torch.

`data_folder()/runs/ID/` holds run.json (what was asked for), state.json (where it is), control (what it shall do),
events.jsonl (what happened), the files that the loop leaves, and lock, which the process that trains it holds.
"""

import contextlib
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.data.cifar10 import data_folder
from engine.training import files
from engine.training.config import Config, from_dict
from engine.training.records import is_number, is_whole, read_json, read_lines, write_json, write_text

WAITING, ACTIVE = "queued", ("queued", "running", "paused")
ENDED = ("stopped", "finished", "diverged", "failed")
WORDS = ("run", "pause", "stop")
FIRST_STATE: dict[str, Any] = {
    "status": "queued", "message": "", "step": 0, "steps": 0, "epoch": 0, "epochs": 0, "updated": 0.0, "queued": 0.0,
    "started": None, "ended": None, "seconds": 0.0, "images_per_second": None, "loss": None, "test_accuracy": None,
    "threads": None, "owner": None, "submitted_by": None, "submission": 0, "lost": 0, "lost_by": None,
}  # fmt: skip
MAX_NAME = 80
QUIET = 10.0  # a holder on another machine that says nothing for so many seconds is gone
_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Run:
    """One training, as its run.json was when it was read. broken: why the folder is no run that can be used, or ""."""

    folder: Path
    name: str
    created: float
    preset: str | None
    config: Config | None
    kept: bool = False
    removed: tuple[str, ...] = field(default=())  # older runs that had to go when this one was made
    broken: str = ""

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def weights(self) -> Path:
        """Where the weights of the last whole epoch are, once there are any."""
        return self.folder / files.WEIGHTS

    @property
    def answers(self) -> Path:
        """Where a finished run's answers on the test set are."""
        return self.folder / files.ANSWERS

    def state(self) -> dict[str, Any]:
        """Return where the run is, with every field of FIRST_STATE. A broken state is a failure with a sentence.

        A field of another type than FIRST_STATE's has its value from there.
        """
        if self.broken:
            return {**FIRST_STATE, "status": "failed", "message": self.broken}
        try:
            held = read_json(self.folder / "state.json")
            if held.get("status") not in (*ACTIVE, *ENDED):
                raise ValueError(f"state.json has the status {str(held.get('status'))[:40]!r}")
        except ValueError as error:
            return {**FIRST_STATE, "status": "failed", "message": f"The run's state is broken: {error}."}
        return {**FIRST_STATE, **{name: value for name, value in held.items() if _fits(name, value)}}

    def events(self, since: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return what happened after byte `since` of the run's events, and where to go on reading."""
        return read_lines(self.folder / "events.jsonl", since)

    @property
    def begun(self) -> bool:
        """Whether there is a checkpoint, from which it goes on."""
        return (self.folder / files.CHECKPOINT).exists()

    def size(self) -> int:
        """Return how many bytes the folder takes."""
        return _size(self.folder)

    # What it shall do

    def word(self) -> str:
        """Return what was asked for last: run, pause or stop."""
        try:
            word = (self.folder / "control").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):  # not there, or not to be read: the state says what is wrong then
            return "run"
        return word if word in WORDS else "run"

    def control(self, word: str) -> None:
        """Ask the run to "run", "pause" or "stop"; one that nobody trains (it still waits) stops at once."""
        if word not in WORDS:
            raise ValueError(f"control {word!r} is none of {', '.join(WORDS)}")
        self._need()
        write_text(self.folder / "control", word)
        if word == "stop":
            with self.held() as free:
                if free and self.state()["status"] in ACTIVE:
                    self.write_state(status="stopped", message=self.stopped(), ended=time.time())

    def stopped(self) -> str:
        """Return what is said of a run that is stopped while it does not train."""
        return "It was stopped." if self.begun else "It was stopped before it began."

    @contextlib.contextmanager
    def held(self, wait: float = 0.0) -> Iterator[bool]:
        """Hold the run, so that nobody else trains it or changes its state; yields False where somebody holds it."""
        if not self.folder.is_dir():
            yield False
            return
        lock = FileLock(self.folder / "lock", timeout=wait)
        try:
            lock.acquire(poll_interval=0.02)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def write_state(self, **changes: Any) -> dict[str, Any]:
        """Change the state. Only for one who holds the run."""
        state = {**self.state(), **changes, "updated": time.time()}
        write_json(self.folder / "state.json", state)
        return state

    # The list of runs

    def rename(self, name: str) -> "Run":
        """Give the run another name."""
        return self._written(name=_name(name))

    def keep(self, kept: bool = True) -> "Run":
        """Never remove the run to make room for others."""
        return self._written(kept=bool(kept))

    def delete(self) -> None:
        """Remove the folder. ValueError for a run that is being trained, and for a folder that is no run's."""
        if not _ID.fullmatch(self.id) or self.folder.is_symlink():
            raise ValueError(f"{self.id!r} is not a run's folder; remove it by hand")
        with self.held() as free:
            if self.folder.is_dir() and not free:
                raise ValueError(f"“{self.name}” is being trained: stop it first")
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            raise ValueError(f"{self.folder} could not be removed whole")

    def carry_out(self, **how: Any) -> dict[str, Any]:
        """Train it here and now, from its checkpoint where there is one: engine.training.runs.carry.carry_out."""
        from engine.training.runs.carry import carry_out

        return carry_out(self, **how)

    def _need(self) -> None:
        if self.broken:
            raise ValueError(self.broken)
        if not self.folder.is_dir():
            raise ValueError(f"there is no run {self.id} any more")

    def _written(self, **changes: Any) -> "Run":
        self._need()
        write_json(self.folder / "run.json", {**read_json(self.folder / "run.json"), **changes})
        return replace(self, **changes)


def elsewhere(state: dict[str, Any]) -> bool:
    """Whether a process on another machine was at the run last: this one may not see its lock, only that it beats."""
    owner = state["owner"] or {}
    return state["status"] in ("running", "paused") and owner.get("host", socket.gethostname()) != socket.gethostname()


def runs_folder() -> Path:
    """Return where runs are kept."""
    return data_folder() / "runs"


def create(
    config: Config, name: str = "", preset: str | None = None, folder: Path | None = None, spared: str = ""
) -> Run:
    """Make a run that waits. Older runs that had to go for it are in `removed`.

    name: often holds a folder's, which may be any: what no list can show of it is left out. folder: where it lies, if
    not among the others; ValueError where a run lies there already. spared: see make_room.
    """
    removed = [] if folder else make_room(spared)
    folder = folder or runs_folder() / secrets.token_hex(4)
    if (folder / "run.json").exists():
        raise ValueError(f"{folder} holds a run already")
    created = time.time()
    data = _tidy(config.data.rstrip("/").rpartition("/")[2][-40:])
    name = _name(_tidy(name) or f"{preset or 'training'} on {data or 'pictures'}")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "state.json", {**FIRST_STATE, "epochs": config.epochs, "queued": created, "updated": created})
    asked = {"name": name, "created": created, "preset": preset, "kept": False, "removed": removed}
    write_json(folder / "run.json", {"id": folder.name, **asked, "config": config.as_dict()})
    return opened(folder)


def opened(folder: Path) -> Run:
    """Return the run in a folder; a broken one says why."""
    try:
        if folder.is_symlink() or not folder.is_dir():
            raise ValueError("it is not a folder")
        held = read_json(folder / "run.json")
        preset, removed = held.get("preset"), held.get("removed") or []
        created = held.get("created")
        if not isinstance(created, int | float) or not isinstance(preset, str | None) or not isinstance(removed, list):
            raise ValueError("run.json has not a run's form")
        config, name = from_dict(held.get("config") or {}), _name(held.get("name"))
        return Run(folder, name, created, preset, config, bool(held.get("kept")), tuple(map(str, removed)))
    except ValueError as error:
        return Run(folder, folder.name[:MAX_NAME], 0.0, None, None, broken=f"{folder.name[:40]} is no run: {error}.")


def get(id: str) -> Run:
    """Return a run. ValueError where the id is none or nobody has that run."""
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise ValueError(f"{str(id)[:40]!r} is no run's id: eight of the characters 0-9 and a-f")
    folder = runs_folder() / id
    if not folder.is_dir():
        raise ValueError(f"there is no run {id} here; it was deleted, or it is on another machine")
    return opened(folder)


def all_runs() -> list[Run]:
    """Return every run, the newest first; broken and foreign folders come last and say why."""
    try:
        folders = [entry for entry in runs_folder().iterdir() if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
    made = [_listed(folder) for folder in folders]
    return sorted(made, key=lambda run: (bool(run.broken), -run.created, run.id))


def _listed(folder: Path) -> Run:
    if _ID.fullmatch(folder.name):
        return opened(folder)
    return Run(folder, folder.name[:MAX_NAME], 0.0, None, None, broken=f"{folder.name[:40]!r} is not a run's folder.")


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
        if run.kept or run.id == spared or run.state()["status"] not in ENDED:
            continue
        try:
            run.delete()
        except ValueError:  # its last holder has not let go yet: the next that is made finds it again
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
    if mine["status"] != WAITING:
        return None
    others = [(other.id, other.state()) for other in all_runs() if not other.broken and other.id != run.id]
    place = 1 + sum((s["queued"], id) < (mine["queued"], run.id) for id, s in others if s["status"] == WAITING)
    training = sum(s["status"] in ACTIVE and s["status"] != WAITING for _, s in others)
    return max(0, place - max(0, at_once - training))


def _bound(variable: str, default: int) -> int:
    text = os.environ.get(variable, "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else default


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise ValueError(f"a run's name has 1 to {MAX_NAME} characters on one line")
    return name.strip()


def _tidy(name: str) -> str:
    """Return a name as a run may have it, or "": on one line, without what cannot be printed, not too long."""
    shown = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(shown.split())[:MAX_NAME].strip()


def _fits(name: str, value: Any) -> bool:
    """Whether a state's value has the type of its field in FIRST_STATE; those that are None there are in _OR_NONE."""
    default = FIRST_STATE.get(name)
    if name not in FIRST_STATE or (value is None and default is None):
        return True
    if default is None:
        return _OR_NONE[name](value)
    if isinstance(default, str):
        return isinstance(value, str)
    return is_whole(value) if isinstance(default, int) else is_number(value)


def _is_owner(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("host"), str) and is_whole(value.get("pid"))


_OR_NONE: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("started", "ended", "images_per_second", "loss", "test_accuracy"), is_number),
    **dict.fromkeys(("submitted_by", "lost_by"), lambda value: isinstance(value, str)),
    "threads": lambda value: is_whole(value) and value > 0,
    "owner": _is_owner,
}


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a training is at work in it
            total += file.lstat().st_size
    return total
