"""A case, asked through the engine's address, and what its answer cost."""

import json
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from pages.states.answers import opened
from pages.states.picture import picture_from_text
from tests.fuzz.cases import Case, case
from tests.pages.address import Answer, post

SECONDS, BYTES, MEMORY = 5.0, 3_000_000, 300_000_000
STATUS = (200, 400, 404, 413, 415)
_CLEAR, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@dataclass(frozen=True)
class Asked:
    """problem: the bound that was broken, or a traceback; "" where all is well. memory: how far it rose, in bytes."""

    seed: int
    case: Case
    status: int
    seconds: float
    size: int
    memory: int
    problem: str

    def __str__(self) -> str:
        what = f"seed {self.seed}: {self.seconds:.2f} s, {self.size / 1e6:.2f} MB, memory {self.memory / 1e6:.0f} MB"
        return f"{what}\n  {self.case.path} {self.case.body[:600]!r}\n{self.problem}"


def ask(seed: int) -> Asked:
    """Ask the case of a seed."""
    asked = case(seed)
    before, began = _peak(clear=True), time.process_time()
    status, size, problem = 0, 0, ""
    try:
        answer = post(asked.path, body=asked.body, type=asked.type) if asked.picture is None else _opened(asked)
        status, size = answer.status, len(answer.body)
    except Exception:
        problem = traceback.format_exc()
    seconds, memory = time.process_time() - began, _peak() - before
    if not problem:
        problem = _broken(status, size, seconds, memory)
    return Asked(seed, asked, status, seconds, size, memory, problem)


def _opened(asked: Case) -> Answer:
    """Open a page as a script's run does: with the session's picture, where that can be drawn."""
    try:
        chosen = picture_from_text(asked.picture)
    except ValueError:
        chosen = None
    shown, _ = opened(asked.path.rpartition("/")[2], json.loads(asked.body)["query"], chosen)
    return Answer(200, json.dumps(shown).encode(), {})


def _broken(status: int, size: int, seconds: float, memory: int) -> str:
    broken = []
    if status not in STATUS:
        broken.append(f"status {status}")
    if seconds > SECONDS:
        broken.append(f"more than {SECONDS:g} s")
    if size > BYTES:
        broken.append(f"more than {BYTES:,} bytes")
    if memory > MEMORY:
        broken.append(f"more than {MEMORY:,} bytes of memory")
    return ", ".join(broken)


def _peak(clear: bool = False) -> int:
    """Return the most memory that this process has held since the last clearing, or now; 0 where Linux is not there."""
    try:
        if clear:
            _CLEAR.write_text("5", "utf-8")
        lines = _STATUS.read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
