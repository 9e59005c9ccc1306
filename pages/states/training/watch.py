"""Watching a run: it is read and drawn once for all who may change it, once for all others, where it has changed.

A watcher asks about once a second for what is new (pages/live.py). An answer that nothing has changed costs a look at
four files; a change is drawn by the first who asks, and the others get the same text.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any

from engine.cached import Kept
from engine.training import jobs, runs
from engine.training.history import History
from engine.training.runs import Asker, Run
from engine.training.runs.owner import NOBODY, Ownership
from engine.writing.display import sentence
from pages.states.sheet import Sheet
from pages.states.training.sheet import Told, fill, spoken

TICK_S = 1.0  # how long a watcher waits for its next question
FRESH_S = 0.5  # a run that changes all the time is drawn no more often
MOST_HELD = 16
FILES = ("run.json", "state.json", "control", "events.jsonl")


@dataclass(frozen=True)
class Shown:
    """A run as it was drawn. mark: another one where anything on the page differs. stamp: its files at that time."""

    answer: Mapping[str, Any]
    mark: str
    body: bytes
    stamp: tuple
    time: float
    lasting: bool


@dataclass
class Watched:
    """A run for everybody in this process who watches it. Only one at a time reads and draws.

    shown: what was drawn last for those who may change it (True), and for those who may look (False).
    """

    folder: Path
    owner: Ownership
    guard: Lock = field(default_factory=Lock)
    history: History = field(default_factory=History)
    offset: int = 0
    shown: dict[bool, Shown] = field(default_factory=dict)

    def read(self, run: Run) -> None:
        """Read the new events. Only for one who holds the guard."""
        events, self.offset = run.events(self.offset)
        for event in events:
            self.history.add(event)

    def current(self, mine: bool) -> Shown | None:
        """Return what was drawn last, where it can be shown once more."""
        last = self.shown.get(mine)
        age = time.monotonic() - last.time if last else 0.0
        if last and (age < FRESH_S or (last.stamp == stamp(self.folder) and (last.lasting or age < TICK_S))):
            return last
        return None

    def draw(self, mine: bool) -> Shown:
        """Read and draw the run. ValueError where it is gone, or broken. Only for one who holds the guard."""
        seen = stamp(self.folder)  # first: what changes meanwhile is drawn the next time
        run = runs.get(self.folder.name)
        if run.broken:
            raise ValueError(run.broken)
        self.read(run)
        page, told = Sheet(), Told(run, self.history, run.state(), run.word(), mine)
        lasting = fill(page, told)
        text = json.dumps(page.blocks, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        mark = blake2b(text.encode(), digest_size=9).hexdigest()
        head = {"mark": mark, "active": told.active, "spoken": spoken(told)}
        body = f'{json.dumps(head)[:-1]}, "sheet": {text}}}'.encode()
        self.shown[mine] = Shown({**head, "sheet": page.blocks}, mark, body, seen, time.monotonic(), lasting)
        return self.shown[mine]


_WATCHED = Kept(MOST_HELD)


def path(id: str) -> str:
    """Return the address at which a run is watched, relative to the page's own."""
    return f"engine/watch/{id}"


def stamp(folder: Path) -> tuple:
    """Return what differs where one of a run's files has changed."""
    return tuple(_stamp(folder / name) for name in FILES)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _watched(id: str) -> Watched:
    """Return what is known of a run. ValueError where there is none with this id."""

    def made() -> Watched:
        run = runs.get(id)
        return Watched(run.folder, run.owner)

    return _WATCHED.get((runs.runs_folder(), id), made)


def history_of(run: Run) -> History:
    """Return the history of a run so far, as the caller's own; only new events are read."""
    watched = _watched(run.id)
    with watched.guard:
        watched.read(run)
        return watched.history.copy()


def shown(id: str, asker: Asker = NOBODY, *, anew: bool = False) -> Shown:
    """Return a run as it is for who asks; anew: what was drawn just before is not enough.

    ValueError where it is gone, or broken.
    """
    watched = _watched(id)
    mine = asker.owns(watched.owner)
    if not anew and (last := watched.current(mine)):
        return last
    # Who finds somebody else at it takes what was drawn before.
    if not watched.guard.acquire(blocking=anew or mine not in watched.shown):
        return watched.shown[mine]
    try:
        return (None if anew else watched.current(mine)) or watched.draw(mine)
    finally:
        watched.guard.release()


# What can be done


def _on(run: Run, asker: Asker) -> None:
    runs.check_queue(asker)
    jobs.submit(run)


ACTS: Mapping[str, Callable[[Run, Asker], Any]] = {
    **{word: lambda run, asker, word=word: run.control(word) for word in ("pause", "run", "stop")},
    "on": _on,
    "again": lambda run, asker: {"run": jobs.start_again(run, asker).id},
}
OPEN = ("again",)  # to all who may look: it makes a run of their own


def acted(id: str, name: str, asker: Asker = NOBODY) -> dict[str, Any]:
    """Do something with a run: return what it shows then, `message`, why it could not be done, and `go`.

    name: one of ACTS. go: the link to go to, or None. Raises ValueError where there is no such run.
    """
    message, go = "", None
    try:
        run = runs.get(id)
        if name not in OPEN:
            run.check_owner(asker)
        go = ACTS[name](run, asker)
    except OSError as error:
        message = f"A file could not be read or written: {error.strerror or error}."
    except ValueError as error:
        message = sentence(error)
    return {**shown(id, asker, anew=True).answer, "message": message, "go": go}
