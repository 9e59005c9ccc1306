"""Part 4 of the learning page: a small network trained in NumPy, epoch by epoch, and opened in the other pages."""

from html import escape

import numpy as np

from engine.layers import Softmax
from engine.layers.output import learns_nothing
from engine.learning import fit
from engine.writing.display import number_text
from engine.writing.setting import limit
from pages.states import codec
from pages.states.learning import courses, figures, knobs, parts
from pages.states.learning import grids as learning_grids
from pages.states.learning.settings import PICTURES, Training
from pages.states.learning.state import WORK_S, LearningState
from pages.states.network.limits import runnable
from pages.states.network.presets import OWN
from pages.states.network.state import NetworkState
from pages.states.path import PATH
from pages.states.sheet import Sheet, png

FILTERS, DOT = 8, 13
WHITE = 1.0


def fill(page: Sheet, state: LearningState) -> None:
    """Put the part on its page. Where the training has not got as far as the state says, it goes on for a moment."""
    training = state.training
    page.knobs(knobs.training(state), "training")
    fitting = courses.fitting(training)
    fitting.train(training.done, WORK_S)
    done = fitting.epochs[: training.done]
    failed = bool(done) and not np.isfinite(done[-1].loss)
    over = failed or len(done) == training.epochs
    late = len(done) < training.done and not failed
    start = "Train again" if over else "Go on" if done else "Train"
    play = parts.playing(state, start, "Stop", late=late, again=over)
    parts.steps(page, at=len(done), most=training.epochs, ended=over, takes=False, **play)
    if done or training.done or state.running:
        _progress(page, training, fitting, done)
        if done and not failed and not late and (over or not state.running):
            _result(page, state, fitting, done[-1].learner)
    else:
        page.notice(
            "Two convolutions of 8 and 16 filters, each with ReLU and max pooling, and a linear layer: all in "
            "NumPy, in the engine that the other pages step through. Press Train."
        )
        data = fitting.data
        _strip(page, [(x, training.classes[k]) for x, k in zip(data.inputs[:PICTURES], data.labels, strict=False)])


def _strip(page: Sheet, pictures: list[tuple[np.ndarray, str]]) -> None:
    """Add pictures in a row, each with lines of text under it."""
    shown = "".join(
        f'<figure><img alt="" src="{_address(x)}"><figcaption>{escape(text).replace(chr(10), "<br>")}</figcaption>'
        "</figure>"
        for x, text in pictures
    )
    page.html(f'<div class="drawings">{shown}</div>')


def _address(x: np.ndarray) -> str:
    """Return a picture of numbers from −1 to 1, (1, H, W), as an image's address."""
    return png.address(png.brightness(fit.brightened(x)[0], WHITE))


def _progress(page: Sheet, training: Training, fitting: courses.Fitting, done: list[fit.Event]) -> None:
    """Add loss and accuracies so far, and the filters before and now."""
    left, right = page.columns([3, 2])
    last = done[-1] if done else None
    chance = number_text(100 / len(training.classes), 0)
    parts.metrics(
        left,
        {
            "Epoch": f"{len(done)} of {training.epochs}",
            "Loss": number_text(last.loss, 4) if last else "–",
            f"Test accuracy (chance {chance} %)": f"{last.test_accuracy:.1%}" if last else "–",
        },
    )
    curves = [e.loss for e in done], [e.accuracy for e in done], [e.test_accuracy for e in done]
    left.plot(figures.training(*curves, training.epochs), "training")
    if last and not np.isfinite(last.loss):
        left.notice(
            f"The loss of epoch {last.epoch} is no finite number: the learning rate {limit(training.lr)} is too "
            "large. Take a smaller one and train again.", "error",
        )  # fmt: skip
    elif last and len(done) == training.epochs and learns_nothing(last.loss, len(training.classes)):
        guess = number_text(np.log(len(training.classes)), 4)
        left.notice(
            f"It is not learning: an even guess among {len(training.classes)} classes has the loss {guess}. Take a "
            f"smaller learning rate than {limit(training.lr)}; where the loss hardly moved from the first epoch on, a "
            "larger one, or more epochs.", "warning",
        )  # fmt: skip
    _filters(right, training, fitting, last.learner if last else fitting.start, len(done))


def _filters(page: Sheet, training: Training, fitting: courses.Fitting, now: fit.Learner, epochs: int) -> None:
    """Add the first convolution's filters before and now."""
    lines = []
    for title, learner in (("before", fitting.start), ("now", now)):
        weights = np.nan_to_num(fit.readable(learner.parameters)["0.weight"][:FILTERS, 0])
        largest = float(np.abs(weights).max())
        lines.append(
            [
                learning_grids.grid(f"{title} {k}", weight, "\u00a0" if k else title, dot=DOT, scale=largest)
                for k, weight in enumerate(weights)
            ]
        )
    page.text("**The first layer's eight filters**: blue above zero, orange below")
    parts.grids(page, "filters", lines)
    steps = epochs * -(-training.count // training.batch)
    page.caption(
        f"{training.count} pictures in batches of {training.batch}: {steps:,} steps of Adam so far, "
        f"{now.network.parameter_count:,} numbers trained."
    )


def _result(page: Sheet, state: LearningState, fitting: courses.Fitting, learner: fit.Learner) -> None:
    """Add the network's answers for test pictures, and links that open one of them on the other pages."""
    data, names = fitting.data, state.training.classes
    parameters = fit.readable(learner.parameters)
    said = fit.answers(learner.network, parameters, data.test_inputs, data.test_labels)
    order = said.order
    wrong = int((~said.right).sum())
    page.heading(f"Test pictures: {wrong} of {len(order)} are taken for another shape (these come first)")

    def told(number: int) -> str:
        percent = number_text(100 * said.probabilities[number][said.said[number]], 0)
        mark = "" if said.right[number] else f"\n✗ is {names[said.labels[number]]}"
        return f"{names[said.said[number]]} {percent} %{mark}"

    _strip(page, [(data.test_inputs[n], f"{k}: {told(n)}") for k, n in enumerate(order[:PICTURES])])
    page.knobs(knobs.shown(state), "shown")
    chosen = order[min(state.training.shown, len(order) - 1)]
    one, two = page.columns([3, 2])
    one.table(
        [
            {
                "class": f"{k}: {name}",
                "probability": number_text(said.probabilities[chosen][k], 4),
                "": "◂ true" if k == said.labels[chosen] else "",
            }
            for k, name in enumerate(names)
        ]
    )
    query = _link(learner, parameters, data.test_inputs[chosen], int(data.test_labels[chosen]))
    for address in ("forward", "backward"):
        two.link(f"Open it in {PATH[address]}", query, address)
    size = sum(len(name) + len(text) + 2 for name, text in query.items())
    two.caption(
        f"The link holds the picture and every number of the network, rounded to four decimals ({size:,} "
        "characters), so it works on another machine too. There the classes have numbers instead of names."
    )


def _link(learner: fit.Learner, parameters: fit.Arrays, picture: np.ndarray, target: int) -> dict[str, str]:
    """Return the forward page's link that holds the trained network, all its numbers, and a test picture."""
    network = runnable(learner.network.with_layers((*learner.network.layers, Softmax(dim=-1))))
    x = fit.exact(picture)
    return NetworkState(network, x, parameters, OWN, codec.encode(x), target).opened().checked().query()
