"""Carrying out a run: load the pictures, train, and write every event and state into its folder. No torch until then.

The process that carries out a run holds its lock, so that no second one does; the lock is freed when the process dies.
"""

import contextlib
import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from engine.training.events import ENDS
from engine.training.history import History
from engine.training.records import Lines
from engine.training.runs import left
from engine.training.runs.run import Run
from engine.training.runs.state import Owner, RunState
from engine.writing.display import sentence

BEAT, LOOK_AT_MEMORY, LOOK_AT_WORD = 1.0, 0.05, 0.1  # seconds
MOST_LOST, MOST_OVER = 3, 2  # lost workers, or too much memory, without one more epoch: the run has failed
QUIET = 10.0  # seconds after which a silent process on another machine counts as gone
LOOKS_BYTES = 8 * 2**20  # of looks beyond this, one an epoch is written down
log = logging.getLogger(__name__)


def carry_out(
    run: Run,
    *,
    threads: int | None = None,
    memory: int | None = None,
    tell: Callable[[dict], None] = lambda event: None,
    load: Callable[..., Any] | None = None,
    train: Callable[..., Iterable[dict]] | None = None,
) -> RunState:
    """Train a run from its checkpoint, or from the start; return its last state.

    Nothing happens if it has ended, or if another process trains it.

    threads: torch's; a run that goes on takes as many as it began with. memory: bytes that this process may take: it
    ends itself above, and the next one goes on. tell: gets every event. load, train: in place of data.load, loop.train.
    """
    run.check_usable()
    with run.hold(wait=2.0) as mine:
        if not mine or _alive_elsewhere(run) or not run.state().active:
            return run.state()
        carrier = _Carrier(run, threads, memory, tell)
        try:
            carrier.go(load, train)
        finally:
            carrier.close()
    return run.state()


class _Stopped(Exception):
    """The run is to stop while its pictures are read."""


