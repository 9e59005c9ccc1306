"""What a learner's code gives, as blocks of a sheet. Only the site without a server imports this, in a worker of the
learner's own browser; nothing that a server imports does (tests/test_rooms.py).
"""

import json
from collections.abc import Mapping
from typing import Any

from engine.check import TASKS
from engine.check.run import check
from pages.states.check import found
from pages.states.sheet import Sheet


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the finding on {"task": name, "source": text}: its `state`, `slip`, `line`, the `sheet` and the `link`.

    link: the page and query that show the same numbers, or None. Raises ValueError where there is no such task.
    """
    name, source = request.get("task"), request.get("source")
    if name not in TASKS or not isinstance(source, str):
        raise ValueError(f"there is no task {name!r}")
    finding, printed = check(TASKS[name], source)
    page = Sheet()
    found.put(page, TASKS[name], finding, source, printed)
    link = found.link_of(finding.place.scene) if finding.place else None
    return {
        "state": finding.state, "slip": finding.slip, "line": finding.line, "says": list(finding.says),
        "sheet": page.blocks, "link": link,
    }  # fmt: skip


def told(request: str) -> str:
    """Return an answer as the site's worker passes it on: texts in and out (assets/site/worker.js)."""
    return json.dumps({"answer": answer(json.loads(request))}, ensure_ascii=False, separators=(",", ":"))
