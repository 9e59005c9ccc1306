"""Training: a network on CIFAR-10, on a folder of pictures or on drawn shapes, watched while it learns."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.training import runs
from pages.states.sheet.writing import plain
from pages.states.training import state as training_state
from pages.states.training.state import NEW, RUN, RUNS
from pages.ui.controls import bind
from pages.ui.lesson import parts as lesson
from pages.ui.training import live as training_live
from pages.ui.training import parts as training_parts
from pages.ui.training import result as training_result
from pages.ui.training import runs as training_runs
from pages.ui.training import setup as training_setup
from pages.ui.training.parts import link

VIEW = "training.view"
TITLES = {NEW: "New", RUN: "This run", RUNS: "All runs"}

link.sync(partial(training_state.read, before=link.state))
state = link.state


st.html(training_parts.style())
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    lesson.question("How does a network learn to see, step by step?")
    st.segmented_control(
        "View", [view for view in TITLES if view != RUN or state.run], format_func=TITLES.get, required=True,
        label_visibility="collapsed", **bind(link, VIEW, state.view, lambda state, view: replace(state, view=view)),
    )  # fmt: skip
lesson.problems(link.problems)
if state.view == NEW:
    training_setup.draw()
elif state.view == RUNS:
    training_runs.draw()
else:
    try:
        run = runs.get(state.run)
        active = training_live.draw(run)
    except ValueError as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        if not active:
            training_result.draw(run)
