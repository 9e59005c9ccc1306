"""The decoded pictures of a folder, as they were when a network was trained on them, for pages that show a few."""

import time
from functools import lru_cache
from threading import Lock

from engine.data import decoded, sources

CHANGED = "The folder's pictures have changed since this training."
FRESH = 20  # seconds before a folder is searched again
WAIT = 1  # second that a page waits for another one which reads a folder
_reading = Lock()  # only one thread at a time decodes a folder


def pictures(source: str, seed: int, key: str = "") -> decoded.Arrays:
    """Return the pictures of "folder:PATH".

    key: sources.fingerprint at the training; "" where it is not known. Raises ValueError, with a sentence, where the
    folder is gone, cannot be trained on, has changed since, or where another one is being read.
    """
    if not _reading.acquire(timeout=WAIT):
        raise ValueError("The pictures of another folder are being read: look again in a moment.")
    try:
        return _read(source, seed, key or _fingerprint(source))
    finally:
        _reading.release()


# Neither of the caches remembers an error.


@lru_cache(maxsize=3)
def _read(source: str, seed: int, key: str) -> decoded.Arrays:
    if _fingerprint(source) != key:  # checked first, so that nothing is decoded in vain
        raise ValueError(CHANGED)
    arrays = decoded.arrays(source, seed, look=True)
    if arrays.key != key:
        raise ValueError(CHANGED)
    return arrays


def _fingerprint(source: str) -> str:
    return _fingerprint_in(source, int(time.monotonic() // FRESH))


@lru_cache(maxsize=20)
def _fingerprint_in(source: str, period: int) -> str:
    return sources.listing(sources.folder_of(source)).fingerprint()
