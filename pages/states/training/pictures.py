"""The pictures of trainings: what a source holds, and the test pictures of a run, as long as they can be had."""

import time
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.data import cifar10, decoded, folder, folders, sources
from engine.training.history import History
from engine.training.runs import Run

LOOK_S = 3  # how long a folder that was searched counts as it was


def described(source: str, seed: int) -> sources.Description:
    """Return what a source holds, for a page: of a folder that it may name; it is not searched again at every click."""
    if source.startswith("folder:"):
        try:
            folders.check(sources.folder_of(source))
        except ValueError as error:
            return sources.Description("A folder", problem=f"{str(error).removesuffix('.')}.")
        return _described(source, seed, int(time.monotonic() / LOOK_S))
    return sources.describe(source, seed)


@lru_cache(maxsize=4)
def _described(source: str, seed: int, when: int) -> sources.Description:
    return sources.describe(source, seed)


def test_pictures(
    run: Run, history: History, places: Sequence[int], labels: Sequence[int]
) -> tuple[dict[int, np.ndarray], str]:
    """Return a run's test pictures (3, 32, 32) by their places, and a sentence where they cannot be had."""
    key = history.start.get("data_key", "") if history.start else ""
    try:
        return _test_pictures(run.config.data, run.config.seed, key, tuple(places), tuple(labels)), ""
    except (ValueError, OSError) as error:
        return {}, f"The test pictures cannot be shown. {error}"


@lru_cache(maxsize=40)  # errors are not kept: a download may bring the pictures
def _test_pictures(
    source: str, seed: int, key: str, places: tuple[int, ...], labels: tuple[int, ...]
) -> dict[int, np.ndarray]:
    if source == "cifar10":
        chosen = [cifar10.picture("test", place) for place in places]
        pictures = [np.moveaxis(picture, -1, 0) for picture, _ in chosen]
        classes = [label for _, label in chosen]
    else:
        drawn = source == "shapes"
        arrays = decoded.arrays(source, seed, look=True) if drawn else folder.pictures(source, seed, key)
        if max(places) >= len(arrays.test_labels):
            raise ValueError(folder.CHANGED)
        pictures = [np.array(arrays.test_images[place]) for place in places]
        classes = arrays.test_labels[list(places)].tolist()
    if tuple(classes) != labels:
        raise ValueError("They are not those of this training.")
    return dict(zip(places, pictures, strict=True))
