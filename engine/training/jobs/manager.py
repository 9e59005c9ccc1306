"""The manager of runs: it sends them to a cluster, learns how they end, and takes over runs that no process has."""

import contextlib
import logging
import os
import queue
import secrets
import threading
import time
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.training.jobs.cluster import Local
from engine.training.jobs.task import send
from engine.training.limits import limits, scheduler
from engine.training.records import write_text
from engine.training.runs import Run, RunState, all_runs, get, runs_folder
from engine.training.runs.carry import QUIET
from engine.writing.display import sentence

START, CONNECT = 90.0, 20.0  # a cluster has so many seconds to start, and to answer
SWEEP, FIRST_SWEEPS = 20.0, 10  # seconds between two searches for lost runs; the first ones come each second
FRESH = 10.0  # a run that was just made is still to be submitted
# A worker is killed only above so many times its run's memory, and so many bytes more; before that, the run ends and
# says why. Importing torch takes half a gigabyte in one go, while the run's own watch cannot look.
SPARE, SPARE_BYTES = 2.0, 10**9
STARTS = 4  # so often a cluster is started that ends before it can train, such as where one of its workers was killed
MOST_SENT = 5  # a run is sent at most so often without finishing one more epoch
log = logging.getLogger(__name__)


class Manager:
    """Everything but submit, wake and close happens in its one thread."""

    def __init__(self):
        self.token = secrets.token_hex(4)
        self.alive: FileLock | None = None  # locked while this process lives, so that others leave its runs alone
        self.client: Any = None
        self.cluster: Local | None = None
        self.futures: dict[str, Any] = {}
        self.sent: dict[str, tuple[int, int]] = {}  # the epoch in which a run was, and how often it was sent in it
        self.heard: dict[str, tuple[float, float]] = {}  # of runs elsewhere: `updated`, and when it was seen to change
        self.anew: set[str] = set()  # runs whose task has ended without an end of the run
        self.inbox: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self.guard, self.closed = threading.Lock(), threading.Event()
        self.thread: threading.Thread | None = None

    def submit(self, run: Run) -> None:
        limits()
        run.check_usable()
        with run.hold(wait=0.5) as free:
            state = run.state()
            if not free:
                raise ValueError(f"“{run.name}” is being trained already")
            if state.status in ("finished", "diverged"):
                raise ValueError(f"“{run.name}” has ended; start it again as a new run")
            if not state.active:
                write_text(run.folder / "control", "run")
            if not state.active or state.submitted_by is None:
                first = {"status": "queued", "message": "", "ended": None, "owner": None, "lost": 0, "lost_by": None}
                mine = {"submitted_by": self._sign(), "submission": state.submission + 1}
                run.write_state(**first, **mine, queued=time.time())
        self.inbox.put(("send", run.id))
        self._begin()

    def wake(self) -> None:
        self.inbox.put(("sweep", None))
        self._begin()

    def close(self) -> None:
        self.closed.set()
        self.inbox.put(("end", None))
        if self.cluster and self.client is None:  # it is still starting: then it ends as soon as it has started
            self.cluster.end_soon()
        if self.thread:
            self.thread.join(timeout=START)
        self._let_go()
        if self.alive:
            self.alive.release()
            Path(self.alive.lock_file).unlink(missing_ok=True)

    def _begin(self) -> None:
        with self.guard:
            if self.thread is None:
                self.thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self.thread.start()

    def _sign(self) -> str:
        """Return who looks after the runs sent from here: the cluster's address, or this process while it lives."""
        address = scheduler()
        if address:
            return address
        with self.guard:
            if self.alive is None:
                (runs_folder() / ".apps").mkdir(parents=True, exist_ok=True)
                self.alive = FileLock(runs_folder() / ".apps" / self.token, thread_local=False)
                self.alive.acquire(timeout=0)
        return self.token

    def _work(self) -> None:
        sweeps, due = 0, 0.0
        while not self.closed.is_set():
            try:
                what, about = self.inbox.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                what, about = "sweep", None
            try:
                if what == "send":
                    self._send(about)
                elif what == "ended":
                    self._ended(*about)
                elif what == "cluster lost" and about is self.cluster:
                    self._let_go()
                    self.anew |= set(self.futures)
                    self.futures.clear()
                if what in ("sweep", "ended", "cluster lost"):
                    self._sweep()
                    sweeps, due = sweeps + 1, time.monotonic() + (1.0 if sweeps < FIRST_SWEEPS else SWEEP)
            except Exception:
                log.exception("jobs: %s went wrong", what)
                due = time.monotonic() + SWEEP

    # Runs that no process has

    def _sweep(self) -> None:
        """Go on with every run that should train, and that no living process has."""
        states = [(run, run.state()) for run in all_runs() if not run.broken]
        for run, state in sorted(states, key=lambda one: (one[1].status == "queued", one[1].queued)):
            try:
                self._take_up(run, state)
            except Exception:  # whatever is wrong with one run, the others must go on
                log.exception("jobs: run %s cannot be taken up", run.id)

    def _take_up(self, run: Run, state: RunState) -> None:
        """Send a run that should train, and that no living process has."""
        if run.id in self.futures or self.closed.is_set():
            return
        by = state.submitted_by
        if not state.active or (by is None and 0 <= time.time() - state.queued < FRESH):
            return
        mine = by in (self.token, scheduler())
        if not mine and by is not None and _lives(by):
            return
        with run.hold() as free:
            if not free or self._heard_of(run, state):
                return
            state = run.state()
            if not state.active:
                return
            changes: dict[str, Any] = {"submitted_by": self._sign()}
            if not mine and state.status != "queued":
                changes |= {"status": "queued", "message": "It waits to go on: the app was started again."}
            if not mine or run.id in self.anew:
                changes["submission"] = state.submission + 1
            run.write_state(**changes)
        self.anew.discard(run.id)
        self._send(run.id)

    def _heard_of(self, run: Run, state: RunState) -> bool:
        """Whether a worker on another machine may still be at the run."""
        if not state.elsewhere:
            return False  # on this machine the lock tells
        seen, since = self.heard.get(run.id, (None, 0.0))
        if seen != state.updated:
            self.heard[run.id] = (state.updated, time.monotonic())
            return True
        return time.monotonic() - since < QUIET

    # To the cluster

    def _send(self, id: str) -> None:
        if id in self.futures:
            return
        try:
            run = get(id)
            state = run.state()
            if run.broken or not state.active:
                return
            epoch, times = self.sent.get(id, (0, 0))
            self.sent[id] = state.epoch, 1 if state.epoch > epoch else times + 1
            if self.sent[id][1] > MOST_SENT:
                what = "finish one more epoch" if state.epoch else "begin"
                raise ValueError(f"the workers were lost {MOST_SENT} times before they could {what}; see the app's log")
            if self.client is None and not state.message:
                self._say(run, "The processes that train are being started …")
            bounds, client = None if scheduler() else limits(), self._connected()
        except ValueError as error:
            log.error("run %s: %s", id, error)
            self._fail(id, str(error))
            return
        self.futures[id] = future = send(client, run, state, bounds)
        future.add_done_callback(lambda done: self.inbox.put(("ended", (id, done))))

    def _ended(self, id: str, future: Any) -> None:
        """Handle a run whose task has ended: done, or broken off."""
        if self.futures.get(id) is not future:
            return
        del self.futures[id]
        if future.status == "finished":
            self.sent.pop(id, None)
            return
        self.anew.add(id)
        error = future.exception(timeout=5) if future.status == "error" else None
        if error is not None and type(error).__name__ != "KilledWorker":
            log.error("run %s: %r", id, error)
            self._fail(id, f"the worker could not train: {type(error).__name__}: {str(error)[:300]}")

    def _say(self, run: Run, message: str) -> None:
        with run.hold(wait=0.5) as free:
            if free and run.state().status == "queued":
                run.write_state(message=message)

    def _fail(self, id: str, reason: str) -> None:
        self.sent.pop(id, None)
        with contextlib.suppress(ValueError):  # it was deleted meanwhile
            run = get(id)
            with run.hold(wait=1.0) as free:
                if free and run.state().active:
                    run.write_state(status="failed", message=sentence(reason), ended=time.time(), owner=None)

    def _connected(self) -> Any:
        """Return a client of the cluster, which is started where there is none. ValueError where it does not answer."""
        if self.client is not None and self.client.status == "running":
            return self.client
        if address := scheduler():
            return self._reached(address)
        for left in reversed(range(STARTS)):
            try:
                return self._reached(*self._start())
            except ValueError as error:
                if not left or self.closed.is_set():
                    raise
                log.warning("jobs: %s; they are started again", error)
        raise AssertionError("a cluster is started at least once")

    def _reached(self, address: str, security: Any = None) -> Any:
        """Return a client of the cluster at an address. ValueError where it does not answer."""
        import dask

        dask.config.set({"logging.distributed": "warning"})  # a comm that closes is no news for the app's log
        from distributed import Client

        try:
            self.client = Client(address, timeout=CONNECT, set_as_default=False, name="stride", security=security)
        except (OSError, TimeoutError, ValueError) as error:
            self._let_go()
            raise ValueError(f"the Dask scheduler at {address} does not answer ({type(error).__name__})") from error
        return self.client

    def _start(self) -> tuple[str, Any]:
        """Start this machine's cluster; return its address and its Security. ValueError where it does not start."""
        self._let_go()
        bounds = limits()
        self.cluster = Local(
            bounds.runs, int(max(bounds.memory * SPARE, bounds.memory + SPARE_BYTES)), self._cluster_ended
        )
        try:
            return self.cluster.address(START)
        except TimeoutError as error:
            self._let_go()
            raise ValueError("the worker processes on this machine did not start; see the app's log") from error

    def _cluster_ended(self, cluster: Local) -> None:
        self.inbox.put(("cluster lost", cluster))

    def _let_go(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            try:
                client.close(timeout=2)
            except Exception as error:  # its scheduler may be gone
                log.info("jobs: the client closed with %r", error)
        cluster, self.cluster = self.cluster, None
        if cluster is not None:
            cluster.close()


def _lives(token: str) -> bool:
    """Whether the app process that signed so is alive; what a dead one left is removed."""
    path = runs_folder() / ".apps" / token
    if "/" in token or not os.path.isfile(path):  # which raises for no name, as Path's does for a long one
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    path.unlink(missing_ok=True)
    lock.release()
    return False
