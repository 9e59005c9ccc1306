"""How many trainings this machine carries out at once, from the environment. Imports neither torch nor Dask."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

MOST_RUNS = 64
LEAST_MEMORY, USUAL_MEMORY = 1_000_000_000, 8_000_000_000
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_BYTES = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([kmg]i?)?b?")


@dataclass(frozen=True)
class Limits:
    """runs: how many train at once; each has a process of its own, with `threads` threads and `memory` bytes."""

    runs: int
    threads: int
    memory: int


def limits() -> Limits:
    """Return STRIDE_RUNS (2) and each run's share of the cores and of the memory.

    The memory is STRIDE_MEMORY, or an equal share of 70 % of this machine's, from 1 to 8 GB. The cores are shared
    equally, but every run has at least two where the machine has two; else a run that is alone would leave one idle.
    Raises ValueError, with a sentence, for values that are no numbers or out of range.
    """
    text = os.environ.get("STRIDE_RUNS", "").strip() or "2"
    if not text.isdecimal() or not 1 <= int(text) <= MOST_RUNS:
        raise ValueError(f"STRIDE_RUNS is {text[:40]!r}, not a number from 1 to {MOST_RUNS}")
    runs = int(text)
    named = os.environ.get("STRIDE_MEMORY", "").strip()
    share = min(USUAL_MEMORY, max(LEAST_MEMORY, int(0.7 * _memory() / runs)))
    return Limits(runs, max(_cores() // runs, min(2, _cores())), _bytes(named) if named else share)


def scheduler() -> str | None:
    """Return the address in STRIDE_SCHEDULER: a Dask cluster that trains in place of this machine."""
    return os.environ.get("STRIDE_SCHEDULER", "").strip() or None


def _bytes(text: str) -> int:
    parts = _BYTES.fullmatch(text.lower())
    size = int(float(parts[1]) * _UNITS[parts[2] or ""]) if parts else 0
    if size < LEAST_MEMORY // 4:
        raise ValueError(f"STRIDE_MEMORY is {text[:40]!r}, not a size such as 3GB, at least 250MB")
    return size


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _memory() -> int:
    """Return the bytes of memory that this machine, or this container, has."""
    import psutil

    total = psutil.virtual_memory().total
    try:
        return min(total, int(Path("/sys/fs/cgroup/memory.max").read_text("utf-8")))
    except (OSError, ValueError):  # no container, or "max"
        return total
