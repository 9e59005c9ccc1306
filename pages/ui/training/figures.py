"""The training page's figures: pure functions, arrays → go.Figure. A zoom lasts as long as `revision` is the same."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go

from engine.training.history import History
from engine.training.results import smoothed, thinned
from pages.states.sheet.colors import colors, ink_on
from pages.ui.draw.figure import styled

HEIGHT, SMALL = 270, 190
MOST_ABOVE = 4  # up to so many names have room in a line above the curves
LINES = ("positive-line", "negative-line", "output", "accent", "gradient", "muted")
DASHES = ("solid", "dash", "dot", "dashdot")


def _figure(title: str, theme: str, revision: str, height: int = HEIGHT, legend: bool = True) -> go.Figure:
    axis = {
        "gridcolor": colors(theme)["line"],
        "zeroline": False,
        "automargin": True,
        "title": {"standoff": 2, "font": {"size": 13}},
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": "rgba(0,0,0,0)",
    }
    return styled(
        go.Figure(),
        f"<b>{title}</b>",
        theme,
        height,
        title_font_size=15,
        title_y=0.985,
        template="none",
        margin={"r": 10, "t": 50 if legend else 30},
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 13}},
        dragmode="zoom",
        uirevision=revision,
        xaxis=axis,
        yaxis=axis,
    )


def _mode(points: Sequence) -> str:
    return "lines+markers" if len(points) <= 30 else "lines"


def _epochs(epochs: float) -> dict:
    return {
        "title_text": "epoch",
        "range": [0, epochs],
        "tickformat": "d",
        "dtick": 1 if epochs <= 12 else None,
    }


def losses(history: History, epochs: int, theme: str, revision: str) -> go.Figure:
    """Draw the loss of every step, raw and smoothed, and both sets' loss after every epoch."""
    table = colors(theme)
    figure = _figure("Loss", theme, revision)
    for name, values, style in (
        ("a step", history.loss, {"color": table["muted"], "width": 1}),
        ("a step, smoothed", smoothed(history.loss), {"color": table["negative-line"], "width": 3}),
    ):
        places = thinned(values)
        figure.add_scatter(
            x=(places + 1) / history.per_epoch, y=np.asarray(values)[places], name=name, mode="lines", line=style,
            opacity=0.45 if name == "a step" else 1, customdata=places + 1,
            hovertemplate="step %{customdata}: %{y:.4f}<extra></extra>",
        )  # fmt: skip
    _by_epoch(figure, history, theme, "training, by epoch", "train_loss", " %{x}: %{y:.4f}", 2)
    _by_epoch(figure, history, theme, "test, by epoch", "test_loss", " %{x}: %{y:.4f}", 2)
    figure.update_xaxes(**_epochs(epochs))
    figure.update_yaxes(rangemode="tozero")
    return figure


def _by_epoch(figure: go.Figure, history: History, theme: str, name: str, key: str, hover: str, width: float) -> None:
    """Add one of the epochs' figures: the training set's dotted, the test set's solid."""
    train, x = key.startswith("train"), [epoch["epoch"] for epoch in history.epochs]
    figure.add_scatter(
        x=x, y=[epoch[key] for epoch in history.epochs], name=name, mode=_mode(x),
        line={"color": colors(theme)["positive-line" if train else "output"], "width": width,
              "dash": "dot" if train else "solid"},
        marker={"size": 8, "symbol": "circle" if train else "diamond"}, cliponaxis=False,
        hovertemplate=f"{name}{hover}<extra></extra>",
    )  # fmt: skip


def accuracies(history: History, epochs: int, theme: str, revision: str) -> go.Figure:
    """Draw both sets' accuracy after every epoch."""
    figure = _figure("Accuracy", theme, revision)
    _by_epoch(figure, history, theme, "training, as augmented", "train_accuracy", ", epoch %{x}: %{y:.1%}", 2.5)
    _by_epoch(figure, history, theme, "test", "test_accuracy", ", epoch %{x}: %{y:.1%}", 2.5)
    figure.update_xaxes(**_epochs(epochs))
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    return figure


def rates(history: History, epochs: int, theme: str, revision: str) -> go.Figure:
    """Draw the learning rate of every step."""
    return _line(
        "Learning rate",
        history.lr,
        np.arange(1, len(history.lr) + 1) / history.per_epoch,
        epochs,
        theme,
        revision,
        "accent",
    )


def planned(rates: Sequence[float], epochs: int, theme: str) -> go.Figure:
    """Draw the learning rate over a training that has not begun."""
    x = np.linspace(0, epochs, len(rates)) if len(rates) else []
    return _line("Learning rate, as planned", rates, x, epochs, theme, "planned", "accent", 150)


def speeds(history: History, epochs: int, theme: str, revision: str) -> go.Figure:
    """Draw how many images a second the training took."""
    steps, values = zip(*history.rates, strict=True) if history.rates else ((), ())
    return _line("Images a second", values, np.array(steps) / history.per_epoch, epochs, theme, revision, "output")