class _Carrier:
    """The state of a run while it is carried out, and the thread that keeps it fresh on disk."""

    def __init__(self, run: Run, threads: int | None, memory: int | None, tell: Callable[[dict], None]):
        self.run, self.memory, self.tell = run, memory, tell
        self.guard, self.over = threading.Lock(), threading.Event()
        self.before = run.state()
        self.state = self.before.model_copy(update={"threads": self.before.threads or threads})
        self.history = History()  # of the events from here on
        self.asked, self.word, self.looks, self.looked_in = 0.0, "run", 0, -1
        left.clear(run.folder)
        self.lines: Lines | None = None
        self.beat = threading.Thread(target=self._beat, name=f"beat of run {run.id}", daemon=True)

    def go(self, load: Callable | None, train: Callable | None) -> None:
        """Train until it ends, in whatever way; then state and events say how."""
        if self.run.word() == "stop":
            self._stop()
            return
        try:
            if not self._take_over():
                return
            self.beat.start()
            load, train = load or self._load, train or self._train
            self.put(message="Reading the pictures …")
            data = load(self.run.config.data, seed=self.run.config.seed, progress=self._loaded)
            if self.control() == "stop":
                raise _Stopped
            self.put(message=self.greeting)
            for event in train(self.run.config, data, folder=self.run.folder, resume=True, control=self.control):
                self.take(event)
            if self.state.active:
                raise RuntimeError("the training ended without saying how")
        except _Stopped:
            self._stop()
        except Exception as error:
            self.end("failed", self._sentence(error))

    def close(self) -> None:
        self.over.set()
        if self.beat.is_alive():
            self.beat.join()
        if self.lines:
            self.lines.close()

    # Where it begins

    def _take_over(self) -> bool:
        """Note which process has the run now, and whether one before was lost; False where too many were."""
        before, checkpoint = self.before, self.run.begun
        lost = before.status != "queued"  # a process trained it before, and is gone
        count, by = before.lost + lost, before.lost_by if lost else None
        self.greeting = ""
        if lost:
            self.state = self.state.model_copy(update={"lost": count})
            if count >= (MOST_OVER if by == "memory" else MOST_LOST):
                self.end("failed", self._given_up(count, by))
                return False
            why = "took more memory than a run may" if by == "memory" else "was lost"
            where = f"from its checkpoint in epoch {before.epoch + 1}" if checkpoint else "from the start"
            self.greeting = f"The worker {why}; the training went on {where}."
        elif before.started:
            where = "from its checkpoint" if checkpoint else "from the start"
            self.greeting = f"The training was interrupted; it went on {where}."
        owner = Owner(host=socket.gethostname(), pid=os.getpid())
        started = before.started or time.time()
        status = "paused" if self.run.word() == "pause" and before.status == "paused" else "running"
        self.put(status=status, owner=owner, started=started, ended=None, lost_by=None, message=self.greeting)
        if self.greeting:
            self.write({"event": "recovered", "seconds": self.state.seconds, "lost": lost, "message": self.greeting})
        return True

    def _given_up(self, count: int, by: str | None) -> str:
        if by == "memory":
            return (
                f"The training took more memory than the {_gigabytes(self.memory)} that a run may take, {count} times. "
                "Take a smaller batch_size, a smaller network or fewer pictures, or raise STRIDE_MEMORY."
            )
        return (
            f"The worker was lost {count} times without one more epoch: killed, or crashed. The system's log may say "
            "why (often memory). Take a smaller batch_size or network, or start again."
        )

    # What happens

    def take(self, event: dict[str, Any]) -> None:
        """Write an event, and its effect on the state."""
        name = event["event"]
        self.history.add(event)
        changes = self.history.progress()
        if name == "start":
            changes["threads"] = event.get("threads", self.state.threads)
        elif name == "epoch":
            changes["lost"] = 0
        elif name == "paused":
            changes |= {"status": name, "message": "Paused. It keeps its place among the runs that train at once."}
        elif name == "resumed":
            changes |= {"status": "running", "message": ""}
        if name != "look" or self._has_room(event):
            self.write(event)
        else:
            self.tell(event)
        if name in ENDS:
            self.end(name, _last_words(event), **{**changes, "step": event.get("step", self.history.step)})
        else:
            self.put(flush=name != "steps", **changes)

    def _has_room(self, look: dict[str, Any]) -> bool:
        """Whether a look is to be written down too."""
        epoch = int(look["epoch"])
        if self.looks >= LOOKS_BYTES and epoch == self.looked_in:
            return False
        self.looked_in = epoch
        return True

    def write(self, event: dict[str, Any]) -> None:
        self.lines = self.lines or Lines(self.run.folder / "events.jsonl")
        size = self.lines.append(event)
        if event["event"] == "look":
            self.looks += size
        self.tell(event)

    def put(self, flush: bool = True, **changes: Any) -> None:
        """Change the state; on disk at once, or with the next beat."""
        with self.guard:
            self.state = self.state.model_copy(update=changes)
            if flush:
                self.run.write_state(**dict(self.state))

    def end(self, status: str, message: str, **changes: Any) -> None:
        """The run has ended: nothing changes its state after this."""
        self.over.set()
        if status == "failed":
            with contextlib.suppress(OSError):  # the disk may be what failed; the state is tried below all the same
                self.write({"event": "failed", "seconds": self.state.seconds, "message": message})
        self.put(**{**changes, "status": status, "message": message, "ended": time.time(), "owner": None})

    def _stop(self) -> None:
        """End a run that was stopped before the loop took its first step."""
        where = self.state.model_dump(include={"seconds", "epoch", "step"})
        with contextlib.suppress(OSError):  # a run can be stopped even where the disk is full
            self.write({"event": "stopped", **where})
        self.end("stopped", self.run.stopped())

    def control(self) -> str:
        """Return the word that was asked for; it is read a few times a second."""
        now = time.monotonic()
        if now - self.asked >= LOOK_AT_WORD:
            self.asked, self.word = now, self.run.word()
        return self.word

    # Beside the training

    def _beat(self) -> None:
        """Keep `updated` fresh, and the memory below its limit."""
        told = time.monotonic()
        while not self.over.wait(LOOK_AT_MEMORY if self.memory else BEAT):
            if self.memory and _memory_taken() > self.memory:
                self.put(lost_by="memory", message=f"It took more than {_gigabytes(self.memory)} of memory.")
                os._exit(3)  # only a new process gives the memory back for sure
            if time.monotonic() - told >= BEAT:
                told = time.monotonic()
                try:
                    self.put()
                except OSError as error:
                    log.warning("run %s: its state cannot be written: %s", self.run.id, error)

    def _loaded(self, done: int, total: int) -> None:
        if self.control() == "stop":
            raise _Stopped  # it ends the loading
        self.put(flush=False, message=f"Reading the pictures: {done:,} of {total:,}")

    def _load(self, source: str, **how: Any) -> Any:
        from engine.pytorch.data import load

        return load(source, **how)

    def _train(self, config: Any, data: Any, **how: Any) -> Iterable[dict]:
        from engine.pytorch.loop import train

        return train(config, data, threads=self.state.threads, **how)

    def _sentence(self, error: Exception) -> str:
        """Return the sentence about an error for a user; details of an error of Stride go to the log and error.txt."""
        text = str(error)
        if isinstance(error, ValueError):
            return sentence(text)
        log.error("run %s failed", self.run.id, exc_info=error)
        with contextlib.suppress(OSError):
            details = "".join(traceback.format_exception(error))
            (self.run.folder / "error.txt").write_text(details, encoding="utf-8")
        if isinstance(error, MemoryError) or "out of memory" in text or "allocate memory" in text:
            return "There was not enough memory. Take a smaller batch_size, a smaller network or fewer pictures."
        if isinstance(error, OSError):
            return f"A file could not be read or written: {error.strerror or text}. Is there room on the disk?"
        kind = type(error).__name__
        return f"The training stopped at an error that is Stride's: {kind}. The run's error.txt has the details."


def _last_words(event: dict[str, Any]) -> str:
    """Return the sentence at the end of a run, from the loop's last event."""
    if event["event"] == "diverged":
        return f"The training diverged at step {event['step']}: {event['what']}."
    return "It was stopped. Its checkpoint holds all that it learned." if event["event"] == "stopped" else ""


def _alive_elsewhere(run: Run) -> bool:
    """Whether a process on another machine still says that it trains the run."""
    state = run.state()
    if not state.elsewhere:
        return False
    until = time.monotonic() + QUIET
    while time.monotonic() < until:
        time.sleep(0.25)
        if run.state().updated != state.updated:
            return True
    return False


def _memory_taken() -> int:
    import psutil

    return psutil.Process().memory_info().rss


def _gigabytes(count: int | None) -> str:
    return f"{(count or 0) / 1e9:.1f} GB"
