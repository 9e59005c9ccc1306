"""A folder's pictures, decoded, as they were when a network was trained on them: for whoever shows a few."""

import time
from functools import lru_cache
from threading import Lock

from engine.data import decoded, sources

CHANGED = "The folder's pictures have changed since this training."
FRESH = 20  # seconds for which a folder that was looked through is not looked through again
_reading = Lock()  # nobody decodes a folder that somebody else is decoding


def pictures(source: str, seed: int, key: str = "") -> decoded.Arrays:
    """Return the pictures of "folder:PATH".

    key: sources.fingerprint at the training; "" where it is not known. Raises ValueError, with a sentence, where the
    folder is gone, cannot be trained on, or has changed since.
    """
    with _reading:
        return _read(source, seed, key or _mark(source))


def forget() -> None:
    """Let go of all pictures and marks that are kept."""
    _read.cache_clear()
    _marked.cache_clear()


# What is raised is not kept by either of these.


@lru_cache(maxsize=3)
def _read(source: str, seed: int, key: str) -> decoded.Arrays:
    if _mark(source) != key:  # before all of them are decoded for nothing
        raise ValueError(CHANGED)
    made = decoded.arrays(source, seed, look=True)
    if made.key != key:
        raise ValueError(CHANGED)
    return made


def _mark(source: str) -> str:
    return _marked(source, int(time.monotonic() // FRESH))


@lru_cache(maxsize=20)
def _marked(source: str, period: int) -> str:
    return sources.listing(sources.folder_of(source)).fingerprint()
