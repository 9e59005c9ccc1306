"""A finding as blocks of a sheet: the sentence, the first wrong number beside the right one, and the player at it."""

from dataclasses import replace

import numpy as np

from engine.check import TITLES, Finding, Task
from engine.check.compare import place_text, wrong_cells
from engine.exercises import Scene
from engine.trace import Trace
from engine.trace.payload import payload
from pages.states.practice import scene
from pages.states.sheet import Sheet, grids
from pages.states.sheet.writing import plain

HEIGHT = 400
SORTS = {"right": "success", "wrong": "error", "changed": "warning", "broken": "error"}


def put(page: Sheet, task: Task, finding: Finding, source: str, printed: str) -> None:
    """Put a finding on a sheet."""
    says = [plain(one) for one in finding.says]
    if finding.slip:
        name = TITLES[finding.slip]
        says[:1] = [f"**{plain(name[0].upper() + name[1:])}.**", says[0]]
    page.notice("\n\n".join([" ".join(says[:2]), *says[2:]] if finding.slip else says), SORTS[finding.state])
    if finding.line:
        page.code(_around(source, finding.line))
    if finding.case and finding.state == "wrong":
        page.caption(f"In the case: {plain(finding.case.says)}.")
    if finding.index is not None and finding.ours.ndim:
        page.html(grids.row(*_maps(finding)))
    if finding.place is not None:
        _player(page, finding)
    if finding.case is not None:
        page.text("**The same call, to try it yourself:**")
        page.code(_call(task, finding))
    if printed:
        page.caption("Your code has printed:")
        page.typed(printed)


def _around(source: str, line: int) -> str:
    """Return a line of the learner's text with its neighbours, numbered."""
    lines = source.split("\n")
    shown = range(max(1, line - 2), min(len(lines), line + 2) + 1)
    return "\n".join(f"{'→' if k == line else ' '} {k:3}  {lines[k - 1]}" for k in shown)


def _maps(finding: Finding) -> list[grids.Grid]:
    """Return the learner's map that holds the first wrong number, and the right one; what differs is marked."""
    mine, ours, at = finding.mine, finding.ours, finding.index[:-2]
    wrong = wrong_cells(mine, ours)
    title = place_text(finding.result, at)
    pair = ((f"yours: {title}", mine), (f"right: {title}", ours))
    shown = [(text, np.atleast_2d(array[at].astype(np.float64))) for text, array in pair]
    marked = np.atleast_2d(wrong[at])
    return [grids.Grid(text, array, marked=marked, spoken=True) for text, array in shown]


def _player(page: Sheet, finding: Finding) -> None:
    """Add the player at the step that makes the right number, and the link to the lesson with the same numbers."""
    made, note = finding.place.scene, finding.place.note
    number = place_text(finding.result, finding.index or (0,) * finding.ours.ndim)
    page.text(" ".join(filter(None, (f"How {plain(number)} is made, step by step.", note))))
    page.widget("found", "found", trace=payload(_still(made.trace), {}), step=made.step, height=HEIGHT)
    link = link_of(made)
    if link:
        page.link(link["label"], link["query"], link["page"])


def _still(trace: Trace) -> Trace:
    """Return a trace whose numbers cannot be changed: they belong to the case."""
    return replace(trace, boards=tuple(replace(board, editable=False) for board in trace.boards))


def link_of(made: Scene) -> dict | None:
    """Return where a page shows a scene's numbers: of a gradient, those of the forward pass that it belongs to."""
    label = "Open these numbers in the lesson"
    if made.of:
        arrays = {name: value for name, value in made.arrays.items() if name != "grad_output"}
        made = replace(made, of="", arrays=arrays, step=0)
        label = "Open the forward pass of these numbers in the lesson"
    place = scene.place(made)
    return place and {"label": f"{label}: {scene.TITLES[place[0]]}", "page": place[0], "query": place[1]}


def _call(task: Task, finding: Finding) -> str:
    """Return the code that makes the same call again."""
    data = finding.case.data
    wanted = [name for take in task.takes for name in (task.cached if take == "cache" else (take,))]
    lines = ["import numpy as np", *(f"{name} = {_written(data[name])}" for name in wanted)]
    if "cache" in task.takes:
        lines.append(f"cache = {', '.join(task.cached)}")
    lines.append(f"{', '.join(task.gives)} = {task.signature}")
    if finding.index is not None:
        at = place_text(finding.result, finding.index)
        lines.append(f"print({at})  # it should be {finding.right:.6g}")
    return "\n".join(lines)


def _written(value) -> str:
    """Return a value as code."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_written(one)}' for key, one in value.items())}}}"
    return f"np.{np.array_repr(value)}" if isinstance(value, np.ndarray) else repr(value)
