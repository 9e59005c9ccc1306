"""Runs as jobs: sent to a Dask cluster (this machine's, or the one at STRIDE_SCHEDULER), and sent again when lost.

There is one manager for a process; its thread does all that takes time, so that pages never wait. Imports Dask with the
first job.
"""

import atexit
import threading

from engine import lean
from engine.training.jobs.manager import Manager
from engine.training.runs import Asker, Run, create
from engine.training.runs.owner import NOBODY

_present: Manager | None = None
_beginning = threading.Lock()


def submit(run: Run) -> None:
    """Let a run train as soon as there is a place; one that was stopped, or failed, goes on from its checkpoint.

    Returns at once. Raises ValueError for a run that is at work or has finished, for wrong limits, and where PyTorch is
    not installed.
    """
    if lean.is_lean():
        raise ValueError(lean.SENTENCE)
    _manager().submit(run)


def start_again(run: Run, asker: Asker = NOBODY) -> Run:
    """Make and submit a new run of the asker's, with the same settings, so with the same start."""
    if run.config is None:
        raise ValueError(run.broken)
    name = run.name if run.name.endswith(" again") else f"{run.name[:70]} again"
    again = create(run.config, name, run.preset, spared=run.id, asker=asker)
    submit(again)
    return again


def revive() -> None:
    """Look for runs that the app, or another one that has ended, left behind, and take them up; returns at once."""
    if not lean.is_lean():
        _manager().wake()


def close() -> None:
    """End this machine's cluster. Its runs stay as they are; the next app that starts goes on with them."""
    global _present
    with _beginning:
        manager, _present = _present, None
    if manager:
        manager.close()


def _manager() -> Manager:
    global _present
    with _beginning:
        if _present is None:
            _present = Manager()
            atexit.register(close)
        return _present
