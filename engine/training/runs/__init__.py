"""Trainings on disk, whose they are, and how one is carried out. Imports no torch."""

from engine.training.runs.folder import create, get, new_id, place_in_queue
from engine.training.runs.listing import all_runs, runs_folder
from engine.training.runs.owner import Asker, asker, asking
from engine.training.runs.room import check_queue, make_room
from engine.training.runs.run import ID, Run, read_run
from engine.training.runs.state import ACTIVE, ENDED, MAX_NAME, RunState

__all__ = [
    "ACTIVE",
    "ENDED",
    "ID",
    "MAX_NAME",
    "Asker",
    "Run",
    "RunState",
    "all_runs",
    "asker",
    "asking",
    "check_queue",
    "create",
    "get",
    "make_room",
    "new_id",
    "place_in_queue",
    "read_run",
    "runs_folder",
]
