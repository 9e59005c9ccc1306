"""Trainings on disk, and how one is carried out. Imports no torch."""

from engine.training.runs.run import (
    ACTIVE,
    ENDED,
    MAX_NAME,
    Run,
    all_runs,
    create,
    get,
    make_room,
    opened,
    place_in_queue,
    runs_folder,
)

__all__ = [
    "ACTIVE",
    "ENDED",
    "MAX_NAME",
    "Run",
    "all_runs",
    "create",
    "get",
    "make_room",
    "opened",
    "place_in_queue",
    "runs_folder",
]
