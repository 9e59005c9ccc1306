"""Part 2 of the learning page: steps of an optimiser, each number of each update open."""

from html import escape

import numpy as np

from engine.learning.code import steps_code
from engine.learning.optim import Update
from engine.learning.passes import Taken, loss_texts, most_changed, what_happened
from engine.network.code import FILE, needs_file, numbers_file
from engine.writing.display import decimals_needed, number_text, rounded_decimals
from engine.writing.setting import limit
from pages.states.learning import courses, figures, knobs, parts
from pages.states.learning import grids as learning_grids
from pages.states.learning.state import LearningState
from pages.states.sheet import Sheet, writing
from pages.states.view import File

DECIMALS, MOST_DECIMALS = 4, 7
CHARS = {"gradient": 8}  # that cells have room for from the first step on; of all others, as −0.1234 has
SORTS = {"diverged": "error", "rose": "warning", "still": "info", "fell": "success"}


def fill(page: Sheet, state: LearningState) -> None:
    """Put the part on its page."""
    taken = courses.taken(state)
    what, sentence = what_happened(taken)
    before, later = loss_texts(taken)
    number, preview = taken.after.steps, state.steps.count == 0
    top = page.row()
    top.knobs(knobs.steps(state), "optimiser")
    parts.networks(top, state)
    row = page.row()
    parts.steps(row, at=state.steps.count, most=state.most_steps, ended=what == "diverged", present=True)
    after = number - 1 if taken.diverged else number
    parts.metrics(
        row, {f"Loss before step {number}": before, f"after step {number}": "not yet taken" if preview else later}
    )
    row.notice(
        "Step 1 is worked out here, but not yet taken." if preview else sentence, "info" if preview else SORTS[what]
    )
    _updates(page, state, taken, preview)
    losses, answer, changed = page.columns(3)
    values = taken.after.losses if preview or taken.diverged else (*taken.after.losses, taken.loss)
    losses.plot(figures.losses(values, 190), "losses")
    if state.steps.count >= state.most_steps:
        most = "One step is" if state.most_steps == 1 else f"At most {state.most_steps:,} steps are"
        losses.caption(f"{most} taken here. After {after:,}, reset to go on.")
    _probabilities(answer, state, taken, preview)
    _changed(changed, state, taken)
    page.fold("code", "The same steps in PyTorch: code to paste", lambda inner: _code(inner, state))


def _code(page: Sheet, state: LearningState) -> None:
    """Add the code that takes the same steps in PyTorch, and the file of its numbers where they are too many."""
    network, steps = state.network, state.steps
    if needs_file(network.network, network.input):
        page.text(f"The numbers are too many to paste: put `{FILE}` beside the script.")
        page.download("numbers", f"Download {FILE}")
    mirrored = int(state.data[1][1]) if steps.two else None
    shown = network.network, network.input, network.parameters, network.target
    page.code(steps_code(*shown, steps.made, max(1, steps.count), mirrored, steps.rolling))


def numbers(state: LearningState) -> File:
    """Return the file of the network's numbers, which the code to paste reads."""
    return File(FILE, "application/octet-stream", numbers_file(state.network.input, state.network.parameters))


def _updates(page: Sheet, state: LearningState, taken: Taken, preview: bool) -> None:
    """Add every number before, its gradient, and after; and the working of the chosen one."""
    row = page.row()
    row.text(f"**Step {taken.after.steps}{', to come' if preview else ''}: before, gradient, after.** Click a number.")
    parts.places(row, state)
    plain = state.steps.optimiser == "SGD" and not state.steps.momentum and not state.steps.decay

    def three(name: str, values: np.ndarray, near: int, upright: bool) -> list[dict]:
        update = taken.updates[name]
        signs = (f"− {limit(state.steps.lr)} ×", _equals(update)) if plain else ("→", "→")
        arrays = (name, "", update.before), ("gradient", "gradient", update.gradient), ("after", "after", update.after)
        before, gradient, after = (
            learning_grids.grid(
                name, array, title, kind=kind, near=near, decimals=_digits(array, kind), column=upright,
                chars=CHARS.get(kind, 7),
            )
            for title, kind, array in arrays
        )  # fmt: skip
        return [before, learning_grids.sign(signs[0]), gradient, learning_grids.sign(signs[1]), after]

    lines = learning_grids.parameter_lines(
        {name: update.before for name, update in taken.updates.items()},
        knobs.drawn_names(state),
        (state.name, state.flat),
        three,
    )
    parts.grids(page, "updates", lines, (state.name, state.flat), "pick")
    working = state.steps.made.working(taken.updates[state.name], state.index)
    lines = "".join(f"<p>{writing.mathml(line)}</p>" for line in working)
    page.html(f'<div class="working"><b>{escape(_place(state.name, state.index))}</b>{lines}</div>')


def _equals(update: Update) -> str:
    """Return the sign before what a step leads to: whether the sum closes with the decimals on show."""
    exact = all(decimals_needed(a, DECIMALS) is not None for a in (update.before, update.gradient, update.after))
    return "=" if exact else "≈"


def _digits(array: np.ndarray, kind: str) -> int:
    """Return the number of decimals in a grid: more where all gradients are small."""
    return min(rounded_decimals(array, DECIMALS), MOST_DECIMALS) if kind == "gradient" else DECIMALS


def _place(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]"


def _probabilities(page: Sheet, state: LearningState, taken: Taken, preview: bool) -> None:
    """Add the network's answer before and after the step, a line for each class."""
    before, after = np.atleast_2d(taken.before.probabilities), np.atleast_2d(taken.probabilities)
    targets = np.atleast_1d(taken.before.target)
    rows = []
    for n, target in enumerate(targets):
        for k, name in enumerate(state.network.classes):
            mark = "▸ " if k == target else ""
            whose = f"picture {n}, " if len(targets) > 1 else ""
            rows.append(
                {
                    "class (▸ the true one)": f"{mark}{whose}{name}",
                    "before": number_text(before[n, k], 4),
                    "after" if not preview else "after it": number_text(after[n, k], 4),
                }
            )
    page.heading("The network's answer")
    page.table(rows)


def _changed(page: Sheet, state: LearningState, taken: Taken) -> None:
    """Add what changed most since the start."""
    steps = taken.after.steps - taken.diverged
    now = {name: update.before for name, update in taken.updates.items()} if taken.diverged else taken.after.parameters
    page.heading(f"What changed most in {steps} step{'s' * (steps != 1)}")
    most = most_changed(state.network.parameters, now)
    if not most:
        page.caption("Nothing has changed.")
        return
    page.table(
        [
            {
                "number": _place(name, index),
                "at the start": number_text(before, 6),
                "now": number_text(after, 6),
            }
            for name, index, before, after in most
        ]
    )
