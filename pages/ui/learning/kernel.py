"""Part 3 of the learning page: a kernel that becomes a hidden one, each update open to inspection."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from engine.learning.code import kernel_code
from engine.writing.display import decimals_needed, number_text, plain_number
from pages.states import numbers
from pages.states.learning import grids as learning_grids
from pages.states.learning import state as learning_state
from pages.states.learning.state import MOST_KERNEL_STEPS, OWN, LearningState
from pages.ui import handlers
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.learning import figures as learning_figures
from pages.ui.learning.parts import bound, key, setting, step_buttons
from pages.ui.lesson import parts as lesson
from pages.ui.player import player
from pages.ui.session import Link

PLAYER, GRIDS, MAPS = "learning.kernel.player", "learning.kernel.grids", "learning.kernel.maps"
PLAYING, TICKED, WHOLE = "learning.kernel.playing", "learning.kernel.ticked", "learning.kernel.whole"
TICK_S, FASTER = 0.5, 6  # at each tick it takes a sixth of the steps taken so far, at least one
REACHED, DECIMALS = 1e-9, 3


def picked(link: Link) -> None:
    sent = st.session_state[GRIDS].pick
    if sent:
        handlers.change(link, lambda s: replace(s, kernel=replace(s.kernel, cell=int(sent["flat"]))))
        link.jump()
        st.session_state[WHOLE] = True  # the player and the link follow too, not only this part of the page


def stepped(link: Link) -> None:
    sent = st.session_state[PLAYER].step
    if sent and handlers.present(link, sent):
        handlers.change(link, lambda s: replace(s, kernel=replace(s.kernel, cell=int(sent["step"]))))


def typed(state: LearningState, text: str) -> LearningState:
    """Return the state with the learner's own hidden kernel. ValueError where these are not nine numbers."""
    parts = [part for part in re.split(r"[\s,;/]+", text.strip()) if part]
    if len(parts) != 9:
        raise ValueError(f"a 3×3 kernel has 9 numbers, row by row; here are {len(parts)}")
    own = tuple(numbers.number(part, f"number {k}") for k, part in enumerate(parts, start=1))
    if max(map(abs, own)) > learning_state.LARGEST_OWN:
        raise ValueError(f"numbers of the hidden kernel go up to {learning_state.LARGEST_OWN} in size")
    return replace(state, kernel=replace(state.kernel, own=own, count=0), before=())


def choices(link: Link) -> None:
    """Draw what is to be learnt, from what, and how fast."""
    kernel = link.state.kernel
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    again = {"count": 0}
    setting(row, link, "kernel", "source", "Input", 130, changes=again)
    setting(row, link, "kernel", "hidden", "Hidden kernel", 150, changes=again)
    if kernel.hidden == OWN:
        text = " ".join(plain_number(value, 6) for value in kernel.own)
        row.text_input("Its nine numbers, row by row", width=220, **bound(link, "kernel", "own", text, typed))
    setting(row, link, "kernel", "lr", "Learning rate", 125, changes=again)
    setting(row, link, "kernel", "seed", "Start (seed)", 120, changes=again)
    setting(row, link, "kernel", "count", "Step", 120)
    row.toggle("Reveal it", key="learning.kernel.reveal", help="Show the hidden kernel beside the one that learns.")


def draw(link: Link) -> Callable[[], None]:
    """Draw the part; return the function that draws the lesson, which may be playing: it is called last."""
    st.session_state[WHOLE] = False
    choices(link)
    buttons(link)
    slot = st.container()
    opened(link)
    kernel = link.state.kernel
    title = "The same lesson in PyTorch: code to paste"
    lesson.folded(title, "content_paste", "code", partial(_code, kernel))
    return partial(_live, slot, link)


def _code(kernel: learning_state.Kernel) -> None:
    st.code(kernel_code(kernel.lessons()[0], kernel.lr, max(1, kernel.count)), language="python")


def _live(slot, link: Link) -> None:
    with slot:
        if st.session_state.get(PLAYING):
            st.fragment(partial(lesson_view, link), run_every=TICK_S)()
        else:  # no fragment while it rests: what the last run of a fragment drew might stay
            lesson_view(link)


