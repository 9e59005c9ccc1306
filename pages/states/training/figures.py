"""The training page's figures: pure functions, arrays → dicts. A zoom lasts as long as `revision` is the same."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from engine.training.history import History
from engine.training.results import thinned
from pages.states.sheet.figure import CLEAR, Figure, ink

HEIGHT, SMALL = 270, 190
MOST_ABOVE = 4  # up to so many names have room in a line above the curves
FEW = 20  # classes, up to which each has its name and its numbers
DIGITS = 6  # of a curve's numbers: more than a screen shows
LINES = ("positive-line", "negative-line", "output", "accent", "gradient", "muted")
DASHES = ("solid", "dash", "dot", "dashdot")


def _figure(title: str, revision: str, height: int = HEIGHT, legend: bool = True) -> Figure:
    figure = Figure(
        f"<b>{title}</b>",
        height,
        template="none",
        margin={"r": 10, "t": 50 if legend else 30},
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 13}},
        dragmode="zoom",
        uirevision=revision,
    )
    figure.change(title={"font": {"size": 15}, "y": 0.985})
    figure.axes(
        gridcolor=ink("line"),
        zeroline=False,
        title={"standoff": 2, "font": {"size": 13}},
        ticks="outside",
        ticklen=4,
        tickcolor=CLEAR,
    )
    return figure


def _mode(points: Sequence) -> str:
    return "lines+markers" if len(points) <= 30 else "lines"


def _epochs(figure: Figure, epochs: float) -> None:
    title, steps = {"text": "epoch"}, 1 if epochs <= 12 else None
    figure.axes("x", title=title, range=[0, epochs], tickformat="d", dtick=steps)


def _from_zero(figure: Figure) -> None:
    figure.axes("y", rangemode="tozero")


def _shares(figure: Figure, letter: str = "y") -> None:
    figure.axes(letter, range=[0, 1], tickformat=".0%")


def _short(values: Any) -> np.ndarray:
    """Return numbers with as many digits as a screen may show, so that long curves are short texts."""
    array = np.asarray(values, dtype=np.float64)
    size = np.abs(array)
    digits = DIGITS - 1 - np.floor(np.log10(np.where((size > 0) & np.isfinite(size), size, 1)))
    scale = 10.0 ** np.clip(digits, -300, 300)
    return np.where(size < 1e-200, 0, np.rint(array * scale) / scale)


def losses(history: History, smooth: np.ndarray, epochs: int, revision: str) -> dict:
    """Draw the loss of every step, raw and smooth, and both sets' loss after every epoch."""
    figure = _figure("Loss", revision)
    for name, values, style in (
        ("a step", history.loss, {"color": ink("muted"), "width": 1}),
        ("a step, smoothed", smooth, {"color": ink("negative-line"), "width": 3}),
    ):
        places = thinned(values)
        figure.line(
            _short((places + 1) / history.per_epoch), _short(np.asarray(values)[places]), name=name, line=style,
            opacity=0.45 if name == "a step" else 1, customdata=places + 1,
            hovertemplate="step %{customdata}: %{y:.4f}<extra></extra>",
        )  # fmt: skip
    _by_epoch(figure, history, "training, by epoch", "train_loss", " %{x}: %{y:.4f}", 2)
    _by_epoch(figure, history, "test, by epoch", "test_loss", " %{x}: %{y:.4f}", 2)
    _epochs(figure, epochs)
    _from_zero(figure)
    return figure.drawn()


def _by_epoch(figure: Figure, history: History, name: str, key: str, hover: str, width: float) -> None:
    """Add one of the epochs' figures: the training set's dotted, the test set's solid."""
    train, x = key.startswith("train"), [epoch["epoch"] for epoch in history.epochs]
    figure.line(
        x, [epoch[key] for epoch in history.epochs], name=name, mode=_mode(x),
        line={"color": ink("positive-line" if train else "output"), "width": width,
              "dash": "dot" if train else "solid"},
        marker={"size": 8, "symbol": "circle" if train else "diamond"}, cliponaxis=False,
        hovertemplate=f"{name}{hover}<extra></extra>",
    )  # fmt: skip


def accuracies(history: History, epochs: int, revision: str) -> dict:
    """Draw both sets' accuracy after every epoch."""
    figure = _figure("Accuracy", revision)
    _by_epoch(figure, history, "training, as augmented", "train_accuracy", ", epoch %{x}: %{y:.1%}", 2.5)
    _by_epoch(figure, history, "test", "test_accuracy", ", epoch %{x}: %{y:.1%}", 2.5)
    _epochs(figure, epochs)
    _shares(figure)
    return figure.drawn()


def rates(history: History, epochs: int, revision: str) -> dict:
    """Draw the learning rate of every step."""
    steps = np.arange(1, len(history.lr) + 1)
    return _line("Learning rate", history.lr, steps / history.per_epoch, epochs, revision, "accent")


def planned(rates: Sequence[float], epochs: int) -> dict:
    """Draw the learning rate over a training that has not begun."""
    x = np.linspace(0, epochs, len(rates)) if len(rates) else []
    return _line("Learning rate, as planned", rates, x, epochs, "planned", "accent", 150)


