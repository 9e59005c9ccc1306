"""Part 4 of the learning page: a small network trained in NumPy, epoch by epoch, and opened in the other pages."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import streamlit as st

from engine.data import drawings
from engine.layers import Softmax
from engine.learning import fit
from engine.learning.optim import Adam
from engine.writing.display import number_text
from pages.states import codec
from pages.states.learning import grids as learning_grids
from pages.states.learning.state import Training
from pages.states.network.limits import runnable
from pages.states.network.presets import OWN
from pages.states.network.state import NetworkState
from pages.states.sheet import png
from pages.ui.draw import tensor
from pages.ui.draw.figure import plot
from pages.ui.draw.theme import theme
from pages.ui.learning import figures as learning_figures
from pages.ui.learning.parts import binding, key, setting
from pages.ui.session import Link

RUN, FILTERS, SHOWN = "learning.train.run", "learning.train.filters", "learning.train.picture"
TICK_S, BUSY_S = 1.0, 0.4  # seconds between two looks at a training, and how long it works at each
PICTURES, SIDE, FILTERS_DRAWN, DOT = 12, 68, 8, 13
WHITE = 1.0
PAGES = {"forward.py": "Forward pass", "backward.py": "Backpropagation"}


@dataclass
class Run:
    """A training in this session: its pictures, its events so far, and whether it is going on."""

    settings: Training
    data: fit.Drawn
    events: Iterator[fit.Event]
    start: fit.Learner
    done: list[fit.Event] = field(default_factory=list)
    on: bool = True
    drawn: bool = False

    @property
    def learner(self) -> fit.Learner:
        return self.done[-1].learner if self.done else self.start

    def work(self) -> None:
        """Train for a moment, an epoch at least."""
        began = time.monotonic()
        while self.on and time.monotonic() - began < BUSY_S:
            event = next(self.events, None)
            if event is None:
                self.on = False
            else:
                self.done.append(event)
                self.on = event.epoch < self.settings.epochs and bool(np.isfinite(event.loss))


def begun(settings: Training) -> Run:
    """Return a training that is about to start."""
    data = fit.drawn(settings.classes, settings.size, settings.count, settings.seed)
    start = fit.starting(fit.small_network(len(settings.classes), settings.size), settings.seed)
    events = fit.fit(
        start, Adam(settings.lr), data.inputs, data.labels, data.test_inputs, data.test_labels,
        epochs=settings.epochs, batch_size=settings.batch, seed=settings.seed,
    )  # fmt: skip
    return Run(settings, data, events, start)


def link_of(run: Run, parameters: fit.Arrays, number: int) -> dict[str, str]:
    """Return the forward page's link that holds the trained network, all its numbers, and a test picture."""
    network = run.start.network
    network = runnable(network.with_layers((*network.layers, Softmax(dim=-1))))
    x = fit.exact(run.data.test_inputs[number])
    target = int(run.data.test_labels[number])
    return NetworkState(network, x, parameters, OWN, codec.encode(x), target).opened().checked().query()


def current() -> Run | None:
    return st.session_state.get(RUN)


def start(link: Link) -> None:
    link.touched()
    st.session_state[RUN] = begun(link.state.training)


def stop(link: Link) -> None:
    link.touched()
    run = current()
    if run:
        run.on = False


def settings(link: Link) -> None:
    """Draw what is to be learnt, and how."""
    run = current()
    busy = run is not None and run.on
    st.pills(
        "Shapes to tell apart (two at least)", drawings.CLASSES, selection_mode="multi", disabled=busy,
        **classes_bound(link),
    )  # fmt: skip
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    row.segmented_control(
        "Pictures' size", [8, 12], format_func=lambda n: f"{n}×{n}", required=True, disabled=busy,
        **binding(link, "train", "size"),
    )  # fmt: skip
    for name, label in (("count", "Pictures"), ("epochs", "Epochs"), ("batch", "Batch size")):
        setting(row, link, "train", name, label, 110, disabled=busy)
    setting(row, link, "train", "lr", "Learning rate", 125, step=0.001, disabled=busy)
    setting(row, link, "train", "seed", "Seed", 100, disabled=busy)
    # One button that changes, not two, so that nothing moves while it trains.
    row.button(
        "Stop" if busy else "Train", icon=f":material/{'stop' if busy else 'play_arrow'}:", key=key("train", "go"),
        type="secondary" if busy else "primary", on_click=partial(stop if busy else start, link),
    )  # fmt: skip


def classes_bound(link: Link) -> dict:
    """Return `bind` for the classes: fewer than two are not taken over."""
    made = binding(link, "train", "classes")
    widget, turned = made["key"], made["on_change"]
    st.session_state[widget] = list(link.state.training.classes)

    def changed() -> None:
        chosen = tuple(name for name in drawings.CLASSES if name in st.session_state[widget])
        if len(chosen) < 2:
            link.touched()
            link.message = f"There must be at least two shapes to tell apart, and {len(chosen)} is chosen."
            return
        st.session_state[widget] = chosen
        turned()

    return {"key": widget, "on_change": changed}


def draw(link: Link) -> Callable[[], None] | None:
    """Draw the part; return the function that draws a training, which may be going on: it is called last."""
    settings(link)
    run = current()
    slot, below = st.container(), st.container()
    with slot:
        if run is None:
            st.info(
                "Two convolutions of 8 and 16 filters, each with ReLU and max pooling, and a linear layer: all in "
                "NumPy, in the engine that the other pages step through. Press Train.",
                icon=":material/model_training:",
            )
            examples(link.state.training)
            return None
        if run.settings != link.state.training:
            st.info("What you see below was trained with other settings. Press Train.", icon=":material/history:")
    with below:
        if not run.on and run.done:
            result(run)
    return partial(_live, slot, run)