def buttons(link: Link) -> None:
    """Draw the buttons that take steps: one at each press, or one after the other."""
    kernel = link.state.kernel
    stopped = len(kernel.lessons()) <= kernel.count
    playing = st.session_state.get(PLAYING, False)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Pause" if playing else "Let it learn", icon=f":material/{'pause' if playing else 'play_arrow'}:",
            type="primary", key=key("kernel", "play"), on_click=partial(play, link, not playing),
            disabled=stopped or kernel.count >= MOST_KERNEL_STEPS,
        )  # fmt: skip
        step_buttons(link, kernel.count, MOST_KERNEL_STEPS, stopped=stopped, playing=playing)


def play(link: Link, on: bool) -> None:
    link.touched()
    st.session_state[PLAYING] = on
    st.session_state[TICKED] = time.monotonic()


def tick(link: Link) -> None:
    """Take some steps while it plays, and end where nothing more happens."""
    if not st.session_state.get(PLAYING) or time.monotonic() - st.session_state[TICKED] < TICK_S / 2:
        return
    st.session_state[TICKED] = time.monotonic()
    kernel = link.state.kernel
    count = min(kernel.count + max(1, kernel.count // FASTER), MOST_KERNEL_STEPS)
    after = replace(kernel, count=count)
    lessons = after.lessons()
    link.state = replace(link.state, kernel=after)
    if len(lessons) <= count or lessons[-1].loss < REACHED or count == MOST_KERNEL_STEPS:
        st.session_state[PLAYING] = False
        link.touched()
        st.rerun()


def lesson_view(link: Link) -> None:
    """Draw the kernel, its update, output and wanted output, and the loss."""
    if st.session_state[WHOLE]:
        st.rerun()
    tick(link)
    state: LearningState = link.state
    kernel, lessons = state.kernel, state.kernel.lessons()
    present, diverged = lessons[-1], len(lessons) <= state.kernel.count
    after = present.step(kernel.lr)
    # With the decimals on show, the sum closes only where nothing was rounded.
    exact = all(decimals_needed(a, DECIMALS) is not None for a in (present.kernel, present.gradient, after.kernel))
    boards = [
        learning_grids.grid("kernel", present.kernel, f"Kernel after {len(lessons) - 1} steps", decimals=DECIMALS),
        learning_grids.sign(f"− {kernel.lr:g} ×"),
        learning_grids.grid("kernel", present.gradient, "gradient: click one", kind="gradient", decimals=DECIMALS),
        learning_grids.sign("=" if exact else "≈"),
        learning_grids.grid("kernel", after.kernel, "next", kind="after", decimals=DECIMALS),
    ]
    if st.session_state.get("learning.kernel.reveal"):
        boards.append(learning_grids.grid("hidden", kernel.target, "the hidden kernel", decimals=DECIMALS))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        learning_grids.grids([boards], key=GRIDS, chosen=("kernel", kernel.cell), on_pick=partial(picked, link))
        learning_grids.grids(
            [
                [
                    learning_grids.grid("output", present.output[0], "its output", decimals=2),
                    learning_grids.grid("wanted", present.wanted[0], "wanted output", decimals=2),
                ]
            ],
            key=MAPS,
        )
    with right:
        st.metric("Loss: mean squared error", number_text(present.loss, 9))
        if diverged:
            st.error(
                f"Step {len(lessons)} would make the loss too large to follow: the learning rate is too large for this "
            "input. The page stays at the last good state; take a smaller learning rate.", icon=":material/error:",
            )  # fmt: skip
        elif len(lessons) > 1 and present.loss > lessons[-2].loss:
            st.warning("The loss rose: the step was too long.", icon=":material/trending_up:")
        losses = [one.loss for one in lessons]
        plot(learning_figures.losses(losses, theme(), 240, log=True), key("kernel", "losses"))


def opened(link: Link) -> None:
    """Draw the chosen number of the gradient in the player."""
    state: LearningState = link.state
    kernel = state.kernel
    st.markdown("##### Where a gradient comes from")
    player(
        kernel.lessons()[-1].trace(), key=PLAYER, on_edit=lambda: None, step=kernel.cell,
        jump=link.jumps, on_step=partial(stepped, link), height=230,
    )  # fmt: skip
