"""A run as it trains, as a sheet: its progress, curves, filters and predictions; pause, resume, stop."""

from dataclasses import dataclass
from html import escape

import numpy as np

from engine.cached import cached_property
from engine.training import results
from engine.training.history import History
from engine.training.limits import limits, scheduler
from engine.training.runs import ACTIVE, Run, RunState, place_in_queue
from engine.writing.display import rough_text
from pages.states.sheet import Sheet
from pages.states.sheet.png import address
from pages.states.sheet.writing import plain
from pages.states.training import figures
from pages.states.training.parts import (
    SYNTHETIC,
    WORDS,
    Card,
    cards,
    data_name,
    facts,
    is_synthetic,
    left_out,
    percent,
)
from pages.states.training.pictures import test_pictures
from pages.states.training.state import TrainingState, like


@dataclass(frozen=True)
class Told:
    """A run at one time. word: what it was asked for last. mine: whether who looks may change it."""

    run: Run
    history: History
    state: RunState
    word: str
    mine: bool = True

    @property
    def active(self) -> bool:
        return self.state.status in ACTIVE

    @cached_property
    def smooth(self) -> np.ndarray:
        """The loss of every step, smoothed."""
        return results.smoothed(self.history.loss)


def fill(page: Sheet, told: Told) -> bool:
    """Put a run on its page. Return whether that lasts as long as its files do.

    The queue, and pictures that cannot be had, change without them. What comes and goes stands in columns of its own,
    so that what is below is changed in place.
    """
    run, history, epochs = told.run, told.history, told.run.config.epochs
    _head(page, told)
    page.html(_progress(told))
    _said(page.columns(1)[0], told)
    left, right = page.columns(2)
    left.plot(figures.losses(history, told.smooth, epochs, run.id), "loss")
    right.plot(figures.accuracies(history, epochs, run.id), "accuracy")
    page.caption("Drag over a curve to zoom in, also while it grows; a double click shows all of it again.")
    found = _look(page, told)
    columns = page.columns([3, 3, 2])
    norms = results.by_layer(history, "gradient_norms", "norm")
    dead = results.by_layer(history, "dead", "share")
    columns[0].plot(figures.layers("Gradient norm by layer", norms, epochs, run.id, False), "norms")
    if dead or not history.epochs:
        columns[1].plot(figures.layers("Dead ReLU channels by layer", dead, epochs, run.id, True), "dead")
    else:
        columns[1].notice("Only a ReLU can be dead, which means 0 for every picture, and this network has none.")
    columns[2].plot(figures.rates(history, epochs, run.id), "lr")
    columns[2].plot(figures.speeds(history, epochs, run.id), "speed")
    return found and told.state.status != "queued"


def _head(page: Sheet, told: Told) -> None:
    """Add name, status and buttons."""
    run, status = told.run, told.state.status
    note = f'<b class="mark drawn">{SYNTHETIC}</b>' if is_synthetic(run) else ""
    row = page.row()
    row.html(
        f'<div class="tr head"><h2>{escape(run.name)} <b class="mark {status}">{WORDS[status]}</b> {note}</h2>'
        f"<p>{escape(_subtitle(told))}</p></div>"
    )
    if told.active and told.mine:
        paused, stops = status == "paused", told.word == "stop"
        words = ("Resume", "run") if paused else ("Pause", "pause")
        row.button(*words, disabled=status == "queued" or stops)
        row.button("Stop", "stop", disabled=stops)
    elif told.active:
        row.text("Another browser’s run: you are watching it.")
    else:
        if told.mine and status in ("stopped", "failed"):
            row.button("Go on", "on", help="It goes on from its checkpoint.")
        row.button("Start again", "again", help="A new run with the same settings and the same start.")
    row.link("Change settings", like(TrainingState(), run).query(), "training")


def _subtitle(told: Told) -> str:
    """Return a line about the present state of a run; there always is one, so that nothing below it moves."""
    if told.state.message and told.state.status not in ("queued", "failed", "diverged"):
        return told.state.message
    config = told.run.config
    parts = [
        data_name(told.run, told.history), f"{config.network.parameter_count:,} parameters", f"seed {config.seed}"
    ]  # fmt: skip
    return " · ".join(parts)


def _progress(told: Told) -> str:
    """Return the progress of the run, as a bar and in numbers."""
    history, state = told.history, told.state
    step, steps = max(history.step, state.step), history.steps or state.steps
    share = min(1.0, step / steps) if steps else 0.0
    left = history.seconds_left if told.active else None
    last = history.epochs[-1] if history.epochs else None
    loss = float(told.smooth[-1]) if history.loss else None
    speed = history.rates[-1][1] if history.rates else None
    final = history.end if history.end and history.end["event"] == "finished" else None
    speed = final["images_per_second"] if final else speed
    bar = (
        f'<div class="tr progress" role="progressbar" aria-label="progress" aria-valuenow="{100 * share:.0f}">'
        f'<i style="width:{share:.2%}"></i></div>'
    )
    return bar + facts([
        ("epoch", f"{last['epoch'] if last else 0}", f"of {state.epochs}"),
        ("step", f"{step:,}", f"of {steps:,}" if steps else ""),
        ("time" if not told.active else "time left", results.duration(left if left is not None else history.seconds)
         if left is not None or not told.active else "–",
         f"of {results.duration(history.seconds + left)}" if left else ""),
        ("loss, smoothed", "–" if loss is None else f"{loss:.3f}" if loss < 1e4 else f"{loss:.3g}", ""),
        ("test accuracy", percent(final["test_accuracy"] if final else last and last["test_accuracy"]),
         "at the end" if final else f"epoch {last['epoch']}" if last else ""),
        ("learning rate", rough_text(history.lr[-1]) if history.lr else "–", ""),
        ("images a second", f"{speed:,.0f}" if speed else "–", ""),
    ])  # fmt: skip


