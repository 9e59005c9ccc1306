"""Training: a network on CIFAR-10, on a folder of pictures or on drawn shapes, watched while it learns."""

import streamlit as st

from engine.training import runs
from engine.writing.display import sentence
from pages.states.sheet import Frame, Page, Sheet, parts
from pages.states.sheet.writing import plain
from pages.states.training import setup
from pages.states.training.state import NEW, RUN, RUNS, read
from pages.ui import session
from pages.ui.sheet import draw
from pages.ui.training import live as training_live
from pages.ui.training import parts as training_parts
from pages.ui.training import result as training_result
from pages.ui.training import runs as training_runs
from pages.ui.training import upload


def frame(view: str) -> Frame:
    """Return what stands above and below a new training, a run, or the runs."""
    head, row = parts.head("How does a network learn to see, step by step?")
    row.slot("menus")
    if view == NEW:
        setup.take(row, setup.offered(session.holder().left.get("forward")))
    return head, Sheet()


asker = session.holder().asker
state, _ = read(st.query_params.to_dict())
if state.view == NEW:
    upload.own_pictures()
# A new training follows from the state: pages/states/training/view.py.
draw(
    Page(
        "training",
        {view: frame(view) for view in (NEW, RUN, RUNS)},
        script="training/page.js",
        styles=("training/training.css", "shapes/volumes.css", "stack/stack.css"),
    ),
    events=upload.OWN.events(),
    hosted=(RUN, RUNS),
)
if state.view != NEW:
    st.html(training_parts.style())
if state.view == RUNS:
    training_runs.draw(state, asker)
elif state.view == RUN:
    try:
        run = runs.get(state.run)
        if not training_live.draw(run, asker):
            training_result.draw(run)
        training_result.own_link(run, asker)
    except ValueError as error:
        st.error(plain(sentence(error)), icon=":material/error:")
