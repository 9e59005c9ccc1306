"""Runs on disk as a training leaves them, made without one."""

import json
from pathlib import Path

from engine.layers import GELU, Conv2d, Flatten, Linear, MaxPool2d
from engine.network import Network
from engine.training import runs
from engine.training.config import INPUT_SHAPE, Config
from engine.training.runs.owner import NOBODY

NETWORK = Network(INPUT_SHAPE, (Conv2d(3, 4, 3), GELU(), MaxPool2d(15), Flatten(), Linear(16, 10)))


def start(**changes) -> dict:
    return {
        "event": "start", "seconds": 0, "steps": 4, "steps_per_epoch": 2, "resumed_from": None, "classes": ["a", "b"],
        "data": "Shapes (synthetic)", "skipped": [], "skipped_count": 0, "data_key": "", "train": 8, "test": 4,
        "device": "CPU", "precision": "float32", "threads": 1, "versions": {}, **changes,
    }  # fmt: skip


def steps(first: int, *losses: float) -> dict:
    rates = [0.1] * len(losses)
    return {"event": "steps", "seconds": first, "first": first, "loss": losses, "lr": rates, "images_per_second": 9.0}


def epoch(number: int, accuracy: float = 0.5) -> dict:
    return {
        "event": "epoch", "seconds": number, "epoch": number, "train_loss": 1.0, "test_loss": 1.0,
        "train_accuracy": 0.5, "test_accuracy": accuracy, "gradient_norms": [], "dead": [],
    }  # fmt: skip


def made(
    name="a run", status="running", events=(), source="shapes", folder: Path | None = None, asker=NOBODY, **state
) -> runs.Run:
    run = runs.create(Config(NETWORK, data=source), name, folder=folder, asker=asker)
    run.write_state(status=status, **state)
    happens(run, *events)
    return run


def happens(run: runs.Run, *events: dict) -> None:
    with (run.folder / "events.jsonl").open("a") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in events)
