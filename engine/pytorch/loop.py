"""The training loop: it takes a configuration and pictures, yields events, and writes a checkpoint after each epoch."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from engine.pytorch.training import Training
from engine.training.config import Config

if TYPE_CHECKING:
    from engine.pytorch.data import DataSet

TELL, LOOK = 0.5, 2.0  # seconds between two events of a kind


def train(
    config: Config,
    data: "DataSet",
    *,
    folder: Path | None = None,
    resume: bool = False,
    control: Callable[[], str] = lambda: "run",
    threads: int | None = None,
) -> Iterator[dict]:
    """Train, and yield what happens: dicts that JSON can hold, each with "event" and "seconds" of training so far.

    start, then steps (losses and learning rates since the last), look (filters and sample predictions), epoch, paused,
    resumed, and at the end one of finished, stopped, diverged. folder: where checkpoint, weights and answers go.
    resume: go on from the folder's checkpoint where there is one, or, where that is damaged, from the one before it,
    with an event "recovered" that says so; on the CPU, with as many threads, the weights are bit for bit those of a run
    that was never stopped. control: asked before every step for "run", "pause" or "stop".
    threads: torch's own from now on; None leaves them.

    Raises ValueError where data and network do not fit, where a checkpoint does not fit or is of other pictures, where
    all checkpoints are damaged, and for a missing device.
    """
    if threads:
        torch.set_num_threads(threads)
    config = config.for_classes(len(data.classes))
    config.check_batches(len(data.train_labels))
    training = Training(config, data, folder)
    resumed, damage = training.restore() if resume else (None, "")
    yield training.start(resumed)
    if damage:
        yield training.event("recovered", lost=False, message=damage)
    yield training.look()
    while training.epoch < training.config.epochs:
        training.begin_epoch()
        while training.at < training.per_epoch:
            word = control()
            if word == "pause":
                yield training.event("paused")
                word = training.wait(control)
                yield training.event("resumed")
            if word == "stop":
                yield from training.tell()
                if not training.bad:
                    training.save()
                    yield training.event("stopped", epoch=training.epoch, step=training.step)
                return
            training.take_step()
            if training.at == training.per_epoch or time.perf_counter() - training.told >= TELL:
                yield from training.tell()
                if training.bad:
                    return
                if time.perf_counter() - training.looked >= LOOK:
                    yield training.look()
        yield from training.end_epoch()
        if training.bad:
            return
    yield training.look()
    yield training.finish()
