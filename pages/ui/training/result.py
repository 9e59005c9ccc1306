"""The results of a run: accuracy by class, confusion, its most confident mistakes, and files to take along."""

import streamlit as st

from engine.training import results, script
from engine.training.history import History
from engine.training.runs import Asker, Run
from pages.states.sheet.writing import plain
from pages.states.training import figures
from pages.states.training.parts import Card, cards, data_name, is_synthetic
from pages.states.training.pictures import test_pictures
from pages.states.training.watch import history_of
from pages.ui.training.parts import FILE, plot

INSIDE = "inside.py"
MISTAKES = 12


def draw(run: Run) -> None:
    """Draw the results of a run that has ended."""
    history = history_of(run)
    if run.state().status == "finished":
        try:
            answers = results.answers(run.answers)
        except ValueError as error:
            st.warning(f"{plain(str(error))}", icon=":material/broken_image:")
        else:
            _answers(run, history, answers)
    elif run.weights.is_file():
        st.caption("Only a run that has finished has a confusion matrix and mistakes: they come from its last test.")
    _take_along(run, history)


def own_link(run: Run, asker: Asker) -> None:
    """Draw the link by which another browser can change the run, for the browser that began it."""
    if asker.keys and asker.browser == run.owner.browser:
        st.page_link(
            FILE, label="This run with its key", icon=":material/key:", width="content",
            query_params={"run": run.id, "key": asker.key_of(run.id)},
            help="Who opens this link, on another machine too, can pause, stop, rename and delete the run. The link of "
            "this page is for looking only.",
        )  # fmt: skip


def _answers(run: Run, history: History, answers: results.Answers) -> None:
    classes = answers.classes
    note = "synthetic pictures" if is_synthetic(run) else f"{data_name(run, history)}"
    st.markdown(f"# {answers.accuracy:.2%} of {len(answers.labels):,} test pictures are right ({plain(note)})")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        plot(figures.confusion(answers.confusion(), classes), "training.confusion")
    with right:
        plot(figures.per_class(answers.per_class(), classes), "training.classes")
    _mistakes(run, history, answers)


@st.fragment
def _mistakes(run: Run, history: History, answers: results.Answers) -> None:
    classes = answers.classes
    pairs = answers.confused(4)
    head = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with head:
        st.markdown("## The most confident mistakes", width="content")
        pair = None
        if pairs:
            pair = st.pills(
                "Only", pairs, label_visibility="collapsed", key="training.only",
                format_func=lambda p: plain(f"{classes[p[0]]} → {classes[p[1]]}: {p[2]}"),
            )  # fmt: skip
    label, said = (pair[0], pair[1]) if pair else (None, None)
    mistakes = answers.mistakes(MISTAKES, label, said)
    if not mistakes:
        st.caption("There is none.")
        return
    places, labels = [m.index for m in mistakes], [m.label for m in mistakes]
    pictures, problem = test_pictures(run, history, places, labels)
    drawn = [
        Card(
            pictures.get(m.index), f"no. {m.index}: {classes[m.label]}",
            [(classes[m.said], m.probability, False), (classes[m.label], m.of_label, True)],
        )
        for m in mistakes
    ]  # fmt: skip
    st.html(cards(drawn))
    if problem:
        st.caption(plain(problem))


def _take_along(run: Run, history: History) -> None:
    """Draw the files to take along, and the way inside."""
    st.markdown("## Take it along")
    name = f"stride-{run.id}"
    with st.container(horizontal=True, gap="small", key="training-files"):
        if run.weights.is_file():
            st.page_link(INSIDE, label="Open inside", icon=":material/view_in_ar:", query_params={"run": run.id})
            st.download_button(
                "weights.safetensors", run.weights.read_bytes, f"{name}.safetensors", "application/octet-stream",
                icon=":material/download:", on_click="ignore", key="training.weights",
            )  # fmt: skip
        st.download_button(
            "Curves as CSV", lambda: results.curves_csv(history), f"{name}.csv", "text/csv", on_click="ignore",
            icon=":material/download:", key="training.csv", disabled=not history.loss,
        )  # fmt: skip
        st.download_button(
            "PyTorch script", lambda: script.script(run.config, history.start), f"{name}.py", "text/x-python",
            icon=":material/download:", on_click="ignore", key="training.script",
            help="A stand-alone program that repeats this training.",
        )  # fmt: skip
    where = ""
    if history.start:
        start = history.start
        threads = f"{start['threads']} thread{'s' if start['threads'] > 1 else ''}"
        where = (
            f"Trained on {start['device']} ({start['precision']}, {threads}, PyTorch "
            f"{start['versions'].get('torch', '?')}) in {results.duration(history.seconds)}, seed {run.config.seed}, "
            f"{start['train']:,} training pictures of {start['data']}."
        )
    st.caption(f"{plain(where)} The link of this page holds the run: `?run={run.id}`.")