def spoken(told: Told) -> str:
    """Return what a screen reader says of a run: another text where an epoch or the run has ended, not at each step."""
    last = told.history.epochs[-1] if told.history.epochs else None
    after = f", epoch {last['epoch']}: test accuracy {percent(last['test_accuracy'])}" if last else ""
    return f"{told.run.name}: {WORDS[told.state.status]}{after}"


def _said(page: Sheet, told: Told) -> None:
    """Add messages: the place in the queue, a lost worker, an end that was not planned, what went or was left out."""
    run, history, state = told.run, told.history, told.state
    if state.status == "queued":
        count = _at_once()
        place = place_in_queue(run, count)
        text = f"**Place {place} in the queue.** It begins as soon as a place is free{_allowed(count)}." if place else (
            "**It begins in a moment.**")  # fmt: skip
        page.notice(f"{text} {plain(state.message)}")
    elif state.status == "diverged" and history.end:
        advice = "\n".join(f"- {plain(sentence)}" for sentence in history.end.get("advice", ()))
        page.notice(
            f"**The training diverged at step {history.end['step']:,}: {plain(history.end['what'])}.** The weights "
            f"have grown without bound, and no later step can bring them back. What to change:\n\n{advice}",
            "error",
        )
    elif state.status == "failed":
        page.notice(plain(state.message), "error")
    elif found := results.not_learning(run.config, history):
        text, sentences = found
        page.notice(
            f"**{plain(text)}** What to change:\n\n" + "\n".join(f"- {plain(one)}" for one in sentences), "warning"
        )
    recovered = [note for note in history.notes if note["event"] == "recovered"]
    if recovered and state.status != "failed" and recovered[-1]["message"] != state.message:
        page.caption(plain(recovered[-1]["message"]))
    if run.removed and told.active:
        page.caption(f"Deleted to make room: {plain(', '.join(run.removed))}.")
    if history.start and history.start["skipped"]:
        page.html(_skipped(history.start))


def _skipped(start: dict) -> str:
    """Return, folded, which files were left out; the run has written down the first of them."""
    count = start["skipped_count"] or len(start["skipped"])
    title = "1 file could not be used and was left out" if count == 1 else (
        f"{count:,} files could not be used and were left out")  # fmt: skip
    files, more = left_out(start["skipped"], count)
    lines = "".join(f"<li>{escape(file)}</li>" for file in files) + (f"<li>{more}</li>" if more else "")
    return f'<details class="tr skipped"><summary>{title}</summary><ul>{lines}</ul></details>'


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


def _look(page: Sheet, told: Told) -> bool:
    """Add the first layer's filters, and what the network says of twelve test pictures; return whether they are had."""
    run, history, look = told.run, told.history, told.history.look
    left, right = page.columns([1, 2.4])
    _filters(left, run, look)
    when = f" after {look['epoch']:.2f} epochs" if look else ""
    right.text(f"**What it says of twelve test pictures{when}**")
    if not look:
        right.caption("They appear when the training begins.")
        return True
    samples, classes = look["samples"], history.start["classes"]
    places, labels = ([sample[what] for sample in samples] for what in ("index", "label"))
    pictures, problem = test_pictures(run, history, places, labels) if places else ({}, "")
    drawn = [
        Card(
            pictures.get(sample["index"]), classes[sample["label"]],
            [(classes[k], share, k == sample["label"]) for k, share in sample["top"]],
        )
        for sample in samples
    ]  # fmt: skip
    right.html(cards(drawn))
    chance = f"A guess would be right in 1 of {len(classes)}; ✓ marks the true class."
    right.caption(f"{plain(problem)} {chance}" if problem else f"{plain(data_name(run, history))}: {chance}")
    return not problem


def _filters(page: Sheet, run: Run, look: dict | None) -> None:
    """Add the filters of the first convolution that is trained, as pictures."""
    filters = look["filters"] if look else None
    if not filters:
        page.text("**Filters**")
        page.caption("They appear when the training begins." if not look else "This network has no convolution.")
        return
    count, _, height, width = filters["shape"]
    layer, channels = filters.get("layer", 1), filters.get("channels", filters["shape"][1])
    whose = "First layer" if layer == 1 else f"Layer {layer}"
    page.text(f"**{whose}’s filters, {count} of {channels}×{height}×{width}**")
    pixels = results.filter_sheet(filters["shape"], filters["values"])
    page.html(f'<div class="tr filters"><img alt="The filters as pictures" src="{address(pixels)}"></div>')
    mean = "" if channels in (1, 3) else f" Each is the mean of its {channels} channels."
    whitened = run.config.whiten and layer > 1
    still = " Layer 1 is computed from the pictures (whitened), not trained." if whitened else ""
    page.caption(f"Grey is 0; in each filter the largest weight has the full colour.{mean}{still}")
