"""One run as a task of a Dask cluster: how the app sends it, and what a worker does with it."""

import threading
from pathlib import Path
from typing import Any

from engine.training.limits import Limits
from engine.training.runs.carry import carry_out
from engine.training.runs.run import Run, read_run
from engine.training.runs.state import RunState

SHARE = 0.85  # of a worker's memory, for a run: it ends itself, and says why, before the worker is killed
_one_at_a_time = threading.Lock()


def send(client: Any, run: Run, state: RunState, bounds: Limits | None) -> Any:
    """Send a run as a task; return its future. The same run twice is one task, done even if this process ends."""
    from dask._task_spec import Task
    from distributed import fire_and_forget

    key = f"stride-run-{run.id}-{state.submission}"
    threads, memory = (bounds.threads, bounds.memory) if bounds else (None, None)
    # A "data producer" waits at the scheduler until a worker is free; others are given to busy workers early.
    task = Task(key, work, str(run.folder.resolve()), threads, memory, _data_producer=True)
    first_asked_first = -int(1000 * state.queued)
    future = client.get({key: task}, [key], sync=False, priority=first_asked_first)[0]
    fire_and_forget(future)
    return future


def work(folder: str, threads: int | None, memory: int | None) -> str:
    """Carry out the run in a folder; return its last status. Imports distributed.

    memory: bytes that it may take; None stands for most of what the worker may.
    Random numbers and threads are the whole process's, so a worker with several threads does one run after the other.
    """
    from distributed import get_worker

    limit = memory or int(SHARE * (get_worker().memory_manager.memory_limit or 0)) or None
    with _one_at_a_time:
        run = read_run(Path(folder))
        if run.broken:
            return "deleted"
        return carry_out(run, threads=threads, memory=limit).status
