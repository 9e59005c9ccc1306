"""The learning page as every host sees it: its four parts, and what can be done on each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.learning import fit, gradient_check, kernel, optim
from engine.learning import passes as learning
from engine.network.stack_text import write_stack
from pages.states import path
from pages.states.knobs import turn
from pages.states.learning import check as check_part
from pages.states.learning import courses, knobs
from pages.states.learning import kernel as kernel_part
from pages.states.learning import step as step_part
from pages.states.learning import train as train_part
from pages.states.learning.state import (
    OF_A_NETWORK,
    OWN,
    PARTS,
    LearningState,
    read,
    with_count,
    with_more,
    with_number,
)
from pages.states.network.sheet import is_path
from pages.states.sheet import Sheet, parts
from pages.states.view import View, menus, stepped

FILLS = {"check": check_part.fill, "step": step_part.fill, "kernel": kernel_part.fill, "train": train_part.fill}
SOURCES = {
    "check": (gradient_check.check, learning.nudges, learning.both_ways),
    "step": (learning.take_step, optim.SGD, optim.Adam),
    "kernel": (kernel.KernelLesson, kernel.kernel_lesson),
    "train": (fit.fit, fit.small_network),
}


def fill(page: Sheet, state: LearningState) -> None:
    """Put the open part on its page."""
    there = {part: (title, state.query() if part == state.part else {"part": part}) for part, title in PARTS.items()}
    page.into("menus").tabs(state.part, there, "Part", own=OWN)
    FILLS[state.part](page, state)
    if state.part != "kernel":  # its player brings the menu
        menus(page, state)
    if state.part in OF_A_NETWORK and is_path(state.network):
        path.came(page, "learning", "its gradients, of the same network")
    path.onward(page, "learning", *_carried(state))
    parts.source(page, lambda: SOURCES[state.part], title="The engine's own code for this part")


def _carried(state: LearningState) -> tuple[dict[str, str], str]:
    """Return what goes on to the page Training: the small network that learns shapes, to be trained on large ones.

    A step, or a kernel's, is what a training is made of; nothing but that comes along.
    """
    if state.part != "train":
        return {}, "" if state.part == "check" else "thousands of such steps"
    network = courses.fitting(state.training).start.network
    return {"preset": "tutorial", "data": "shapes", "stack": write_stack(network.layers)}, "this network"


def turned(state: LearningState, edit: Mapping) -> LearningState:
    """Return the state after a turn of a knob."""
    return turn(knobs.of(state), edit)


def picked(state: LearningState, cell: Mapping) -> LearningState:
    """Return the state with the number open that was clicked."""
    if state.part == "kernel":
        return state.with_step(int(cell["flat"]))
    return with_number(state, str(cell["name"]), int(cell["flat"]))


def taken(state: LearningState, count: int) -> LearningState:
    """Return the state so many steps further on, or back."""
    now = state.kernel.count if state.part == "kernel" else state.steps.count
    return with_count(state, now + int(count))


def counted(state: LearningState, count: int) -> LearningState:
    """Return the state so many steps from the start."""
    return with_count(state, int(count))


def more(state: LearningState, again: Any) -> LearningState:
    """Return the state a little later, while it plays. again: a training begins anew."""
    if again:
        state = replace(state, training=replace(state.training, done=0, shown=0))
    return with_more(state)


def rested(state: LearningState, _: Any) -> LearningState:
    """Return the state, which does not play any more."""
    return state


VIEW = View(
    read,
    fill,
    {
        "edit": turned, "step": stepped, "go": stepped, "pick": picked, "open": picked, "take": taken, "count": counted,
        "more": more, "rest": rested,
    },
    stays=("edit", "step", "pick", "take", "count", "more", "rest"),
    passing=("step", "more", "rest"),
    asks={"numbers": step_part.numbers},
    frame=lambda state: state.part,
    predicts=True,
)  # fmt: skip
