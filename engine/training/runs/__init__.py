"""Trainings on disk, and how one is carried out. Imports no torch."""

from engine.training.runs.folder import all_runs, create, get, make_room, new_id, place_in_queue, runs_folder
from engine.training.runs.run import ID, Run, read_run
from engine.training.runs.state import ACTIVE, ENDED, MAX_NAME, RunState

__all__ = [
    "ACTIVE",
    "ENDED",
    "ID",
    "MAX_NAME",
    "Run",
    "RunState",
    "all_runs",
    "create",
    "get",
    "make_room",
    "new_id",
    "place_in_queue",
    "read_run",
    "runs_folder",
]
