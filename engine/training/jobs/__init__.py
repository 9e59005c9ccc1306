"""Runs as jobs of a Dask cluster."""

from engine.training.jobs.manager import close, place_in_queue, revive, start_again, submit

__all__ = ["close", "place_in_queue", "revive", "start_again", "submit"]
