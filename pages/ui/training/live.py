"""A run as it trains: its progress, curves, filters and predictions; pause, resume, stop."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from engine.training import jobs, results
from engine.training.history import History
from engine.training.limits import limits, scheduler
from engine.training.runs import ACTIVE, Run, RunState, place_in_queue
from engine.writing.display import rough_text
from pages.states.sheet.png import address
from pages.states.sheet.writing import plain
from pages.states.training import state as training_state
from pages.states.training.state import RUN
from pages.ui import handlers
from pages.ui.draw.theme import theme
from pages.ui.training import figures
from pages.ui.training.chart import chart
from pages.ui.training.parts import (
    SYNTHETIC,
    Card,
    badge,
    cards,
    data_name,
    facts,
    followed,
    is_synthetic,
    left_out,
    link,
    made_room,
    percent,
    test_pictures,
)

TICK_S = 1.0
SHOWN = "training.shown"  # the last status that the whole page was drawn with


def draw(run: Run) -> str:
    """Draw a run; return its status. While it trains, only this part is drawn again, about once a second."""
    status = run.state().status
    st.session_state[SHOWN] = (run.id, status)
    st.fragment(partial(_live, run), run_every=TICK_S if status in ACTIVE else None)()
    return status


def _live(run: Run) -> None:
    history, state = followed(run), run.state()
    status = state.status
    shown, before = st.session_state[SHOWN]
    if shown == run.id and before in ACTIVE and status not in ACTIVE:
        st.rerun()  # what comes afterwards is outside this part
    _head(run, history, state)
    if link.message:
        st.error(plain(link.message), icon=":material/error:")
    _facts(history, state)
    _said(run, history, state)
    epochs, revision = run.config.epochs, run.id
    left, right = st.columns(2, gap="medium")
    with left:
        chart(figures.losses(history, epochs, theme(), revision), "training.loss")
    with right:
        chart(figures.accuracies(history, epochs, theme(), revision), "training.accuracy")
    st.caption("Drag over a curve to zoom in, also while it grows; a double click shows all of it again.")
    _look(run, history)
    columns = st.columns([3, 3, 2], gap="medium")
    norms = results.by_layer(history, "gradient_norms", "norm")
    dead = results.by_layer(history, "dead", "share")
    with columns[0]:
        chart(figures.layers("Gradient norm by layer", norms, epochs, theme(), revision, False), "training.norms")
    with columns[1]:
        if dead or not history.epochs:
            chart(figures.layers("Dead ReLU channels by layer", dead, epochs, theme(), revision, True), "training.dead")
        else:
            st.info(
                "Only a ReLU can be dead, which means 0 for every picture, and this network has none.",
                icon=":material/info:",
            )
    with columns[2]:
        chart(figures.rates(history, epochs, theme(), revision), "training.lr")
        chart(figures.speeds(history, epochs, theme(), revision), "training.speed")


def _head(run: Run, history: History, state: RunState) -> None:
    """Draw name, status and buttons."""
    status = state.status
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="training-head")
    with row.container(width="stretch"):
        note = f" {SYNTHETIC}" if is_synthetic(run) else ""
        st.markdown(f"#### {plain(run.name)} {badge(status)}{note}")
        st.caption(_subtitle(run, history, state))
    word, asked = run.word(), status in ACTIVE
    if asked:
        paused = status == "paused"
        row.button(
            "Resume" if paused else "Pause", icon=f":material/{'play_arrow' if paused else 'pause'}:",
            key="training.pause", disabled=status == "queued" or word == "stop",
            on_click=partial(_ask, run, "run" if paused else "pause"),
        )  # fmt: skip
        row.button(
            "Stop", icon=":material/stop:", key="training.stop", disabled=word == "stop",
            on_click=partial(_ask, run, "stop"),
        )  # fmt: skip
    elif status in ("stopped", "failed") and row.button(
        "Go on", icon=":material/play_arrow:", key="training.on", help="It goes on from its checkpoint."
    ):
        _act(partial(jobs.submit, run))
    if not asked and row.button(
        "Start again",
        icon=":material/replay:",
        key="training.again",
        help="A new run with the same settings and the same start.",
    ):
        _act(partial(_again, run))
    if row.button("Change settings", icon=":material/tune:", key="training.like", help="A new training like this one."):
        _act(partial(_like, run))


def _subtitle(run: Run, history: History, state: RunState) -> str:
    """Return a line about the present state of a run; there always is one, so that nothing below it moves."""
    if state.message and state.status not in ("queued", "failed", "diverged"):
        return f":material/info: {plain(state.message)}"
    config = run.config
    parts = [data_name(run, history), f"{config.network.parameter_count:,} parameters", f"seed {config.seed}"]
    return plain(" · ".join(parts))


def _act(what: Callable[[], None]) -> None:
    """Do what a button says, and draw the whole page anew."""
    handlers.attempt(link, what)
    link.touched()
    st.rerun()


def _ask(run: Run, word: str) -> None:
    """Ask the run to pause, go on or stop; only this part of the page is drawn again."""
    handlers.attempt(link, partial(run.control, word))


def _again(run: Run) -> None:
    again = jobs.start_again(run)
    made_room(again)
    link.state = replace(link.state, view=RUN, run=again.id)


def _like(run: Run) -> None:
    link.state = training_state.like(link.state, run)


def _facts(history: History, state: RunState) -> None:
    """Draw the progress of the run in numbers."""
    epochs, step, steps = state.epochs, max(history.step, state.step), history.steps or state.steps
    active = state.status in ACTIVE
    share = min(1.0, step / steps) if steps else 0.0
    st.progress(share)
    left = history.seconds_left if active else None
    last = history.epochs[-1] if history.epochs else None
    loss = float(results.smoothed(history.loss)[-1]) if history.loss else None
    speed = history.rates[-1][1] if history.rates else None
    final = history.end if history.end and history.end["event"] == "finished" else None
    speed = final["images_per_second"] if final else speed
    facts([
        ("epoch", f"{history.epochs[-1]['epoch'] if last else 0}", f"of {epochs}"),
        ("step", f"{step:,}", f"of {steps:,}" if steps else ""),
        ("time" if not active else "time left", results.duration(left if left is not None else history.seconds)
         if left is not None or not active else "–", f"of {results.duration(history.seconds + left)}" if left else ""),
        ("loss, smoothed", "–" if loss is None else f"{loss:.3f}" if loss < 1e4 else f"{loss:.3g}", ""),
        ("test accuracy", percent(final["test_accuracy"] if final else last and last["test_accuracy"]),
         "at the end" if final else f"epoch {last['epoch']}" if last else ""),
        ("learning rate", rough_text(history.lr[-1]) if history.lr else "–", ""),
        ("images a second", f"{speed:,.0f}" if speed else "–", ""),
    ])  # fmt: skip


def _said(run: Run, history: History, state: RunState) -> None:
    """Draw messages: the place in the queue, a lost worker, an end that was not planned."""
    status = state.status
    if status == "queued":
        count = _at_once()
        place = place_in_queue(run, count)
        text = f"**Place {place} in the queue.** It begins as soon as a place is free{_allowed(count)}." if place else (
            "**It begins in a moment.**")  # fmt: skip
        st.info(f"{text} {plain(state.message)}", icon=":material/schedule:")
    elif status == "diverged" and history.end:
        advice = "\n".join(f"- {plain(sentence)}" for sentence in history.end.get("advice", ()))
        st.error(
            f"**The training diverged at step {history.end['step']:,}: {plain(history.end['what'])}.** The weights "
            f"have grown without bound, and no later step can bring them back. What to change:\n\n{advice}",
            icon=":material/trending_up:",
        )
    elif status == "failed":
        st.error(plain(state.message), icon=":material/error:")
    recovered = [note for note in history.notes if note["event"] == "recovered"]
    if recovered and status not in ("failed",) and recovered[-1]["message"] != state.message:
        st.caption(f":material/healing: {plain(recovered[-1]['message'])}")
    if history.start and history.start["skipped"]:
        _skipped(history.start)


def _skipped(start: dict) -> None:
    """Draw which files were left out; the run has written down the first of them."""
    count = start.get("skipped_count", len(start["skipped"]))
    title = "1 file could not be used and was left out" if count == 1 else (
        f"{count:,} files could not be used and were left out")  # fmt: skip
    left_out(title, start["skipped"], count)


def _at_once() -> int:
    """Return how many runs this machine trains at once; 0 where a cluster elsewhere decides that."""
    try:
        return 0 if scheduler() else limits().runs
    except ValueError:  # the run that fails for it says so
        return 0


def _allowed(count: int) -> str:
    if not count:
        return ""
    trains = f"{count} at once" if count > 1 else "one at a time"
    return f": this machine trains {trains}, and a paused one keeps its place"


def _look(run: Run, history: History) -> None:
    """Draw the first layer's filters, and what the network says of twelve test pictures."""
    left, right = st.columns([1, 2.4], gap="medium")
    look = history.look
    with left:
        filters = look["filters"] if look else None
        if filters:
            count, _, height, width = filters["shape"]
            layer, channels = filters.get("layer", 1), filters.get("channels", filters["shape"][1])
            whose = "First layer" if layer == 1 else f"Layer {layer}"
            st.markdown(f"**{whose}’s filters, {count} of {channels}×{height}×{width}**")
            sheet = results.filter_sheet(filters["shape"], filters["values"])
            st.html(f'<div class="tr filters"><img alt="The filters as pictures" src="{address(sheet)}"></div>')
            mean = "" if channels in (1, 3) else f" Each is the mean of its {channels} channels."
            whitened = run.config.whiten and layer > 1
            still = " Layer 1 is computed from the pictures (whitened), not trained." if whitened else ""
            st.caption(f"Grey is 0; in each filter the largest weight has the full colour.{mean}{still}")
        else:
            st.markdown("**Filters**")
            st.caption("They appear when the training begins." if not look else "This network has no convolution.")
    with right:
        when = f" after {look['epoch']:.2f} epochs" if look else ""
        st.markdown(f"**What it says of twelve test pictures{when}**")
        if not look:
            st.caption("They appear when the training begins.")
            return
        samples, classes = look["samples"], history.start["classes"]
        places, labels = ([sample[what] for sample in samples] for what in ("index", "label"))
        pictures, problem = test_pictures(run, history, places, labels)
        cards(
            Card(
                pictures.get(sample["index"]), classes[sample["label"]],
                [(classes[k], share, k == sample["label"]) for k, share in sample["top"]],
            )
            for sample in samples
        )  # fmt: skip
        chance = f"A guess would be right in 1 of {len(classes)}; ✓ marks the true class."
        st.caption(f"{plain(problem)} {chance}" if problem else f"{plain(data_name(run, history))}: {chance}")