def _live(slot, run: Run) -> None:
    with slot:
        st.fragment(partial(progress, run), run_every=TICK_S if run.on else None)()


def examples(training: Training) -> None:
    """Draw some of the pictures that would be learnt."""
    data = fit.drawn(training.classes, training.size, training.count, training.seed)
    strip([(x, training.classes[label]) for x, label in zip(data.inputs[:PICTURES], data.labels, strict=False)])


def strip(pictures: list[tuple[np.ndarray, str]]) -> None:
    """Draw pictures in a row, each with a line of the page's own text under it."""
    style = "margin:0;font-size:13px;line-height:1.3"
    figures = "".join(
        f'<figure style="{style}">{image(x, SIDE)}<figcaption>{text}</figcaption></figure>' for x, text in pictures
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:10px 12px">{figures}</div>')


def image(x: np.ndarray, side: int) -> str:
    return f'<img alt="" style="width:{side}px;image-rendering:pixelated" src="{address(x)}">'


def address(x: np.ndarray) -> str:
    """Return a picture of numbers from −1 to 1 as an image's address."""
    return png.picture_address(tensor.picture(fit.brightened(x), WHITE))


def progress(run: Run) -> None:
    """Train for a moment, and draw loss and accuracies so far, and the filters before and now."""
    first, run.drawn = not run.drawn, True
    if run.on and not first:
        run.work()
        if not run.on:
            # The rest of the page is drawn at the end.
            st.rerun()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        done = run.done
        one, two, three = st.columns(3)
        last = done[-1] if done else None
        one.metric("Epoch", f"{len(done)} of {run.settings.epochs}")
        two.metric("Loss", number_text(last.loss, 4) if last else "–")
        chance = number_text(100 / len(run.settings.classes), 0)
        three.metric(f"Test accuracy (chance {chance} %)", f"{last.test_accuracy:.1%}" if last else "–")
        curves = [e.loss for e in done], [e.accuracy for e in done], [e.test_accuracy for e in done]
        plot(learning_figures.training(*curves, run.settings.epochs, theme()), key("train", "chart"))
        if last and not np.isfinite(last.loss):
            st.error(
                f"The loss of epoch {last.epoch} is no finite number: the learning rate {run.settings.lr:g} is too "
                "large. Take a smaller one and train again.", icon=":material/error:",
            )  # fmt: skip
    with right:
        filters(run)


def filters(run: Run) -> None:
    """Draw the first convolution's filters before and now."""
    lines = []
    for title, learner in (("before", run.start), ("now", run.learner)):
        weights = np.nan_to_num(fit.readable(learner.parameters)["0.weight"][:FILTERS_DRAWN, 0])
        largest = float(np.abs(weights).max())
        lines.append(
            [
                learning_grids.grid(
                    f"{title} {k}", weight, f"{title}" if not k else "\u00a0", dot=DOT, scale=largest, note=""
                )
                for k, weight in enumerate(weights)
            ]
        )
    st.markdown("**The first layer's eight filters**: blue above zero, orange below")
    learning_grids.grids(lines, key=FILTERS)
    steps = run.learner.steps
    st.caption(
        f"{run.settings.count} pictures in batches of {run.settings.batch}: {steps:,} steps of Adam so far, "
        f"{run.start.network.parameter_count:,} numbers trained."
    )


def result(run: Run) -> None:
    """Draw the network's answers for test pictures, and links that open one of them on the other pages."""
    if not np.isfinite(run.done[-1].loss):
        return
    parameters = fit.readable(run.learner.parameters)
    said = fit.answers(run.start.network, parameters, run.data.test_inputs, run.data.test_labels)
    names, order = run.settings.classes, said.order
    wrong = int((~said.right).sum())
    st.markdown(f"##### Test pictures: {wrong} of {len(order)} are taken for another shape (these come first)")

    def told(number: int) -> str:
        said_name = names[said.said[number]]
        percent = number_text(100 * said.probabilities[number][said.said[number]], 0)
        mark = "" if said.right[number] else f"<br>✗ is {names[said.labels[number]]}"
        return f"{said_name} {percent} %{mark}"

    strip([(run.data.test_inputs[n], f"{k}: {told(n)}") for k, n in enumerate(order[:PICTURES])])
    chosen = st.pills(
        "Choose one", order[:PICTURES], format_func=lambda number: str(order.index(number)), default=order[0],
        key=f"{SHOWN}.{id(run)}", required=True,
    )  # fmt: skip
    one, two = st.columns([3, 2], gap="large")
    with one:
        st.table(
            [
                {
                    "class": f"{k}: {name}",
                    "probability": number_text(said.probabilities[chosen][k], 4),
                    "": "◂ true" if k == said.labels[chosen] else "",
                }
                for k, name in enumerate(names)
            ]
        )
    with two:
        query = link_of(run, parameters, chosen)
        for file, title in PAGES.items():
            st.page_link(file, label=f"Open it in {title}", icon=":material/open_in_new:", query_params=query)
        size = sum(len(name) + len(text) + 2 for name, text in query.items())
        st.caption(
            f"The link holds the picture and every number of the network, rounded to four decimals ({size:,} "
            "characters), so it works on another machine too. There the classes have numbers instead of names."
        )
