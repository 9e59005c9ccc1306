"""Part 2 of the learning page: steps of an optimiser, each number of each update open."""

from functools import partial

import numpy as np
import streamlit as st

from engine.learning.code import steps_code
from engine.learning.passes import Taken, loss_texts, most_changed, what_happened
from engine.writing.display import number_text, rounded_decimals
from pages.states.learning import grids as learning_grids
from pages.states.learning import state as learning_state
from pages.states.learning.state import OPTIMISERS, LearningState
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.learning import check as learning_check
from pages.ui.learning import figures as learning_figures
from pages.ui.learning.parts import binding, key, picked, setting, step_buttons
from pages.ui.lesson import parts as lesson
from pages.ui.session import Link

KEPT, GRIDS = "learning.step.kept", "learning.step.grids"
DECIMALS, MOST_DECIMALS = 4, 7
KINDS = {"diverged": st.error, "rose": st.warning, "still": st.info, "fell": st.success}
ICONS = {"diverged": "error", "rose": "trending_up", "still": "pause", "fell": "trending_down"}


def step_taken(state: LearningState) -> Taken:
    """Return the step on show; the session remembers learners on the way to it."""
    steps = state.steps
    which = (state.network.query(), steps.optimiser, steps.lr, steps.momentum, steps.decay, steps.two)
    held, kept = st.session_state.get(KEPT, (None, {}))
    if held != which:
        kept = {}
        st.session_state[KEPT] = (which, kept)
    return learning_state.taken(state, kept)


def choices(link: Link) -> None:
    """Draw the optimiser's settings."""
    steps = link.state.steps
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.segmented_control("Optimiser", OPTIMISERS, required=True, **binding(link, "step", "optimiser"))
    setting(row, link, "step", "lr", "Learning rate", 125, step=0.01)
    setting(row, link, "step", "momentum", "Momentum", 125, disabled=steps.optimiser == "Adam")
    setting(row, link, "step", "decay", "Weight decay", 125, step=0.01)
    setting(row, link, "step", "two", "Two pictures", 125)


def draw(link: Link) -> None:
    """Draw the part."""
    choices(link)
    state: LearningState = link.state
    taken = step_taken(state)
    what, sentence = what_happened(taken)
    before, later = loss_texts(taken)
    number = taken.after.steps
    preview = state.steps.count == 0
    left, right = st.columns([4, 9], gap="medium")
    with left:
        step_buttons(link, state.steps.count, state.most_steps, stopped=what == "diverged")
        one, other = st.columns(2)
        after = number - 1 if taken.diverged else number
        one.metric(f"Loss before step {number}", before)
        other.metric(f"after step {number}", "not yet taken" if preview else later)
        if preview:
            st.info("Step 1 is worked out below, but not yet taken.", icon=":material/visibility:")
        else:
            KINDS[what](sentence, icon=f":material/{ICONS[what]}:")
        values = taken.after.losses if preview or taken.diverged else (*taken.after.losses, taken.loss)
        plot(learning_figures.losses(values, theme(), 190), key("step", "losses"))
        if state.steps.count >= state.most_steps:
            st.caption(f"At most {state.most_steps:,} steps are taken here. After {after:,}, reset to go on.")
    with right:
        updates(link, taken, preview)
    one, other = st.columns(2, gap="large")
    with one:
        probabilities(state, taken, preview)
    with other:
        changed(state, taken)
    code(state)


def code(state: LearningState) -> None:
    """Draw the code that takes the same steps in PyTorch."""
    network, steps = state.network, state.steps
    parts = network.network, network.input, network.parameters
    mirrored = int(state.data[1][1]) if steps.two else None
    made = partial(steps_code, *parts, network.target, steps.made, max(1, steps.count), mirrored)
    lesson.code_to_paste("The same steps in PyTorch: code to paste", *parts, made)


def updates(link: Link, taken: Taken, preview: bool) -> None:
    """Draw every number before, its gradient, and after; and the working of the chosen one."""
    state: LearningState = link.state
    number = taken.after.steps
    st.markdown(f"**Step {number}{', to come' if preview else ''}: before, gradient, after.** Click a number.")

    def three(name: str, values, near: int, upright: bool) -> list[dict]:
        update = taken.updates[name]
        made = []
        for title, kind, array in (
            (name, "", update.before), ("gradient", "gradient", update.gradient), ("after", "after", update.after),
        ):  # fmt: skip
            made.append(
                learning_grids.grid(
                    name, array, title, kind=kind, near=near, decimals=digits(array, kind), column=upright
                )
            )
        return made

    learning_check.chooser(link)
    lines = learning_grids.parameter_lines(
        {n: u.before for n, u in taken.updates.items()},
        learning_check.drawn_names(state),
        (state.name, state.flat),
        three,
    )
    learning_grids.grids(lines, key=GRIDS, chosen=(state.name, state.flat), on_pick=partial(picked, link, GRIDS))
    update = taken.updates[state.name]
    working = state.steps.made.working(update, state.index)
    place = f"{state.name}[{', '.join(map(str, state.index))}]"
    st.markdown("  \n".join([f"**{place}**: ${working[0]}$", *(f"${line}$" for line in working[1:])]))


def digits(array: np.ndarray, kind: str) -> int:
    """Return the number of decimals in a grid: more where all gradients are small."""
    return min(rounded_decimals(array, DECIMALS), MOST_DECIMALS) if kind == "gradient" else DECIMALS


def probabilities(state: LearningState, taken: Taken, preview: bool) -> None:
    """Draw the network's answer before and after the step, a line for each class."""
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
    st.markdown("##### The network's answer")
    st.table(rows)


def changed(state: LearningState, taken: Taken) -> None:
    """Draw what changed most since the start."""
    steps = taken.after.steps - taken.diverged
    now = {name: update.before for name, update in taken.updates.items()} if taken.diverged else taken.after.parameters
    found = most_changed(state.network.parameters, now)
    st.markdown(f"##### What changed most in {steps} step{'s' * (steps != 1)}")
    if not found:
        st.caption("Nothing has changed.")
        return
    st.table(
        [
            {
                "number": f"{name}[{', '.join(map(str, index))}]",
                "at the start": number_text(before, 6),
                "now": number_text(after, 6),
            }
            for name, index, before, after in found
        ]
    )