def _line(title, values, x, epochs: int, theme: str, revision: str, colour: str, height: int = SMALL) -> go.Figure:
    figure = _figure(title, theme, revision, height, legend=False)
    places = thinned(values)
    figure.add_scatter(
        x=np.asarray(x)[places], y=np.asarray(values)[places], mode="lines",
        line={"color": colors(theme)[colour], "width": 2.5}, hovertemplate="%{y:,.4~g}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(**_epochs(epochs))
    figure.update_yaxes(rangemode="tozero")
    return figure


def layers(
    title: str,
    curves: Mapping[str, tuple[Sequence[int], Sequence[float | None]]],
    epochs: int,
    theme: str,
    revision: str,
    share: bool,
) -> go.Figure:
    """Draw one line a layer, (epochs, values) by its name: shares from 0 to 1, or sizes on a logarithmic axis."""
    table = colors(theme)
    figure = _figure(title, theme, revision, HEIGHT)
    for k, (name, (x, values)) in enumerate(curves.items()):
        heights = [v if share or (v is not None and v > 0) else None for v in values]
        figure.add_scatter(
            x=list(x), y=heights, name=name, mode=_mode(values), marker={"size": 6}, cliponaxis=False,
            line={"color": table[LINES[k % len(LINES)]], "width": 2, "dash": DASHES[k // len(LINES) % len(DASHES)]},
            hovertemplate=f"{name}: %{{y:{'.1%' if share else '.3g'}}}<extra></extra>",
        )  # fmt: skip
    if len(curves) > MOST_ABOVE:
        beside = {"orientation": "v", "x": 1.02, "y": 1.0, "yanchor": "top", "font": {"size": 11}}
        figure.update_layout(legend=beside, margin={"t": 30})
    figure.update_xaxes(**_epochs(epochs))
    if share:
        figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    else:
        figure.update_yaxes(type="log", exponentformat="power", dtick="D2")
    return figure


def confusion(counts: np.ndarray, classes: Sequence[str], theme: str) -> go.Figure:
    """Draw how many pictures of each class (row) were taken for each (column), with the number in every cell."""
    table, size = colors(theme), len(classes)
    names = [escape(name) for name in classes]
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ends = (table["panel"], table["positive-line"])
    few = size <= 20
    figure = _figure("Confusion matrix: row, the true class; column, what it was taken for", theme, "c",
                     max(320, 60 + 30 * size), legend=False)  # fmt: skip
    figure.add_heatmap(
        z=counts / totals, x=names, y=names, zmin=0, zmax=1, showscale=False, colorscale=[[0, ends[0]], [1, ends[1]]],
        xgap=1, ygap=1, customdata=counts,
        hovertemplate="%{y} taken for %{x}: %{customdata} (%{z:.1%})<extra></extra>",
    )  # fmt: skip
    if few:
        for i, row in enumerate(counts):
            for j, count in enumerate(row):
                ink = ink_on(ends[int(count / totals[i, 0] > 0.5)], theme)
                figure.add_annotation(x=j, y=i, text=str(int(count)), showarrow=False, font={"size": 12, "color": ink})
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category", tickmode="linear" if few else "auto")
    figure.update_xaxes(showgrid=False, type="category", side="bottom", tickmode="linear" if few else "auto")
    figure.update_layout(dragmode=False)
    return figure


def per_class(shares: Sequence[float | None], classes: Sequence[str], theme: str) -> go.Figure:
    """Draw the share of right answers of each class as bars, in the classes' order."""
    table = colors(theme)
    figure = _figure("Accuracy by class", theme, "p", max(320, 60 + 30 * len(classes)), legend=False)
    figure.add_bar(
        x=[share or 0 for share in shares], y=[escape(name) for name in classes], orientation="h",
        marker={"color": table["output"]}, text=["–" if share is None else f"{share:.1%}" for share in shares],
        textposition="auto", textfont={"size": 13}, insidetextfont={"color": ink_on(table["output"], theme)},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )  # fmt: skip
    few = len(classes) <= 20
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category", tickmode="linear" if few else "auto")
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    figure.update_layout(dragmode=False)
    return figure


def compared(title: str, curves: Mapping[str, tuple[Sequence, Sequence]], theme: str, share: bool) -> go.Figure:
    """Draw curves of several runs over each other: (epochs, values) by the run's name."""
    table = colors(theme)
    figure = _figure(title, theme, title, 300)
    for k, (name, (x, y)) in enumerate(curves.items()):
        figure.add_scatter(
            x=list(x), y=list(y), name=escape(name), mode=_mode(x),
            line={"color": table[LINES[k % len(LINES)]], "width": 2.5, "dash": DASHES[k // len(LINES) % len(DASHES)]},
            hovertemplate=f"{escape(name)}: %{{y:{'.1%' if share else '.4f'}}}<extra></extra>",
        )  # fmt: skip
    last = max((max(x) for x, _ in curves.values() if len(x)), default=1)
    figure.update_xaxes(**_epochs(last))
    figure.update_yaxes(**({"range": [0, 1], "tickformat": ".0%"} if share else {"rangemode": "tozero"}))
    return figure