def speeds(history: History, epochs: int, revision: str) -> dict:
    """Draw how many images a second the training took."""
    steps, values = zip(*history.rates, strict=True) if history.rates else ((), ())
    return _line("Images a second", values, np.array(steps) / history.per_epoch, epochs, revision, "output")


def _line(title, values, x, epochs: int, revision: str, colour: str, height: int = SMALL) -> dict:
    figure = _figure(title, revision, height, legend=False)
    places = thinned(values)
    figure.line(
        _short(np.asarray(x)[places]), _short(np.asarray(values)[places]), line={"color": ink(colour), "width": 2.5},
        hovertemplate="%{y:,.4~g}<extra></extra>",
    )  # fmt: skip
    _epochs(figure, epochs)
    _from_zero(figure)
    return figure.drawn()


def layers(
    title: str,
    curves: Mapping[str, tuple[Sequence[int], Sequence[float | None]]],
    epochs: int,
    revision: str,
    share: bool,
) -> dict:
    """Draw one line a layer, (epochs, values) by its name: shares from 0 to 1, or sizes on a logarithmic axis."""
    figure = _figure(title, revision)
    for k, (name, (x, values)) in enumerate(curves.items()):
        heights = [v if share or (v is not None and v > 0) else None for v in values]
        figure.line(
            x, heights, name=name, mode=_mode(values), marker={"size": 6}, cliponaxis=False, line=_style(k, 2),
            hovertemplate=f"{name}: %{{y:{'.1%' if share else '.3g'}}}<extra></extra>",
        )  # fmt: skip
    if len(curves) > MOST_ABOVE:
        beside = {"orientation": "v", "x": 1.02, "y": 1.0, "yanchor": "top", "font": {"size": 12}}
        figure.change(legend=beside, margin={"t": 30})
    _epochs(figure, epochs)
    if share:
        figure.axes("y", range=[-0.03, 1.03], tickformat=".0%")
    else:
        figure.axes("y", type="log", exponentformat="power", dtick="D2")
    return figure.drawn()


def _style(k: int, width: float) -> dict:
    """Return the look of the curve number k."""
    return {"color": ink(LINES[k % len(LINES)]), "width": width, "dash": DASHES[k // len(LINES) % len(DASHES)]}


def confusion(counts: np.ndarray, classes: Sequence[str]) -> dict:
    """Draw how many pictures of each class (row) were taken for each (column), with the number in every cell."""
    size, names = len(classes), [escape(name) for name in classes]
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    title = "Confusion matrix: row, the true class; column, what it was taken for"
    figure = _figure(title, "c", _tall(size), legend=False)
    figure.data.append({
        "type": "heatmap", "z": counts / totals, "x": names, "y": names, "zmin": 0, "zmax": 1, "showscale": False,
        "colorscale": [[0, ink("panel")], [1, ink("positive-line")]], "xgap": 1, "ygap": 1, "customdata": counts,
        "hovertemplate": "%{y} taken for %{x}: %{customdata} (%{z:.1%})<extra></extra>",
    })  # fmt: skip
    if size <= FEW:
        for i, row in enumerate(counts.tolist()):
            for j, count in enumerate(row):
                font = {"size": 12, "color": ink(f"{'positive-line' if count > totals[i, 0] / 2 else 'panel'}-ink")}
                figure.note(x=j, y=i, text=str(count), font=font)
    figure.axes("y", autorange="reversed")
    figure.axes(showgrid=False, type="category", tickmode="linear" if size <= FEW else "auto")
    figure.change(dragmode=False)
    return figure.drawn()


def per_class(shares: Sequence[float | None], classes: Sequence[str]) -> dict:
    """Draw the share of right answers of each class as bars, in the classes' order."""
    figure = _figure("Accuracy by class", "p", _tall(len(classes)), legend=False)
    figure.data.append({
        "type": "bar", "x": [share or 0 for share in shares], "y": [escape(name) for name in classes],
        "orientation": "h", "marker": {"color": ink("output")},
        "text": ["–" if share is None else f"{share:.1%}" for share in shares], "textposition": "auto",
        "textfont": {"size": 13}, "insidetextfont": {"color": ink("output-ink")},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    })  # fmt: skip
    mode = "linear" if len(classes) <= FEW else "auto"
    figure.axes("y", autorange="reversed", showgrid=False, type="category", tickmode=mode)
    _shares(figure, "x")
    figure.change(dragmode=False)
    return figure.drawn()


def _tall(classes: int) -> int:
    """Return the height of a figure that has a row for each class."""
    return max(320, 60 + 30 * classes)


def compared(title: str, curves: Mapping[str, tuple[Sequence, Sequence]], share: bool) -> dict:
    """Draw curves of several runs over each other: (epochs, values) by the run's name."""
    figure = _figure(title, title, 300)
    for k, (name, (x, y)) in enumerate(curves.items()):
        figure.line(
            x, y, name=escape(name), mode=_mode(x), line=_style(k, 2.5),
            hovertemplate=f"{escape(name)}: %{{y:{'.1%' if share else '.4f'}}}<extra></extra>",
        )  # fmt: skip
    _epochs(figure, max((max(x) for x, _ in curves.values() if len(x)), default=1))
    if share:
        _shares(figure)
    else:
        _from_zero(figure)
    return figure.drawn()
