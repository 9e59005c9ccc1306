"""One run: a folder that holds all that any page shows of it.

run.json (what was asked for), state.json (how far it is), control (what it should do), events.jsonl (what happened),
the files that the loop writes, and lock, which the process that trains it holds.
"""

import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.training import files, records
from engine.training.config import Config, from_dict
from engine.training.runs import owner as owners
from engine.training.runs.owner import ANOTHERS, NOBODYS, Asker, Ownership
from engine.training.runs.state import MAX_NAME, Asked, RunState, checked_name

WORDS = ("run", "pause", "stop")
ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Run:
    """One training, as its run.json was when it was read. broken: why the folder is no run that can be used, or "".

    removed: older runs that had to go when this one began.
    """

    folder: Path
    name: str
    created: float
    preset: str | None
    config: Config | None
    kept: bool = False
    removed: tuple[str, ...] = ()
    broken: str = ""
    owner: Ownership = NOBODYS

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def weights(self) -> Path:
        """The file of the weights after the last whole epoch, once there is one."""
        return self.folder / files.WEIGHTS

    @property
    def answers(self) -> Path:
        """The file of a finished run's answers on the test set."""
        return self.folder / files.ANSWERS

    def state(self) -> RunState:
        """Return how far the run is. A broken state is a failure with a sentence."""
        if self.broken:
            return RunState(status="failed", message=self.broken)
        try:
            return records.read(self.folder / "state.json", RunState)
        except ValueError as error:
            return RunState(status="failed", message=f"The run's state is broken: {error}.")

    def events(self, since: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return what happened after byte `since` of the run's events, and where to go on reading."""
        return records.read_lines(self.folder / "events.jsonl", since)

    @property
    def begun(self) -> bool:
        """Whether there is a checkpoint, from which it goes on."""
        return any((self.folder / name).exists() for name in (files.CHECKPOINT, files.CHECKPOINT_BEFORE))

    def size(self) -> int:
        """Return how many bytes the folder takes."""
        total = 0
        for file in self.folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # a training is at work in it
                total += file.lstat().st_size
        return total

    # What it should do

    def word(self) -> str:
        """Return the last word that was asked for: run, pause or stop."""
        try:
            word = (self.folder / "control").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):  # not there, or not to be read: the state says what is wrong then
            return "run"
        return word if word in WORDS else "run"

    def control(self, word: str) -> None:
        """Ask the run to "run", "pause" or "stop"; one that still waits stops at once."""
        if word not in WORDS:
            raise ValueError(f"control {word!r} is none of {', '.join(WORDS)}")
        self.check_usable()
        records.write_text(self.folder / "control", word)
        if word == "stop":
            with self.hold() as free:
                if free and self.state().active:
                    self.write_state(status="stopped", message=self.stopped(), ended=time.time())

    def stopped(self) -> str:
        """Return the sentence for a run that is stopped while it does not train."""
        return "It was stopped." if self.begun else "It was stopped before it began."

    @contextlib.contextmanager
    def hold(self, wait: float = 0.0) -> Iterator[bool]:
        """Hold the run, so that no other process trains it or changes its state; yields False where one holds it."""
        if not self.folder.is_dir():
            yield False
            return
        place = self.folder / "lock"
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)  # nobody can hold a folder
        elif place.is_symlink():
            place.unlink()
        lock = FileLock(place, timeout=wait)
        try:
            lock.acquire(poll_interval=0.02)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def write_state(self, **changes: Any) -> RunState:
        """Change the state. Only for one who holds the run."""
        state = self.state().model_copy(update={**changes, "updated": time.time()})
        records.write(self.folder / "state.json", state)
        return state

    def check_usable(self) -> None:
        """Raise ValueError where the run is broken, or was deleted since it was read."""
        if self.broken:
            raise ValueError(self.broken)
        if not self.folder.is_dir():
            raise ValueError(f"there is no run {self.id} any more")

    def check_owner(self, asker: Asker) -> None:
        """Raise ValueError where the asker may only look at the run."""
        if not asker.owns(self.owner):
            raise ValueError(ANOTHERS)

    # Its place in the list of runs

    def rename(self, name: str) -> "Run":
        """Give the run another name."""
        return self._with(name=checked_name(name))

    def keep(self, kept: bool = True) -> "Run":
        """Never remove the run to make room for others."""
        return self._with(kept=kept)

    def delete(self) -> None:
        """Remove the folder. ValueError for a run that is being trained, and for a folder that is no run's."""
        if not ID.fullmatch(self.id) or self.folder.is_symlink():
            raise ValueError(f"{self.id!r} is not a run's folder; remove it by hand")
        with self.hold() as free:
            if self.folder.is_dir() and not free:
                raise ValueError(f"“{self.name}” is being trained: stop it first")
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.folder.exists():
            raise ValueError(f"{self.folder} could not be removed whole")

    def _with(self, **changes: Any) -> "Run":
        self.check_usable()
        file = self.folder / "run.json"
        records.write(file, records.read(file, Asked).model_copy(update=changes))
        return replace(self, **changes)


def broken_run(folder: Path, why: str) -> Run:
    """Return what stands for a folder that is no run, with a sentence."""
    return Run(folder, folder.name[:MAX_NAME], 0.0, None, None, broken=why, owner=owners.read(folder))


def read_run(folder: Path) -> Run:
    """Return the run in a folder; a broken one says why."""
    try:
        if folder.is_symlink() or not folder.is_dir():
            raise ValueError("it is not a folder")
        asked = records.read(folder / "run.json", Asked)
        config = from_dict(asked.config or {})
    except ValueError as error:
        return broken_run(folder, f"{folder.name[:40]} is no run: {error}.")
    owner = owners.read(folder)
    return Run(folder, asked.name, asked.created, asked.preset, config, asked.kept, asked.removed, owner=owner)
